import { refuse, type Refused, unfitColumns } from './refused.ts';

/**
 * Purchases of all customers in columns. Customer i owns the entries from offsets[i] to offsets[i + 1] of `days` (whole
 * days, rising within a customer) and of `amounts` (money of that entry). Refunds are counted apart, never as purchases.
 */
export type Purchases = { offsets: Uint32Array; days: Int32Array; amounts?: Float64Array };

/** Refuses offsets that do not fit the days (`lengths_differ`), days that fall within a customer (`days_not_rising`), amounts that are no numbers (`not_finite`). */
export function unfitPurchases({ offsets, days, amounts }: Purchases): Refused | null {
  if (offsets.length < 2) return refuse('evaluation.empty');
  if (offsets[0] !== 0 || offsets.at(-1) !== days.length) return refuse('evaluation.lengths_differ', { column: 'offsets', rows: offsets.at(-1) ?? 0, expected: days.length });
  for (let customer = 0; customer + 1 < offsets.length; customer++) {
    if ((offsets[customer] as number) > (offsets[customer + 1] as number)) return refuse('evaluation.days_not_rising', { customer });
    for (let at = (offsets[customer] as number) + 1; at < (offsets[customer + 1] as number); at++) if ((days[at] as number) < (days[at - 1] as number)) return refuse('evaluation.days_not_rising', { customer });
  }
  return amounts && days.length > 0 ? unfitColumns({ days, amounts }) : null;
}
