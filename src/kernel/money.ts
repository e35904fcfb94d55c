/** Decimal places of each currency whose minor unit is not 1/100 (ISO 4217). */
const DECIMALS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, VND: 0, CLP: 0, ISK: 0, BHD: 3, KWD: 3, OMR: 3, TND: 3, JOD: 3 };

export const decimalsOf = (currency: string): number => DECIMALS[currency] ?? 2;

/** Major units as written ("12.30") to integer minor units, rounded half away from zero. */
export function toMinor(major: number, currency: string): number {
  const scaled = Math.abs(major) * 10 ** decimalsOf(currency);
  // 1.005 × 100 is 100.49999…: a relative nudge below a millionth of a unit undoes the binary error.
  return Math.sign(major) * Math.round(scaled * (1 + Number.EPSILON) + 1e-9) || 0;
}

export const toMajor = (minor: number, currency: string): number => minor / 10 ** decimalsOf(currency);
