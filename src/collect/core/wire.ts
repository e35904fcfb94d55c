import { own } from '../../kernel/own.ts';
/** The Segment vocabulary as it arrives: what each call is named on the wire, short browser forms included. */
export const KINDS = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const;
export type EventKind = (typeof KINDS)[number];

export const ENDPOINTS: Readonly<Record<string, EventKind | 'batch'>> = {
  track: 'track', t: 'track', page: 'page', p: 'page', screen: 'screen', s: 'screen', identify: 'identify', i: 'identify',
  group: 'group', g: 'group', alias: 'alias', a: 'alias', batch: 'batch', b: 'batch', import: 'batch',
};

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
export const objectAt = (from: JsonObject, key: string): JsonObject => {
  const value = own(from, key);
  return isObject(value) ? value : {};
};

/** Text of a scalar, '' for anything else. Ids often come as numbers. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : typeof value === 'number' && Number.isFinite(value) ? String(value) : '');

const NUL = /\0/g;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** The same value without what the stores refuse: NUL, lone surrogates, numbers that are none, keys that reach into prototypes. */
export function clean(value: unknown, depth: number): Json {
  if (typeof value === 'string') return value.replace(NUL, '').toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean' || value === null) return value;
  if (depth <= 0) return null;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth - 1));
  if (typeof value !== 'object') return null;
  return Object.fromEntries(Object.entries(value)
    .filter(([key]) => !FORBIDDEN_KEYS.has(key))
    .map(([key, inner]) => [key.replace(NUL, '').toWellFormed(), clean(inner, depth - 1)]));
}

/** Whether JSON nests deeper than `most`; counted without recursion, so that no depth can exhaust the stack. */
export function deeperThan(text: string, most: number): boolean {
  let depth = 0, inText = false;
  for (let i = 0; i < text.length; i++) {
    const mark = text.charCodeAt(i);
    if (inText) {
      if (mark === 92) i++;
      else if (mark === 34) inText = false;
    } else if (mark === 34) inText = true;
    else if (mark === 123 || mark === 91) { if (++depth > most) return true; }
    else if (mark === 125 || mark === 93) depth--;
  }
  return false;
}

/** Parts an object into the identifiers it names and the rest. */
export function lift(from: JsonObject, scope: string): { identifiers: SaidIdentifier[]; rest: JsonObject } {
  const identifiers: SaidIdentifier[] = [];
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(from)) {
    const kind = own(LIFTED, key);
    const text = kind ? textOf(value) : '';
    if (!kind) rest[key] = value;
    else if (text) identifiers.push(kind === 'openid' ? { kind, scope, value: text } : { kind, value: text });
  }
  return { identifiers, rest };
}
