export type Pareto = {
  customers: number;
  totalMinor: number;
  topCustomers: number;
  topMinor: number;
  /** Share (0–1) of the total that the top slice brings. Null where the total is not positive. */
  topShare: number | null;
  /** Cumulative share of value at each hundredth of customers, best first. */
  curve: number[];
};

/** What the best `slice` (0–1) of customers bring (R25). Values in minor units, greatest first. */
export function paretoOf(descending: readonly number[], slice: number): Pareto {
  const totalMinor = descending.reduce((sum, value) => sum + value, 0);
  const topCustomers = descending.length === 0 ? 0 : Math.max(1, Math.round(descending.length * slice));
  const topMinor = descending.slice(0, topCustomers).reduce((sum, value) => sum + value, 0);
  const share = (minor: number): number => (totalMinor > 0 ? minor / totalMinor : 0);
  return { customers: descending.length, totalMinor, topCustomers, topMinor, topShare: totalMinor > 0 ? share(topMinor) : null, curve: curveOf(descending, share) };
}

function curveOf(values: readonly number[], share: (minor: number) => number): number[] {
  const curve: number[] = [];
  let sum = 0;
  let at = 0;
  for (let hundredth = 1; hundredth <= 100; hundredth++) {
    for (const until = Math.round((hundredth / 100) * values.length); at < until; at++) sum += values[at] ?? 0;
    curve.push(share(sum));
  }
  return curve;
}

/** Everything a customer brought and cost, minor units. */
export type ProfitLines = { amountMinor: number; productCostMinor: number; fulfilmentMinor: number; serviceMinor: number; incentiveMinor: number };

/** Profit contribution = Σ(amount − product cost − fulfilment − service − incentive) (R28). */
export const profitMinor = ({ amountMinor, productCostMinor, fulfilmentMinor, serviceMinor, incentiveMinor }: ProfitLines): number =>
  amountMinor - productCostMinor - fulfilmentMinor - serviceMinor - incentiveMinor;

/** Profit over amount (0–1); null where nothing was sold. */
export const marginOf = (lines: ProfitLines): number | null => (lines.amountMinor === 0 ? null : profitMinor(lines) / lines.amountMinor);
