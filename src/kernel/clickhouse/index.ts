import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { Session as Engine } from 'chdb';
import { type ChdbExtension, createChdbConnection } from 'chdb/connection';
import { Refusal } from '../errors.ts';
import { noAnswers, rememberedAnswers } from './answers.ts';
import { onCluster } from './cluster.ts';
import { listsIn, type WithLists } from './lists.ts';
import { askNetwork, heard } from './network.ts';
import { folderIn, fromFile, fromNetwork, overNetwork, throughFile } from './rowInsert.ts';
import { fullness } from '../fullness.ts';
import { storeSeconds } from '../metrics.ts';
import { semaphore } from './semaphore.ts';
import { bound, type ChParams } from './values.ts';

export type { ChParams };
export type ChSettings = ClickHouseSettings;
/** Columns with the type their cells are written in. */
export type ColumnTypes = Readonly<Record<string, string>>;

/** The ClickHouse the modules see: in-process or a server, the same SQL. */
export type ClickHouse = {
  /** All rows of a query; 64-bit integers come as numbers. A setting of its own stands in the query (`settings …`). Values are bound as `{name:Type}`, never written into the text. */
  rows<Row>(query: string, params?: ChParams): Promise<Row[]>;
  /** All rows of a query in RowBinary (see rowReader.ts), for a thread that reads millions of them: no object a row, no text; it may take half an hour, others two minutes. `columns` are the types as read, in the query's order. */
  bytes(query: string, columns: ColumnTypes, params?: ChParams): Promise<Uint8Array>;
  /** Inserts objects, 5,000 at a time, so that the event loop never stalls. `token` makes a repeated insert harmless. */
  insert(table: string, rows: readonly object[], token?: string): Promise<void>;
  /** Inserts rows in RowBinary (see rowWriter.ts), the fastest way in, as one block; `columns` are the types as written, in order. */
  insertRows(table: string, columns: ColumnTypes, rows: Uint8Array, token?: string): Promise<void>;
  /** A statement without a result: DDL, INSERT … SELECT. One over everybody, which nobody waits for, may take as long as `bytes`. */
  command(query: string, params?: ChParams, takes?: Takes): Promise<void>;
  /** Whether it lately refused to write for want of space. */
  isFull(): boolean;
  /** Whether the engine runs inside this process. */
  embedded: boolean;
  close(): Promise<void>;
};

const ROWS_PER_INSERT = 5_000;
/** One in-process session runs its queries one after another: several sessions share the one store. */
const SESSIONS = 6;

/** Somebody waits for an answer; a pass over everybody goes on in the background, on a machine that may have much else to do. */
const SECONDS = { answer: 120, pass: 1_800 };
type Takes = keyof typeof SECONDS;

const MANNERS = {
  output_format_json_quote_64bit_integers: 0,
  date_time_input_format: 'best_effort',
  join_use_nulls: 0,
  // A property that looks like a time stays the text it came as: a filter compares what was sent.
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  // Events lie in parts by year, and a file may tell of many.
  max_partitions_per_insert_block: '0',
  // Reports are many and short: machine code for an expression costs hundreds of milliseconds once it has been met three times.
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  compile_sort_description: 0,
  // Hundreds of saved filters are one statement.
  max_query_size: '16000000',
  max_ast_elements: '1000000',
  max_expanded_ast_elements: '5000000',
} as const satisfies ChSettings;

/** The engine in process shares the machine with us; a server knows its own. Its statements hold their values (see values.ts). */
const LIMITS = { ...MANNERS, max_query_size: '256000000', max_execution_time: SECONDS.answer, max_threads: 2, max_memory_usage: '6000000000' } as const satisfies ChSettings;
/** A server says whether a statement went well once it is at its end: what fails half way would else have begun as an answer that is cut short. */
const WHOLE = { wait_end_of_query: 1 } as const satisfies ChSettings;
/** Over a cluster an insert is there once it is where it belongs, and what one workspace's rows are joined with lies on their shard (see cluster.ts). */
const CLUSTERED = { distributed_foreground_insert: 1, distributed_product_mode: 'local', optimize_skip_unused_shards: 1, load_balancing: 'in_order' } as const satisfies ChSettings;

// Rows of one block that replace each other are left to the reader: every read is FINAL anyway, and merging each block costs a third of an insert.
const DURABLE = { insert_deduplicate: 1, async_insert: 0, optimize_on_insert: 0 } as const satisfies ChSettings;

/** Settings of every table that only a file may give the engine. */
const ON_DISK = `--config-file=${resolve(import.meta.dirname, 'durable.xml')}`;

/** One line to the engine, once it is `ready`. `raw` is the in-process engine's own way in, absent on a server. */
type Session = { client: ClickHouseClient; patient: ClickHouseClient; ready: Promise<unknown>; raw?: ChdbExtension; takes?: Takes };
type Opened = { sessions: Session[]; embedded: boolean; letGo(): void };

/** A server is waited for as long as a query may last. The client's own log would repeat statements and values: faults are told where they are met. */
function openNetwork(url: string, cluster: string | undefined, seconds: number): ClickHouseClient {
  // The client would quote the address, and the password in it.
  if (!URL.canParse(url)) throw new Refusal('start.clickhouse.url_invalid');
  const settings = { ...MANNERS, ...WHOLE, max_execution_time: seconds, ...(cluster ? CLUSTERED : {}) };
  return createClient({ url, max_open_connections: SESSIONS, request_timeout: (seconds + 10) * 1_000, clickhouse_settings: settings, log: { level: ClickHouseLogLevel.OFF } });
}

function openSessions(target: string, cluster: string | undefined, backups: string | undefined): Opened {
  if (isAddress(target)) {
    const client = openNetwork(target, cluster, SECONDS.answer), patient = openNetwork(target, cluster, SECONDS.pass);
    return { sessions: Array.from({ length: SESSIONS }, () => ({ client, patient, ready: Promise.resolve() })), embedded: false, letGo: () => undefined };
  }
  const one = (): Session => {
    const connection = createChdbConnection({ path: target });
    const client = createClient({ connection } as Parameters<typeof createClient>[0]);
    // Settings given beside a query become a statement each, and stay with an in-process session: they are given once.
    const ready = client.command({ query: 'select 1', clickhouse_settings: LIMITS });
    ready.catch(() => undefined);
    return { client, patient: client, ready, raw: connection.chdb, takes: 'answer' };
  };
  // Whoever opens a folder first says where the engine may put backups, and that it keeps what it took in; that holds until the last has let go.
  const held = backups === undefined ? undefined : new Engine(target, { connectionArgs: [`--backups.allowed_path=${backups}`, ON_DISK] });
  return { sessions: Array.from({ length: SESSIONS }, one), embedded: true, letGo: () => held?.close() };
}

/** The client of a session for what takes so long; in process the limit stays with the session until another is asked for. */
async function lasting(session: Session, takes: Takes): Promise<ClickHouseClient> {
  await session.ready;
  if (session.raw && session.takes !== takes) {
    await session.client.command({ query: `set max_execution_time = ${SECONDS[takes]}` });
    session.takes = takes;
  }
  return takes === 'pass' ? session.patient : session.client;
}

type Load = { table: string; text: string; token: string | undefined };

/**
 * One block of objects. In process the settings stand in the INSERT itself: given beside it they would become SET statements,
 * which stay with the session, so that the token of one insert would swallow the next, and which parse the whole text again each.
 */
async function load({ client, ready, raw }: Session, { table, text, token }: Load): Promise<void> {
  if (text.length === 0) return;
  await ready;
  const settings = { ...DURABLE, ...(token ? { insert_deduplication_token: token } : {}) };
  if (raw) await raw.rawInsert({ table, values: Buffer.from(text), format: 'JSONEachRow', settings: { ...LIMITS, ...settings } });
  else await heard(client, { query: `insert into ${table} format JSONEachRow`, values: Readable.from([text], { objectMode: false }), clickhouse_settings: settings });
}

/** One object a line: a line break inside a value is written as two characters. */
const rowsOf = <Row>(text: string): Row[] => JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as Row[];

const CLICKHOUSE = { store: 'clickhouse' };
type Gate = <T>(work: (session: Session) => Promise<T>) => Promise<T>;
const timed = (gate: Gate): Gate => async (work) => {
  const begun = performance.now();
  try {
    return await gate(work);
  } finally {
    storeSeconds((performance.now() - begun) / 1_000, CLICKHOUSE);
  }
};

const isAddress = (target: string): boolean => /^https?:/.test(target);

/** Opens a store: a folder path runs the engine in this process, an http(s) address uses a server, `cluster` that server's cluster of the name. */
export function openClickHouse(target: string, cluster?: string, backups?: string): ClickHouse {
  const { sessions, embedded, letGo } = openSessions(target, cluster, backups);
  const insert = embedded ? throughFile(target) : overNetwork;
  const read = embedded ? fromFile(target) : fromNetwork;
  const lists: WithLists = embedded ? listsIn(folderIn(target)) : (asked, work) => work(asked);
  // Nobody waits in line for longer than a query may last.
  const gate = timed(semaphore(sessions, { waitMs: SECONDS.answer * 1_000 }));
  const answers = embedded ? rememberedAnswers() : noAnswers;
  const room = fullness();
  const write = (work: (session: Session) => Promise<void>): Promise<void> => answers.writing(() => gate(work)).catch((error: unknown) => {
    room.hear(error);
    throw error;
  });
  return {
    embedded, isFull: room.isFull,
    rows: async (query, params) => rowsOf(await answers.ask(`${query}\0${JSON.stringify(params ?? {})}`, () =>
      gate(async (session) => {
        const client = await lasting(session, 'answer');
        if (!embedded) return (await askNetwork(client, `${query}\nformat JSONEachRow`, params)).toString();
        return lists({ query, params: params ?? {} }, async (asked) => (await client.query({ query: bound(asked), format: 'JSONEachRow' })).text());
      }))),
    bytes: (query, columns, params = {}) =>
      gate(async (session) => {
        const client = await lasting(session, 'pass');
        return lists({ query, params }, (asked) => read(client, { ...asked, columns }));
      }),
    insert: async (table, rows, token) => {
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        const text = rows.slice(at, at + ROWS_PER_INSERT).map((row) => JSON.stringify(row)).join('\n');
        await write((session) => load(session, { table, text, token: token && `${token}:${at}` }));
      }
    },
    insertRows: async (table, columns, rows, token) => {
      if (rows.length > 0) await write(async ({ client, ready }) => {
        await ready;
        await insert(client, { table, columns, rows, settings: { ...DURABLE, ...(token ? { insert_deduplication_token: token } : {}) } });
      });
    },
    command: (query, params, takes = 'answer') =>
      write(async (session) => {
        const client = await lasting(session, takes);
        if (embedded) await lists({ query, params: params ?? {} }, (asked) => client.command({ query: bound(asked) }));
        else await askNetwork(client, cluster ? onCluster(query, cluster) : query, params);
      }),
    close: async () => {
      await Promise.all([...new Set(sessions.flatMap(({ client, patient }) => [client, patient]))].map((client) => client.close()));
      letGo();
    },
  };
}
