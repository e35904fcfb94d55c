import type { ChannelName, Purpose, Source } from './message.ts';

/** Why an address or a person is left alone. `bounced`: nobody is there; `complained`: it was called spam; `staff`: somebody here said so. */
export const SUPPRESSIONS = ['bounced', 'complained', 'unsubscribed', 'erased', 'staff'] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

/** A message somebody was sent, or is about to be. */
export type Sent = { atMs: number; channel: ChannelName; purpose: Purpose };

/**
 * Leave to speak on a service account. `wrote`: somebody wrote to us; `acted`: chose a menu, scanned a code, followed; `grant`: agreed to one
 * message of a provider's template. `left`: messages it still allows.
 */
export const OPENINGS = ['wrote', 'acted', 'grant'] as const;
export type Opening = { id: string; kind: (typeof OPENINGS)[number]; providerTemplate: string; untilMs: number; left: number };
/** What each kind of leave allows, and for how long (Customer_Service_Messages and subscribe messages of developers.weixin.qq.com). */
export const OPENING_LAWS: Readonly<Record<Opening['kind'], { messages: number; ms: number }>> = {
  wrote: { messages: 5, ms: 48 * 3_600_000 }, acted: { messages: 3, ms: 60_000 }, grant: { messages: 1, ms: 365 * 86_400_000 },
};

/** One person as the decision sees them. `zone`: theirs, else the workspace's. Suppressions of an address name it, those of a person do not. */
export type Person = {
  id: string; zone: string;
  consents: readonly { channel: string; purpose: string; state: 'given' | 'withdrawn' }[];
  suppressed: readonly { reason: Suppression; address: string | null }[];
  topicsLeft: readonly string[];
  sent: readonly Sent[];
  openComplaint: boolean; csat: number | null; nps: number | null;
  openings: readonly Opening[];
  /** They asked not to be judged by their traits (PIPL art. 24): texts are general. */
  traitsRefused: boolean;
  /** What their service tier allows: channels of marketing (null: all), and why no person of ours calls; absent where no tiers are set. */
  touch?: { tier: string; channels: readonly string[] | null; human: { reason: 'tier_automated' | 'tier_full' | 'tier_cost_cap'; facts: Readonly<Record<string, string | number>> } | null };
};

/** A way to a person: by which channel, to which address (its digest), over which account. `address` null: they have none; `unneeded`: the channel asks for none. */
export type Way = { channel: ChannelName; address: string | null | 'unneeded'; account: string | null; accountState: 'on' | 'paused' };

/** What a service account's message is, where it is known: free text inside a window, or one of the provider's templates against a grant. */
export type MpKind = { kind: 'service' | 'subscribe'; providerTemplate: string };

/** Whether whoever proposed a message still wants it; `held`: not for now, as while a journey is paused. */
export type IsWanted = boolean | 'held';

/** A message that might go out now. `ways`: the channels it may take, the best first. */
export type Candidate = {
  id: string; purpose: Purpose; priority: number; ifBlocked: 'queue' | 'drop'; dueMs: number; expiresMs: number | null; source: Pick<Source, 'kind' | 'id'>;
  topic: string | null; ways: readonly Way[]; isWanted: IsWanted; isSourceWell: boolean; mp: MpKind | null;
};
