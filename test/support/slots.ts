import { sampleOf } from './samples.ts';

/** The places of an API where an id may stand, read from its OpenAPI document alone: in the path, in the query, anywhere in a body. */
type Schema = Readonly<Record<string, unknown>>;
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Told = { security?: unknown[]; parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> }; description?: string };
type Document = { paths: Record<string, Record<string, Told>>; components?: unknown };

export type Operation = { method: string; path: string; parameters: Parameter[]; body: Schema | undefined; reads: boolean; public: boolean; root: Document };
export type Filled = { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; url: string; query: string; body: unknown };
export type Slot = { name: string; where: 'path' | 'query' | 'body'; reads: boolean; fill(id: string): Filled };
/** Ids, or words a workspace gives to its things. */
export type Kind = 'id' | 'text';

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const DEPTH_MAX = 7;

export const operationsOf = (root: Document): Operation[] => Object.entries(root.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, told]) => ({
  method, path, root, parameters: told.parameters ?? [], body: Object.values(told.requestBody?.content ?? {})[0]?.schema,
  reads: method === 'get' || /\.read`/.test(told.description ?? ''), public: told.security?.length === 0,
})));

const resolved = (schema: Schema, root: unknown): Schema =>
  (typeof schema.$ref === 'string' ? resolved(schema.$ref.split('/').slice(1).reduce<unknown>((at, key) => (at as Schema)[key], root) as Schema, root) : schema);

const isId = ({ type, format, pattern }: Schema): boolean => type === 'string' && (format === 'uuid' || String(pattern ?? '').includes('[0-9a-f]{8}'));
const isWord = (schema: Schema): boolean => schema.type === 'string' && !schema.enum && !schema.format && !schema.pattern && !('const' in schema);
const fits: Readonly<Record<Kind, (schema: Schema) => boolean>> = { id: isId, text: isWord };

type Place = { at: string; build(id: string): unknown };

/** Every place inside a schema, each with the smallest value that has the id there; all branches of a choice. */
function placesIn(given: Schema, root: unknown, kind: Kind, depth = 0): Place[] {
  const schema = resolved(given, root);
  if (depth > DEPTH_MAX) return [];
  if (fits[kind](schema)) return [{ at: '', build: (id) => id }];
  const inner = (one: unknown): Place[] => placesIn(one as Schema, root, kind, depth + 1);
  const choices = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as Schema[] | undefined;
  if (choices) return choices.flatMap(inner);
  if (schema.type === 'array') return inner(schema.items).map(({ at, build }) => ({ at: `/0${at}`, build: (id) => [build(id)] }));
  if (schema.type !== 'object') return [];
  const least = (): object => sampleOf(schema, root) as object;
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([key, of]) => inner(of).map(({ at, build }) => ({ at: `/${key}${at}`, build: (id: string) => ({ ...least(), [key]: build(id) }) })));
}

/** Places of one operation; all others are filled with what fits and names nobody. */
export function slotsOf({ method, path, parameters, body, reads, root }: Operation, kind: Kind = 'id'): Slot[] {
  const named = parameters.map((one) => ({ ...one, schema: resolved(one.schema, root) }));
  const urlWith = (name = '', id = ''): string => path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(key === name ? id : String(sampleOf(named.find((one) => one.name === key && one.in === 'path')?.schema ?? { format: 'uuid', type: 'string' }, root) ?? NOBODY)));
  const asked = (name = '', id = ''): string => named.filter((one) => one.in === 'query' && (one.required || one.name === name)).map((one) => `${one.name}=${encodeURIComponent(one.name === name ? id : String(sampleOf(one.schema, root)))}`).join('&');
  const least = body ? sampleOf(body, root) : undefined;
  const common = { method: method.toUpperCase() as Filled['method'] };
  const slot = (where: Slot['where'], at: string, fill: (id: string) => Omit<Filled, 'method'>): Slot => ({ name: `${common.method} ${path} ${where} ${at}`, where, reads, fill: (id) => ({ ...common, ...fill(id) }) });
  return [
    ...named.filter((one) => one.in === 'path' && fits[kind](one.schema)).map(({ name }) => slot('path', name, (id) => ({ url: urlWith(name, id), query: asked(), body: least }))),
    ...named.filter((one) => one.in === 'query' && placesIn(one.schema, root, kind).length > 0).map(({ name }) => slot('query', name, (id) => ({ url: urlWith(), query: asked(name, id), body: least }))),
    ...(body ? placesIn(body, root, kind) : []).map(({ at, build }) => slot('body', at, (id) => ({ url: urlWith(), query: asked(), body: build(id) }))),
  ];
}
