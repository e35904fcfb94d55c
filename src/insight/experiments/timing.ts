import { addDays, type Day } from '../../kernel/day.ts';
import type { Registration } from '../core/experiment/index.ts';
import type { Phase, Plan } from './contract.ts';
import type { Since } from './queries/heard.ts';

/** Of an experiment that still takes people in. */
const OPEN_END: Day = '2199-12-31';

/** The days of an experiment, of one that takes people in as they come those of the last of them: the window's last day, and the last day on which an order of it may still be refunded. */
export const daysOf = ({ startsOn, plan, rolling, closesOn }: { startsOn: Day; plan: Plan; rolling?: boolean; closesOn?: Day | null }): { lastDay: Day; readOn: Day; refundsUntil: Day } => {
  const lastDay = rolling && !closesOn ? OPEN_END : addDays((rolling && closesOn) || startsOn, plan.windowDays - 1);
  return { lastDay, readOn: addDays(lastDay, 1), refundsUntil: addDays(lastDay, plan.refundDays) };
};

/** Where an experiment is, on the data's own day: its window is over once a day after it has come, and it is settled once it has been. */
export function phaseOf(experiment: { startsOn: Day; plan: Plan; rolling?: boolean; closesOn?: Day | null; drawn: unknown; settled: unknown }, sent: boolean, asOf: Day): Phase {
  if (experiment.drawn === null) return 'draft';
  if (experiment.settled !== null) return 'settled';
  if (asOf > daysOf(experiment).lastDay) return 'unsettled';
  return sent ? 'running' : 'drawn';
}

/** What is promised, in the form the statistics know. Buyers are the registered metric; profit is judged beside them, by its own interval. */
export const registrationOf = ({ startsOn, plan, rolling, closesOn }: { startsOn: Day; plan: Plan; rolling?: boolean; closesOn?: Day | null }, registeredOn: Day): Registration =>
  ({ metric: 'buyers', guardrails: plan.guardrails.map(({ metric, margin }) => ({ metric, margin, better: 'less' })), alpha: 0.05, stopping: plan.stopping, registeredOn, startsOn, readOn: daysOf({ startsOn, plan, ...(rolling === undefined ? {} : { rolling }), ...(closesOn === undefined ? {} : { closesOn }) }).readOn });

/** From when on, for something sent on a day, complaints are open and messages of others too recent. */
export const sinceOf = ({ complaintDays, capDays }: Plan, day: Day): Since =>
  ({ complaining: complaintDays > 0 ? addDays(day, -complaintDays) : null, messaged: capDays > 0 ? addDays(day, -capDays) : null });
