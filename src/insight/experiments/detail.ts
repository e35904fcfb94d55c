import type { Caller } from '../../kernel/access/caller.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ExperimentDetail, ExperimentReply, ResultReply } from './contract.ts';
import { demandExperiment, listExperiments, namesOf, tell, today } from './experiments.ts';
import { treatedOn } from './treated.ts';
import { type Batch, batchesOf, type Treated } from './queries/sendings.ts';
import { daysOf } from './timing.ts';
import { readResults } from './settle.ts';
import { toToken } from '../tokens.ts';

const batchOf = ({ experimentId: _, madeAt, ...batch }: Batch, nameOf: (id: string) => string): ExperimentDetail['batches'][number] =>
  ({ ...batch, madeByName: nameOf(batch.madeBy), madeAt: madeAt.toISOString() });

/** One experiment with its files, and who of the treated still waits for one. Refuses `experiment.not_found`. */
export async function experimentDetail(stores: Stores, caller: Caller, id: string): Promise<ExperimentDetail> {
  const asOf = await today(stores, caller);
  const { row, batches } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await demandExperiment(tx, caller, id);
    return { row: found, batches: await batchesOf(tx, caller.workspaceId, [id]) };
  });
  const [told, nameOf] = await Promise.all([tell(stores, caller, [row], asOf), namesOf(stores, batches.map(({ madeBy }) => madeBy))]);
  const waiting = row.rolling || asOf > daysOf(row).lastDay ? new Map<string, Treated[]>() : (await stores.pg.tx(caller.workspaceId, (tx) => treatedOn(stores, tx, caller.workspaceId, row, asOf > row.startsOn ? asOf : row.startsOn))).waiting;
  return {
    ...(told[0] as ExperimentReply), token: toToken({ of: 'experiment', id }), batches: batches.map((batch) => batchOf(batch, nameOf)),
    waiting: Object.fromEntries([...waiting].map(([channel, people]) => [channel, people.length])),
  };
}

/** A page of experiments, each with what it measured. */
export async function experimentPage(stores: Stores, caller: Caller, query: { cursor?: string | undefined; limit: number }): Promise<{ rows: (ExperimentReply & { result: ResultReply | null })[]; next: string | null; total: { count: number; over: boolean } }> {
  const [{ rows, next, total }, asOf] = await Promise.all([listExperiments(stores, caller, query), today(stores, caller)]);
  const [told, results] = await Promise.all([tell(stores, caller, rows, asOf), readResults(stores, caller, rows, asOf)]);
  return { rows: told.map((one) => ({ ...one, result: results.get(one.id) ?? null })), next, total };
}
