import type { Caller } from '../../kernel/access/caller.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ExperimentDetail, ExperimentReply, ResultReply } from './contract.ts';
import { demandExperiment, listExperiments, namesOf, tell, today } from './experiments.ts';
import { sortTreated } from './export.ts';
import { type Batch, batchesOf, unsent } from './queries/sendings.ts';
import { readResult } from './result.ts';

const batchOf = ({ experimentId: _, madeAt, ...batch }: Batch, nameOf: (id: string) => string): ExperimentDetail['batches'][number] =>
  ({ ...batch, madeByName: nameOf(batch.madeBy), madeAt: madeAt.toISOString() });

/** One experiment with its files, and who of the treated still waits for one. Refuses `experiment.not_found`. */
export async function experimentDetail(stores: Stores, caller: Caller, id: string): Promise<ExperimentDetail> {
  const asOf = await today(stores, caller);
  const { row, batches, treated } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await demandExperiment(tx, caller, id);
    return { row: found, batches: await batchesOf(tx, caller.workspaceId, [id]), treated: found.drawn ? await unsent(tx, caller.workspaceId, id) : [] };
  });
  const [told, nameOf] = await Promise.all([tell(stores, caller, [row], asOf), namesOf(stores, batches.map(({ madeBy }) => madeBy))]);
  const { waiting } = sortTreated(treated, row.plan, asOf > row.startsOn ? asOf : row.startsOn);
  return { ...(told[0] as ExperimentReply), batches: batches.map((batch) => batchOf(batch, nameOf)), waiting: Object.fromEntries([...waiting].map(([channel, people]) => [channel, people.length])) };
}

/** A page of experiments, each with what it measured. */
export async function experimentPage(stores: Stores, caller: Caller, query: { cursor?: string | undefined; limit: number }): Promise<{ rows: (ExperimentReply & { result: ResultReply | null })[]; next: string | null; total: { count: number; over: boolean } }> {
  const [{ rows, next, total }, asOf] = await Promise.all([listExperiments(stores, caller, query), today(stores, caller)]);
  const [told, results] = await Promise.all([tell(stores, caller, rows, asOf), Promise.all(rows.map((row) => (row.drawn ? readResult(stores, caller, row, asOf) : null)))]);
  return { rows: told.map((one, at) => ({ ...one, result: results[at] ?? null })), next, total };
}
