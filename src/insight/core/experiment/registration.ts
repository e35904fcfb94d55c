import type { Day } from '../../../kernel/day.ts';
import type { Guardrail } from './guardrails.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

/** What was promised before anybody was treated. `stopping`: look once on `readOn`, or at any time with always-valid figures. */
export type Registration = {
  metric: string;
  guardrails: readonly Guardrail[];
  alpha: number;
  stopping: 'fixed' | 'sequential';
  registeredOn: Day;
  startsOn: Day;
  readOn: Day;
};

export const ROLES = ['primary', 'guardrail', 'exploratory'] as const;
export type Role = (typeof ROLES)[number];

/** Only the registered metric proves anything; what was found by looking around is `exploratory` and makes the next hypothesis. */
export const roleOf = ({ metric, guardrails }: Registration, asked: string): Role =>
  asked === metric ? 'primary' : guardrails.some((one) => one.metric === asked) ? 'guardrail' : 'exploratory';

/** Which p value counts on a day: the fixed-horizon one on the promised day or after, the always-valid one before it and in sequential tests. */
export const readingOf = ({ stopping, readOn }: Registration, asOf: Day): 'fixed' | 'always_valid' => (stopping === 'fixed' && asOf >= readOn ? 'fixed' : 'always_valid');

/** What is wrong with a registration, or null. A metric chosen after the start is no hypothesis. */
export function registrationFault({ metric, guardrails, alpha, registeredOn, startsOn, readOn }: Registration): Refused<'experiment.registered_late' | 'experiment.bad_alpha' | 'experiment.bad_days' | 'experiment.metric_guards_itself'> | null {
  if (registeredOn > startsOn) return refuse('experiment.registered_late', { registeredOn, startsOn });
  if (readOn <= startsOn) return refuse('experiment.bad_days', { startsOn, readOn });
  if (!(alpha > 0 && alpha < 0.5)) return refuse('experiment.bad_alpha', { alpha: String(alpha) });
  return guardrails.some((one) => one.metric === metric) ? refuse('experiment.metric_guards_itself', { metric }) : null;
}
