import type { ClickHouse } from '../kernel/clickhouse/index.ts';
import { COLUMNS, type Table } from './encode.ts';

/** Rows on their way to ClickHouse, in blocks; blocks are inserted while the caller goes on. */
export type Sink = {
  add(table: Table, line: string): void;
  /** Resolves once few enough blocks are under way; call it now and then, or memory grows with the file. */
  breathe(): Promise<void>;
  /** Sends what is left and waits for all of it. */
  finish(): Promise<void>;
};

const ROWS_PER_BLOCK = 50_000;
const CHARS_PER_BLOCK = 24_000_000;
const BLOCKS_UNDER_WAY = 2;

type Waiting = { lines: string[]; chars: number; blocks: number };

/** `token` names the blocks, so that a repeated block of the same run is taken once. */
export function openSink(ch: ClickHouse, token: string): Sink {
  const waiting = new Map<Table, Waiting>();
  const underWay = new Set<Promise<void>>();
  let fault: unknown;
  const send = (table: Table, of: Waiting): void => {
    if (of.lines.length === 0) return;
    const text = of.lines.join('');
    const work: Promise<void> = ch.insertTsv(table, COLUMNS[table], text, `${token}:${table}:${of.blocks++}`)
      .catch((error: unknown) => { fault ??= error; })
      .finally(() => underWay.delete(work));
    underWay.add(work);
    of.lines = [];
    of.chars = 0;
  };
  const settle = async (most: number): Promise<void> => {
    while (underWay.size > most) await Promise.race(underWay);
    if (fault) throw fault;
  };
  return {
    add: (table, line) => {
      const of = waiting.get(table) ?? { lines: [], chars: 0, blocks: 0 };
      waiting.set(table, of);
      of.lines.push(line);
      of.chars += line.length;
      if (of.lines.length >= ROWS_PER_BLOCK || of.chars >= CHARS_PER_BLOCK) send(table, of);
    },
    breathe: () => settle(BLOCKS_UNDER_WAY),
    finish: async () => {
      for (const [table, of] of waiting) send(table, of);
      await settle(0);
    },
  };
}
