import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { remembered } from './text.ts';

/** Several numbers in one cell are shorter. */
const PHONE_CHARS_MAX = 200;
const CN_MOBILE = /^1[3-9]\d{9}$/;

/**
 * A phone number as E.164, '' when it is none or is partly hidden. Mainland mobiles are recognised by their form, which is
 * a hundred times cheaper than the full plan; a text with several numbers gives the first mobile.
 */
export function makePhoneReader(region: string): (text: string) => string {
  return remembered((text) => readPhone(text, region), 100_000);
}

function readPhone(text: string, region: string): string {
  if (text.length > PHONE_CHARS_MAX || text.includes('*')) return '';
  const bare = text.normalize('NFKC').replace(/[\s\-().]/g, '').replace(/^'/, '');
  const mainland = bare.replace(/^(?:\+?0{0,2}86)(?=1[3-9]\d{9}$)/, '');
  if (CN_MOBILE.test(mainland) && (region === 'CN' || mainland !== bare)) return `+86${mainland}`;
  if (/[,;/|、，；]/.test(bare)) return bare.split(/[,;/|、，；]/).map((part) => readPhone(part, region)).find((found) => found !== '') ?? '';
  const parsed = parsePhoneNumberFromString(bare, region as CountryCode);
  return parsed?.isValid() ? parsed.number : '';
}

const EMAIL = /^[^\s@,;"<>()[\]\\]{1,64}@[^\s@,;"<>()[\]\\]{1,190}\.[a-z0-9-]{2,}$/;

/** An e-mail address in lower case, '' when it is none or is partly hidden. */
export function readEmail(text: string): string {
  const lower = text.trim().toLowerCase();
  return lower.includes('*') || !EMAIL.test(lower) || lower.includes('..') ? '' : lower;
}
