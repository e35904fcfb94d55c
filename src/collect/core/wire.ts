import { own } from '../../kernel/own.ts';

/** The Segment vocabulary as it arrives: what each call is named on the wire, short browser forms included. */
export const KINDS = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const;
export type EventKind = (typeof KINDS)[number];

export const ENDPOINTS: Readonly<Record<string, EventKind | 'batch'>> = {
  track: 'track', t: 'track', page: 'page', p: 'page', screen: 'screen', s: 'screen', identify: 'identify', i: 'identify',
  group: 'group', g: 'group', alias: 'alias', a: 'alias', batch: 'batch', b: 'batch', import: 'batch',
};

/** The addresses of PostHog's clients that take events, each also without its last slash. */
export const POSTHOG_ENDPOINTS = ['/batch/', '/e/', '/i/v0/e/', '/capture/', '/track/', '/i/v1/analytics/events'] as const;
/** What a body of those is called at rest. */
export const POSTHOG = 'posthog';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What a stranger's identifier is called in traits, properties and context, and the kind it becomes. */
const LIFTED: Readonly<Record<string, string>> = {
  email: 'email', phone: 'phone', mobile: 'phone', phone_number: 'phone', phoneNumber: 'phone', unionid: 'unionid', openid: 'openid',
  external_userid: 'external_userid', member_no: 'member_no', memberNo: 'member_no',
};

/** An identifier as it was said; `customers` normalises and judges it. */
export type SaidIdentifier = { kind: string; scope?: string; value: string };

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Nothing said: one and the same, since most events say nothing of most things. */
export const NOTHING: JsonObject = Object.freeze({});
export const objectAt = (from: JsonObject, key: string): JsonObject => {
  const value = own(from, key);
  return isObject(value) ? value : NOTHING;
};

/** Some objects laid over each other; where only one says anything, that one. */
export const laid = (under: JsonObject, over: JsonObject): JsonObject => (over === NOTHING ? under : under === NOTHING ? over : { ...under, ...over });

/** Text of a scalar, '' for anything else. Ids often come as numbers. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : typeof value === 'number' && Number.isFinite(value) ? String(value) : '');

const NOTHING_LIFTED = { identifiers: [], rest: NOTHING } as const;
/** Parts an object into the identifiers it names and the rest. */
export function lift(from: JsonObject, scope: string): { identifiers: readonly SaidIdentifier[]; rest: JsonObject } {
  if (from === NOTHING) return NOTHING_LIFTED;
  const identifiers: SaidIdentifier[] = [];
  const rest: JsonObject = {};
  // Pairs of keys and values would be more to collect than what is read.
  for (const key of Object.keys(from)) {
    const value = from[key] as Json, kind = own(LIFTED, key);
    const text = kind ? textOf(value) : '';
    if (!kind) rest[key] = value;
    else if (text) identifiers.push(kind === 'openid' ? { kind, scope, value: text } : { kind, value: text });
  }
  return { identifiers, rest };
}
