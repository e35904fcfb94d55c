import type { ChannelName, Purpose } from './message.ts';
import type { Period } from './zones.ts';

/** `given`: somebody must have said yes; `not_withdrawn`: nobody may have said no; `none`: consent is not asked. */
export const CONSENT_NEEDS = ['given', 'not_withdrawn', 'none'] as const;
export type ConsentNeed = (typeof CONSENT_NEEDS)[number];

/** Minutes of the day, `from` included, `to` not; from 1260 to 480 goes over midnight; equal ends: never. */
export type Hours = { from: number; to: number };
/** At most so many marketing messages a period: over all channels (null) or on one. */
export type Cap = { channel: ChannelName | null; per: Period; limit: number };
export const CAP_WINDOWS = ['calendar', 'rolling'] as const;
export const WECOM_LIMITS = ['month', 'week', 'day'] as const;
export const OPT_OUT_SCOPES = ['channel', 'everything'] as const;
/** Days since 1970-01-01, both included. */
export type DayRange = { from: number; to: number };

/** What a workspace lets itself send. Every number has a unit in its name or its comment; see docs/guide/reach.md. */
export type Rules = {
  consent: Readonly<Record<Purpose, Readonly<Record<ChannelName, ConsentNeed>>>>;
  quiet: Hours & { on: boolean; purposes: readonly Purpose[]; channels: readonly ChannelName[] };
  /** Hours a channel's provider takes marketing in, whatever the workspace wishes. */
  providerHours: Readonly<Partial<Record<ChannelName, Hours>>>;
  holidays: { calendar: 'none' | 'chinese'; days: readonly { from: string; to: string }[] };
  caps: { window: (typeof CAP_WINDOWS)[number]; limits: readonly Cap[]; allow: { customers: readonly string[]; sources: readonly string[] } };
  /** After a marketing message the next best one waits so many minutes; 0: none waits. */
  spacingMinutes: number;
  complaint: { on: boolean; fields: readonly string[]; tags: readonly string[] };
  unhappy: { on: boolean; csatBelow: number | null; npsBelow: number | null };
  /** Share of customers who never get marketing, 0 to 0.5. */
  control: { share: number; salt: string };
  wecomPer: (typeof WECOM_LIMITS)[number];
  /** What one message of a channel costs, in minor units; may be a part of one. Written into the ledger as it leaves. */
  prices: Readonly<Partial<Record<ChannelName, number>>>;
  /** Channels for a message that takes the best one, the best first. */
  best: readonly ChannelName[];
  optOut: (typeof OPT_OUT_SCOPES)[number];
  /** The address of this installation as customers reach it (https://mail.shop.example), for links in messages; null: messages carry none. */
  base: string | null;
  health: { sends: number; bounceShare: number; complaintShare: number };
};

const same = (need: ConsentNeed): Record<ChannelName, ConsentNeed> => ({ email: need, sms: need, push: need, in_app: 'none', wecom: need, mp: need, webhook: 'none', call: need });

/** As a workspace begins. A friend on WeCom, a follower, a browser that allows notifications has agreed by being one. */
export const DEFAULT_RULES: Rules = {
  consent: { marketing: { ...same('given'), wecom: 'not_withdrawn', mp: 'not_withdrawn', push: 'not_withdrawn' }, service: same('not_withdrawn'), transactional: same('none') },
  quiet: { on: true, from: 21 * 60, to: 8 * 60, purposes: ['marketing'], channels: ['email', 'sms', 'push', 'wecom', 'mp', 'call'] },
  providerHours: { sms: { from: 8 * 60, to: 21 * 60 } },
  holidays: { calendar: 'none', days: [] },
  caps: { window: 'calendar', limits: [{ channel: null, per: 'day', limit: 2 }, { channel: null, per: 'week', limit: 5 }, { channel: null, per: 'month', limit: 12 }], allow: { customers: [], sources: [] } },
  spacingMinutes: 60,
  complaint: { on: true, fields: ['open_complaint'], tags: [] },
  unhappy: { on: true, csatBelow: 3, npsBelow: 7 },
  control: { share: 0.05, salt: '' },
  wecomPer: 'month',
  prices: {},
  best: ['wecom', 'mp', 'push', 'sms', 'email'],
  optOut: 'channel',
  base: null,
  health: { sends: 500, bounceShare: 0.04, complaintShare: 0.0008 },
};
