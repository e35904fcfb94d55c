import type { Draft, DraftPlan, ExperimentDetail } from './experimentsQueries.ts';

/** What the form holds. `audience` is undefined where a kept draft's list of people is meant, which is not sent back and forth. */
export type Held = Omit<Draft, 'audience'> & { audience: Draft['audience'] | undefined };

const CHANNEL_COST: Readonly<Record<string, number>> = { wecom: 0, sms: 5, mp: 0, email: 1, platform_only: 5 };
export const channelWith = (channel: string): DraftPlan['channels'][number] => ({ channel: channel as DraftPlan['channels'][number]['channel'], costMinor: CHANNEL_COST[channel] ?? 0 });

export const PLAN: DraftPlan = {
  windowDays: 14, refundDays: 15, holdOut: 0.2, variants: [{ key: 'treated', name: '', weight: 1, couponMinor: 0, couponCode: '' }], channels: [channelWith('wecom'), channelWith('sms')], fixedCostMinor: 0,
  margin: { basis: 'share', share: 0.4 }, capDays: 7, complaintDays: 30, withoutTags: ['open_complaint'], guardrails: [{ metric: 'unsubscribed', margin: 0.005 }, { metric: 'complained', margin: 0.005 }], stopping: 'fixed', baseShare: null,
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

/** A random id, also where the page is not served over TLS. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
