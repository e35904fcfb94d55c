import { atCapacity, auc, brier, calibrationLine, calibrationTable, deciles, isRefused, logLoss, type Refused } from '../../core/evaluation/index.ts';
import type { ChurnReport, Coded } from '../contract.ts';

type Told = ChurnReport['contenders'][number];
/** One way to say who is gone, judged on people whose outcome is known. */
export type Contender = { name: Told['name']; told: Told };

const CAPACITY_SHARES = [0.05, 0.1, 0.2] as const;
const orNull = <T>(answer: T | Refused): T | null => (isRefused(answer) ? null : answer);

/** Judges probabilities of leaving against who left; with a refusal, or none, nothing is measured. */
export function contenderOf(name: Told['name'], refused: Coded | null, p: Float64Array | null, left: Uint8Array): Contender {
  const none: Told = { name, refused: refused ?? (p ? null : { code: 'scoring.not_judged', facts: {} }), auc: null, logLoss: null, brier: null, calibrationError: null, line: null, calibration: [], capacity: [], deciles: [] };
  if (refused || !p) return { name, told: none };
  const area = orNull(auc(p, left)), table = orNull(calibrationTable(p, left)), line = orNull(calibrationLine(p, left));
  const capacities = [...new Set(CAPACITY_SHARES.map((share) => Math.max(1, Math.round(share * left.length))))];
  return {
    name, told: {
      ...none, auc: area && { auc: area.auc, low: area.low, high: area.high, standardError: area.standardError }, logLoss: orNull(logLoss(p, left)), brier: orNull(brier(p, left)),
      calibrationError: table?.expectedError ?? null, line: line && { intercept: line.intercept, slope: line.slope },
      calibration: (table?.bins ?? []).map(({ people, meanProbability, share, low, high }) => ({ people, meanProbability, share, low, high })),
      capacity: orNull(atCapacity(p, left, capacities)) ?? [], deciles: orNull(deciles(p, left)) ?? [],
    },
  };
}

/** Whoever ranks at least as well as recency and has the smallest log-loss, which counts ranking and calibration at once; recency where nobody does. */
export function pickContender(contenders: readonly Contender[]): { used: Told['name']; why: Coded } {
  const measured = contenders.flatMap(({ name, told: { auc: area, logLoss: loss } }) => (area && loss !== null ? [{ name, auc: area.auc, loss }] : []));
  const recency = measured.find(({ name }) => name === 'recency'), others = measured.filter(({ name }) => name !== 'recency').toSorted((a, b) => a.loss - b.loss);
  const best = others.find((one) => !recency || (one.auc >= recency.auc && one.loss <= recency.loss)), other = others.find((one) => one !== best) ?? recency;
  const facts = (one: (typeof measured)[number], beaten: (typeof measured)[number] | undefined): Coded['facts'] => ({ auc: one.auc, loss: one.loss, ...(beaten && { other: beaten.name, otherAuc: beaten.auc, otherLoss: beaten.loss }) });
  if (best) return { used: best.name, why: { code: `scoring.churn.${best.name === 'trained' ? 'trained' : 'model'}`, facts: facts(best, other) } };
  return { used: 'recency', why: recency && others[0] ? { code: 'scoring.churn.recency', facts: facts(recency, others[0]) } : { code: 'scoring.not_judged', facts: {} } };
}
