import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, type Day, daysBetween } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { effectReport, isRefused, readingOf } from '../core/experiment/index.ts';
import { type Arm, armsOf } from './arms.ts';
import type { ResultDetail, ResultReply } from './contract.ts';
import type { ExperimentRow } from './queries/experiments.ts';
import { type ArmSums, type Counting, loadArms, loadDays, loadKept } from './queries/results.ts';
import { complainedIn } from './queries/heard.ts';
import { type Said, saidIn } from './queries/said.ts';
import { cumulate, type Frame, readArms } from './reading.ts';
import { orNull } from './refuse.ts';
import { sendingCosts } from './sources.ts';
import { daysOf, phaseOf, registrationOf } from './timing.ts';

export type Loaded = { experiment: ExperimentRow; counting: Counting; frame: Frame; arms: [Arm, ...Arm[]]; sums: readonly ArmSums[]; said: readonly Said[]; reply: ResultReply };

const notDrawn = (): Refusal => new Refusal('experiment.not_drawn', {}, 409);

/** What is counted: orders from the first day of the window to its last, as far as the data goes; of the experiment's shops, where it has any. */
export function countingOf({ workspaceId }: Caller, { drawn, startsOn, plan, shops, rolling, closesOn }: ExperimentRow, asOf: Day): Counting {
  if (!drawn) throw notDrawn();
  const { lastDay } = daysOf({ startsOn, plan, rolling, closesOn });
  return { asked: { workspaceId, asOf, shops, channels: [], withoutB2b: false }, drawId: drawn.drawId, from: startsOn, to: asOf < lastDay ? asOf : lastDay, plan, rolling };
}

/** Who of a draw opted out or complained within the days that are counted. */
export async function loadSaid(stores: Stores, { id, plan }: ExperimentRow, { asked: { workspaceId }, drawId, from, to }: Counting): Promise<Said[]> {
  const complained = await complainedIn(stores.ch, workspaceId, { drawId, from, to });
  return stores.pg.tx(workspaceId, (tx) => saidIn(tx, workspaceId, { experimentId: id, from, to, withoutTags: plan.withoutTags, complained }));
}

/** Counts everything anew. `isClosing`: judged for good; until then what the refund window leaves open stays open, whatever the day. */
export async function load(stores: Stores, caller: Caller, experiment: ExperimentRow, asOf: Day, { isClosing }: { isClosing: boolean }): Promise<Loaded> {
  const { id, plan, drawn } = experiment;
  const counting = countingOf(caller, experiment, asOf);
  const { lastDay, refundsUntil } = daysOf(experiment);
  const registration = registrationOf(experiment, drawn?.registeredOn ?? experiment.startsOn);
  const [sums, said, messages] = await Promise.all([
    loadArms(stores.ch, counting), loadSaid(stores, experiment, counting), stores.pg.tx(caller.workspaceId, (tx) => sendingCosts(tx, caller.workspaceId, experiment)),
  ]);
  const arms = armsOf({ id, plan, sums, said, messages });
  const frame: Frame = { plan, registration, reading: readingOf(registration, asOf), refundsUntil: isClosing || asOf < refundsUntil ? refundsUntil : asOf, asOf, language: caller.language };
  const { ratio, comparisons } = readArms(arms, frame);
  const sum = (of: (arm: Arm) => number): number => arms.reduce((total, arm) => total + of(arm), 0);
  const lines = sum(({ linesMinor }) => linesMinor);
  const reply: ResultReply = {
    id, asOf, settledAt: null, from: counting.from, to: counting.to < counting.from ? counting.from : counting.to, lastDay, refundsUntil, phase: phaseOf(experiment, arms.some(({ reply: { sent } }) => sent > 0), asOf), reading: frame.reading,
    ratio: isRefused(ratio) ? null : { pValue: ratio.pValue, isMismatch: ratio.isMismatch, arms: ratio.arms }, merged: sum(({ merged }) => merged),
    costCoverage: plan.margin.basis === 'costs' ? (lines > 0 ? sum(({ knownMinor }) => knownMinor) / lines : 0) : null, arms: arms.map((arm) => arm.reply), comparisons,
  };
  return { experiment, counting, frame, arms, sums, said, reply };
}

const daysIn = ({ from, to }: Counting): Day[] => Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, at) => addDays(from, at));

/** Effect report (R50): of those meant to be treated, who was sent something, and what these did. ROI by the net gain, where there is one treated arm. */
async function reportOf(stores: Stores, { counting, sums, said, arms: [, ...arms], reply }: Loaded): Promise<ResultDetail['report']> {
  const { active, kept } = await loadKept(stores.ch, counting);
  const sent = sums.filter((row) => row.sent === 1 && row.arm !== 'control');
  const over = (of: (row: ArmSums) => number): number => sent.reduce((total, row) => total + of(row), 0);
  const saidBy = (what: Said['what']): number => said.filter((one) => one.sent && one.arm !== 'control' && one.what === what).length;
  const net = reply.comparisons.length === 1 ? reply.comparisons[0]?.net : null;
  return orNull(effectReport({
    addressed: arms.reduce((total, arm) => total + arm.reply.customers, 0), reached: over(({ customers }) => customers), bought: over(({ buyers }) => buyers), active, kept,
    unsubscribed: saidBy('unsubscribed'), complained: saidBy('complained'), paidMinor: over(({ paidMinor }) => paidMinor), refundedMinor: over(({ paidMinor, netMinor }) => paidMinor - netMinor),
    costMinor: arms.reduce((total, { reply: { couponMinor }, sharedMinor }) => total + couponMinor + sharedMinor, 0),
  }, net ? { netMinor: net.value, intervalMinor: net } : null));
}

/** Everything the result page shows, counted now. */
export async function detailOf(stores: Stores, loaded: Loaded): Promise<Omit<ResultDetail, 'since'>> {
  const { counting, arms, reply } = loaded;
  const [bought, report] = await Promise.all([loadDays(stores.ch, counting), reportOf(stores, loaded)]);
  const mayTell = reply.comparisons.some(({ effect }) => effect !== null);
  return { ...reply, days: cumulate(arms, daysIn(counting), bought, mayTell), report };
}
