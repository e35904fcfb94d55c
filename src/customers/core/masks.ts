import { type IdentifierKind, readEmail, readMainlandMobile } from './identifiers.ts';

const MAINLAND = /^\+86(1\d{2})\d{4}(\d{4})$/;

const maskPhone = (value: string): string => {
  const mobile = MAINLAND.exec(value);
  return mobile ? `${mobile[1]}****${mobile[2]}` : `${value.slice(0, Math.max(0, Math.min(3, value.length - 8)))}****${value.slice(-4)}`;
};

const maskEmail = (value: string): string => {
  const at = value.lastIndexOf('@');
  return at < 1 ? '***' : `${[...value][0]}***${value.slice(at)}`;
};

const shorten = (value: string): string => (value.length <= 8 ? `${value.slice(0, 1)}***` : `${value.slice(0, 4)}***${value.slice(-2)}`);

/** Member and buyer numbers are shop vocabulary and stay readable. */
const SHOPS_OWN: ReadonlySet<IdentifierKind> = new Set(['member_no', 'buyer_id', 'user_id', 'contact_id']);

/** What an identifier is, whatever it is called: many shops number their members by telephone. */
function natureOf(kind: IdentifierKind, value: string): IdentifierKind {
  if (!SHOPS_OWN.has(kind)) return kind;
  return readMainlandMobile(value) ? 'phone' : readEmail(value) ? 'email' : kind;
}

/** How an identifier is shown to those who may not see it. */
export function maskOf(called: IdentifierKind, value: string): string {
  const kind = natureOf(called, value);
  if (kind === 'phone' || kind === 'receiver_phone') return maskPhone(readMainlandMobile(value) ?? value);
  if (kind === 'email') return maskEmail(value);
  if (SHOPS_OWN.has(kind)) return value;
  return shorten(value);
}

/** Whether `maskOf` hides something of this value. */
export const isHidden = (kind: IdentifierKind, value: string): boolean => !SHOPS_OWN.has(natureOf(kind, value));

/** A telephone number as people write it: mainland numbers without the country. */
export const displayPhone = (e164: string): string => (e164.startsWith('+861') ? e164.slice(3) : e164);

/** Any other sealed text: the length is hidden too. */
export const maskText = (): string => '****';
