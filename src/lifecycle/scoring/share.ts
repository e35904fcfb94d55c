import { constants, setPriority } from 'node:os';
import { RowWriter } from '../../kernel/clickhouse/rowWriter.ts';
import { type Books, rowsWhere } from './compute/books.ts';
import { ID_BYTES } from './compute/columns.ts';
import type { Setting } from './compute/learn.ts';
import { type Stamp, writeScores } from './compute/rows.ts';
import { type Scorer, scoreRows } from './compute/score.ts';

/** Some of the customers to be scored: `books` lie where every thread may look into them. */
export type Share = { books: Books; setting: Setting; stamp: Stamp; objectors: Uint8Array; scorer: Scorer; from: number; to: number };

/** Stored together: fewer blocks are fewer parts that the engine merges. */
const ROWS_PER_BLOCK = 20_000;
/** Worked out together, as objects of some 2 KB a customer, which are to die young. */
const ROWS_PER_STEP = 2_000;

const keyAt = (ids: Uint8Array, row: number): string => String.fromCharCode(...ids.subarray(row * ID_BYTES, (row + 1) * ID_BYTES));

function objectedIn(books: Books, objectors: Uint8Array): (row: number) => boolean {
  const keys = new Set(Array.from({ length: objectors.length / ID_BYTES }, (_, row) => keyAt(objectors, row)));
  return keys.size === 0 ? () => false : (row) => keys.has(keyAt(books.ids, row));
}

/** Scores a share block by block; a block is `stored` while the next is worked out, and no more than one waits. */
export async function scoreShare({ books, setting, stamp, objectors, scorer, from, to }: Share, stored: (block: Uint8Array<ArrayBuffer>, customers: number) => Promise<void>): Promise<void> {
  const objected = objectedIn(books, objectors), all = rowsWhere(books.customers, () => true), room = new RowWriter();
  let storing = Promise.resolve();
  for (let at = from; at < to; at += ROWS_PER_BLOCK) {
    const end = Math.min(to, at + ROWS_PER_BLOCK);
    room.begin();
    for (let step = at; step < end; step += ROWS_PER_STEP) {
      const rows = all.subarray(step, Math.min(end, step + ROWS_PER_STEP));
      writeScores(room, books.ids, scoreRows({ books, asOf: setting.asOf, rows, scorer, traits: setting.traits, objected }), scorer, stamp);
    }
    const block = Uint8Array.from(room.row());
    await storing;
    storing = stored(block, end - at);
    storing.catch(() => undefined);
  }
  await storing;
}

/** Whoever waits for an answer or a file comes first. Linux knows threads by themselves; elsewhere this would be the whole process. */
export function stepBack(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
