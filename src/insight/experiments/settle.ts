import { imports } from '../../collect/index.ts';
import { audit } from '../../kernel/audit.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import type { Day } from '../../kernel/day.ts';
import { announce } from '../../kernel/facts.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { isTold } from '../../kernel/storyClock.ts';
import { eachApart } from '../../kernel/tick.ts';
import type { Language } from '../../kernel/words/index.ts';
import { dataDay, recordMeasuredResponse } from '../../lifecycle/index.ts';
import type { ArmReply, ResultDetail, ResultReply, SettledResult } from './contract.ts';
import { demandExperiment, today } from './experiments.ts';
import { type ExperimentRow, unsettled } from './queries/experiments.ts';
import { putOutcome, type SaidBy } from './queries/results.ts';
import type { Said } from './queries/said.ts';
import { insertSettlement, type Settlement, settlementsOf, workspaceIds } from './queries/settlement.ts';
import { told } from './reading.ts';
import { detailOf, load, type Loaded } from './result.ts';
import { daysOf } from './timing.ts';

const codesOf = ({ sentence: _, ...judgement }: ResultReply['comparisons'][number]['buyers']) => judgement;

/** Those who said something, by what. */
export const saidBy = (said: readonly Said[]): SaidBy => {
  const of = (what: Said['what']) => said.filter((one) => one.what === what).map(({ customer }) => customer);
  return { unsubscribed: of('unsubscribed'), complained: of('complained') };
};

/** What an experiment on a list of whom to save found is what the next plan goes by: all treated arms together against the held out, where the draw was sound. */
async function tellPlan(tx: Tx, stores: Stores, workspaceId: WorkspaceId, { experiment: { id, name, audience, plan }, reply: { arms: [control, ...treated], asOf, ratio } }: Loaded): Promise<void> {
  if (audience.kind !== 'customers' || audience.from !== 'save_plan' || !control || !ratio || ratio.isMismatch) return;
  const sum = (of: 'customers' | 'buyers'): number => treated.reduce((total, arm) => total + arm[of], 0);
  await recordMeasuredResponse(tx, stores, workspaceId, { experimentId: id, name, treated: { customers: sum('customers'), buyers: sum('buyers') }, control: { customers: control.customers, buyers: control.buyers }, windowDays: plan.windowDays, settledOn: asOf });
}

/** Reads an experiment for good: figures, verdicts, each person's part, with the day and the data's own day. A second time changes nothing. */
async function settle(stores: Stores, workspaceId: WorkspaceId, experiment: ExperimentRow, asOf: Day): Promise<boolean> {
  const caller = systemCaller(workspaceId);
  const loaded = await load(stores, caller, experiment, asOf, { isClosing: true });
  const settledAt = stores.clock.now();
  const outcomeId = newId();
  const detail = await detailOf(stores, loaded);
  const result: SettledResult = { ...detail, phase: 'settled', settledAt: settledAt.toISOString(), comparisons: detail.comparisons.map((one) => ({ ...one, buyers: codesOf(one.buyers), profit: codesOf(one.profit) })) };
  // Under an id of its own: what a settling that came second, or never got to its end, wrote is read by nobody.
  await putOutcome(stores.ch, loaded.counting, outcomeId, saidBy(loaded.said));
  return stores.pg.tx(workspaceId, async (tx) => {
    if (await insertSettlement(tx, workspaceId, { experimentId: experiment.id, settledAt, asOf, outcomeId, result }) === 0) return false;
    await audit(tx, stores.clock, caller, { action: 'experiment.settled', target: experiment.id, detail: { asOf, ...Object.fromEntries(result.comparisons.map(({ arm, buyers, profit }) => [arm, `${buyers.verdict}/${profit.verdict}`])) } });
    await announce(tx, stores.clock, workspaceId, 'experiment.settled', { experimentId: experiment.id });
    await tellPlan(tx, stores, workspaceId, loaded);
    return true;
  });
}

const UNDER_WAY: ReadonlySet<string> = new Set(['waiting', 'running', 'undoing']);

/**
 * Settles what is due: experiments whose refund window the data's own day has left behind. Never while a file is being
 * read, which may hold the refunds of these very days. How many were settled.
 */
export async function settleDue(stores: Stores, workspaceId: WorkspaceId): Promise<number> {
  // Of a past that is still being told nobody knows yet who entered.
  const open = await stores.pg.tx(workspaceId, async (tx) => (await isTold(tx, workspaceId) ? [] : unsettled(tx, workspaceId)));
  if (open.length === 0) return 0;
  const asOf = await dataDay(stores, workspaceId);
  const due = open.filter((one) => daysOf(one).refundsUntil < asOf);
  if (due.length === 0 || (await imports(stores, workspaceId)).rows.some(({ status }) => UNDER_WAY.has(status))) return 0;
  let settled = 0;
  for (const experiment of due) if (await settle(stores, workspaceId, experiment, asOf)) settled += 1;
  return settled;
}

/** What repeats by the clock, for every workspace. To be called about once a minute. */
export async function experimentsTick(stores: Stores): Promise<void> {
  await eachApart(await workspaceIds(stores.pg.global), (workspaceId) => settleDue(stores, workspaceId));
}

const toldIn = (language: Language, { result }: Settlement): Omit<ResultDetail, 'since'> =>
  ({ ...result, comparisons: result.comparisons.map((one) => ({ ...one, buyers: told(language, 'buyers', one.buyers), profit: told(language, 'profit', one.profit) })) });

/** What experiments brought: as it was settled, or counted now. Drafts are left out. */
export async function readResults(stores: Stores, caller: Caller, experiments: readonly ExperimentRow[], asOf: Day): Promise<Map<string, ResultReply>> {
  const drawn = experiments.filter((one) => one.drawn !== null);
  const settled = drawn.filter((one) => one.settled !== null);
  const kept = settled.length === 0 ? [] : await stores.pg.tx(caller.workspaceId, (tx) => settlementsOf(tx, caller.workspaceId, settled.map(({ id }) => id)));
  const open = drawn.filter(({ id }) => !kept.some(({ experimentId }) => experimentId === id));
  const counted = await Promise.all(open.map(async (one) => (await load(stores, caller, one, asOf, { isClosing: false })).reply));
  return new Map([...kept.map((one) => toldIn(caller.language, one)), ...counted].map((one) => [one.id, one]));
}

/** What was measured of an experiment. Refuses `experiment.not_drawn`. */
export async function readResult(stores: Stores, caller: Caller, experiment: ExperimentRow, asOf: Day): Promise<ResultReply> {
  return (await readResults(stores, caller, [experiment], asOf)).get(experiment.id) ?? (await load(stores, caller, experiment, asOf, { isClosing: false })).reply;
}

const FIGURES = ['customers', 'sent', 'buyers', 'orders', 'paidMinor', 'refundedMinor', 'netMinor', 'couponMinor', 'messageMinor', 'refunded', 'unsubscribed', 'complained'] as const satisfies readonly (keyof ArmReply)[];
const isSame = (one: ArmReply, other: ArmReply | undefined): boolean => other !== undefined && FIGURES.every((figure) => one[figure] === other[figure]);

/** The result page: what the arms brought, day by day, the effect report; of a settled result, what arrived since. Refuses `experiment.not_found`, `experiment.not_drawn`. */
export async function experimentResult(stores: Stores, caller: Caller, id: string): Promise<ResultDetail> {
  const [{ experiment, kept }, asOf] = await Promise.all([stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await demandExperiment(tx, caller, id);
    return { experiment: found, kept: found.settled ? (await settlementsOf(tx, caller.workspaceId, [id]))[0] : undefined };
  }), today(stores, caller)]);
  const loaded = await load(stores, caller, experiment, asOf, { isClosing: kept !== undefined });
  if (!kept) return { ...await detailOf(stores, loaded), since: null };
  const { arms, comparisons } = loaded.reply;
  const before = toldIn(caller.language, kept);
  return { ...before, since: { asOf, isChanged: !arms.every((arm) => isSame(arm, before.arms.find((one) => one.arm === arm.arm))), arms, comparisons } };
}
