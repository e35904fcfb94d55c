import { constants, setPriority } from 'node:os';
import { threadWork } from '../../kernel/thread.ts';
import { type Books, booksOf, rowsWhere } from './compute/books.ts';
import type { LearnedChurn } from './compute/churn.ts';
import { ID_BYTES } from './compute/growing.ts';
import { learn, type Setting } from './compute/learn.ts';
import { type Stamp, writeScores } from './compute/rows.ts';
import { type Scorer, scoreRows } from './compute/score.ts';
import type { ValueModel } from './compute/value.ts';
import type { Step } from './codes.ts';

/** What the thread is given: the books as read, who objected (ids as the engine writes them), and either models in force or the number new ones get. */
export type ThreadInput = { books: Uint8Array; setting: Setting; stamp: Stamp; objectors: Uint8Array; scorer: Scorer | null; number: number };
/** On its way: how far it is, or a block of scores to be stored. */
export type ThreadNews = { step: Step; share: number } | { block: Uint8Array };
export type ThreadAnswer = { customers: number; value: ValueModel | null; churn: LearnedChurn | null; usualGapDays: number };

const ROWS_PER_BLOCK = 20_000;

const keyAt = (ids: Uint8Array, row: number): string => String.fromCharCode(...ids.subarray(row * ID_BYTES, (row + 1) * ID_BYTES));

function objectedIn(books: Books, objectors: Uint8Array): (row: number) => boolean {
  const keys = new Set(Array.from({ length: objectors.length / ID_BYTES }, (_, row) => keyAt(objectors, row)));
  return keys.size === 0 ? () => false : (row) => keys.has(keyAt(books.ids, row));
}

// Whoever waits for an answer or a file comes first. Linux knows threads by themselves; elsewhere this would be the whole process.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

// Learns, where asked to, then scores everybody block by block; each block waits until it is stored.
threadWork<ThreadInput, ThreadNews, ThreadAnswer>(async ({ books: bytes, setting, stamp, objectors, scorer: given, number }, tell) => {
  const books = booksOf(bytes), steps: Promise<void>[] = [], learned = given ? null : learn(books, setting, (step, share) => void steps.push(tell({ step, share })));
  await Promise.all(steps);
  const scorer: Scorer | null = given ?? (learned && { value: learned.value.scorer, churn: learned.churn.scorer, valueModel: number, churnModel: number, usualGapDays: learned.usualGapDays });
  const objected = objectedIn(books, objectors), all = rowsWhere(books.customers, () => true);
  for (let at = 0; scorer && at < books.customers; at += ROWS_PER_BLOCK) {
    const rows = all.subarray(at, at + ROWS_PER_BLOCK), block = writeScores(books.ids, scoreRows({ books, asOf: setting.asOf, rows, scorer, traits: setting.traits, objected }), scorer, stamp).slice();
    await tell({ block }, [block.buffer as ArrayBuffer]);
    await tell({ step: 'score', share: (at + rows.length) / books.customers });
  }
  return { customers: books.customers, value: learned?.value ?? null, churn: learned?.churn ?? null, usualGapDays: learned?.usualGapDays ?? given?.usualGapDays ?? -1 };
});
