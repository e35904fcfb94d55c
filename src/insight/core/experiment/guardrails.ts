import type { Interval } from '../interval.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

/** A metric that must not get worse than `margin`, in the metric's own unit (0.002: two in a thousand more unsubscribes are allowed). */
export type Guardrail = { metric: string; better: 'more' | 'less'; margin: number };

/** held: worse by the margin is ruled out. broken: even the kind end of the interval is worse than the margin. open: neither yet. */
export const GUARDRAIL_STATES = ['held', 'broken', 'open'] as const;
export type GuardrailState = (typeof GUARDRAIL_STATES)[number];

/**
 * Non-inferiority: the interval of treated − control against a margin fixed beforehand (Schuirmann 1987; a 95 % interval
 * is a one-sided test at 2.5 %). Refuses `bad_margin`, `no_interval`.
 */
export function guardrailState({ better, margin }: Guardrail, interval: Interval | null): GuardrailState | Refused<'experiment.bad_margin' | 'experiment.no_interval'> {
  if (!(margin >= 0)) return refuse('experiment.bad_margin', { margin: String(margin) });
  if (!interval || !(interval.low <= interval.high)) return refuse('experiment.no_interval');
  const worst = better === 'more' ? -interval.low : interval.high;
  const kindest = better === 'more' ? -interval.high : interval.low;
  return worst <= margin ? 'held' : kindest > margin ? 'broken' : 'open';
}
