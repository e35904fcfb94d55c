import type { Day } from '../../../kernel/day.ts';
import { profitMinor } from '../worth.ts';
import { isMinor, type Refused, refuse } from './refused.ts';

/** What an entry is about. `sales` is less refunds (a refund is a negative entry); everything else is a cost, positive as paid. */
export const ENTRY_KINDS = ['sales', 'product', 'fulfilment', 'service', 'incentive', 'retention', 'acquisition'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export const LINES = ['revenue', 'acquisition', 'maintenance'] as const;
export type Line = (typeof LINES)[number];

/** The line an entry drills up to. Goods and delivery come off revenue; what is done to keep a customer is maintenance. */
export const LINE_OF: Readonly<Record<EntryKind, Line>> = {
  sales: 'revenue', product: 'revenue', fulfilment: 'revenue', acquisition: 'acquisition', service: 'maintenance', incentive: 'maintenance', retention: 'maintenance',
};

/** `source`: the order, ticket, import row or campaign it came from. */
export type Entry = { customerId: string; kind: EntryKind; amountMinor: number; day: Day; source: string };

export type Ledger = {
  customers: number;
  /** Sales less refunds, goods and fulfilment. */
  revenueMinor: number;
  acquisitionMinor: number;
  maintenanceMinor: number;
  /** revenue − acquisition − maintenance: what was earned so far (累计贡献), not what is expected. */
  valueMinor: number;
};

export type Totals = Record<EntryKind, number>;

const noTotals = (): Totals => ({ sales: 0, product: 0, fulfilment: 0, service: 0, incentive: 0, retention: 0, acquisition: 0 });

/** The ledger of sums by kind. Its value is the profit contribution (R28, `profitMinor`) less acquisition and retention. */
export function ledgerOf({ sales, product, fulfilment, service, incentive, retention, acquisition }: Totals, customers = 1): Ledger {
  const contribution = profitMinor({ amountMinor: sales, productCostMinor: product, fulfilmentMinor: fulfilment, serviceMinor: service, incentiveMinor: incentive });
  return { customers, revenueMinor: sales - product - fulfilment, acquisitionMinor: acquisition, maintenanceMinor: service + incentive + retention, valueMinor: contribution - retention - acquisition };
}

/**
 * The ledger of each customer (R30: 3,200 − 120 − 280 = 2,800) from entries in whole minor units, by id.
 * Refuses `not_minor` with the first entry that is not one: nothing is dropped in silence.
 */
export function ledgers(entries: readonly Entry[]): Map<string, Ledger> | Refused {
  const totals = new Map<string, Totals>();
  for (const { customerId, kind, amountMinor, source } of entries) {
    if (!isMinor(amountMinor)) return refuse('money.not_minor', { customerId, source });
    const own = totals.get(customerId) ?? noTotals();
    own[kind] += amountMinor;
    totals.set(customerId, own);
  }
  return new Map([...totals].map(([customerId, own]) => [customerId, ledgerOf(own)]));
}

/** The ledger of a segment, cohort or channel: the sum of its customers' ledgers. */
export const sumOf = (all: Iterable<Ledger>): Ledger => [...all].reduce((sum, one) => ({
  customers: sum.customers + one.customers, revenueMinor: sum.revenueMinor + one.revenueMinor, acquisitionMinor: sum.acquisitionMinor + one.acquisitionMinor,
  maintenanceMinor: sum.maintenanceMinor + one.maintenanceMinor, valueMinor: sum.valueMinor + one.valueMinor,
}), ledgerOf(noTotals(), 0));

/** What a line is made of, newest first; `effectMinor` carries the sign the line is counted with, so the entries sum to it. */
export const drill = (entries: readonly Entry[], line: Line): (Entry & { effectMinor: number })[] =>
  entries.filter(({ kind }) => LINE_OF[kind] === line)
    .map((entry) => ({ ...entry, effectMinor: line === 'revenue' && entry.kind !== 'sales' ? -entry.amountMinor : entry.amountMinor }))
    .sort((a, b) => (a.day === b.day ? (a.source < b.source ? -1 : 1) : a.day < b.day ? 1 : -1));
