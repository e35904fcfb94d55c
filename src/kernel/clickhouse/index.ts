import { Readable } from 'node:stream';
import { type ClickHouseClient, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { semaphore } from './semaphore.ts';

export type ChParams = Readonly<Record<string, unknown>>;
export type ChSettings = ClickHouseSettings;

/** The ClickHouse the modules see: in-process or a server, the same SQL. */
export type ClickHouse = {
  /** All rows of a query; 64-bit integers come as numbers. Values are bound as `{name:Type}`, never written into the text. */
  rows<Row>(query: string, params?: ChParams, settings?: ChSettings): Promise<Row[]>;
  /** Inserts objects, 5,000 at a time, so that the event loop never stalls. `token` makes a repeated insert harmless. */
  insert(table: string, rows: readonly object[], token?: string): Promise<void>;
  /** Inserts tab-separated text (see tsv.ts), the fastest way in: one block for each chunk given. */
  insertTsv(table: string, columns: readonly string[], text: string, token?: string): Promise<void>;
  /** A statement without a result: DDL, INSERT … SELECT. */
  command(query: string, params?: ChParams, settings?: ChSettings): Promise<void>;
  /** Whether the engine runs inside this process. */
  embedded: boolean;
  close(): Promise<void>;
};

const ROWS_PER_INSERT = 5_000;
/** One in-process session runs its queries one after another: several sessions share the one store. */
const SESSIONS = 6;

const LIMITS: ChSettings = {
  max_execution_time: 120,
  max_threads: 2,
  max_memory_usage: '6000000000',
  output_format_json_quote_64bit_integers: 0,
  date_time_input_format: 'best_effort',
  join_use_nulls: 0,
  final: 0,
};

const DURABLE: ChSettings = { insert_deduplicate: 1, async_insert: 0 };

type Opened = { clients: ClickHouseClient[]; embedded: boolean };

function openClients(target: string): Opened {
  if (/^https?:/.test(target)) return { clients: [createClient({ url: target, max_open_connections: SESSIONS })], embedded: false };
  const one = (): ClickHouseClient => createClient({ connection: createChdbConnection({ path: target }) } as Parameters<typeof createClient>[0]);
  return { clients: Array.from({ length: SESSIONS }, one), embedded: true };
}

/** Opens a store: a folder path runs the engine in this process, an http(s) address uses a server. */
export function openClickHouse(target: string): ClickHouse {
  const { clients, embedded } = openClients(target);
  const gate = semaphore(clients.length === 1 ? Array.from({ length: SESSIONS }, () => clients[0] as ClickHouseClient) : clients);
  const insertSettings = (token: string | undefined): ChSettings => ({ ...LIMITS, ...DURABLE, ...(token ? { insert_deduplication_token: token } : {}) });
  return {
    embedded,
    rows: (query, params, settings) =>
      gate(async (client) => {
        const result = await client.query({ query, query_params: { ...params }, format: 'JSONEachRow', clickhouse_settings: { ...LIMITS, ...settings } });
        return result.json();
      }),
    insert: async (table, rows, token) => {
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        const values = rows.slice(at, at + ROWS_PER_INSERT);
        const part = token && `${token}:${at}`;
        await gate((client) => client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings: insertSettings(part) }));
      }
    },
    insertTsv: (table, columns, text, token) =>
      gate(async (client) => {
        const values = Readable.from([text], { objectMode: false });
        await client.insert({ table, columns: columns as [string, ...string[]], values, format: 'TabSeparated', clickhouse_settings: insertSettings(token) });
      }),
    command: (query, params, settings) =>
      gate(async (client) => {
        await client.command({ query, query_params: { ...params }, clickhouse_settings: { ...LIMITS, ...settings } });
      }),
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
