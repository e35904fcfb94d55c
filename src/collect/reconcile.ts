import type { Caller } from '../kernel/access/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import { NOBODY } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { loadWorkspace } from './queries/imports.ts';
import { type Document, documentsOf, type Figure, loadFigures, saveFigure, type Scope, type Sum, sumsOf } from './queries/reconcile.ts';

const PAGE = 100;

/** Heads who stand in the books without ever having bought: refunds and adjustments of theirs only. */
const withNever = <T extends Sum>(sum: T): T & { neverBought: number } => ({ ...sum, neverBought: sum.people - sum.buyers });

export type Reconciled = { currency: string; total: Sum & { neverBought: number }; rows: (Sum & { neverBought: number; month: string; shop: string; figures: Record<string, number> })[] };

/** 对账: month × shop with orders, buyers, paid, refunds, net, and of the net what belongs to nobody; "my figure" beside each. */
export async function reconcile(stores: Stores, { workspaceId, shops }: Pick<Caller, 'workspaceId' | 'shops'>, given: Partial<Scope> = {}): Promise<Reconciled> {
  const asked = given.shops ?? [];
  const scope: Scope = { shops: shops.length === 0 ? asked : asked.length === 0 ? shops : asked.filter((shop) => shops.includes(shop)), sources: given.sources ?? [] };
  const [{ rows, total }, [figures, { currency }]] = await Promise.all([
    sumsOf(stores.ch, workspaceId, scope),
    stores.pg.tx(workspaceId, async (tx) => [await loadFigures(tx, workspaceId), await loadWorkspace(tx, workspaceId)] as const),
  ]);
  const figuresOf = (month: string, shop: string): Record<string, number> =>
    Object.fromEntries(figures.filter((one) => one.month === month && one.shop === shop).map(({ measure, figure }) => [measure, figure]));
  return { currency, total: withNever(total), rows: rows.map((row) => ({ ...withNever(row), figures: figuresOf(row.month, row.shop) })) };
}

/** Stores or clears one "my figure" cell. Refuses `reconcile.shop_forbidden`. */
export async function noteFigure(stores: Stores, { workspaceId, actor, shops }: Caller, cell: Omit<Figure, 'figure'>, figure: number | null): Promise<void> {
  if (shops.length > 0 && !shops.includes(cell.shop)) throw new Refusal('reconcile.shop_forbidden', { shop: cell.shop }, 403);
  await stores.pg.tx(workspaceId, (tx) => saveFigure(tx, workspaceId, cell, figure, { id: actor.id, at: stores.clock.now() }));
}

export type DocumentView = Omit<Document, 'customer'> & { customer: string | null };

export type DocumentsAsked = { month: string; shop: string; sources?: readonly string[]; cursor?: string | undefined };

/** The orders, refunds and adjustments behind one cell, of some sources or all. */
export async function documents(stores: Stores, { workspaceId, shops }: Pick<Caller, 'workspaceId' | 'shops'>, { month, shop, sources = [], cursor }: DocumentsAsked): Promise<{ rows: DocumentView[]; next: string | null }> {
  if (shops.length > 0 && !shops.includes(shop)) return { rows: [], next: null };
  const [day, documentNo, kind] = cursor === undefined ? [] : fromCursor(cursor, 3);
  const after = cursor === undefined ? null : { day: String(day), documentNo: String(documentNo), kind: String(kind) };
  const rows = await documentsOf(stores.ch, workspaceId, { month, shop, sources, after, limit: PAGE });
  const last = rows.length === PAGE ? rows.at(-1) : undefined;
  return {
    rows: rows.map((row) => ({ ...row, customer: row.customer === NOBODY ? null : row.customer })),
    next: last ? toCursor([last.day, last.documentNo, last.kind]) : null,
  };
}
