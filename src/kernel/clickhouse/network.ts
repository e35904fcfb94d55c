import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { type ClickHouseClient, parseError } from '@clickhouse/client';
import { atPlaces, type ChParams, written } from './values.ts';

/** A server takes addresses up to a megabyte, what stands before it often no more than eight kilobytes in all: as they are written there, with three signs for a comma. */
const ADDRESS_BYTES = 4_000;

/** A server refuses a field of more than 128 KiB (`http_max_field_value_size`), wherever it stands. */
const FIELD_BYTES = 100_000;

/** A statement in fields of its own: a server reads several as one. A sign has four bytes at most. */
const statementFields = (query: string): Field[] => (query.match(/[\s\S]{1,25000}/gu) ?? []).map((part) => ['query', part]);

/** A list in lists short enough for a field each. */
function pieces(list: readonly unknown[]): unknown[][] {
  const all: unknown[][] = [[]];
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
function inFields(query: string, params: ChParams): { query: string; params: ChParams } {
  const bound: Record<string, unknown> = {}, count = new Map<string, number>();
  for (const [name, value] of Object.entries(params)) {
    const parts = Array.isArray(value) ? pieces(value) : [];
    if (parts.length < 2) bound[name] = value;
    else for (const [nth, part] of parts.entries()) bound[`${name}_piece${nth}`] = part;
    count.set(name, parts.length);
  }
  const text = atPlaces(query, (name, type) => {
    const parts = count.get(name) ?? 0;
    return parts < 2 ? undefined : `arrayConcat(${Array.from({ length: parts }, (_, nth) => `{${name}_piece${nth}:${type}}`).join(', ')})`;
  });
  return { query: text, params: bound };
}

function formOf(fields: readonly Field[]): { body: string; type: string } {
  const boundary = `----perennial-${randomUUID()}`;
  const parts = fields.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  return { body: `${parts.join('')}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` };
}

type Field = readonly [name: string, value: string];
const inAddress = (fields: readonly Field[]): boolean =>
  fields.reduce((sum, [, value]) => sum + value.length, 0) <= ADDRESS_BYTES && new URLSearchParams(fields.map(([name, value]) => [name, value])).toString().length <= ADDRESS_BYTES;

/** Runs a statement on a server, both it and its values of any length; its answer. Values too long for an address travel with the statement in a form. */
export function askNetwork(client: ClickHouseClient, given: string, values: ChParams = {}): Promise<Buffer> {
  const { query, params } = inFields(given, values);
  const fields = Object.entries(params).map(([name, value]): Field => [`param_${name}`, written(value)]);
  if (inAddress(fields)) return heard(client, { query, query_params: { ...params } });
  const { body, type } = formOf([...statementFields(query), ...fields]);
  return heard(client, { query: '', values: Readable.from([body], { objectMode: false }), http_headers: { 'content-type': type } });
}

/** Whoever answers without ClickHouse's words is not ClickHouse: a proxy or a balancer before it, which cannot reach it or takes no such request. Its status is the code. */
const notByClickHouse = (status: number, text: string): Error =>
  Object.assign(new Error(`HTTP ${status} from what stands before ClickHouse: ${text.slice(0, 200) || 'without a word'}`), { code: `HTTP_${status}` });

/** Sends a statement to a server and hears the answer to its end. A refusal has the server's code. */
export async function heard(client: ClickHouseClient, asked: Parameters<ClickHouseClient['exec']>[0]): Promise<Buffer> {
  const { stream, http_status_code: status = 0 } = await client.exec({ ...asked, ignore_error_response: true });
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const answer = Buffer.concat(parts);
  if (status < 300) return answer;
  const refusal = parseError(answer.toString());
  throw 'code' in refusal ? refusal : notByClickHouse(status, refusal.message);
}
