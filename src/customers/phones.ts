import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { type PhoneReader, readMainlandMobile } from './core/identifiers.ts';

const CACHE_MAX = 200_000;
const known = new Map<string, string | undefined>();

function parse(text: string, country: CountryCode): string | undefined {
  const at = `${country} ${text}`;
  if (known.has(at)) return known.get(at);
  const parsed = parsePhoneNumberFromString(text, country);
  const number = parsed?.isValid() ? parsed.number : undefined;
  if (known.size >= CACHE_MAX) known.clear();
  known.set(at, number);
  return number;
}

/** Reads telephone numbers into E.164, those without a country as `country`'s. Mainland mobiles take the short way; the rest are remembered. */
export function phoneReader(country = 'CN'): PhoneReader {
  const home = isSupportedCountry(country) ? country : 'CN';
  return (text) => (home === 'CN' ? readMainlandMobile(text) : undefined) ?? parse(text, home);
}

/** One telephone number into E.164, or undefined. */
export const readPhone = (text: string, country = 'CN'): string | undefined => phoneReader(country)(text);
