import type { IdentifierKind } from './identifiers.ts';

/** By which channels a person may be reached today: what every headcount shows beside it. */
export const REACHES = ['wecom', 'sms', 'mp', 'email', 'platform_only'] as const;
export type Reach = (typeof REACHES)[number];

export const CONSENT_CHANNELS = ['sms', 'email', 'wecom', 'mp', 'call', 'push'] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];
export const CONSENT_STATES = ['given', 'withdrawn'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];
/** The newest word on each channel for the marketing purpose. */
export type Consents = Readonly<Partial<Record<ConsentChannel, ConsentState>>>;

/**
 * 企微好友 needs a friend (an external user id, or a friendship that was recorded) that did not withdraw; 短信 and 邮箱 need the
 * address and a consent; a service account needs an openid and no withdrawal. Somebody with a shop's buyer number only can be met on that platform.
 */
export function reachOf(kinds: ReadonlySet<IdentifierKind>, consents: Consents): Reach[] {
  const open: Reach[] = [];
  if (consents.wecom === 'given' || (kinds.has('external_userid') && consents.wecom !== 'withdrawn')) open.push('wecom');
  if (kinds.has('phone') && consents.sms === 'given') open.push('sms');
  if (kinds.has('openid') && consents.mp !== 'withdrawn') open.push('mp');
  if (kinds.has('email') && consents.email === 'given') open.push('email');
  return open.length > 0 ? open : kinds.has('buyer_id') ? ['platform_only'] : [];
}
