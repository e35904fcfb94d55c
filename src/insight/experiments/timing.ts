import { addDays, type Day } from '../../kernel/day.ts';
import type { Registration } from '../core/experiment/index.ts';
import type { Phase, Plan } from './contract.ts';

/** The days of an experiment: the window's last day, and the last day on which an order of it may still be refunded. */
export const daysOf = ({ startsOn, plan }: { startsOn: Day; plan: Plan }): { lastDay: Day; readOn: Day; refundsUntil: Day } => {
  const lastDay = addDays(startsOn, plan.windowDays - 1);
  return { lastDay, readOn: addDays(lastDay, 1), refundsUntil: addDays(lastDay, plan.refundDays) };
};

/** Where an experiment is, on the data's own day: its window is over once a day after it has come. */
export function phaseOf(experiment: { startsOn: Day; plan: Plan; drawn: unknown }, sent: boolean, asOf: Day): Phase {
  if (experiment.drawn === null) return 'draft';
  const { lastDay, refundsUntil } = daysOf(experiment);
  if (!sent && asOf <= lastDay) return 'drawn';
  return asOf <= lastDay ? 'running' : asOf <= refundsUntil ? 'unsettled' : 'settled';
}

/** What is promised, in the form the statistics know. Buyers are the registered metric; profit is judged beside them, by its own interval. */
export const registrationOf = ({ startsOn, plan }: { startsOn: Day; plan: Plan }, registeredOn: Day): Registration =>
  ({ metric: 'buyers', guardrails: plan.guardrails.map(({ metric, margin }) => ({ metric, margin, better: 'less' })), alpha: 0.05, stopping: plan.stopping, registeredOn, startsOn, readOn: daysOf({ startsOn, plan }).readOn });
