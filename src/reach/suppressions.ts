import type { z } from 'zod';
import { addressesIn, type IdentifierKind, maskOf, ownersIn, subjectIds } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { toCursor } from '../kernel/http/cursor.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { suppressBody, suppressionShape, suppressionsQuery } from './contract.ts';
import { beforeOf } from './ledger.ts';
import { insertSuppressions, liftSuppression, suppressionCounts, type SuppressionRow, suppressionRows } from './queries/suppressions.ts';
import { demandAllShops } from './rules.ts';

type View = z.input<typeof suppressionShape>;
const KINDS: ReadonlySet<IdentifierKind> = new Set(['email', 'phone', 'openid', 'external_userid']);

/** Suppressions as they are shown: an address of somebody who is known, masked; one of nobody known has no face. */
async function viewsOf(tx: Tx, stores: Stores, { workspaceId }: Caller, rows: readonly SuppressionRow[]): Promise<View[]> {
  const keys = await stores.keys.of(workspaceId);
  const owners = await ownersIn(tx, workspaceId, rows.flatMap(({ address, customerId }) => address ?? customerId ?? []));
  const faces = new Map((await addressesIn(tx, keys, workspaceId, [...new Set(owners.values())], KINDS)).map(({ subject, kind, value }) => [subject, maskOf(kind, value)]));
  return rows.map(({ address, customerId, at, liftedAt, ...row }) => ({
    ...row, shown: address ? (faces.get(address) ?? null) : null, customer: owners.get(address ?? customerId ?? '') ?? null, at: at.toISOString(), liftedAt: liftedAt?.toISOString() ?? null,
  }));
}

type Listed = { rows: View[]; next: string | null; total: { count: number; over: boolean } };

/** Who is not written to, the newest first, addresses masked. Refuses `reach.all_shops`. */
export async function listSuppressions(stores: Stores, caller: Caller, { reason, lifted, cursor, limit }: z.output<typeof suppressionsQuery>): Promise<Listed> {
  demandAllShops(caller);
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    const rows = await suppressionRows(tx, workspaceId, { reason: reason ?? null, lifted: lifted === 'yes', before: beforeOf(cursor), limit: limit + 1 });
    const shown = rows.slice(0, limit), last = shown.at(-1);
    const counts = await suppressionCounts(tx, workspaceId), count = counts.filter((one) => reason === undefined || one.reason === reason).reduce((sum, one) => sum + one.count, 0);
    return { rows: await viewsOf(tx, stores, caller, shown), next: rows.length > limit && last ? toCursor([last.at.toISOString(), last.id]) : null, total: { count: lifted === 'yes' ? shown.length : count, over: false } };
  });
}

/** Leaves an address or a person alone, whatever the purpose, because staff says so. Of an address only its keyed digest is kept. Refuses `customer.not_found`, `reach.address_invalid`, `reach.all_shops`. */
export async function suppress(stores: Stores, caller: Caller, body: z.output<typeof suppressBody>): Promise<void> {
  demandAllShops(caller);
  const { workspaceId, actor } = caller;
  const address = 'value' in body ? (await subjectIds(stores, workspaceId, [{ kind: body.kind, value: body.value }]))[0] ?? null : null;
  if ('value' in body && address === null) throw new Refusal('reach.address_invalid', { kind: body.kind });
  await stores.pg.tx(workspaceId, async (tx) => {
    const customer = 'customer' in body ? (await ownersIn(tx, workspaceId, [body.customer])).get(body.customer) : undefined;
    if ('customer' in body && !customer) throw notFound('customer', { id: body.customer });
    await insertSuppressions(tx, workspaceId, [{ address, customerId: customer ?? null, kind: 'kind' in body ? body.kind : null, reason: 'staff', source: `${actor.kind}:${actor.id}`, at: stores.clock.now() }]);
    await audit(tx, stores.clock, caller, { action: 'reach.suppress', target: customer ? `customer:${customer}` : `address:${address}`, detail: { reason: body.reason } });
  });
}

/** Writes to somebody again, with a reason that is kept. Refuses `suppression.not_found`, `reach.all_shops`. */
export async function lift(stores: Stores, caller: Caller, id: string, reason: string): Promise<View> {
  demandAllShops(caller);
  const { workspaceId, actor } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    const row = await liftSuppression(tx, workspaceId, { id, at: stores.clock.now(), by: `${actor.kind}:${actor.id}`, reason });
    if (!row) throw notFound('suppression', { id });
    await audit(tx, stores.clock, caller, { action: 'reach.lift', target: `suppression:${id}`, detail: { reason, was: row.reason } });
    return (await viewsOf(tx, stores, caller, [row]))[0] as View;
  });
}
