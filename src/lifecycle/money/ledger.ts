import type { z } from 'zod';
import { isScoped } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { type CustomerId, isUuid, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { type Group, groupOf } from '../audience.ts';
import { drill, type Entry, ledgerOf, type Line, type Totals } from '../core/money/ledger.ts';
import { sharesOf, type SharedBill } from '../core/money/sharing.ts';
import { named } from '../queries/habits.ts';
import type { customerLedgerReply, customersQuery, customersReply, entriesReply, ledgersReply } from './contract.ts';
import { expectedOf, goodsRows, namedCostRows, placeOf, type SaleRow, saleRows } from './queries/entries.ts';
import { allMoney, type CustomerLedgerRow, customerLedgers, type Dimension, type LedgerRow, ledgersBy } from './queries/ledger.ts';
import { personOf } from './person.ts';
import { indirectOf } from './referrals.ts';
import { sharedBills } from './shares.ts';

const KINDS = ['sales', 'product', 'fulfilment', 'service', 'incentive', 'retention', 'acquisition'] as const;
const none = (): Totals => ({ sales: 0, product: 0, fulfilment: 0, service: 0, incentive: 0, retention: 0, acquisition: 0 });
const plus = (a: Totals, b: Totals, sign = 1): Totals => Object.fromEntries(KINDS.map((kind) => [kind, a[kind] + sign * b[kind]])) as Totals;
const linesOf = (totals: Totals) => {
  const { revenueMinor, acquisitionMinor, maintenanceMinor, valueMinor } = ledgerOf(totals);
  return { revenueMinor, acquisitionMinor, maintenanceMinor, valueMinor };
};
const totalsOf = (row: Totals): Totals => Object.fromEntries(KINDS.map((kind) => [kind, row[kind]])) as Totals;

function rowOf({ key, customers, scored, expectedMinor, ...row }: LedgerRow): z.input<typeof ledgersReply>['total'] {
  const totals = totalsOf(row);
  const lines = linesOf(totals);
  return { key, customers, ...totals, ...lines, perCustomerMinor: customers > 0 ? lines.valueMinor / customers : null, expectedMinor: scored > 0 ? expectedMinor : null, scored };
}

/** Ledgers of the chosen customers by stage, month of first purchase or channel (R30). For everybody, what belongs to nobody stands beside. */
export async function ledgers(stores: Stores, caller: Caller, { by, ...group }: Group & { by: Dimension }): Promise<z.input<typeof ledgersReply>> {
  const { workspaceId } = caller;
  const audience = await groupOf(stores, caller, group);
  const { rates } = await sharedBills(stores, workspaceId);
  const isWhole = audience.people === 'all' && audience.shop === '' && !audience.members && !isScoped(caller);
  const [asOf, rows, everything] = await Promise.all([dataDay(stores, workspaceId), ledgersBy(stores.ch, workspaceId, audience, by, rates), isWhole ? allMoney(stores.ch, workspaceId) : null]);
  const sums = rows.reduce((sum, row) => plus(sum, row), none());
  const total = rowOf({ key: '', ...sums, customers: rows.reduce((sum, row) => sum + row.customers, 0), scored: rows.reduce((sum, row) => sum + row.scored, 0), expectedMinor: rows.reduce((sum, row) => sum + row.expectedMinor, 0) });
  return { asOf, by, rows: rows.map(rowOf), total, outside: everything && plus(totalsOf(everything), sums, -1) };
}

type Ask = z.output<typeof customersQuery>;

/** Customers by ledger, the greatest value first. */
export async function ledgersOfCustomers(stores: Stores, caller: Caller, { stage, cohort, channel, cursor, limit, ...group }: Ask): Promise<z.input<typeof customersReply>> {
  const after = cursor === undefined ? null : afterOf(cursor);
  const { rates } = await sharedBills(stores, caller.workspaceId);
  const pick = { ...(stage !== undefined && { stage }), ...(cohort !== undefined && { cohort }), ...(channel !== undefined && { channel }) };
  const rows = await customerLedgers(stores.ch, caller.workspaceId, await groupOf(stores, caller, group), rates, { pick, after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown.map(({ valueMinor: _, ...row }: CustomerLedgerRow) => ({ ...row, ...linesOf(row) })), next: rows.length > limit && last ? toCursor([last.valueMinor, last.customerId]) : null };
}

function afterOf(cursor: string): { valueMinor: number; customerId: string } {
  const [valueMinor, customerId] = fromCursor(cursor, 2);
  if (typeof valueMinor !== 'number' || typeof customerId !== 'string' || !isUuid(customerId)) throw new Refusal('cursor.invalid', {}, 400);
  return { valueMinor, customerId };
}

type Form = z.input<typeof entriesReply>['rows'][number]['form'];
type Told = Entry & { form: Form; document: string; shop: string; channel: string; shared: { bill: SharedBill; units: number } | null };

/** Every entry of one customer's ledger, whatever its line: what happened, what it cost, and shares of bills. */
async function entriesOf(stores: Stores, workspaceId: WorkspaceId, customerId: CustomerId): Promise<{ entries: Told[]; firstMonth: string; channel: string }> {
  const whom = await named(stores, workspaceId, [customerId]);
  const [sales, goods, costs, place, { bills }] = await Promise.all([
    saleRows(stores.ch, workspaceId, whom), goodsRows(stores.ch, workspaceId, whom), namedCostRows(stores.ch, workspaceId, whom), placeOf(stores.ch, workspaceId, whom), sharedBills(stores, workspaceId),
  ]);
  const shopOf = new Map(sales.map(({ documentNo, shop }) => [documentNo, shop]));
  const plain = (one: Pick<Told, 'kind' | 'amountMinor' | 'day' | 'form' | 'document'> & Partial<Told>): Told => ({ customerId, source: '', shop: shopOf.get(one.document) ?? '', channel: '', shared: null, ...one });
  const orders = Map.groupBy(sales.filter(({ purchase }) => purchase === 1), ({ day }) => day.slice(0, 7));
  const shares = sharesOf({ customerId, ...place, orders: new Map([...orders].map(([month, own]) => [month, own.length])) }, bills);
  return {
    ...place,
    entries: [
      ...sales.flatMap((row) => saleEntries(row).map(plain)),
      ...goods.map(({ orderNo, day, costMinor }) => plain({ kind: 'product', form: 'goods', document: orderNo, day, amountMinor: costMinor })),
      ...costs.map(({ kind, costNo, source, day, channel, orderNo, amountMinor }) => plain({ kind, form: 'cost', document: costNo, source, day, channel, amountMinor, shop: shopOf.get(orderNo) ?? '' })),
      ...shares.map(({ bill, units, kind, day, amountMinor }) => plain({ kind, form: 'share', document: bill.costNo, source: bill.source, channel: bill.channel, day, amountMinor, shared: { bill, units } })),
    ],
  };
}

/** An order is what was paid; what was given back of it stands as an entry of its own. */
function saleEntries({ form, documentNo, source, shop, day, amountMinor, refundedMinor }: SaleRow): (Pick<Told, 'kind' | 'amountMinor' | 'day' | 'form' | 'document'> & Partial<Told>)[] {
  const one = { kind: 'sales' as const, document: documentNo, source, shop, day };
  return [...(amountMinor === 0 ? [] : [{ ...one, form, amountMinor }]), ...(refundedMinor === 0 ? [] : [{ ...one, form: 'refund' as const, amountMinor: -refundedMinor }])];
}

/** One customer's ledger: three lines, what is expected still, and what those they brought bring. Refuses `customer.not_found`. */
export async function customerLedger(stores: Stores, caller: Caller, id: CustomerId): Promise<z.input<typeof customerLedgerReply>> {
  const { workspaceId } = caller;
  const own = await personOf(stores, caller, id);
  const [asOf, { entries, firstMonth, channel }, expected, indirect] = await Promise.all([dataDay(stores, workspaceId), entriesOf(stores, workspaceId, own), expectedOf(stores.ch, workspaceId, own), indirectOf(stores, workspaceId, own)]);
  const totals = none();
  for (const { kind, amountMinor } of entries) totals[kind] += amountMinor;
  return { asOf, ...totals, ...linesOf(totals), firstMonth, channel, expected, indirect };
}

type Page = { line: Line; cursor?: string | undefined; limit: number };

/** The entries a line of the ledger is made of, newest first. Staff of some shops see no numbers of other shops' documents. */
export async function ledgerEntries(stores: Stores, caller: Caller, id: CustomerId, { line, cursor, limit }: Page): Promise<z.input<typeof entriesReply>> {
  const own = await personOf(stores, caller, id);
  const all = drill((await entriesOf(stores, caller.workspaceId, own)).entries, line) as (Told & { effectMinor: number })[];
  const from = cursor === undefined ? 0 : Number(fromCursor(cursor, 1)[0]);
  if (!Number.isSafeInteger(from) || from < 0) throw new Refusal('cursor.invalid', {}, 400);
  const isHidden = (shop: string): boolean => isScoped(caller) && shop !== '' && !caller.shops.includes(shop);
  const rows = all.slice(from, from + limit).map(({ kind, form, day, document, source, shop, channel, amountMinor, effectMinor, shared }) => ({
    kind, form, day, document: isHidden(shop) ? '' : document, source, shop: isHidden(shop) ? '' : shop, channel, amountMinor, effectMinor,
    shared: shared && { base: shared.bill.base, billMinor: shared.bill.amountMinor, heads: shared.bill.heads, eachMinor: shared.bill.eachMinor, units: shared.units },
  }));
  return { rows, next: from + limit < all.length ? toCursor([from + limit]) : null, count: all.length, lineMinor: all.reduce((sum, { effectMinor }) => sum + effectMinor, 0) };
}
