import { isMinor, type Refused, refuse } from './refused.ts';

/** Money spent on getting customers, by channel and month ('YYYY-MM'), minor units. */
export type Spend = { channel: string; month: string; spendMinor: number };
export type FirstBuyers = { channel: string; month: string; customers: number };

export type Cac = {
  spendMinor: number;
  customers: number;
  /** Spend over first buyers, minor units, not rounded. Null where money was spent and nobody came, or nothing is known of spend. */
  cacMinor: number | null;
  /** Whether any spend is on record: buyers without it are not free. */
  hasSpend: boolean;
};

export type CacReport = { cells: (Cac & { channel: string; month: string })[]; channels: (Cac & { channel: string })[]; months: (Cac & { month: string })[]; all: Cac };

type Cell = { channel: string; month: string; spendMinor: number; customers: number; hasSpend: boolean };

function cacOf(cells: readonly Cell[]): Cac {
  // Buyers of a channel whose spend is unknown would make the others look cheap: they stand in the count, not in the quotient.
  const known = cells.filter(({ hasSpend }) => hasSpend);
  const spendMinor = known.reduce((sum, cell) => sum + cell.spendMinor, 0);
  const bought = known.reduce((sum, cell) => sum + cell.customers, 0);
  return { spendMinor, customers: cells.reduce((sum, cell) => sum + cell.customers, 0), cacMinor: bought > 0 ? spendMinor / bought : null, hasSpend: known.length > 0 };
}

const grouped = <K extends 'channel' | 'month'>(cells: readonly Cell[], key: K): (Cac & Record<K, string>)[] =>
  [...Map.groupBy(cells, (cell) => cell[key])].map(([name, own]) => ({ [key]: name, ...cacOf(own) }) as Cac & Record<K, string>);

/**
 * Cost of a new customer by channel and month (R45: 12,000 / 100 → 120), sorted by month, then channel. Sums are quotients
 * of sums, never means of quotients. Refuses `not_minor` (spend not whole minor units, buyers not whole or negative).
 */
export function cacReport(spends: readonly Spend[], buyers: readonly FirstBuyers[]): CacReport | Refused {
  const cells = new Map<string, Cell>();
  const cellOf = ({ channel, month }: { channel: string; month: string }): Cell => {
    const key = JSON.stringify([month, channel]);
    const cell = cells.get(key) ?? { channel, month, spendMinor: 0, customers: 0, hasSpend: false };
    cells.set(key, cell);
    return cell;
  };
  for (const spend of spends) {
    if (!isMinor(spend.spendMinor)) return refuse('money.not_minor', { channel: spend.channel, month: spend.month });
    const cell = cellOf(spend);
    cell.spendMinor += spend.spendMinor;
    cell.hasSpend = true;
  }
  for (const row of buyers) {
    if (!Number.isSafeInteger(row.customers) || row.customers < 0) return refuse('money.not_minor', { channel: row.channel, month: row.month });
    cellOf(row).customers += row.customers;
  }
  const sorted = [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  return { cells: sorted.map((cell) => ({ channel: cell.channel, month: cell.month, ...cacOf([cell]) })), channels: grouped(sorted, 'channel'), months: grouped(sorted, 'month'), all: cacOf(sorted) };
}

export type AcquireVsKeep = { cacMinor: number; keepMinor: number; ratio: number };

/**
 * How many customers could be kept for the price of a new one: CAC / (retention cost ÷ retained customers) (R47: 120 / 20 → 6.0).
 * Refuses `no_new_buyers`, `nobody_kept`, `no_keep_cost`, `not_minor`.
 */
export function acquireVsKeep({ spendMinor, newCustomers, keepCostMinor, kept }: { spendMinor: number; newCustomers: number; keepCostMinor: number; kept: number }): AcquireVsKeep | Refused {
  if (!isMinor(spendMinor) || !isMinor(keepCostMinor)) return refuse('money.not_minor');
  if (!(newCustomers > 0)) return refuse('money.no_new_buyers');
  if (!(kept > 0)) return refuse('money.nobody_kept');
  if (keepCostMinor <= 0) return refuse('money.no_keep_cost');
  const [cacMinor, keepMinor] = [spendMinor / newCustomers, keepCostMinor / kept];
  return { cacMinor, keepMinor, ratio: cacMinor / keepMinor };
}
