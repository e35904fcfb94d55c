import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';

type Value = unknown;
type Params = Readonly<Record<string, Value>>;

/** A server takes addresses up to a megabyte, proxies less; longer values travel as the parts of a form. */
const ADDRESS_CHARS = 16_000;

/** A server refuses a field of more than 128 KiB (`http_max_field_value_size`), wherever it stands. */
const FIELD_BYTES = 100_000;

const escaped = (text: string): string => text.replace(/[\t\n\r\\']/g, (mark) => ({ '\t': '\\t', '\n': '\\n', '\r': '\\r' })[mark] ?? `\\${mark}`);

/** A bound value as the protocol writes it: texts inside lists are quoted, alone they are not. */
function written(value: Value, inside = false): string {
  if (value === null || value === undefined) return inside ? 'NULL' : '\\N';
  if (typeof value === 'string') return inside ? `'${escaped(value)}'` : escaped(value);
  if (typeof value === 'boolean') return inside ? String(value).toUpperCase() : String(Number(value));
  if (Array.isArray(value)) return `[${value.map((one: Value) => written(one, true)).join(',')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([key, one]) => `${written(key, true)}:${written(one, true)}`).join(',')}}`;
  return String(value);
}

/** A list in lists short enough for a field each. */
function pieces(list: readonly Value[]): Value[][] {
  const all: Value[][] = [[]];
  let bytes = 0;
  for (const one of list) {
    const more = Buffer.byteLength(written(one, true)) + 1;
    if (bytes + more > FIELD_BYTES) all.push([]);
    bytes = bytes + more > FIELD_BYTES ? more : bytes + more;
    all.at(-1)?.push(one);
  }
  return all;
}

/** A statement whose long lists are bound in pieces, which the server joins. */
export function inFields(query: string, params: Params): { query: string; params: Params } {
  const bound: Record<string, Value> = {}, count = new Map<string, number>();
  for (const [name, value] of Object.entries(params)) {
    const parts = Array.isArray(value) ? pieces(value) : [];
    if (parts.length < 2) bound[name] = value;
    else for (const [nth, part] of parts.entries()) bound[`${name}_piece${nth}`] = part;
    count.set(name, parts.length);
  }
  const text = query.replace(/\{\s*(\w+)\s*:([^}]*)\}/g, (whole, name: string, type: string) => {
    const parts = count.get(name) ?? 0;
    return parts < 2 ? whole : `arrayConcat(${Array.from({ length: parts }, (_, nth) => `{${name}_piece${nth}:${type}}`).join(', ')})`;
  });
  return { query: text, params: bound };
}

function formOf(values: readonly (readonly [string, string])[]): { body: string; type: string } {
  const boundary = `----perennial-${randomUUID()}`;
  const parts = values.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="param_${name}"\r\n\r\n${value}\r\n`);
  return { body: `${parts.join('')}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` };
}

/** Runs a statement on a server with values of any length; its answer as a stream. */
export async function execOverNetwork(client: ClickHouseClient, given: string, values: Params = {}): Promise<Readable> {
  const { query, params } = inFields(given, values);
  const fields = Object.entries(params).map(([name, value]) => [name, written(value)] as const);
  if (fields.reduce((sum, [, value]) => sum + value.length, 0) <= ADDRESS_CHARS) return (await client.exec({ query, query_params: { ...params } })).stream;
  const { body, type } = formOf(fields);
  return (await client.exec({ query, values: Readable.from([body], { objectMode: false }), http_headers: { 'content-type': type } })).stream;
}

export async function drained(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
