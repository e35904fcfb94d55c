import type { Day } from '../kernel/day.ts';
import { toMajor, toMinor } from '../kernel/money.ts';
import type { Rate } from './queries/calendar.ts';

/** Minor units of any currency into the reporting one at the rate of the day; null where no rate is known for it. */
export type Convert = (minor: number, currency: string, day: Day) => number | null;

export function converter(reporting: string, rates: readonly Rate[]): Convert {
  const byCurrency = Map.groupBy(rates, (rate) => rate.currency);
  return (minor, currency, day) => {
    if (currency === reporting || currency === '') return minor;
    const rate = byCurrency.get(currency)?.findLast((one) => one.day <= day);
    return rate ? toMinor(toMajor(minor, currency) * rate.rate, reporting) : null;
  };
}
