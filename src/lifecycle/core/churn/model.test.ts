import { describe, expect, test } from 'vitest';
import { type Random, seeded } from '../../../kernel/random.ts';
import { logLoss } from '../evaluation/index.ts';
import { bend } from './design.ts';
import { binsOf, type NumericFeature } from './features.ts';
import { goesLeft, SPLITS, type Tree } from './grow.ts';
import { backtest, categorical, type Column, explainRows, findLeaks, fitLogistic, fitTrees, isRefused, numeric, probabilities, reasonsOf, scoreRows, splitHashed, splitNewest, type Table, train, type TrainInput, type TreesModel } from './index.ts';

const good = <T>(answer: T): Exclude<T, { refused: unknown }> => {
  if (isRefused(answer as object)) throw new Error(JSON.stringify(answer));
  return answer as Exclude<T, { refused: unknown }>;
};
const refused = (answer: unknown): unknown => (answer as { refused?: string }).refused;
const LEVELS = ['a', 'b', 'c', null] as const;

/** Customers whose leaving depends on all features, with missing values of both kinds. */
function people(random: Random, rows: number): { table: Table; labels: Uint8Array } {
  const x = Float64Array.from({ length: rows }, () => (random() < 0.1 ? Number.NaN : Math.round(40 * random()) / 10));
  const y = Float64Array.from({ length: rows }, () => random());
  const z = Float64Array.from({ length: rows }, () => (random() < 0.5 ? 0 : 1));
  const words = Array.from({ length: rows }, () => LEVELS[Math.floor(4 * random())] ?? null);
  const labels = Uint8Array.from(x, (value, row) => {
    const odds = (Number.isNaN(value) ? 1 : Math.abs(value - 2) - 1) + 2 * (y[row] as number) * (z[row] as number) + (words[row] === 'b' ? 1.2 : words[row] === null ? -1 : 0) - 0.8;
    return random() < 1 / (1 + Math.exp(-odds)) ? 1 : 0;
  });
  return { table: { rows, columns: [numeric('x', x), numeric('y', y), numeric('z', z), categorical('word', words)] }, labels };
}

describe('contributions', () => {
  /** The definition: what a tree says when only the features of `known` are known. */
  function worth({ feature, at, missingLeft, leaf, cover }: Tree, ordered: readonly boolean[], codes: readonly number[], known: ReadonlySet<number>, place = 0): number {
    if (place >= SPLITS) return leaf[place - SPLITS] as number;
    const own = feature[place] as number;
    const [left, right] = [2 * place + 1, 2 * place + 2];
    const go = (next: number): number => worth({ feature, at, missingLeft, leaf, cover }, ordered, codes, known, next);
    if (own === -1) return go(left);
    if (known.has(own)) return go(goesLeft(codes[own] as number, at[place] as number, missingLeft[place] as boolean, ordered[own] as boolean) ? left : right);
    return ((cover[left] as number) * go(left) + (cover[right] as number) * go(right)) / (cover[place] as number);
  }

  const ordersOf = (players: readonly number[]): number[][] => (players.length < 2 ? [[...players]] : players.flatMap((first) => ordersOf(players.filter((one) => one !== first)).map((rest) => [first, ...rest])));

  test('equal the Shapley values of the definition: mean gain of a feature over all orders in which features become known', () => {
    const { table, labels } = people(seeded(21), 900);
    const model = good(fitTrees(table, labels, { rounds: 12, leafRows: 5, shrinkage: 0.4 })) as TreesModel;
    expect(new Set(model.trees.flatMap(({ feature }) => feature)).size).toBeGreaterThan(3);
    const { base, contributions, scores } = good(explainRows(model, table));
    const ordered = model.features.map(({ kind }) => kind === 'numeric');
    const codes = model.features.map((feature, at) => binsOf(feature, table.columns[at] as Column));
    const orders = ordersOf([0, 1, 2, 3]);
    for (let row = 0; row < 60; row++) {
      const own = codes.map((column) => column[row] as number);
      const value = (known: readonly number[]): number => model.trees.reduce((sum, tree) => sum + worth(tree, ordered, own, new Set(known)), model.prior);
      expect(base).toBeCloseTo(value([]), 10);
      expect(scores[row]).toBeCloseTo(value([0, 1, 2, 3]), 10);
      for (const player of [0, 1, 2, 3]) {
        const gained = orders.map((order) => value(order.slice(0, order.indexOf(player) + 1)) - value(order.slice(0, order.indexOf(player))));
        expect(contributions[4 * row + player]).toBeCloseTo(gained.reduce((a, b) => a + b, 0) / orders.length, 10);
      }
    }
  });

  test.each(['logistic', 'curves', 'trees'])('of %s sum to the score and average to nothing over the training rows', (kind) => {
    const { table, labels } = people(seeded(22), 2000);
    const model = good(kind === 'trees' ? fitTrees(table, labels) : fitLogistic(table, labels, { curves: kind === 'curves' }));
    const { base, contributions, scores } = good(explainRows(model, table));
    scores.forEach((score, row) => { expect(score).toBeCloseTo(base + contributions.subarray(4 * row, 4 * row + 4).reduce((a, b) => a + b, 0), 11); });
    expect(scores.reduce((a, b) => a + b, 0) / 2000).toBeCloseTo(base, kind === 'trees' ? 1 : 10);
    expect([...good(scoreRows(model, table))]).toEqual([...scores]);
  });
});

describe('logistic regression', () => {
  test('ends where the penalised likelihood is flat, and finds the coefficients a simulation was made with', () => {
    const random = seeded(23);
    const rows = 20_000;
    const a = Float64Array.from({ length: rows }, () => 4 * random());
    const b = Float64Array.from({ length: rows }, () => random() - 0.5);
    const labels = Uint8Array.from(a, (value, row) => (random() < 1 / (1 + Math.exp(-(0.7 * value - 2 * (b[row] as number) - 1))) ? 1 : 0));
    const table = { rows, columns: [numeric('a', a), numeric('b', b)] };
    const model = good(fitLogistic(table, labels, { ridge: 0.5 }));
    const slopes = model.terms.map(({ sd }, at) => (model.coefficients[at] as number) / sd);
    expect(slopes[0]).toBeCloseTo(0.7, 1);
    expect(slopes[1]).toBeCloseTo(-2, 1);
    const p = probabilities(good(scoreRows(model, table)));
    model.terms.forEach(({ mean, sd }, at) => {
      const values = at === 0 ? a : b;
      const gradient = p.reduce((sum, one, row) => sum + ((labels[row] as number) - one) * (((values[row] as number) - mean) / sd), 0);
      expect(gradient).toBeCloseTo(0.5 * (model.coefficients[at] as number), 3);
    });
    expect(p.reduce((sum, one, row) => sum + one - (labels[row] as number), 0)).toBeCloseTo(0, 3);
  });

  test('one who left among outliers, and hardly a ridge: steps are halved where whole ones run away', () => {
    const labels = Uint8Array.from({ length: 12 }, (_, row) => (row === 10 ? 1 : 0));
    const columns = [
      [0.13, 0.06, -0.43, -0.38, -0.49, -0.38, -0.36, 0.41, -23.31, -0.27, 0.42, 0.08],
      [11.372, -0.001, 0.003, -19.37, 0.007, 0.009, -0.002, -0.007, 0.004, -0.01, 0.001, -0.007],
      [-0.008, 6.535, -0.001, 0.009, 0.009, -0.002, -0.001, -0.001, -14.301, -0.006, 0.009, 0.002],
      [-9.597, -0.007, -0.001, 0, -0.01, -0.005, 3.419, -0.002, 0.008, 0.004, 0.009, 0.009],
    ].map((values, at) => numeric(`v${at}`, values));
    const model = good(fitLogistic({ rows: 12, columns }, labels, { ridge: 0.001 }));
    const p = probabilities(good(scoreRows(model, { rows: 12, columns })));
    expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    model.terms.forEach(({ feature, mean, sd }, at) => {
      const gradient = p.reduce((sum, one, row) => sum + (((labels[row] as number) - one) * ((columns[feature]?.values[row] as number) - mean)) / sd, 0);
      expect(gradient).toBeCloseTo(0.001 * (model.coefficients[at] as number), 4);
    });
  });

  test('a curve is smooth, bends between its knots and is straight outside', () => {
    const knots = [1, 2, 4, 7, 9];
    for (const at of [0, 1, 2]) {
      const second = (x: number): number => (bend(knots, at, x + 0.01) - 2 * bend(knots, at, x) + bend(knots, at, x - 0.01)) / 0.0001;
      for (const x of [-5, 0.9, 9.1, 30]) expect(second(x)).toBeCloseTo(0, 6);
      expect(Math.abs(second(5))).toBeGreaterThan(0.01);
      for (const knot of knots) expect(Math.abs(second(knot + 0.02) - second(knot - 0.02))).toBeLessThan(0.01);
      expect((bend(knots, at, 9.001) - bend(knots, at, 9)) / 0.001).toBeCloseTo((bend(knots, at, 9) - bend(knots, at, 8.999)) / 0.001, 3);
      expect(bend(knots, at, 9 + 1e-9)).toBeCloseTo(bend(knots, at, 9), 7);
      expect(Number.isFinite(bend(knots, at, 1e300))).toBe(true);
    }
  });

  test('curves see a valley that straight lines do not', () => {
    const { table, labels } = people(seeded(24), 4000);
    const { candidates } = good(train({ table, labels }));
    const [line, curve, trees] = candidates.map(({ logLoss }) => logLoss) as [number, number, number];
    expect(curve).toBeLessThan(line - 0.003);
    expect(trees).toBeLessThan(line);
  });
});

describe('trees', () => {
  test('no leaf rests on fewer rows than asked for, and where nobody was missing, the missing go with the many', () => {
    const { table, labels } = people(seeded(31), 1500);
    const { trees } = good(fitTrees(table, labels, { rounds: 30, leafRows: 40 }));
    expect(trees.flatMap(({ cover }) => cover).every((rows) => rows === 0 || rows >= 40)).toBe(true);
    const step = Float64Array.from({ length: 400 }, (_, row) => (row < 300 ? 1 : 2));
    for (const [many, few] of [[1, 2], [2, 1]] as const) {
      const values = step.map((value) => (value === 1 ? many : few));
      const model = good(fitTrees({ rows: 400, columns: [numeric('v', values)] }, Uint8Array.from(step, (value, row) => (value === 1 ? (row % 5 === 0 ? 1 : 0) : row % 5 === 0 ? 0 : 1))));
      const [ofMissing, ofMany, ofFew] = good(scoreRows(model, { rows: 3, columns: [numeric('v', [Number.NaN, many, few])] }));
      expect(ofMissing).toBe(ofMany);
      expect(ofFew).toBeGreaterThan(ofMany as number);
    }
  });

  test('growing ends where rows kept apart say so, with the trees of the best round', () => {
    const [learned, kept] = [people(seeded(32), 700), people(seeded(33), 700)];
    const all = good(fitTrees(learned.table, learned.labels, { rounds: 200, shrinkage: 0.2 }));
    const stopped = good(fitTrees(learned.table, learned.labels, { rounds: 200, shrinkage: 0.2, validation: kept }));
    expect(stopped.trees.length).toBeLessThan(150);
    expect(stopped.trees).toEqual(all.trees.slice(0, stopped.trees.length));
    const lossOf = (rounds: number): number => good(logLoss(probabilities(good(scoreRows({ ...all, trees: all.trees.slice(0, rounds) }, kept.table))), kept.labels));
    const best = lossOf(stopped.trees.length);
    for (let rounds = 1; rounds <= stopped.trees.length + 20; rounds++) expect(lossOf(rounds)).toBeGreaterThanOrEqual(best - 1e-12);
    const picked = good(train({ table: people(seeded(34), 900).table, labels: people(seeded(34), 900).labels, seed: 2 })).model as TreesModel;
    expect(picked.kind).toBe('trees');
    expect(picked.trees.length).toBeLessThan(120);
  });
});

describe('features', () => {
  test('a missing value is its own direction; a level never seen, or rare, is "other"', () => {
    const { table, labels } = people(seeded(25), 3000);
    const model = good(fitTrees(table, labels));
    const one = (x: number, word: string | null): Table => ({ rows: 1, columns: [numeric('x', [x]), numeric('y', [0.5]), numeric('z', [1]), categorical('word', [word])] });
    const score = (x: number, word: string | null): number => good(scoreRows(model, one(x, word)))[0] as number;
    expect(score(Number.NaN, 'a')).toBeGreaterThan(score(2, 'a') + 0.3);
    expect(score(2, 'b')).toBeGreaterThan(score(2, null) + 0.5);
    expect(Number.isFinite(score(2, 'never seen'))).toBe(true);
    expect(binsOf({ kind: 'categorical', name: 'w', levels: ['a', 'b'], common: 'a' }, categorical('w', ['b', null, 'q', 'a']))).toEqual(Uint8Array.of(2, 0, 3, 1));
  });

  test('cuts lie half-way between values; a level of fewer than ten rows is "other"', () => {
    const values = numeric('v', Float64Array.from({ length: 300 }, (_, row) => row % 3));
    const words = categorical('w', Array.from({ length: 300 }, (_, row) => (row < 9 ? 'rare' : row < 19 ? 'ten' : 'common')));
    const labels = Uint8Array.from({ length: 300 }, (_, row) => row % 2);
    expect(good(fitTrees({ rows: 300, columns: [values, words] }, labels, { rounds: 1 })).features).toMatchObject([{ cuts: [0.5, 1.5] }, { levels: ['common', 'ten'], common: 'common' }]);
  });

  test('codes rise with values, for few and for many values', () => {
    const random = seeded(26);
    for (const values of [Float64Array.of(3, 1, 1, 2), Float64Array.from({ length: 5000 }, () => random() ** 4 * 1e6)]) {
      const labels = Uint8Array.from({ length: 5000 }, (_, row) => row % 2);
      const repeated = Float64Array.from({ length: 5000 }, (_, row) => values[row % values.length] as number);
      const model = good(fitTrees({ rows: 5000, columns: [numeric('v', repeated)] }, labels, { rounds: 1 }));
      const [feature] = model.features as [NumericFeature];
      expect(feature.cuts).toEqual([...new Set(feature.cuts)].toSorted((a, b) => a - b));
      const codes = binsOf(feature, numeric('v', [...values].toSorted((a, b) => a - b)));
      codes.slice(1).forEach((code, at) => { expect(code).toBeGreaterThanOrEqual(codes[at] as number); });
      expect(new Set(codes).size).toBe(Math.min(255, new Set(values).size));
    }
  });

  test('reasons name the value, what it is compared to and which way it pushes', () => {
    const { table, labels } = people(seeded(27), 3000);
    const model = good(fitLogistic(table, labels));
    const row: Table = { rows: 1, columns: [numeric('x', [Number.NaN]), numeric('y', [0.99]), numeric('z', [0]), categorical('word', ['b'])] };
    const [reasons = []] = good(reasonsOf(model, row, good(explainRows(model, row)), 4));
    expect(reasons.map(({ feature }) => feature).toSorted()).toEqual(['word', 'x', 'y', 'z']);
    expect(reasons.find(({ feature }) => feature === 'y')).toMatchObject({ code: 'churn.raises.above', value: 0.99, comparedTo: expect.closeTo(0.5, 1) });
    expect(reasons.find(({ feature }) => feature === 'z')).toMatchObject({ code: 'churn.lowers.below', value: 0 });
    expect(reasons.find(({ feature }) => feature === 'x')).toMatchObject({ code: 'churn.raises.missing', value: null });
    expect(reasons.find(({ feature }) => feature === 'word')?.code).toMatch(/^churn\.raises\.(?:other|usual)$/);
  });
});

describe('time', () => {
  test('rows that judge are the newest, and no row teaches whose outcome came later', () => {
    const days = Array.from({ length: 1200 }, (_, row) => 30 * (row % 12));
    const { older, newest, dropped } = good(splitNewest({ days, horizonDays: 60 }));
    const since = Math.min(...[...newest].map((row) => days[row] as number));
    expect(since).toBe(270);
    expect([...older].every((row) => (days[row] as number) + 60 <= since)).toBe(true);
    expect([older.length, newest.length, dropped]).toEqual([800, 300, 100]);
    expect(refused(splitNewest({ days, horizonDays: 300 }))).toBe('churn.few_cutoffs');
    expect(refused(splitNewest({ days: days.map(() => 7), horizonDays: 0 }))).toBe('churn.few_cutoffs');
    expect(refused(splitNewest({ days: [Number.NaN], horizonDays: 0 }))).toBe('churn.bad_setting');
  });

  test('a snapshot is parted by hash: another seed gives other rows, the same seed the same', () => {
    const { older, newest } = splitHashed(10_000, 7);
    expect(older.length + newest.length).toBe(10_000);
    expect(Math.abs(newest.length - 2000)).toBeLessThan(150);
    expect(splitHashed(10_000, 7).newest).toEqual(newest);
    const other = new Set(splitHashed(10_000, 8).newest);
    expect(Math.abs(newest.filter((row) => other.has(row)).length - 400)).toBeLessThan(90);
  });

  test('a feature that knows of tomorrow is found, and nothing is trained on it', () => {
    const { table, labels } = people(seeded(28), 1200);
    const days = Float64Array.from(labels, (_, row) => 30 * (row % 12));
    const honest = { feature: 'x', latestDay: days.map((day, row) => (row === 5 ? Number.NaN : day)) };
    const leaking = { feature: 'y', latestDay: days.map((day, row) => (row % 100 === 0 ? day + 3 : day - 1)) };
    expect(findLeaks([honest, leaking], days)).toEqual([{ feature: 'y', rows: 12, daysAhead: 3 }]);
    const input: TrainInput = { table, labels, cutoffs: { days, horizonDays: 30 } };
    expect(refused(train({ ...input, featureTimes: [honest, leaking] }))).toBe('churn.leak');
    expect(good(train({ ...input, featureTimes: [honest] })).splitBy).toBe('time');
  });

  test('R126: a back-test on the newest cut-offs shows AUC, calibration and capacity, and a rule that ranks better wins', () => {
    const { table, labels } = people(seeded(29), 6000);
    const days = Float64Array.from(labels, (_, row) => 30 * (row % 12));
    const input = { table, labels, cutoffs: { days, horizonDays: 30 } };
    const judged = good(backtest({ ...input, baselines: { y: table.columns[1]?.kind === 'numeric' ? table.columns[1].values : new Float64Array() } }));
    expect(judged).toMatchObject({ verdict: 'usable', splitBy: 'time', faults: [], rows: { judged: 1500, learned: 4500, dropped: 0 } });
    expect(judged.auc.auc).toBeGreaterThan(0.7);
    expect(judged.calibration.expectedError).toBeLessThan(0.06);
    expect(Math.abs((judged.line?.slope ?? 0) - 1)).toBeLessThan(0.25);
    expect(judged.capacity.map(({ capacity }) => capacity)).toEqual([75, 150, 300]);
    expect(judged.capacity[0]?.lift).toBeGreaterThan(1.3);
    expect(good(backtest({ ...input, baselines: { oracle: Float64Array.from(labels) } }))).toMatchObject({ verdict: 'unusable', faults: [{ code: 'evaluation.loses_on_auc', facts: { baseline: 'oracle' } }] });
  });
});

describe('what cannot be learned is refused with a code', () => {
  const { table, labels } = people(seeded(30), 600);
  const few = (rows: number): TrainInput => ({ table: { rows, columns: table.columns.map((column) => (column.kind === 'numeric' ? { ...column, values: column.values.slice(0, rows) } : { ...column, codes: column.codes.slice(0, rows) })) }, labels: labels.slice(0, rows) });
  const one = (values: ArrayLike<number>): Table => ({ rows: values.length, columns: [numeric('v', values)] });

  test.each([
    ['499 labels', () => train(few(499)), 'churn.few_labels'],
    ['one row', () => train(few(1)), 'churn.few_labels'],
    ['49 who left', () => train({ table, labels: labels.map((_, row) => (row < 49 ? 1 : 0)) }), 'churn.few_of_one_class'],
    ['nobody left', () => train({ table, labels: labels.map(() => 0) }), 'churn.few_of_one_class'],
    ['two features', () => train({ table: { ...table, columns: table.columns.slice(0, 2) }, labels }), 'churn.few_features'],
    ['constant features', () => fitLogistic(one([2, 2, 2]), Uint8Array.of(0, 1, 1)), 'churn.few_features'],
    ['one class', () => fitTrees(one([1, 2]), Uint8Array.of(1, 1)), 'churn.few_of_one_class'],
    ['labels of another length', () => fitTrees(one([1, 2]), Uint8Array.of(1)), 'churn.bad_column'],
    ['a label of 2', () => fitLogistic(one([1, 2]), Uint8Array.of(2, 0)), 'churn.bad_label'],
    ['an infinite number', () => fitLogistic(one([1, Infinity]), Uint8Array.of(1, 0)), 'churn.not_finite'],
    ['an infinite number below', () => fitLogistic(one([1, -Infinity]), Uint8Array.of(1, 0)), 'churn.not_finite'],
    ['a code below missing', () => fitTrees({ rows: 2, columns: [{ kind: 'categorical', name: 'w', levels: ['a'], codes: Int32Array.of(0, -2) }] }, Uint8Array.of(1, 0)), 'churn.bad_column'],
    ['no ridge', () => fitLogistic(one([1, 2]), Uint8Array.of(1, 0), { ridge: 0 }), 'churn.bad_setting'],
    ['no rounds', () => fitTrees(one([1, 2]), Uint8Array.of(1, 0), { rounds: 0 }), 'churn.bad_setting'],
    ['a code without a level', () => fitTrees({ rows: 2, columns: [{ kind: 'categorical', name: 'w', levels: ['a'], codes: Int32Array.of(0, 1) }] }, Uint8Array.of(1, 0)), 'churn.bad_column'],
    ['a column twice', () => fitTrees({ rows: 1, columns: [numeric('a', [1]), numeric('a', [1])] }, Uint8Array.of(1)), 'churn.few_of_one_class'],
    ['a column twice, two rows', () => fitTrees({ rows: 2, columns: [numeric('a', [1, 2]), numeric('a', [1, 2])] }, Uint8Array.of(1, 0)), 'churn.bad_column'],
    ['a table without the feature', () => scoreRows(good(fitTrees(one([1, 2]), Uint8Array.of(1, 0))), { rows: 1, columns: [numeric('w', [1])] }), 'churn.columns_differ'],
    ['a reach beyond everybody', () => backtest({ table, labels, capacityShares: [2] }), 'churn.bad_setting'],
    ['a baseline that is no number', () => backtest({ table, labels, baselines: { age: new Float64Array(600).fill(Number.NaN) } }), 'churn.bad_column'],
    ['too few to hold any back', () => backtest({ table, labels }), 'churn.few_labels'],
  ])('%s', (_, answer, code) => expect(refused(answer())).toBe(code));

  test('parted classes, columns all missing and values out of all bounds give finite scores', () => {
    const rows = 600;
    const parted: Table = { rows, columns: [numeric('v', Float64Array.from({ length: rows }, (_, row) => (row % 50) + (row < 300 ? 0 : 60))), numeric('gone', new Float64Array(rows).fill(Number.NaN)), numeric('huge', Float64Array.from({ length: rows }, (_, row) => (row % 2 ? 1e308 : -1e308)))] };
    const split = Uint8Array.from({ length: rows }, (_, row) => (row < 300 ? 0 : 1));
    for (const model of [fitLogistic(parted, split), fitLogistic(parted, split, { curves: true }), fitTrees(parted, split), good(train({ table: parted, labels: split })).model].map(good)) {
      const far: Table = { rows: 2, columns: [numeric('v', [1e300, -1e300]), numeric('gone', [5, Number.NaN]), numeric('huge', [0, 1e308])] };
      const { base, contributions, scores } = good(explainRows(model, far));
      expect([base, ...contributions, ...scores].every(Number.isFinite)).toBe(true);
      const p = probabilities(good(scoreRows(model, parted)));
      expect(p.every((one, row) => (one > 0.5) === (split[row] === 1))).toBe(true);
    }
  });

  test('the same rows and seed give the same model', () => {
    expect(train({ table, labels, seed: 3 })).toEqual(train({ table, labels, seed: 3 }));
  });
});
