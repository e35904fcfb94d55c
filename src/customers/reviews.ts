import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { IdentifierKind } from './core/identifiers.ts';
import { maskOf } from './core/masks.ts';
import { open } from '../kernel/seal.ts';
import { blobContext } from './newcomers.ts';
import { isScoped, seenIn } from './scope.ts';
import { closeReview, openReviewRows } from './queries/reviews.ts';

/** An identifier somebody should look at, masked, with the customers it stands beside. */
export type Review = { id: string; code: 'over_limit' | 'receiver_shared'; subject: string; kind: IdentifierKind; scope: string; shown: string; openedAt: string; customers: { id: CustomerId; name: string }[] };

/** Open reviews, the oldest first; at most 200. Staff of some shops see those that their customers stand beside, with these customers only. */
export async function listReviews(stores: Stores, caller: Caller): Promise<Review[]> {
  const keys = await stores.keys.of(caller.workspaceId);
  const rows = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const open = await openReviewRows(tx, caller.workspaceId);
    if (!isScoped(caller)) return open;
    const seen = new Set(await seenIn(tx, caller, open.flatMap(({ customers }) => customers.map(({ id }) => id))));
    return open.map((row) => ({ ...row, customers: row.customers.filter(({ id }) => seen.has(id)) })).filter(({ customers }) => customers.length > 0);
  });
  return rows.map(({ sealed, sealedIn, sealedAt, openedAt, ...row }) => {
    const values = JSON.parse(open(keys, sealed, blobContext(caller.workspaceId, sealedIn))) as string[];
    return { ...row, shown: maskOf(row.kind, values[sealedAt] ?? ''), openedAt: openedAt.toISOString() };
  });
}

/** Closes a review: it was looked at and nothing is to be done. Refuses `review.not_found`. */
export const dismissReview = (stores: Stores, caller: Caller, id: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    if ((await closeReview(tx, caller.workspaceId, id, `${caller.actor.kind}:${caller.actor.id}`, stores.clock.now())) === 0) throw notFound('review', { id });
    await audit(tx, stores.clock, caller, { action: 'identity.review_closed', target: `review:${id}` });
  });
