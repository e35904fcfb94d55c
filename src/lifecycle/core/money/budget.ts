import { isMinor, type Refused, refuse } from './refused.ts';

/**
 * What money spent on a tier or stage is expected to bring: `ceilingMinor`·(1 − e^(−spent/`scaleMinor`)), concave: each
 * unit brings less than the one before. The ceiling is what the tier could bring at most (customers × share won × value),
 * the scale the spend that brings 63 % of it. Both are assumptions until measured; `source` says whose.
 */
export type Curve = { ceilingMinor: number; scaleMinor: number; source: string };

export type Tier = { key: string; capMinor: number; curve: Curve };

export const STOPS = ['cap', 'budget', 'not_worth'] as const;
export type Stop = (typeof STOPS)[number];

export type Allocation = {
  key: string;
  spentMinor: number;
  expectedMinor: number;
  /** Return of the last unit spent and of the next one: why the line is drawn here. Null where none was spent, or the cap is reached. */
  lastReturn: number | null;
  nextReturn: number | null;
  /** The tier took all it may; the money ran out; or another step would bring less than it costs. */
  stoppedBy: Stop;
  source: string;
};

export type Advice = { allocations: Allocation[]; spentMinor: number; leftMinor: number; expectedMinor: number; netMinor: number };

export const expectedAt = ({ ceilingMinor, scaleMinor }: Curve, spentMinor: number): number => -ceilingMinor * Math.expm1(-spentMinor / scaleMinor);

function fault(budgetMinor: number, stepMinor: number, tiers: readonly Tier[]): Refused | null {
  if (!isMinor(budgetMinor) || budgetMinor < 0 || !isMinor(stepMinor) || stepMinor <= 0) return refuse('money.bad_budget', { budgetMinor: String(budgetMinor), stepMinor: String(stepMinor) });
  // Beyond this the advice would take seconds and be no better.
  if (budgetMinor / stepMinor > 1_000_000) return refuse('money.bad_budget', { budgetMinor, stepMinor, mostSteps: 1_000_000 });
  for (const { key, capMinor, curve } of tiers) {
    if (!isMinor(capMinor) || capMinor < 0) return refuse('money.bad_budget', { tier: key });
    if (!(curve.ceilingMinor >= 0 && Number.isFinite(curve.ceilingMinor) && curve.scaleMinor > 0 && Number.isFinite(curve.scaleMinor))) return refuse('money.bad_curve', { tier: key });
  }
  return new Set(tiers.map(({ key }) => key)).size === tiers.length ? null : refuse('money.bad_budget', { reason: 'duplicate tier' });
}

/**
 * Splits a budget over tiers or stages so that the expected return less the spend is greatest, in whole steps, within
 * every cap and the budget (R30). Step by step the money goes where the next step brings most; with concave curves this
 * is the best there is (Gross 1956; Fox, Operations Research 14, 1966), checked against every possible split in
 * budget.test.ts. Ties go by key, so the same inputs give the same advice in whatever order they come. What would not
 * pay for itself, or is less than a step, is left. Refuses `bad_budget`, `bad_curve`.
 */
export function adviseBudget({ budgetMinor, stepMinor, tiers }: { budgetMinor: number; stepMinor: number; tiers: readonly Tier[] }): Advice | Refused {
  const wrong = fault(budgetMinor, stepMinor, tiers);
  if (wrong) return wrong;
  const sorted = tiers.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const spent = sorted.map(() => 0);
  const stepReturn = (at: number, from: number): number => {
    const tier = sorted[at];
    return tier && from >= 0 && from + stepMinor <= tier.capMinor ? expectedAt(tier.curve, from + stepMinor) - expectedAt(tier.curve, from) : -1;
  };
  const next = sorted.map((_, at) => stepReturn(at, 0));
  let left = budgetMinor;
  while (left >= stepMinor) {
    const best = next.reduce((top, value, at) => (value > (next[top] ?? -1) ? at : top), 0);
    if ((next[best] ?? -1) <= stepMinor) break;
    spent[best] = (spent[best] ?? 0) + stepMinor;
    next[best] = stepReturn(best, spent[best]);
    left -= stepMinor;
  }
  const allocations = sorted.map(({ key, curve }, at): Allocation => {
    const own = spent[at] ?? 0;
    const nextStep = next[at] ?? -1;
    const stoppedBy = nextStep < 0 ? 'cap' : nextStep <= stepMinor ? 'not_worth' : 'budget';
    return { key, spentMinor: own, expectedMinor: Math.round(expectedAt(curve, own)), lastReturn: own > 0 ? stepReturn(at, own - stepMinor) / stepMinor : null, nextReturn: nextStep < 0 ? null : nextStep / stepMinor, stoppedBy, source: curve.source };
  });
  const expectedMinor = allocations.reduce((sum, one) => sum + one.expectedMinor, 0);
  return { allocations, spentMinor: budgetMinor - left, leftMinor: left, expectedMinor, netMinor: expectedMinor - (budgetMinor - left) };
}
