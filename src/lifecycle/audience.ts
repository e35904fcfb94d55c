import type { Caller } from '../kernel/access/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { type Condition, EVERYBODY } from '../kernel/conditions/index.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Audience } from './queries/audience.ts';
import { compiledFor, segmentTree } from './segments/index.ts';

/** Whom a report counts for this caller: staff of some shops count the customers of these. Refuses `lifecycle.shop_forbidden`. */
export function audienceOf({ shops }: Pick<Caller, 'shops'>, { people, shop }: Pick<Audience, 'people' | 'shop'>): Audience {
  if (shop !== '' && shops.length > 0 && !shops.includes(shop)) throw new Refusal('lifecycle.shop_forbidden', { shop }, 403);
  return { people, shop, within: shops };
}

export type Group = Pick<Audience, 'people' | 'shop'> & { segment?: string | undefined; tag?: string | undefined };

/** The same, of a saved filter or a tag, or of both at once, as they are today. Refuses `lifecycle.shop_forbidden`, `segment.not_found`. */
export async function groupOf(stores: Stores, caller: Caller, { people, shop, segment, tag }: Group): Promise<Audience> {
  const audience = audienceOf(caller, { people, shop });
  const of: Condition[] = [
    ...(segment ? [(await segmentTree(stores, caller, segment)).root] : []), ...(tag ? [{ kind: 'tag' as const, test: { op: 'any_of' as const, values: [tag] } }] : []),
  ];
  return of.length === 0 ? audience : { ...audience, members: await compiledFor(stores, caller, { ...EVERYBODY, root: { kind: 'and', of } }, undefined, 'm') };
}
