import type { Draft, DraftPlan, ExperimentDetail } from './experimentsQueries.ts';

/** What the form holds. `audience` is undefined where a kept draft's list of people is meant, which is not sent back and forth. */
export type Held = Omit<Draft, 'audience'> & { audience: Draft['audience'] | undefined };

const CHANNEL_COST: Readonly<Record<string, number>> = { wecom: 0, sms: 5, mp: 0, email: 1, platform_only: 5 };
export const channelWith = (channel: string): DraftPlan['channels'][number] => ({ channel: channel as DraftPlan['channels'][number]['channel'], costMinor: CHANNEL_COST[channel] ?? 0 });

export const PLAN: DraftPlan = {
  windowDays: 14, refundDays: 15, holdOut: 0.2, variants: [{ key: 'treated', name: '', weight: 1, couponMinor: 0, couponCode: '' }], channels: [channelWith('wecom'), channelWith('sms')], fixedCostMinor: 0,
  margin: { basis: 'share', share: 0.4 }, capDays: 7, complaintDays: 30, withoutTags: ['open_complaint'], guardrails: [{ metric: 'unsubscribed', margin: 0.005 }], stopping: 'fixed', baseShare: null,
};

/** The day after one. */
export function dayAfter(day: string): string {
  const date = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

export const heldOf = ({ name, hypothesis, goalId, audience, plan, startsOn }: ExperimentDetail): Held =>
  ({ name, hypothesis, goalId, plan, startsOn, audience: audience.kind === 'customers' ? undefined : audience as Draft['audience'] });

/** What a step is given: the plan, and the way to change part of it. */
export type StepProps = { held: Held; set: (change: Partial<Held>) => void; plan: (change: Partial<DraftPlan>) => void };
