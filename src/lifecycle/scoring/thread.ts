import { availableParallelism } from 'node:os';
import { inThread, threadWork } from '../../kernel/thread.ts';
import { booksOf } from './compute/books.ts';
import type { LearnedChurn } from './compute/churn.ts';
import { learn, type Setting } from './compute/learn.ts';
import type { Stamp } from './compute/rows.ts';
import type { Scorer } from './compute/score.ts';
import type { ValueModel } from './compute/value.ts';
import type { Step } from './codes.ts';
import { type Share, scoreShare, stepBack } from './share.ts';
import type { ShareNews } from './shareThread.ts';

/** What the thread is given: the books as read, who objected (ids as the engine writes them), and either models in force or the number new ones get. */
export type ThreadInput = { books: Uint8Array; setting: Setting; stamp: Stamp; objectors: Uint8Array; scorer: Scorer | null; number: number };
/** On its way: how far it is, or a block of scores to be stored. */
export type ThreadNews = { step: Step; share: number } | { block: Uint8Array };
export type ThreadAnswer = { customers: number; value: ValueModel | null; churn: LearnedChurn | null; usualGapDays: number };

const SHARE_THREAD = new URL('./shareThread.ts', import.meta.url);
/** Of fewer, a second thread would take longer to begin than it gives. */
const SHARED_FROM = 40_000;

stepBack();

// Learns, where asked to, then scores everybody: half of a great many in a thread beside this one, where there is a core for it.
threadWork<ThreadInput, ThreadNews, ThreadAnswer>(async ({ books: bytes, setting, stamp, objectors, scorer: given, number }, tell) => {
  const books = booksOf(bytes), { customers } = books, steps: Promise<void>[] = [], learned = given ? null : learn(books, setting, (step, share) => void steps.push(tell({ step, share })));
  await Promise.all(steps);
  const scorer: Scorer | null = given ?? (learned && { value: learned.value.scorer, churn: learned.churn.scorer, valueModel: number, churnModel: number, usualGapDays: learned.usualGapDays });
  let scored = 0;
  const stored = async (block: Uint8Array<ArrayBuffer>, rows: number): Promise<void> => {
    await tell({ block }, [block.buffer]);
    await tell({ step: 'score', share: (scored += rows) / customers });
  };
  const own = customers >= SHARED_FROM && availableParallelism() > 1 ? Math.ceil(customers / 2) : customers, share = (from: number, to: number): Share => ({ books, setting, stamp, objectors, scorer: scorer as Scorer, from, to });
  if (scorer) await Promise.all([
    own < customers ? inThread<Share, ShareNews, null>(SHARE_THREAD, share(own, customers), { onNews: ({ block, customers: rows }) => stored(block, rows) }) : null,
    scoreShare(share(0, own), stored),
  ]);
  return { customers, value: learned?.value ?? null, churn: learned?.churn ?? null, usualGapDays: learned?.usualGapDays ?? given?.usualGapDays ?? -1 };
});
