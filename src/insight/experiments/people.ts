import { type Caller, demand } from '../../kernel/access/caller.ts';
import type { Day } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Behind } from '../queries/people.ts';
import type { ArmPeople, Exclusion } from './contract.ts';
import { demandExperiment, today } from './experiments.ts';
import { armPeople, keptPeople, leftOutPeople } from './queries/results.ts';
import { batchById } from './queries/sendings.ts';
import { settlementsOf } from './queries/settlement.ts';
import { countingOf, loadSaid } from './result.ts';
import { saidBy } from './settle.ts';

/** `since`: of a settled result, the people counted today instead of those it was settled with. `batch`: whom that file left out, else the draw. */
export type ExperimentPick = { arm: string; which: ArmPeople; since: boolean } | { leftOut: Exclusion; batch: string | null };

/**
 * The people behind a number of an experiment, as a statement. A settled figure opens those it was settled with. Refuses
 * `access.forbidden` without insight.read, `experiment.not_found`, `experiment.not_drawn`, `insight.token_invalid`.
 */
export async function experimentPeople(stores: Stores, caller: Caller, id: string, pick: ExperimentPick): Promise<{ behind: Behind; asOf: Day }> {
  demand(caller, 'insight.read');
  const { workspaceId } = caller;
  const asOf = await today(stores, caller);
  const { experiment, kept, batch } = await stores.pg.tx(workspaceId, async (tx) => ({
    experiment: await demandExperiment(tx, caller, id), kept: (await settlementsOf(tx, workspaceId, [id]))[0],
    batch: 'leftOut' in pick && pick.batch ? await batchById(tx, workspaceId, pick.batch) : undefined,
  }));
  const counting = countingOf(caller, experiment, asOf);
  if ('leftOut' in pick) {
    if (pick.batch && batch?.experimentId !== id) throw new Refusal('insight.token_invalid', { pick: 'batch' }, 400);
    return { behind: leftOutPeople(workspaceId, batch?.id ?? counting.drawId, pick.leftOut), asOf };
  }
  if (kept && !pick.since) return { behind: keptPeople(workspaceId, kept.outcomeId, pick), asOf: kept.asOf };
  const asked = pick.which === 'unsubscribed' || pick.which === 'complained' ? await loadSaid(stores, experiment, counting) : [];
  return { behind: armPeople(counting, pick, saidBy(asked)), asOf };
}
