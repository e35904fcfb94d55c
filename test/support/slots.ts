import { sampleOf } from './samples.ts';

/** The places of an API where an id or a text may stand, read from its OpenAPI document alone: in the path, in the query, anywhere in a body. */
type Schema = Readonly<Record<string, unknown>>;
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Told = { security?: unknown[]; parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> }; description?: string };
type Document = { paths: Record<string, Record<string, Told>>; components?: unknown };

export type Operation = { method: string; path: string; parameters: Parameter[]; body: Schema | undefined; reads: boolean; public: boolean; root: Document };
export type Filled = { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; url: string; query: string; body: unknown };
export type Slot = { name: string; where: 'path' | 'query' | 'body'; reads: boolean; fill(value: unknown): Filled };
/** Ids; words a workspace gives to its things; whatever is one value; trees of conditions. */
export type Kind = 'id' | 'text' | 'value' | 'tree';

const DEPTH_MAX = 7;

export const operationsOf = (root: Document): Operation[] => Object.entries(root.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, told]) => ({
  method, path, root, parameters: told.parameters ?? [], body: Object.values(told.requestBody?.content ?? {})[0]?.schema,
  reads: method === 'get' || /\.read`/.test(told.description ?? ''), public: told.security?.length === 0,
})));

const resolved = (schema: Schema, root: unknown): Schema =>
  (typeof schema.$ref === 'string' ? resolved(schema.$ref.split('/').slice(1).reduce<unknown>((at, key) => (at as Schema)[key], root) as Schema, root) : schema);

const isId = ({ type, format, pattern }: Schema): boolean => type === 'string' && (format === 'uuid' || String(pattern ?? '').includes('[0-9a-f]{8}'));
const isWord = (schema: Schema): boolean => schema.type === 'string' && !schema.enum && !schema.format && !schema.pattern && !('const' in schema);
const isValue = ({ type }: Schema): boolean => typeof type === 'string' && type !== 'object' && type !== 'array' && type !== 'null';
const fits: Readonly<Record<Kind, (schema: Schema) => boolean>> = { id: isId, text: isWord, value: isValue, tree: () => false };
const isTree = (schema: Schema): boolean => /\/ConditionTree(?:Input)?$/.test(String(schema.$ref));

/** A tree is checked by hand before its shape is: its schema says nothing. */
const isOpaque = ({ type, anyOf, oneOf, allOf, $ref }: Schema): boolean => !type && !anyOf && !oneOf && !allOf && !$ref;

type Place = { at: string; build(value: unknown): unknown };

/** Every place inside a schema, each with the smallest value that has the id there; all branches of a choice. */
function placesIn(given: Schema, root: unknown, kind: Kind, depth = 0): Place[] {
  if (depth > DEPTH_MAX) return [];
  const schema = resolved(given, root);
  if (isTree(given) ? kind === 'tree' : fits[kind](schema)) return [{ at: '', build: (value) => value }];
  const inner = (one: unknown): Place[] => placesIn(one as Schema, root, kind, depth + 1);
  const choices = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as Schema[] | undefined;
  if (choices) return choices.flatMap(inner);
  if (schema.type === 'array') return inner(schema.items).map(({ at, build }) => ({ at: `/0${at}`, build: (value) => [build(value)] }));
  if (schema.type !== 'object') return [];
  const least = (): object => sampleOf(schema, root) as object;
  const innerOf = (key: string, of: Schema): Place[] => (key === 'tree' && isOpaque(of) ? (kind === 'tree' ? [{ at: '', build: (value) => value }] : []) : inner(of));
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([key, of]) => innerOf(key, of).map(({ at, build }) => ({ at: `/${key}${at}`, build: (value: unknown) => ({ ...least(), [key]: build(value) }) })));
}

/** An address and a body that fit, with what is wanted in one place. */
function fillerOf({ path, parameters, body, root }: Operation) {
  const named = parameters.map((one) => ({ ...one, schema: resolved(one.schema, root) }));
  const sample = (schema: Schema | undefined): string => String(sampleOf(schema ?? { type: 'string', format: 'uuid' }, root));
  const url = (name = '', value: unknown = ''): string => path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(key === name ? String(value) : sample(named.find((one) => one.name === key && one.in === 'path')?.schema)));
  const query = (name = '', value: unknown = ''): string => named.filter((one) => one.in === 'query' && (one.required || one.name === name)).map((one) => `${one.name}=${encodeURIComponent(one.name === name ? String(value) : sample(one.schema))}`).join('&');
  return { named, url, query, least: body ? sampleOf(body, root) : undefined };
}

const methodOf = ({ method }: Operation): Filled['method'] => method.toUpperCase() as Filled['method'];

/** The operation with nothing in particular. */
export const bareOf = (operation: Operation): Filled => {
  const { url, query, least } = fillerOf(operation);
  return { method: methodOf(operation), url: url(), query: query(), body: least };
};

/** Places of one operation; all others are filled with what fits and names nobody. */
export function slotsOf(operation: Operation, kind: Kind = 'id'): Slot[] {
  const { path, body, reads, root } = operation;
  const { named, url, query, least } = fillerOf(operation);
  const method = methodOf(operation);
  const slot = (where: Slot['where'], at: string, fill: (value: unknown) => Omit<Filled, 'method'>): Slot => ({ name: `${method} ${path} ${where} ${at}`, where, reads, fill: (value) => ({ method, ...fill(value) }) });
  return [
    ...named.filter((one) => one.in === 'path' && fits[kind](one.schema)).map(({ name }) => slot('path', name, (value) => ({ url: url(name, value), query: query(), body: least }))),
    ...named.filter((one) => one.in === 'query' && placesIn(one.schema, root, kind).length > 0).map(({ name }) => slot('query', name, (value) => ({ url: url(), query: query(name, value), body: least }))),
    ...(body ? placesIn(body, root, kind) : []).map(({ at, build }) => slot('body', at, (value) => ({ url: url(), query: query(), body: build(value) }))),
  ];
}
