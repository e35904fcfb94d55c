import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../../../../test/support/shared.ts';
import { auc, brier, logLoss } from '../evaluation/index.ts';
import { categorical, type ChurnModel, explainRows, fitLogistic, fitTrees, isRefused, numeric, probabilities, reasonsOf, scoreRows, type Table, takeLabels, takeRows, train } from './index.ts';

const path = join(sharedData, 'telco/Telco-Customer-Churn.csv');
const NUMBERS = ['SeniorCitizen', 'tenure', 'MonthlyCharges', 'TotalCharges'];

type Part = { table: Table; labels: Uint8Array };
const good = <T>(answer: T): Exclude<T, { refused: unknown }> => {
  if (isRefused(answer as object)) throw new Error(JSON.stringify(answer));
  return answer as Exclude<T, { refused: unknown }>;
};

function telco(): { learn: Part; judge: Part } {
  const [head = [], ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/).map((row) => row.split(','));
  const columns = head.slice(1, -1).map((name, at) => {
    const cells = rows.map((row) => (row[at + 1] as string).trim());
    return NUMBERS.includes(name) ? numeric(name, cells.map((cell) => (cell === '' ? Number.NaN : Number(cell)))) : categorical(name, cells);
  });
  const labels = Uint8Array.from(rows, (row) => (row.at(-1) === 'Yes' ? 1 : 0));
  const isJudged = rows.map(([id]) => (createHash('sha256').update(id as string).digest()[0] as number) < 51);
  const part = (wanted: boolean): Part => {
    const own = Uint32Array.from([...rows.keys()].filter((row) => isJudged[row] === wanted));
    return { table: takeRows({ rows: rows.length, columns }, own), labels: takeLabels(labels, own) };
  };
  return { learn: part(false), judge: part(true) };
}

/** AUC of scikit-learn's logistic regression on this split, the best figure published for it (VALUE.md). */
const BEST_AUC = 0.8577;

describe.skipIf(!existsSync(path))('R126: telco churn on the fixed split', () => {
  const { learn, judge } = existsSync(path) ? telco() : ({} as ReturnType<typeof telco>);
  const measure = (model: ChurnModel): { auc: number; logLoss: number; brier: number } => {
    const p = probabilities(good(scoreRows(model, judge.table)));
    return { auc: good(auc(p, judge.labels)).auc, logLoss: good(logLoss(p, judge.labels)), brier: good(brier(p, judge.labels)) };
  };
  const within = (value: number, target: number, tolerance: number): void => expect(Math.abs(value - target), `${value} against ${target}`).toBeLessThanOrEqual(tolerance);

  /** Every row's base and contributions against its score. */
  function widestGap(model: ChurnModel): number {
    const { base, contributions, scores } = good(explainRows(model, judge.table));
    const width = model.features.length;
    return Math.max(...scores.map((score, row) => Math.abs(score - base - contributions.subarray(row * width, (row + 1) * width).reduce((a, b) => a + b, 0))));
  }

  test('the split is the published one: 5,650 and 1,393 rows, 351 of these left', () => {
    expect([learn.table.rows, judge.table.rows, judge.labels.reduce((a, b) => a + b, 0)]).toEqual([5650, 1393, 351]);
  });

  test('logistic regression, ridge 1: AUC .8577, log-loss .3955, Brier .1280; contributions sum to the score', () => {
    const model = good(fitLogistic(learn.table, learn.labels));
    const measured = measure(model);
    within(measured.auc, 0.8577, 0.0005);
    within(measured.logLoss, 0.3955, 0.0005);
    within(measured.brier, 0.128, 0.0005);
    expect(widestGap(model)).toBeLessThan(1e-12);
  });

  test('boosted trees: AUC at least .8555, log-loss about .395; contributions sum to the score', () => {
    const model = good(fitTrees(learn.table, learn.labels));
    const measured = measure(model);
    expect(measured.auc).toBeGreaterThanOrEqual(0.8555);
    within(measured.logLoss, 0.395, 0.002);
    expect(widestGap(model)).toBeLessThan(1e-12);
  });

  test('the kind training picks is within .005 of the best figure, and every customer has three reasons, strongest first', () => {
    const { model, candidates, splitBy } = good(train({ table: learn.table, labels: learn.labels }));
    expect(candidates.map(({ kind }) => kind)).toEqual(['logistic', 'curves', 'trees']);
    expect(candidates.find(({ kind }) => kind === model.kind)?.logLoss).toBe(Math.min(...candidates.map(({ logLoss: loss }) => loss)));
    expect(splitBy).toBe('hash');
    expect(measure(model).auc).toBeGreaterThanOrEqual(BEST_AUC - 0.005);
    const explained = good(explainRows(model, judge.table));
    for (const reasons of good(reasonsOf(model, judge.table, explained))) {
      expect(reasons.length).toBe(3);
      expect(reasons.map(({ contribution }) => Math.abs(contribution))).toEqual(reasons.map(({ contribution }) => Math.abs(contribution)).toSorted((a, b) => b - a));
      for (const { code, contribution } of reasons) expect(code.startsWith(contribution < 0 ? 'churn.lowers' : 'churn.raises')).toBe(true);
    }
  });

  test('a stored model scores as the one that was trained, whatever the order of columns', () => {
    const model = good(fitTrees(learn.table, learn.labels, { rounds: 10 }));
    const stored = JSON.parse(JSON.stringify(model)) as ChurnModel;
    const turned = { ...judge.table, columns: judge.table.columns.toReversed() };
    expect(good(scoreRows(stored, turned))).toEqual(good(scoreRows(model, judge.table)));
  });
});
