import { threadWork } from '../../kernel/thread.ts';
import { type Share, scoreShare, stepBack } from './share.ts';

/** A block of scores to be stored, of so many customers. */
export type ShareNews = { block: Uint8Array<ArrayBuffer>; customers: number };

stepBack();

// Scores one share beside the thread that learned.
threadWork<Share, ShareNews, null>(async (share, tell) => {
  await scoreShare(share, (block, customers) => tell({ block, customers }, [block.buffer]));
  return null;
});
