import type { Facts } from '../../kernel/errors.ts';

/** By which channels a person can be spoken to. `call` is a task for a person: a phone call or a visit. */
export const CHANNELS = ['email', 'sms', 'push', 'in_app', 'wecom', 'mp', 'webhook', 'call'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** What a message is for. Marketing needs consent and obeys every rule; service is what somebody asked for or must know; transactional is about an order of theirs. */
export const PURPOSES = ['marketing', 'service', 'transactional'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Who wants a message sent. `enrolment` is what is asked again at the last moment whether it still wants it. */
export type Source = { kind: 'journey' | 'care' | 'campaign' | 'test' | 'api'; id: string; version: number; step: string; enrolment: string | null };

/**
 * A message as it is rendered for one person on one channel: plain data, what a provider is given. `email.html` is finished HTML,
 * `text` its plain twin; `variant` and `language` say which text was taken.
 */
export type Content =
  | { channel: 'email'; subject: string; preheader: string; html: string; text: string }
  | { channel: 'sms'; text: string }
  | { channel: 'push'; title: string; body: string; url: string }
  | { channel: 'in_app'; shape: 'message' | 'banner'; title: string; body: string; url: string }
  | { channel: 'wecom'; text: string; url: string }
  | { channel: 'mp'; kind: 'service' | 'subscribe'; providerTemplate: string; text: string; data: Readonly<Record<string, string>>; url: string }
  | { channel: 'webhook'; body: Readonly<Record<string, unknown>> }
  | { channel: 'call'; title: string; body: string };
/** `blocks`: the shared blocks that stand in it, by key their versions. `draw`: the arm of the experiment that judges this text against others, where it is part of one. */
export type Rendered = Content & { variant: string; language: string; blocks?: Readonly<Record<string, number>>; draw?: { experiment: string; arm: string } };

/** What became of one attempt. `retry`: surely not taken; `held`: not even tried, a limit of the sender's was reached, so it counts as no attempt; `refused`: a rule of ours forbids it after all, `code` is its reason; `unknown`: perhaps taken, never tried again for marketing. `suppress`: the address is no good from now on. */
export type Outcome =
  | { state: 'accepted'; providerId: string }
  | { state: 'retry'; code: string; detail: string; after: Date | null; held?: true }
  | { state: 'failed'; code: string; detail: string; suppress: boolean }
  | { state: 'refused'; code: string; facts: Facts }
  | { state: 'unknown'; code: string; detail: string };

/** What a provider later says of a message it took, in one vocabulary for all of them (R69). */
export const RECEIPTS = ['delivered', 'opened', 'clicked', 'soft_bounced', 'bounced', 'complained', 'unsubscribed', 'replied', 'failed'] as const;
export type Receipt = (typeof RECEIPTS)[number];
