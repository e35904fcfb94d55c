import { type Interval, wilson } from '../interval.ts';
import type { NetGain } from './gain.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

/** Counts of a campaign or journey as hands would count them; money in minor units. `bought` are buyers whose orders were not all refunded. */
export type CampaignCounts = {
  addressed: number;
  reached: number;
  bought: number;
  active: number;
  kept: number;
  unsubscribed: number;
  complained: number;
  paidMinor: number;
  refundedMinor: number;
  costMinor: number;
};

export type Rate = { top: number; bottom: number; rate: number; interval: Interval } | null;

export type EffectReport = {
  reach: Rate;
  conversion: Rate;
  activity: Rate;
  retention: Rate;
  unsubscribes: Rate;
  complaints: Rate;
  /** Sales less refunds of those addressed: what came in, not what the campaign brought. */
  netSalesMinor: number;
  costMinor: number;
  /** Net gain over cost, from a comparison with a control alone: without one nobody knows what the campaign brought, and it is null. */
  roi: { roi: number; interval: Interval } | null;
};

const rateOf = (top: number, bottom: number): Rate => {
  const interval = wilson(top, bottom);
  return interval && { top, bottom, rate: top / bottom, interval };
};

/**
 * Effect report of a campaign or journey (R50). Reach is of those addressed, everything after of those reached. ROI = net
 * gain ÷ cost, where the net gain already has the cost taken off (`netGain`, `netGainOf`); refunds are subtracted.
 * Refuses `bad_counts`: negative, not whole, or a part greater than its whole.
 */
export function effectReport(counts: CampaignCounts, gain: Pick<NetGain, 'netMinor' | 'intervalMinor'> | null): EffectReport | Refused<'experiment.bad_counts'> {
  const { addressed, reached, bought, active, kept, unsubscribed, complained, paidMinor, refundedMinor, costMinor } = counts;
  const parts = { reached, bought, active, kept, unsubscribed, complained };
  if (!Object.values(counts).every((count) => Number.isSafeInteger(count) && count >= 0)) return refuse('experiment.bad_counts');
  const over = Object.entries(parts).find(([key, part]) => part > (key === 'reached' ? addressed : reached));
  if (over) return refuse('experiment.bad_counts', { part: over[0] });
  return {
    reach: rateOf(reached, addressed), conversion: rateOf(bought, reached), activity: rateOf(active, reached), retention: rateOf(kept, reached),
    unsubscribes: rateOf(unsubscribed, reached), complaints: rateOf(complained, reached), netSalesMinor: paidMinor - refundedMinor, costMinor,
    roi: gain && costMinor > 0 ? { roi: gain.netMinor / costMinor, interval: { low: gain.intervalMinor.low / costMinor, high: gain.intervalMinor.high / costMinor } } : null,
  };
}

/** A month of sending as the log has it. `minutesSaved`: as declared for each send the machine wrote. */
export type SendingLog = { month: string; sends: number; personalised: number; replies: number; minutesSaved: number; valueMinor: number };

export type Scorecard = { month: string; personalisedShare: number | null; replyRate: number | null; minutesSaved: number; valuePerSendMinor: number | null };

/** Four numbers a month on personalised sending (R50): share personalised, reply rate, time saved, value a send. Null where nothing was sent. */
export const scorecardOf = ({ month, sends, personalised, replies, minutesSaved, valueMinor }: SendingLog): Scorecard => {
  const each = (top: number): number | null => (sends > 0 ? top / sends : null);
  return { month, personalisedShare: each(personalised), replyRate: each(replies), minutesSaved, valuePerSendMinor: each(valueMinor) };
};
