import { type Interval, wilson } from './interval.ts';
import { rising } from './order.ts';
import { refuse, type Refused, unfitProbabilities } from './refused.ts';

/** Probabilities of 0 and 1 are read as this far from them: one wrong certainty costs 36.7, not everything. */
const CERTAIN = 2 ** -53;
const inside = (p: number): number => Math.min(1 - CERTAIN, Math.max(CERTAIN, p));

/** Mean negative log-likelihood in nats (Good 1952); lower is better, 0.693 is a coin. Refuses unfit columns only. */
export function logLoss(probabilities: Float64Array, labels: Uint8Array): number | Refused {
  const unfit = unfitProbabilities(probabilities, labels);
  if (unfit) return unfit;
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const p = inside(probabilities[row] as number);
    sum -= labels[row] === 1 ? Math.log(p) : Math.log1p(-p);
  }
  return sum / labels.length;
}

/** Mean squared distance of probability and outcome (Brier 1950, for two classes: 0 is best, 0.25 is a coin). Refuses unfit columns only. */
export function brier(probabilities: Float64Array, labels: Uint8Array): number | Refused {
  const unfit = unfitProbabilities(probabilities, labels);
  if (unfit) return unfit;
  let sum = 0;
  for (let row = 0; row < labels.length; row++) sum += ((probabilities[row] as number) - (labels[row] as number)) ** 2;
  return sum / labels.length;
}

/** Customers of similar probability: what was said (`meanProbability`), what came true (`share` with its interval). */
export type CalibrationBin = Interval & { people: number; fromProbability: number; toProbability: number; meanProbability: number; positives: number; share: number };
/** `expectedError`: mean distance of said and true over the bins, weighted by people (ECE; Naeini et al. 2015). */
export type CalibrationTable = { bins: CalibrationBin[]; expectedError: number; largestError: number };

/**
 * Reliability table: `count` bins of about equally many customers (`by` 'people') or of equal width (`by` 'width', empty
 * ones left out). Equal probabilities never stand in two bins, so there may be fewer. Refuses unfit columns only.
 */
export function calibrationTable(probabilities: Float64Array, labels: Uint8Array, { count = 10, by = 'people', level = 0.95 }: { count?: number; by?: 'people' | 'width'; level?: number } = {}): CalibrationTable | Refused {
  const unfit = unfitProbabilities(probabilities, labels);
  if (unfit) return unfit;
  const order = rising(probabilities);
  const binAt = (at: number): number => Math.min(count - 1, Math.floor(count * (by === 'width' ? (probabilities[order[at] as number] as number) : at / order.length)));
  const bins: CalibrationBin[] = [];
  let start = 0;
  for (let at = 1; at <= order.length; at++) {
    const isTied = at < order.length && probabilities[order[at] as number] === probabilities[order[at - 1] as number];
    if (at < order.length && (isTied || binAt(at) === binAt(start))) continue;
    bins.push(binOf(order.subarray(start, at), { probabilities, labels, level }));
    start = at;
  }
  const errors = bins.map(({ share, meanProbability }) => Math.abs(share - meanProbability));
  return { bins, expectedError: errors.reduce((sum, error, bin) => sum + error * (bins[bin] as CalibrationBin).people, 0) / labels.length, largestError: Math.max(...errors) };
}

function binOf(rows: Uint32Array, { probabilities, labels, level }: { probabilities: Float64Array; labels: Uint8Array; level: number }): CalibrationBin {
  let [positives, sum] = [0, 0];
  for (const row of rows) {
    positives += labels[row] as number;
    sum += probabilities[row] as number;
  }
  const ends = { fromProbability: probabilities[rows[0] as number] as number, toProbability: probabilities[rows.at(-1) as number] as number };
  return { people: rows.length, ...ends, meanProbability: sum / rows.length, positives, share: positives / rows.length, ...wilson(positives, rows.length, level) };
}

/** Slope 1 and intercept 0 is perfect; a slope below 1 says the probabilities are too extreme. */
export type CalibrationLine = { intercept: number; slope: number; interceptError: number; slopeError: number };

const STEPS = 60;
/** A slope beyond this is a likelihood that keeps rising: the classes are parted. */
const SLOPE_MOST = 100;

/**
 * Logistic recalibration: log-odds of the outcome against log-odds said (Cox 1958), by Newton's method with halved steps; errors from the
 * information matrix. Refuses `evaluation.one_class`, `evaluation.constant_prediction` (no line through one point) and
 * `evaluation.separable` (no finite slope).
 */
export function calibrationLine(probabilities: Float64Array, labels: Uint8Array): CalibrationLine | Refused {
  const unfit = unfitProbabilities(probabilities, labels);
  if (unfit) return unfit;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === labels.length) return refuse('evaluation.one_class', { positives, negatives: labels.length - positives });
  if (probabilities.every((p) => p === probabilities[0])) return refuse('evaluation.constant_prediction');
  const said = probabilities.map((p) => Math.log(inside(p)) - Math.log1p(-inside(p)));
  // From a flat line, where every row has weight: far out the weights vanish and Newton's steps with them.
  let line = { intercept: Math.log(positives / (labels.length - positives)), slope: 0 };
  let here = slopesAt(said, labels, line);
  for (let step = 0; step < STEPS; step++) {
    const { g0, g1, h00, h01, h11 } = here;
    const determinant = h00 * h11 - h01 * h01;
    const [up, tilt] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    if (!Number.isFinite(up) || !Number.isFinite(tilt) || Math.abs(line.slope) > SLOPE_MOST) return refuse('evaluation.separable');
    if (Math.abs(up) + Math.abs(tilt) < 1e-10 * (1 + Math.abs(line.intercept) + Math.abs(line.slope))) return { ...line, interceptError: Math.sqrt(h11 / determinant), slopeError: Math.sqrt(h00 / determinant) };
    for (let scale = 1; scale > 1e-9; scale /= 2) {
      const tried = { intercept: line.intercept + scale * up, slope: line.slope + scale * tilt };
      const there = slopesAt(said, labels, tried);
      if (there.height < here.height - 1e-12 * Math.abs(here.height)) continue;
      [line, here] = [tried, there];
      break;
    }
  }
  return refuse('evaluation.separable');
}

/** Log-likelihood of a line, its gradient and its curvature. */
function slopesAt(said: Float64Array, labels: Uint8Array, { intercept, slope }: { intercept: number; slope: number }): { height: number; g0: number; g1: number; h00: number; h01: number; h11: number } {
  let height = 0;
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
  for (let row = 0; row < said.length; row++) {
    const odds = said[row] as number;
    const u = intercept + slope * odds;
    const p = 1 / (1 + Math.exp(-u));
    height += (labels[row] === 1 ? u : 0) - Math.max(u, 0) - Math.log1p(Math.exp(-Math.abs(u)));
    const [residual, weight] = [(labels[row] as number) - p, p * (1 - p)];
    g0 += residual;
    g1 += residual * odds;
    h00 += weight;
    h01 += weight * odds;
    h11 += weight * odds * odds;
  }
  return { height, g0, g1, h00, h01, h11 };
}
