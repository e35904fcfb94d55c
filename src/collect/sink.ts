import { crc32 } from 'node:zlib';
import type { ClickHouse } from '../kernel/clickhouse/index.ts';
import { RowWriter } from '../kernel/clickhouse/rowWriter.ts';
import { COLUMNS, type Table } from './encode.ts';

/** Rows on their way to ClickHouse, in blocks; blocks are inserted while the caller goes on. */
export type Sink = {
  /** A row, in as many pieces as its cells come in. */
  add(table: Table, ...cells: Uint8Array[]): void;
  /** Sends what was gathered so far, for nobody to wait for yet. */
  begin(): void;
  /** Resolves once few enough blocks are under way; call it now and then, or memory grows with the file. */
  breathe(): Promise<void>;
  /** Sends what is left and waits for all of it. */
  finish(): Promise<void>;
};

const ROWS_PER_BLOCK = 50_000;
const BYTES_PER_BLOCK = 24_000_000;
const BLOCKS_UNDER_WAY = 2;

/** What is gathered before it is sent: bytes, since lines kept as strings would outlive two rounds of garbage collection. */
type Block = { writer: RowWriter; rows: number };
const newBlock = (): Block => ({ writer: new RowWriter(65_536), rows: 0 });

type Waiting = { block: Block; sent: number };

/**
 * `token` names the blocks, so that a repeated block of the same run is taken once. So does what is in them: a run taken up after a kill
 * writes only what is missing, and its first block must not pass for the first of the run before.
 */
export function openSink(ch: ClickHouse, token: string): Sink {
  const waiting = new Map<Table, Waiting>();
  const underWay = new Set<Promise<void>>();
  let fault: unknown;
  const send = (table: Table, of: Waiting): void => {
    if (of.block.rows === 0) return;
    const rows = of.block.writer.row();
    const work: Promise<void> = ch.insertRows(table, COLUMNS[table], rows, `${token}:${table}:${of.sent++}:${crc32(rows)}`)
      .catch((error: unknown) => { fault ??= error; })
      .finally(() => underWay.delete(work));
    underWay.add(work);
    of.block = newBlock();
  };
  const settle = async (most: number): Promise<void> => {
    while (underWay.size > most) await Promise.race(underWay);
    if (fault) throw fault;
  };
  const begin = (): void => { for (const [table, of] of waiting) send(table, of); };
  return {
    add: (table, ...cells) => {
      const of = waiting.get(table) ?? { block: newBlock(), sent: 0 };
      waiting.set(table, of);
      for (const some of cells) of.block.writer.bytes(some);
      of.block.rows++;
      if (of.block.rows >= ROWS_PER_BLOCK || of.block.writer.length >= BYTES_PER_BLOCK) send(table, of);
    },
    begin,
    breathe: () => settle(BLOCKS_UNDER_WAY),
    finish: async () => {
      begin();
      await settle(0);
    },
  };
}
