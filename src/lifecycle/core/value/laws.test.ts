import { describe, expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { bgBb, bgBbDert, bgNbd, type Customers, type Fit, groupCustomers, isRefused, mbgNbd, nbd, paretoDert, paretoNbd, type PurchaseModel, type Refused, simulate, spread } from './index.ts';

const fitted = <N extends string>(result: Fit<N> | Refused): Fit<N> => {
  if (isRefused(result)) throw new Error(result.refused);
  return result;
};
const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);
const near = (actual: number, wanted: number, relative: number, what = ''): void => expect(Math.abs(actual - wanted) / Math.max(1e-12, Math.abs(wanted)), `${what} ${actual} against ${wanted}`).toBeLessThan(relative);

type Case<N extends string> = { model: PurchaseModel<N>; params: Record<N, number> };
/** Runs a test over every model that counts time, with parameters like CDNOW's and a few histories. */
const CONTINUOUS = [
  { model: bgNbd, params: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 } },
  { model: mbgNbd, params: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 } },
  { model: paretoNbd, params: { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 } },
  { model: nbd, params: { r: 0.385, alpha: 12.07 } },
] as unknown as readonly Case<string>[];
const DISCRETE = { model: bgBb, params: { alpha: 1.2035, beta: 0.7497, gamma: 0.6567, delta: 2.7834 } };
const HISTORIES = [{ x: 0, tx: 0, T: 38.86 }, { x: 1, tx: 1.71, T: 38.86 }, { x: 2, tx: 30.43, T: 38.86 }, { x: 26, tx: 30.86, T: 31 }, { x: 0, tx: 0, T: 0 }];

/** Customers in days, so that many are alike. */
const sample = ({ model, params }: Case<string>, count = 4_000): Required<Customers> => {
  const random = seeded(11), T = new Float64Array(count).map(() => Math.ceil(20 + 80 * random()));
  return simulate(model, params, T, { random, grid: 1 });
};

const expand = ({ x, tx, T, weight }: Required<Customers>): Customers => {
  const rows = [...weight].flatMap((w, i) => Array.from({ length: w }, () => i));
  return { x: Float64Array.from(rows, (i) => x[i] as number), tx: Float64Array.from(rows, (i) => tx[i] as number), T: Float64Array.from(rows, (i) => T[i] as number) };
};

describe.each(CONTINUOUS)('$model.key', (one) => {
  const { model, params } = one;

  test('identical customers as one row with a weight fit as they do one by one, and map back', () => {
    const customers = sample(one), { groups, groupOf } = groupCustomers(customers);
    expect(groups.x.length).toBeLessThan(customers.x.length);
    expect(sum(groups.weight)).toBe(customers.x.length);
    for (const part of ['x', 'tx', 'T'] as const) expect(spread(groups[part], groupOf)).toEqual(customers[part]);
    const [together, apart] = [fitted(model.fit(groups)), fitted(model.fit(expand(groups)))];
    for (const name of model.names) near(together.params[name] as number, apart.params[name] as number, 1e-9, name);
    near(together.logLikelihood, model.logLikelihood(together.params, customers), 1e-10);
  });

  test('the unit of time changes scale parameters only; p(alive) and expectations stay', () => {
    const weeks = sample(one), days = { ...weeks, tx: weeks.tx.map((t) => 7 * t), T: weeks.T.map((t) => 7 * t) };
    const [inWeeks, inDays] = [fitted(model.fit(weeks)), fitted(model.fit(days))];
    for (const name of model.names) near(inDays.params[name] as number, (inWeeks.params[name] as number) * (name === 'alpha' || name === 'beta' ? 7 : 1), 1e-5, name);
    near(model.alive(inDays.params, { x: 2, tx: 70, T: 210 }), model.alive(inWeeks.params, { x: 2, tx: 10, T: 30 }), 1e-6);
    near(model.expected(inDays.params, { x: 2, tx: 70, T: 210 }, 70), model.expected(inWeeks.params, { x: 2, tx: 10, T: 30 }, 10), 1e-5);
  });

  test('the maximum is one: no small step in any direction raises the likelihood', () => {
    const customers = sample(one), fit = fitted(model.fit(customers));
    for (const name of model.names) for (const factor of [0.99, 1.01]) {
      expect(model.logLikelihood({ ...fit.params, [name]: (fit.params[name] as number) * factor }, customers)).toBeLessThan(fit.logLikelihood);
    }
  });

  test('P(no purchase) is the ratio of the likelihoods of having waited longer and of now, and P(0)', () => {
    const likelihood = ({ x, tx, T }: { x: number; tx: number; T: number }) => model.logLikelihood(params, { x: Float64Array.of(x), tx: Float64Array.of(tx), T: Float64Array.of(T) });
    for (const history of HISTORIES) for (const t of [0.5, 13, 500]) {
      const silent = model.noPurchase(params, history, t);
      near(silent, Math.exp(likelihood({ ...history, T: history.T + t }) - likelihood(history)), 1e-9);
      near(silent, model.probability(params, history, 0, t), 1e-12);
    }
  });

  test('probabilities of counts sum to one and have the expectation as their mean', () => {
    const counts = Array.from({ length: 700 }, (_, n) => n);
    near(sum(counts.map((n) => model.pmf(params, n, 26))), 1, 1e-9);
    near(sum(counts.map((n) => n * model.pmf(params, n, 26))), model.mean(params, 26), 1e-7);
    for (const history of HISTORIES) {
      near(sum(counts.map((n) => model.probability(params, history, n, 26))), 1, 1e-9);
      near(sum(counts.map((n) => n * model.probability(params, history, n, 26))), model.expected(params, history, 26), 1e-7);
    }
  });

  test('what was simulated behaves as the law says: mean and share of nobody coming back', () => {
    const random = seeded(5), customers = simulate(model, params, new Float64Array(40_000).fill(39), { random });
    const zeros = customers.x.filter((x) => x === 0).length / 40_000, mean = sum(customers.x) / 40_000;
    const error = Math.sqrt(sum(customers.x.map((x) => (x - mean) ** 2)) / 40_000 / 40_000);
    expect(Math.abs(mean - model.mean(params, 39))).toBeLessThan(4 * error);
    expect(Math.abs(zeros - model.pmf(params, 0, 39))).toBeLessThan(4 * Math.sqrt((zeros * (1 - zeros)) / 40_000));
  });

  test('scores of columns are those of single customers', () => {
    const customers = sample(one, 300), scores = model.score(params, customers, 20);
    if (isRefused(scores)) throw new Error(scores.refused);
    customers.x.forEach((x, i) => {
      const history = { x, tx: customers.tx[i] as number, T: customers.T[i] as number };
      near(scores.alive[i] as number, model.alive(params, history), 1e-12);
      near(scores.expected[i] as number, model.expected(params, history, 20), 1e-12);
      near(scores.noPurchase[i] as number, model.noPurchase(params, history, 20), 1e-12);
    });
  });
});

test('BG/BB: counts sum to one, P(no purchase) is the ratio of likelihoods, simulation agrees', () => {
  const { model, params } = DISCRETE, counts = Array.from({ length: 11 }, (_, n) => n), history = { x: 2, tx: 4, T: 6 };
  near(sum(counts.map((n) => model.pmf(params, n, 10))), 1, 1e-12);
  near(sum(counts.map((n) => n * model.probability(params, history, n, 10))), model.expected(params, history, 10), 1e-10);
  near(model.noPurchase(params, history, 5), model.probability(params, history, 0, 5), 1e-12);
  const ratio = (T: number) => model.logLikelihood(params, { x: Float64Array.of(2), tx: Float64Array.of(4), T: Float64Array.of(T) });
  near(model.noPurchase(params, history, 5), Math.exp(ratio(11) - ratio(6)), 1e-10);
  const seen = simulate(model, params, new Float64Array(40_000).fill(10), { random: seeded(3) });
  near(sum(seen.x) / 40_000, model.mean(params, 10), 0.02);
  for (const at of [seen, groupCustomers(seen).groups]) near(fitted(model.fit(at)).params.alpha, fitted(model.fit(seen)).params.alpha, 1e-9);
});

test('discounted residual transactions are the sum of a long future', () => {
  const { params } = CONTINUOUS[2] as Case<string>, pareto = params as { r: number; alpha: number; s: number; beta: number }, history = { x: 2, tx: 30.43, T: 38.86 };
  const rate = 0.01, weekly = Array.from({ length: 8_000 }, (_, k) => (paretoNbd.expected(pareto, history, (k + 1) / 4) - paretoNbd.expected(pareto, history, k / 4)) * Math.exp((-rate * (k + 0.5)) / 4));
  near(paretoDert(pareto, history, rate) as number, sum(weekly), 1e-5);
  const donor = { x: 6, tx: 6, T: 6 }, yearly = Array.from({ length: 400 }, (_, k) => (bgBb.expected(DISCRETE.params, donor, k + 1) - bgBb.expected(DISCRETE.params, donor, k)) / 1.1 ** (k + 1));
  near(bgBbDert(DISCRETE.params, donor, 0.1) as number, sum(yearly), 1e-10);
  expect([paretoDert(pareto, history, 0), bgBbDert(DISCRETE.params, donor, -1)]).toMatchObject([{ refused: 'value.bad_rate' }, { refused: 'value.bad_rate' }]);
});

test('poles of the papers\' formulas are no exception: a, s, γ at 1, a + b at 1', () => {
  const history = { x: 2, tx: 10, T: 20 }, between = (f: (nudge: number) => number): void => near(f(0), (f(-1e-5) + f(1e-5)) / 2, 1e-8);
  between((e) => bgNbd.expected({ r: 0.3, alpha: 5, a: 1 + e, b: 2 }, history, 30));
  between((e) => bgNbd.mean({ r: 0.3, alpha: 5, a: 0.4 + e, b: 0.6 }, 30));
  between((e) => paretoNbd.expected({ r: 0.3, alpha: 5, s: 1 + e, beta: 8 }, history, 30));
  between((e) => paretoNbd.alive({ r: 0.3, alpha: 5 + e, s: 1, beta: 5 }, history));
  between((e) => bgBb.mean({ alpha: 1, beta: 1, gamma: 1 + e, delta: 3 }, 10));
});
