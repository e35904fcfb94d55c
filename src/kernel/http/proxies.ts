import ipaddr from 'ipaddr.js';
import { Refusal } from '../errors.ts';

/** Ranges that have a name. */
const NAMED = new Set(['loopback', 'linklocal', 'uniquelocal']);

const isRange = (text: string): boolean => NAMED.has(text) || ipaddr.isValid(text) || ipaddr.isValidCIDR(text);

/**
 * Proxies whose word on a caller's address and protocol is taken: this machine, and what the setting names (addresses, CIDR ranges, `loopback`,
 * `linklocal`, `uniquelocal`, by commas). Refuses `start.proxies.invalid`; a range that holds every address would let anybody name their own.
 */
export function trustedProxies(text: string | undefined): string[] {
  const given = (text ?? '').split(',').map((one) => one.trim()).filter((one) => one !== ''), wrong = given.find((one) => !isRange(one) || one.endsWith('/0'));
  if (wrong !== undefined) throw new Refusal('start.proxies.invalid', { given: wrong });
  return ['loopback', ...given];
}
