import { studentTail } from './distributions.ts';
import type { Moments } from './means.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

/** Sums of an arm over customers: y the figure, x the same customer's figure from before the experiment began. */
export type PairSums = { customers: number; y: number; x: number; yy: number; xx: number; xy: number };

export type Cuped = {
  /** What `compareMeans` takes in place of the raw moments. */
  treated: Moments;
  control: Moments;
  theta: number;
  /** Share (0–1) of the difference's variance that the covariate took away, as measured; 0 when it was left out. */
  varianceCut: number;
  /** False: the covariate says nothing of the figure (or is the same for all), and the raw figures came back. */
  isUsed: boolean;
  /** p that the arms differed before the experiment: below 0.001 suspect the draw, not the treatment. */
  beforePValue: number;
};

/** A covariate is used where its slope differs from 0 at this p: noise is not adjusted for. */
const SLOPE_P = 0.01;

type Within = { customers: number; my: number; mx: number; syy: number; sxx: number; sxy: number };

const withinOf = ({ customers, y, x, yy, xx, xy }: PairSums): Within => {
  const [my, mx] = [y / customers, x / customers];
  return { customers, my, mx, syy: Math.max(0, yy - y * my), sxx: Math.max(0, xx - x * mx), sxy: xy - x * my };
};

/**
 * CUPED (Deng, Xu, Kohavi & Walker, WSDM 2013, equations 4–6): y − θ(x − x̄), θ = cov(y, x)/var(x) within arms, so that
 * the effect itself does not enter θ, each arm weighed as it weighs in the variance of the difference, so that the cut is never below 0. It helps only where the past predicts, so the cut is measured and returned.
 * Refuses `too_few` (fewer than 2 in an arm, fewer than 4 in all) and `bad_moments`.
 */
export function cuped(arms: { treated: PairSums; control: PairSums }): Cuped | Refused<'experiment.too_few' | 'experiment.bad_moments'> {
  const [a, b] = [arms.treated, arms.control];
  if (![a, b].every((sums) => Object.values(sums).every(Number.isFinite))) return refuse('experiment.bad_moments');
  const customers = a.customers + b.customers;
  if (Math.min(a.customers, b.customers) < 2 || customers < 4) return refuse('experiment.too_few', { treated: a.customers, control: b.customers, needed: 2 });
  const [one, two] = [withinOf(a), withinOf(b)];
  const [sxx, sxy, syy] = [one.sxx + two.sxx, one.sxy + two.sxy, one.syy + two.syy];
  // Sums lose digits: a spread this small beside the sums is rounding, not a spread.
  const isFlat = sxx <= 1e-12 * (a.xx + b.xx) || syy <= 1e-12 * (a.yy + b.yy);
  const isUsed = !isFlat && slopePValue(sxy / Math.sqrt(sxx * syy), customers - 3) < SLOPE_P;
  // Of the difference, whose arms weigh by their sizes: the slope over everybody can be worse than none where arms are unequal.
  const weighed = (of: (arm: Within) => number): number => [one, two].reduce((sum, arm) => sum + of(arm) / (arm.customers * (arm.customers - 1)), 0);
  const theta = isUsed ? weighed((arm) => arm.sxy) / weighed((arm) => arm.sxx) : 0;
  const grandX = (a.x + b.x) / customers;
  const adjusted = (arm: Within): Moments => ({
    customers: arm.customers, mean: arm.my - theta * (arm.mx - grandX),
    variance: Math.max(0, arm.syy - 2 * theta * arm.sxy + theta * theta * arm.sxx) / (arm.customers - 1),
  });
  const moments = { treated: adjusted(one), control: adjusted(two) };
  const raw = varianceOf({ ...moments.treated, variance: one.syy / (one.customers - 1) }, { ...moments.control, variance: two.syy / (two.customers - 1) });
  return { ...moments, theta, isUsed, varianceCut: isUsed ? 1 - varianceOf(moments.treated, moments.control) / raw : 0, beforePValue: beforeOf(one, two) };
}

const varianceOf = (a: Moments, b: Moments): number => a.variance / a.customers + b.variance / b.customers;

function slopePValue(correlation: number, df: number): number {
  const rest = 1 - correlation * correlation;
  return df < 1 ? 1 : rest <= 0 ? 0 : Math.min(1, 2 * studentTail(Math.abs(correlation) * Math.sqrt(df / rest), df));
}

function beforeOf(one: Within, two: Within): number {
  const spread = Math.sqrt(one.sxx / (one.customers - 1) / one.customers + two.sxx / (two.customers - 1) / two.customers);
  return spread === 0 ? 1 : Math.min(1, 2 * studentTail(Math.abs(one.mx - two.mx) / spread, one.customers + two.customers - 2));
}
