import type { ClickHouse } from '../kernel/clickhouse/index.ts';
import { COLUMNS, type Table } from './encode.ts';

/** Rows on their way to ClickHouse, in blocks; blocks are inserted while the caller goes on. */
export type Sink = {
  /** A row: its cells, where they are bytes already, and the text behind them with the end of the line. */
  add(table: Table, text: string, cells?: Uint8Array): void;
  /** Resolves once few enough blocks are under way; call it now and then, or memory grows with the file. */
  breathe(): Promise<void>;
  /** Sends what is left and waits for all of it. */
  finish(): Promise<void>;
};

const ROWS_PER_BLOCK = 50_000;
const BYTES_PER_BLOCK = 24_000_000;
const BLOCKS_UNDER_WAY = 2;

const BYTES_PER_SLAB = 1_048_576;
/** A character of JavaScript takes at most so many bytes of UTF-8. */
const BYTES_PER_CHAR = 3;

/** Text gathered as bytes: lines kept as strings would outlive two rounds of garbage collection, which costs more than writing them. */
class Block {
  rows = 0;
  bytes = 0;
  #full: Buffer[] = [];
  #slab = Buffer.alloc(0);
  #used = 0;

  add(text: string, cells: Uint8Array | undefined): void {
    const most = text.length * BYTES_PER_CHAR + (cells?.length ?? 0);
    if (this.#slab.length - this.#used < most) {
      this.#full.push(this.#slab.subarray(0, this.#used));
      this.#slab = Buffer.allocUnsafeSlow(Math.max(BYTES_PER_SLAB, most));
      this.#used = 0;
    }
    const began = this.#used;
    if (cells) {
      this.#slab.set(cells, this.#used);
      this.#used += cells.length;
    }
    this.#used += this.#slab.write(text, this.#used);
    this.bytes += this.#used - began;
    this.rows++;
  }

  whole(): Buffer {
    return Buffer.concat([...this.#full, this.#slab.subarray(0, this.#used)], this.bytes);
  }
}

type Waiting = { block: Block; sent: number };

/** `token` names the blocks, so that a repeated block of the same run is taken once. */
export function openSink(ch: ClickHouse, token: string): Sink {
  const waiting = new Map<Table, Waiting>();
  const underWay = new Set<Promise<void>>();
  let fault: unknown;
  const send = (table: Table, of: Waiting): void => {
    if (of.block.rows === 0) return;
    const work: Promise<void> = ch.insertTsv(table, COLUMNS[table], of.block.whole(), `${token}:${table}:${of.sent++}`)
      .catch((error: unknown) => { fault ??= error; })
      .finally(() => underWay.delete(work));
    underWay.add(work);
    of.block = new Block();
  };
  const settle = async (most: number): Promise<void> => {
    while (underWay.size > most) await Promise.race(underWay);
    if (fault) throw fault;
  };
  return {
    add: (table, text, cells) => {
      const of = waiting.get(table) ?? { block: new Block(), sent: 0 };
      waiting.set(table, of);
      of.block.add(text, cells);
      if (of.block.rows >= ROWS_PER_BLOCK || of.block.bytes >= BYTES_PER_BLOCK) send(table, of);
    },
    breathe: () => settle(BLOCKS_UNDER_WAY),
    finish: async () => {
      for (const [table, of] of waiting) send(table, of);
      await settle(0);
    },
  };
}
