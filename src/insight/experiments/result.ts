import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, type Day, daysBetween } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { effectReport, isRefused, readingOf } from '../core/experiment/index.ts';
import { type Arm, armsOf } from './arms.ts';
import type { ResultDetail, ResultReply } from './contract.ts';
import { demandExperiment, today } from './experiments.ts';
import type { ExperimentRow } from './queries/experiments.ts';
import { type ArmSums, type Counting, loadArms, loadDays, loadKept } from './queries/results.ts';
import { type SaidCount, saidByArm } from './queries/said.ts';
import { messageCosts } from './queries/sendings.ts';
import { cumulate, type Frame, readArms } from './reading.ts';
import { orNull } from './refuse.ts';
import { daysOf, phaseOf, registrationOf } from './timing.ts';

type Loaded = { experiment: ExperimentRow; counting: Counting; frame: Frame; arms: [Arm, ...Arm[]]; sums: readonly ArmSums[]; said: readonly SaidCount[]; reply: ResultReply };

const notDrawn = (): Refusal => new Refusal('experiment.not_drawn', {}, 409);

/** What is counted: orders from the first day of the window to its last, as far as the data goes; of the experiment's shops, where it has any. */
function countingOf({ workspaceId }: Caller, { drawn, startsOn, plan, shops }: ExperimentRow, asOf: Day): Counting {
  if (!drawn) throw notDrawn();
  const { lastDay } = daysOf({ startsOn, plan });
  return { asked: { workspaceId, asOf, shops, channels: [], withoutB2b: false }, drawId: drawn.drawId, from: startsOn, to: asOf < lastDay ? asOf : lastDay, plan };
}

async function load(stores: Stores, caller: Caller, experiment: ExperimentRow, asOf: Day): Promise<Loaded> {
  const { id, plan, drawn } = experiment;
  const counting = countingOf(caller, experiment, asOf);
  const { lastDay, refundsUntil } = daysOf(experiment);
  const registration = registrationOf(experiment, drawn?.registeredOn ?? experiment.startsOn);
  const [sums, { said, messages }] = await Promise.all([loadArms(stores.ch, counting), stores.pg.tx(caller.workspaceId, async (tx) => ({
    said: await saidByArm(tx, caller.workspaceId, { experimentId: id, from: counting.from, to: counting.to, withoutTags: plan.withoutTags }), messages: await messageCosts(tx, caller.workspaceId, id),
  }))]);
  const arms = armsOf({ id, plan, sums, said, messages });
  const frame: Frame = { plan, registration, reading: readingOf(registration, asOf), refundsUntil, asOf, language: caller.language };
  const { ratio, comparisons } = readArms(arms, frame);
  const sum = (of: (arm: Arm) => number): number => arms.reduce((total, arm) => total + of(arm), 0);
  const lines = sum(({ linesMinor }) => linesMinor);
  const reply: ResultReply = {
    id, asOf, from: counting.from, to: counting.to < counting.from ? counting.from : counting.to, lastDay, refundsUntil, phase: phaseOf(experiment, arms.some(({ reply: { sent } }) => sent > 0), asOf), reading: frame.reading,
    ratio: isRefused(ratio) ? null : { pValue: ratio.pValue, isMismatch: ratio.isMismatch, arms: ratio.arms }, merged: sum(({ merged }) => merged),
    costCoverage: plan.margin.basis === 'costs' ? (lines > 0 ? sum(({ knownMinor }) => knownMinor) / lines : 0) : null, arms: arms.map((arm) => arm.reply), comparisons,
  };
  return { experiment, counting, frame, arms, sums, said, reply };
}

/** What an experiment brought so far. Refuses `experiment.not_drawn`. */
export const readResult = async (stores: Stores, caller: Caller, experiment: ExperimentRow, asOf: Day): Promise<ResultReply> => (await load(stores, caller, experiment, asOf)).reply;

const daysIn = ({ from, to }: Counting): Day[] => Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, at) => addDays(from, at));

/** Effect report (R50): of those meant to be treated, who was sent something, and what these did. ROI by the net gain, where there is one treated arm. */
async function reportOf(stores: Stores, { counting, sums, said, arms: [, ...arms], reply }: Loaded): Promise<ResultDetail['report']> {
  const { active, kept } = await loadKept(stores.ch, counting);
  const sent = sums.filter((row) => row.sent === 1 && row.arm !== 'control');
  const over = (of: (row: ArmSums) => number): number => sent.reduce((total, row) => total + of(row), 0);
  const saidBy = (what: 'unsubscribed' | 'complained'): number => said.filter((one) => one.sent && one.arm !== 'control').reduce((total, one) => total + one[what], 0);
  const net = reply.comparisons.length === 1 ? reply.comparisons[0]?.net : null;
  return orNull(effectReport({
    addressed: arms.reduce((total, arm) => total + arm.reply.customers, 0), reached: over(({ customers }) => customers), bought: over(({ buyers }) => buyers), active, kept,
    unsubscribed: saidBy('unsubscribed'), complained: saidBy('complained'), paidMinor: over(({ paidMinor }) => paidMinor), refundedMinor: over(({ paidMinor, netMinor }) => paidMinor - netMinor),
    costMinor: arms.reduce((total, { reply: { couponMinor }, sharedMinor }) => total + couponMinor + sharedMinor, 0),
  }, net ? { netMinor: net.value, intervalMinor: net } : null));
}

/** The result page: what the arms brought, day by day, and the effect report. Refuses `experiment.not_found`, `experiment.not_drawn`. */
export async function experimentResult(stores: Stores, caller: Caller, id: string): Promise<ResultDetail> {
  const [experiment, asOf] = await Promise.all([stores.pg.tx(caller.workspaceId, (tx) => demandExperiment(tx, caller, id)), today(stores, caller)]);
  const loaded = await load(stores, caller, experiment, asOf);
  const { counting, arms, reply } = loaded;
  const [bought, report] = await Promise.all([loadDays(stores.ch, counting), reportOf(stores, loaded)]);
  const mayTell = reply.comparisons.some(({ effect }) => effect !== null);
  return { ...reply, days: cumulate(arms, daysIn(counting), bought, mayTell), report };
}
