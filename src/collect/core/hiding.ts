import type { Json } from './wire.ts';

const MAIL = /[^\s@"'<>()=&?/,;:]+@[^\s@"'<>()=&?/,;:]+\.[^\s@"'<>()=&?/,;:]+/g;
const PHONE = /(?<![\d.])(?:\+?\d{1,3}[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|\+\d[\d -]{7,16}\d/g;

const hideMail = (mail: string): string => `${[...mail][0] ?? ''}***${mail.slice(mail.lastIndexOf('@'))}`;
const hidePhone = (phone: string): string => `****${phone.slice(-4)}`;

/** A text with the e-mail addresses and telephone numbers in it masked: people write them where nobody expects them. */
export const hideContacts = (text: string): string => text.replaceAll('%40', '@').replace(MAIL, hideMail).replace(PHONE, hidePhone);

/** The same for every text of a value, and for telephones sent as numbers. */
export function hideIn(value: Json): Json {
  if (typeof value === 'string') return hideContacts(value);
  if (typeof value === 'number') return /^1[3-9]\d{9}$/.test(String(value)) ? hidePhone(String(value)) : value;
  if (Array.isArray(value)) return value.map(hideIn);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [hideContacts(key), hideIn(inner)])) : value;
}
