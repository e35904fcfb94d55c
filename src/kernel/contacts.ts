const MAIL = /[^\s@"'<>()=&?/,;:]+@[^\s@"'<>()=&?/,;:]+\.[^\s@"'<>()=&?/,;:]+/g;
const PHONE = /(?<![\d.])(?:\+?\d{1,3}[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|\+\d[\d -]{7,16}\d/g;
/** Cheap, and true of every text that holds one. */
const MAYBE = /@|%40|1[3-9]\d[ -]?\d{4}|\+\d/;

const hideMail = (mail: string): string => `${[...mail][0] ?? ''}***${mail.slice(mail.lastIndexOf('@'))}`;
const hidePhone = (phone: string): string => `****${phone.slice(-4)}`;

/** A text with the e-mail addresses and telephone numbers in it masked: people write them where nobody expects them. */
export const hideContacts = (text: string): string => (MAYBE.test(text) ? text.replaceAll('%40', '@').replace(MAIL, hideMail).replace(PHONE, hidePhone) : text);

/** Numbers of things: eleven digits there are no telephone. */
const NUMBER_OF_THING = /(?:^|_)(?:id|no|sku|code|serial)$|[a-z](?:Id|No|Sku|Code)$/;
const OF_PERSON = /phone|mobile|tel|contact|user|member|buyer|customer/i;
const isThing = (key: string): boolean => NUMBER_OF_THING.test(key) && !OF_PERSON.test(key);

const MOBILE = /^1[3-9]\d{9}$/;

/** The same for every text of a value as it came in JSON, and for telephones sent as numbers; numbers of things by their keys stay. */
export function hideAll(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return isThing(key) && MOBILE.test(value) ? value : hideContacts(value);
  if (typeof value === 'number') return MOBILE.test(String(value)) && !isThing(key) ? hidePhone(String(value)) : value;
  if (Array.isArray(value)) return value.map((one) => hideAll(one, key));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [hideContacts(name), hideAll(inner, name)])) : value;
}

/** Whether a text may hold a telephone or an e-mail at all. */
export const mayHoldContacts = (text: string): boolean => MAYBE.test(text);
