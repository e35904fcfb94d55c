/** What can name a person, strongest first: the rank of a kind is its place here. */
export const IDENTIFIER_KINDS = [
  'user_id', 'member_no', 'unionid', 'external_userid', 'buyer_id', 'openid', 'contact_id', 'phone', 'email',
  'device_id', 'anonymous_id', 'receiver_phone',
] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/** `scope` keeps namesakes apart: the shop of a buyer id, the app of an openid. Empty where one space holds all. */
export type Identifier = { kind: IdentifierKind; scope?: string; value: string };
/** Normalised: ready to be compared letter by letter. */
export type Named = { kind: IdentifierKind; scope: string; value: string };

type Rule = { rank: number; links: boolean; personal: boolean; limit: number };

const rule = (kind: IdentifierKind, limit: number, personal = true, links = true): [IdentifierKind, Rule] =>
  [kind, { rank: IDENTIFIER_KINDS.indexOf(kind), links, personal, limit }];

/**
 * `limit`: how many identifiers of one personal kind and scope this one may stand beside before it links nobody
 * (two e-mails of one telephone are a person, twenty are a call centre). A device belongs to one person or to none.
 * `links`: a receiver's telephone never says who bought.
 */
export const RULES: Readonly<Record<IdentifierKind, Rule>> = Object.fromEntries([
  rule('user_id', 20), rule('member_no', 10), rule('unionid', 10), rule('external_userid', 10), rule('buyer_id', 10),
  rule('openid', 5), rule('contact_id', 10), rule('phone', 5), rule('email', 5),
  rule('device_id', 1, false), rule('anonymous_id', 1, false), rule('receiver_phone', 0, false, false),
]) as Record<IdentifierKind, Rule>;

export const isIdentifierKind = (text: string): text is IdentifierKind => (IDENTIFIER_KINDS as readonly string[]).includes(text);

/** A value with stars has been masked by somebody else: shown, never compared. */
export const isMasked = (text: string): boolean => text.includes('*');

const LENGTH_MAX = 200;
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g;
const CONTROL = /[\u0000-\u001f\u007f]/;
/** What systems write where nothing is known. Compared in lower case. */
const PLACEHOLDERS = new Set([
  '', '-', '--', '——', '—', '0', 'null', 'none', 'nil', 'undefined', 'nan', 'n/a', 'na', 'unknown', 'anonymous', 'guest', 'test', '[object object]',
  '00000000-0000-0000-0000-000000000000', '无', '空', '未知', '匿名', '匿名用户',
]);
const EMAIL = /^[^\s@"(),:;<>[\]\\]+@[^\s@.]+(\.[^\s@.]+)+$/;
const PLAIN = /^[\x20-\x7e]*$/;

const tidy = (text: string): string => (PLAIN.test(text) ? text.trim() : text.normalize('NFKC').replace(INVISIBLE, '').trim());

/** An e-mail address in lower case, or undefined. Dots and plus signs are the mail host's business, so they stay. */
export function readEmail(text: string): string | undefined {
  const email = tidy(text).toLowerCase();
  return email.length <= 254 && EMAIL.test(email) && !isMasked(email) ? email : undefined;
}

const CN_MOBILE = /^(?:\+?86|0086)?(1[3-9]\d{9})$/;
/** A mainland mobile number in E.164 without the full parser, which is a thousand times slower; undefined for everything else. */
export const readMainlandMobile = (text: string): string | undefined => {
  const digits = CN_MOBILE.exec(text.replace(/[\s\-()]/g, ''))?.[1];
  return digits && `+86${digits}`;
};

/** Reads a telephone number into E.164, or undefined: given, because the parser's tables are no business of this file. */
export type PhoneReader = (text: string) => string | undefined;
export type ReadIdentifier = { named: Named } | { refused: IdentifierProblem };
/** `identifier.erased`: it belonged to somebody who was erased, and is not believed. */
export type IdentifierProblem = 'identifier.erased' | 'identifier.empty' | 'identifier.masked' | 'identifier.invalid' | 'identifier.too_long';

const isPhone = (kind: IdentifierKind): boolean => kind === 'phone' || kind === 'receiver_phone';

/** Normalises one identifier, or says why it names nobody. */
export function readIdentifier({ kind, scope = '', value }: Identifier, readPhone: PhoneReader): ReadIdentifier {
  const text = tidy(value);
  if (PLACEHOLDERS.has(text.toLowerCase())) return { refused: 'identifier.empty' };
  if (isMasked(text)) return { refused: 'identifier.masked' };
  if (text.length > LENGTH_MAX) return { refused: 'identifier.too_long' };
  if (CONTROL.test(text) || !text.isWellFormed()) return { refused: 'identifier.invalid' };
  const read = isPhone(kind) ? readPhone(text) : kind === 'email' ? readEmail(text) : text;
  return read === undefined ? { refused: 'identifier.invalid' } : { named: { kind, scope, value: read } };
}

/** Strongest first; equal kinds in the order of scope and value, so that the order given never matters. */
export const byStrength = (a: Named, b: Named): number =>
  RULES[a.kind].rank - RULES[b.kind].rank || (a.scope < b.scope ? -1 : a.scope > b.scope ? 1 : a.value < b.value ? -1 : a.value > b.value ? 1 : 0);

/** The last four digits of a telephone number, by which callers name themselves. */
export const tailOf = (e164: string): string => e164.slice(-4);
