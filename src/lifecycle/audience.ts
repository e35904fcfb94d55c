import type { Caller } from '../kernel/access/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Audience } from './queries/audience.ts';

/** Whom a report counts for this caller: staff of some shops count the customers of these. Refuses `lifecycle.shop_forbidden`. */
export function audienceOf({ shops }: Pick<Caller, 'shops'>, { people, shop }: Omit<Audience, 'within'>): Audience {
  if (shop !== '' && shops.length > 0 && !shops.includes(shop)) throw new Refusal('lifecycle.shop_forbidden', { shop }, 403);
  return { people, shop, within: shops };
}
