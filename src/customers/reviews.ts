import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import { newId, type CustomerId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { pairsOf } from './core/graph.ts';
import type { IdentifierKind } from './core/identifiers.ts';
import { maskOf } from './core/masks.ts';
import { type CustomerLine, customerLines } from './list.ts';
import { blobContext } from './newcomers.ts';
import { lockIdentity, type ReviewCode } from './queries/identity.ts';
import { insertCuts } from './queries/merges.ts';
import { readingVault } from './vault.ts';
import { closeReview, countReviews, openReviewRows, reviewById, type ReviewPosition, type ReviewRow } from './queries/reviews.ts';

/** So many customers of a review are shown; a number shared by more of them is a counter, and nobody looks at each. */
const CUSTOMERS_SHOWN = 12;
/** Up to so many, every two are cut apart: 190 cuts. What more people share is a counter, and links nobody anyway. */
const CUSTOMERS_CUT = 20;
const COUNT_MAX = 1_000;
const ROWS_DEFAULT = 20;

/** An identifier that may show several customers to be one, masked; `count` of them, the first twelve as list lines. */
export type Review = { id: string; code: ReviewCode; subject: string; kind: IdentifierKind; scope: string; shown: string; openedAt: string; count: number; customers: CustomerLine[] };
export type ReviewPage = { rows: Review[]; next: string | null; total: { count: number; over: boolean } };

/** The rows with their identifier as everybody sees it: masked. */
async function shownRows(tx: Tx, stores: Stores, { workspaceId }: Caller, rows: readonly ReviewRow[]): Promise<(ReviewRow & { shown: string })[]> {
  const vault = readingVault(tx, await stores.keys.of(workspaceId), workspaceId);
  await vault.know(rows.map(({ sealed }) => sealed));
  return rows.map((row) => ({ ...row, shown: maskOf(row.kind, (JSON.parse(vault.open(row.sealed, blobContext(workspaceId, row.sealedIn))) as string[])[row.sealedAt] ?? '') }));
}

const positionOf = (cursor: string): ReviewPosition => {
  const [openedAt, id] = fromCursor(cursor, 2);
  return { openedAt: String(openedAt), id: String(id) };
};

/**
 * Open reviews, the oldest first: identifiers beside which at least two customers stand. Staff of some shops see those whose
 * customers are all theirs. The total is exact up to 1,000.
 */
export async function listReviews(stores: Stores, caller: Caller, { cursor, limit = ROWS_DEFAULT }: { cursor?: string | undefined; limit?: number } = {}): Promise<ReviewPage> {
  const { workspaceId, shops } = caller;
  const after = cursor ? positionOf(cursor) : undefined;
  // Asked for before the transaction: a second connection inside it could wait for ever.
  await stores.keys.of(workspaceId);
  const { found, count } = await stores.pg.tx(workspaceId, async (tx) => ({
    found: await shownRows(tx, stores, caller, await openReviewRows(tx, workspaceId, { shops, after, limit: limit + 1, most: CUSTOMERS_SHOWN })), count: await countReviews(tx, workspaceId, shops, COUNT_MAX),
  }));
  const shown = found.slice(0, limit);
  const lines = new Map((await customerLines(stores, caller, [...new Set(shown.flatMap(({ customers }) => customers))])).map((line) => [line.id, line]));
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    rows: shown.map((row) => ({
      id: row.id, code: row.code, subject: row.subject, kind: row.kind, scope: row.scope, shown: row.shown, openedAt: row.openedAt.toISOString(), count: row.count,
      customers: row.customers.flatMap((id) => lines.get(id) ?? []),
    })),
    next: last ? toCursor([last.openedAt.toISOString(), last.id]) : null,
    total: { count: Math.min(count, COUNT_MAX), over: count > COUNT_MAX },
  };
}

const by = ({ actor }: Caller): string => `${actor.kind}:${actor.id}`;

async function demandReview(tx: Tx, { workspaceId, shops }: Caller, id: string): Promise<{ count: number; customers: CustomerId[] }> {
  const review = await reviewById(tx, workspaceId, id, shops, CUSTOMERS_CUT);
  if (!review) throw notFound('review', { id });
  return review;
}

/** Closes a review: it was looked at and nothing is to be done. Refuses `review.not_found`. */
export const dismissReview = (stores: Stores, caller: Caller, id: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandReview(tx, caller, id);
    await closeReview(tx, caller.workspaceId, id, by(caller), stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'identity.review_closed', target: `review:${id}` });
  });

/**
 * Closes a review by saying that its customers are different people: a cut stands between every two of them, so that no later
 * data joins them; a merge by staff takes it back. More than twenty are only left apart as they are. Refuses `review.not_found`.
 */
export const keepApart = (stores: Stores, caller: Caller, id: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    const { workspaceId } = caller;
    await lockIdentity(tx, workspaceId);
    const { count, customers } = await demandReview(tx, caller, id);
    const at = stores.clock.now();
    const pairs = count > CUSTOMERS_CUT ? [] : pairsOf(customers);
    await insertCuts(tx, workspaceId, pairs.map(({ a, b }) => ({ a, b, id: newId(), madeBy: by(caller), madeAt: at })));
    await closeReview(tx, workspaceId, id, by(caller), at);
    await audit(tx, stores.clock, caller, { action: 'identity.kept_apart', target: `review:${id}`, detail: { customers: count } });
  });
