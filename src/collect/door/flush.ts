import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import { whileHeldBack } from '../../kernel/patience.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Batch, bodiesWait, openBatch, takeBatch } from '../queries/ingest.ts';
import { complete } from './complete.ts';
import { type Prepared, prepare } from './prepare.ts';

/** How much is one batch at most. `ahead`: from so many events on the next batch is read while one is stored; of fewer, what comes meanwhile is gathered into one. */
export type Portion = { bodies: number; bytes: number; ahead: number };
const PORTION: Portion = { bodies: 4_000, bytes: 32 * 1024 * 1024, ahead: 5_000 };

/** Takes waiting bodies of one workspace as a batch, or takes up again what a killed flusher left; one beside a batch that is being stored is always new. */
const nextBatch = (stores: Stores, workspaceId: WorkspaceId, portion: Portion, isBeside: boolean): Promise<Batch | undefined> => stores.pg.tx(workspaceId, async (tx) =>
  (isBeside ? undefined : await openBatch(tx, workspaceId)) ?? takeBatch(tx, workspaceId, { id: newId(), at: stores.clock.now() }, portion));

/** The batches of one workspace, one after another. */
export type Projection = {
  /** Stores one batch, and meanwhile reads the next where that is worth it and `ahead` is not false. False when none waits. */
  step(options?: { ahead?: boolean }): Promise<boolean>;
  /** Whether a batch was read that is to be stored yet. */
  isAhead(): boolean;
};

/**
 * Projects waiting bodies of one workspace: a batch is taken (or one that a killed flusher left is taken up again), read, written to
 * ClickHouse, and ended in one Postgres transaction that announces `events.recorded`. People are found in the order of the batches, and batches are
 * stored in it: only reading the next goes beside storing one. After a fault both are open, and are taken up again one after another.
 */
export function projection(stores: Stores, workspaceId: WorkspaceId, portion: Portion = PORTION): Projection {
  let read: Prepared | undefined;
  const next = async (beside?: Prepared): Promise<Prepared | undefined> => {
    const batch = await nextBatch(stores, workspaceId, portion, beside !== undefined);
    return batch && prepare(stores, workspaceId, batch, beside?.sent);
  };
  return {
    isAhead: () => read !== undefined,
    step: async ({ ahead = true } = {}) => {
      const one = read ?? (await next());
      read = undefined;
      if (!one) return false;
      const isWorth = ahead && !one.batch.takenUp && one.arrived.length >= portion.ahead;
      const [stored, following] = await Promise.allSettled([complete(stores, workspaceId, one), isWorth ? next(one) : undefined]);
      if (stored.status === 'rejected') throw stored.reason;
      if (following.status === 'rejected') throw following.reason;
      // What was put aside may have come again, right this time, and been taken for a repeat: then the next is read anew.
      if (stored.value) read = following.value;
      return true;
    },
  };
}

/** Projects one batch of a workspace; false when none waits. */
export const flushOnce = (stores: Stores, workspaceId: WorkspaceId): Promise<boolean> => projection(stores, workspaceId).step({ ahead: false });

/** Projects everything that waits in a workspace; bodies held back by an open transaction are waited for. */
export async function flush(stores: Stores, workspaceId: WorkspaceId, portion?: Portion): Promise<void> {
  const takeAll = async (): Promise<void> => {
    const { step } = projection(stores, workspaceId, portion);
    while (await step());
  };
  await whileHeldBack(takeAll, () => stores.pg.tx(workspaceId, (tx) => bodiesWait(tx, workspaceId)));
}
