import { z } from 'zod';
import type { Route } from '../../src/kernel/http/route.ts';
import { sampleOf } from './samples.ts';

/** Requests that fit no contract, or only just: made from the contracts themselves, the same ones for the same seed. */
export type Body = Record<string, unknown>;
export type Malformed = { kind: string; method: Route['shape']['method']; url: string; type: string | undefined; payload: string | Buffer };

type Random = () => number;
type Schema = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);
export const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

export const deep = (levels: number): unknown => { let value: unknown = 1; for (let at = 0; at < levels; at++) value = { a: value }; return value; };

/** What no body should hold, in the place of any of its values. */
const POISON: readonly unknown[] = [
  null, true, false, -1, 0, 2 ** 53 + 2, -(2 ** 63), 2 ** 31, 2 ** 32, 1e308, -1e308, 5e-324, 0.1, 65_536, '', ' ', 'a\u0000b', '\ud800', 'x\udfff', [], {}, [[]], [null], [{}], { length: 1e9 }, '2026-13-45', '0000-00-00', '2026-02-30', '9999-99-99T99:99:99Z', '-271821-04-20T00:00:00Z',
  '018f0000-0000-7000-8000-00000000000', '00000000-0000-0000-0000-000000000000', "'; drop table customer; --", '{x:String}', '%s%n', '../../etc/passwd', '\u202e', '🧨', 'İıſK', { __proto__: { admin: true } }, { constructor: { prototype: { admin: true } } }, 'NaN', 'Infinity', '1e400', '-0', '0x10', '١٢٣', '１２３',
  // biome-ignore lint/suspicious/noThenProperty: poison, as everything in this list
  'constructor', 'toString', '__proto__', 'hasOwnProperty', 'Asia/Nowhere', '../UTC', 'javascript:1', 'a@b', '\r\nset-cookie: a=b', { toString: 'x' }, { toJSON: 1 }, { then: 1 },
];
/** What costs something to make and to read: now and then. */
const HUGE: readonly (() => unknown)[] = [() => 'x'.repeat(70_000), () => '龘'.repeat(30_000), () => Array.from({ length: 20_000 }, () => 0), () => Array.from({ length: 3_000 }, () => ({})), () => Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`k${at}`, at])), () => deep(60), () => deep(2_000), () => 'é'.normalize('NFD').repeat(9_000), () => `${'a'.repeat(40_000)}!`];
const NAMES = ['unknown', '__proto__', 'constructor', 'prototype', 'workspaceId', 'workspace_id', 'id', 'role', 'permissions', 'createdAt', 'a\u0000', '', '$where', 'x'.repeat(2_000)];

const poison = (random: Random): unknown => (random() < 0.01 ? pick(random, HUGE)() : pick(random, POISON));

/** At the edges of what a text or a number of this schema may be, and just beyond. */
function edge(random: Random, schema: Schema): unknown {
  const { type, minimum, maximum, minLength, maxLength, maxItems } = schema as { type?: string; minimum?: number; maximum?: number; minLength?: number; maxLength?: number; maxItems?: number };
  if (type === 'integer' || type === 'number') return pick(random, [minimum ?? -1, (minimum ?? 0) - 1, maximum ?? 1e15, (maximum ?? 1e15) + 1, 0.5, -0, String(minimum ?? 1), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);
  if (type === 'string') return pick(random, ['x'.repeat(Math.min(maxLength ?? 300, 70_000)), 'x'.repeat(Math.min((maxLength ?? 300) + 1, 70_001)), '龘'.repeat(Math.min(maxLength ?? 300, 20_000)), '🧨'.repeat(Math.min((maxLength ?? 300) / 2, 10_000)), 'x'.repeat(Math.max((minLength ?? 1) - 1, 0)), `${String(sampleOf(schema))}\n`, ` ${String(sampleOf(schema))}`, String(sampleOf(schema)).toUpperCase()]);
  if (type === 'array') return Array.from({ length: Math.min((maxItems ?? 100) + 1, 3_000) }, () => sampleOf(schema.items));
  if (type === 'boolean') return pick(random, ['true', 1, 'yes', null]);
  return poison(random);
}

const schemaAt = (schema: Schema | undefined, key: string): Schema | undefined => {
  const choices = (schema?.anyOf ?? schema?.oneOf) as Schema[] | undefined;
  const of = choices?.find(({ properties }) => key in ((properties ?? {}) as object)) ?? schema;
  return (of?.properties as Record<string, Schema> | undefined)?.[key];
};

/** One value of a body, or of one inside it, exchanged for something that has no business there. */
export function spoiled(random: Random, value: unknown, schema?: Schema): unknown {
  if (Array.isArray(value) && value.length > 0 && random() < 0.8) return value.map((one, at) => (at === 0 ? spoiled(random, one, schema?.items as Schema) : one));
  if (!isObject(value) || random() < 0.08) return schema && random() < 0.4 ? edge(random, schema) : poison(random);
  const keys = Object.keys(value);
  if (keys.length === 0 || random() < 0.1) return JSON.parse(JSON.stringify({ ...value, added: poison(random) ?? null }).replace('"added":', () => `${JSON.stringify(pick(random, NAMES))}:`)) as unknown;
  const key = pick(random, keys);
  const roll = random();
  if (roll < 0.12) return Object.fromEntries(Object.entries(value).filter(([one]) => one !== key));
  if (roll < 0.16) return { ...value, [key]: [value[key]] };
  if (roll < 0.19) return Object.entries(value);
  if (roll < 0.22) return { ...value, [key.toUpperCase()]: value[key] };
  return { ...value, [key]: spoiled(random, value[key], schemaAt(schema, key)) };
}

/** Text that is no JSON, or JSON that says things a parser must not trust. */
const BROKEN: readonly ((text: string, random: Random) => string | Buffer)[] = [
  (text, random) => text.slice(0, Math.floor(random() * text.length)), (text) => `${text}}`, (text) => `${text}${text}`, (text) => `\ufeff${text}`, (text) => text.replaceAll('"', "'"), (text) => text.replace('{', '{"__proto__":{"admin":true},'), (text) => text.replace('{', '{"constructor":{"prototype":{"admin":true}},'),
  (text) => text.replace(/:("[^"]*"|\d+)/, ':1e400'), (text) => text.replace(/:("[^"]*"|\d+)/, ':01'), (text) => text.replace(/:("[^"]*"|\d+)/, ':NaN'), (text) => text.replace(/:"[^"]*"/, ':"\\ud800"'), (text) => text.replace(/:"[^"]*"/, ':"\\x41"'), (text) => text.replace(/"(\w+)":/, '"$1":1,"$1":'),
  () => '', () => ' ', () => 'null', () => '""', () => '0', () => '[]', () => '{', () => '[', () => '"', () => '[[[[', () => `${'['.repeat(50_000)}`, () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, () => '\u0000', () => '// a\n{}', () => '{a:1}', () => '{"a":1,}', () => '<a/>', () => 'a=b&c=d',
  (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from(text.slice(-1))]), (text) => Buffer.from(text, 'utf16le'),
];
const JSON_TYPE = 'application/json';
const TYPES = [undefined, '', 'text/plain', 'text/html', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=x', 'application/octet-stream', 'application/json; charset=utf-16', 'application/json;', 'APPLICATION/JSON', 'json', 'application/json, text/plain', 'application/problem+json', '\u00e9/x'];
const IDS = ['x', "' or 1=1", '../..', '%00', '\u0000', '1'.repeat(500), '%ff', '%', '%E0%A4', '\ud83d', '__proto__', '018f0000-0000-7000-8000-00000000000g', '018F0000-0000-7000-8000-000000000000', '{}', 'a/b', '', '.', '٣'];
const ID = '018f0000-0000-7000-8000-000000000000';

const coded = (text: string): string => encodeURIComponent(text.toWellFormed());
const inAddress = (value: unknown): string => coded(typeof value === 'string' ? value.slice(0, 2_000) : (JSON.stringify(value) ?? '').slice(0, 2_000));

/** An address whose ids are mostly ids, and whose questions are spoiled. */
function addressOf(random: Random, { shape, query }: Contract, isAsked: boolean): string {
  const path = shape.url.replace(/:\w+/g, () => { const id = pick(random, IDS); return random() < 0.75 ? ID : /^%(?!00)/.test(id) ? id : coded(id); });
  if (!isAsked) return path;
  const asked = spoiled(random, query.sample, query.schema);
  const parts = Object.entries(isObject(asked) ? asked : { q: asked }).flatMap(([key, value]) => (Array.isArray(value) ? value.slice(0, 50).map((one) => `${coded(key)}=${inAddress(one)}`) : [`${coded(key.slice(0, 100))}=${inAddress(value)}`]));
  const raw = random() < 0.1 ? [pick(random, ['a=%ff', 'a=%', '%00=1', '=', '&&', 'limit=1&limit=2', 'a[b]=c', 'a[]=1&a[__proto__]=2', '__proto__=1', 'limit[]=1', 'cursor=', 'limit=1e3', 'limit=-0', '?', '#'])] : [];
  return `${path}?${[...parts, ...raw].join('&')}`;
}

export type Contract = { shape: Route['shape']; body: Part; query: Part };
type Part = { schema: Schema; sample: unknown; least: unknown };

const schemaOf = (of: z.ZodType | undefined): Schema => (of ? (z.toJSONSchema(of, { io: 'input', unrepresentable: 'any' }) as Schema) : {});
/** Full contracts, optional parts too, so that there is something to spoil. */
const wholeOf = (schema: unknown): unknown => sampleOf(JSON.parse(JSON.stringify(schema), (_, value: unknown) => (isObject(value) && isObject(value.properties) ? { ...value, required: Object.keys(value.properties) } : value)));
const partOf = (of: z.ZodType | undefined): Part => {
  const schema = schemaOf(of);
  return { schema, sample: of ? wholeOf(schema) : {}, least: of ? sampleOf(schema) : {} };
};
export const contractOf = ({ shape }: Route): Contract => ({ shape, body: partOf(shape.body), query: partOf(shape.query) });

/** One request that fits this contract badly. */
export function malformed(random: Random, contract: Contract): Malformed {
  const { shape, body } = contract;
  const { method } = shape;
  const isAsked = shape.query !== undefined || random() < 0.1;
  if (!shape.body) return { kind: 'query', method, url: addressOf(random, contract, isAsked), type: undefined, payload: '' };
  const url = addressOf(random, contract, random() < 0.1);
  const roll = random();
  if (roll < 0.1) return { kind: 'text', method, url, type: JSON_TYPE, payload: pick(random, BROKEN)(JSON.stringify(body.sample), random) };
  if (roll < 0.14) return { kind: 'type', method, url, type: pick(random, TYPES), payload: JSON.stringify(body.sample) };
  if (roll < 0.17) return { kind: 'root', method, url, type: JSON_TYPE, payload: JSON.stringify(poison(random)) ?? 'null' };
  const once = spoiled(random, random() < 0.6 ? body.sample : body.least, body.schema);
  // What still fits makes the server work instead of refuse: most are spoiled twice.
  return { kind: 'body', method, url, type: JSON_TYPE, payload: JSON.stringify(random() < 0.6 ? spoiled(random, once, body.schema) : once) ?? 'null' };
}
