import { isMinor, isShare, type Refused, refuse } from './refused.ts';

/** A reference band of shares, 0–1, both ends inside. */
export type Band = { low: number; high: number };

export type CostShare<Key extends string = string> = { key: Key; costMinor: number; share: number; /** Null where no band is given for it. */ place: 'inside' | 'below' | 'above' | null; band: Band | null };

/**
 * How the cost of the whole life cycle falls on its stages, against bands (R46: 25,000 of 100,000 is inside 20–30 %, 35,000
 * is above and flagged). Refuses `no_cost`, `not_minor`, `bad_band`.
 */
export function costSplit<Key extends string>(costs: readonly { key: Key; costMinor: number }[], bands: Readonly<Partial<Record<Key, Band>>>): CostShare<Key>[] | Refused {
  const bad = costs.find(({ costMinor }) => !isMinor(costMinor) || costMinor < 0);
  if (bad) return refuse('money.not_minor', { key: bad.key });
  const total = costs.reduce((sum, { costMinor }) => sum + costMinor, 0);
  if (total === 0) return refuse('money.no_cost');
  const wrong = costs.find(({ key }) => !isBand(bands[key]));
  if (wrong) return refuse('money.bad_band', { key: wrong.key });
  return costs.map(({ key, costMinor }) => {
    const band = bands[key] ?? null;
    // In whole minor units: 30,000 of 100,000 is on the edge of 30 %, not a hair above it.
    const place = band === null ? null : costMinor < band.low * total - 1e-6 ? 'below' : costMinor > band.high * total + 1e-6 ? 'above' : 'inside';
    return { key, costMinor, share: costMinor / total, place, band };
  });
}

const isBand = (band: Band | undefined): boolean => band === undefined || (isShare(band.low) && isShare(band.high) && band.low <= band.high);
