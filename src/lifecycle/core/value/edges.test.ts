import { describe, expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { bgNbd, type Customers, isRefused, mbgNbd, nbd, paretoNbd, type PurchaseModel } from './index.ts';

/** Every search of a fit ends within this many evaluations of the likelihood on all rows. */
const EVALUATIONS_MOST = 150;
const FLAT = 1e-6;
const CUSTOMERS = 1_500;
const MODELS = [bgNbd, mbgNbd, paretoNbd] as unknown as readonly PurchaseModel<string>[];

type Random = () => number;
const waiting = (random: Random): number => -Math.log(1 - random());

/** Purchases of one customer until `end`, each some time after the one before. */
function bought(end: number, gap: () => number, stays: () => boolean = () => true): number[] {
  const times: number[] = [];
  for (let time = gap(); time <= end && stays(); time += gap()) times.push(time);
  return times;
}

/** A shop seen by days for up to 90 weeks, in weeks. */
function shopOf(timesOf: (random: Random, T: number) => number[], seed: number): Customers {
  const random = seeded(seed), shop = { x: new Float64Array(CUSTOMERS), tx: new Float64Array(CUSTOMERS), T: new Float64Array(CUSTOMERS) };
  for (let at = 0; at < CUSTOMERS; at++) {
    const T = Math.floor(random() * 630) / 7, days = [...new Set(timesOf(random, T).map((time) => Math.floor(time * 7)).filter((day) => day > 0 && day <= T * 7))];
    shop.x[at] = days.length;
    shop.tx[at] = Math.max(0, ...days) / 7;
    shop.T[at] = T;
  }
  return shop;
}

/** Data whose best parameters lie at an edge, with the edge that must be named and by which model. */
const SHOPS: [string, (random: Random, T: number) => number[], string, string?][] = [
  ['a monthly rhythm, nobody leaves', (random, T) => bought(T, () => 4.3 + 0.4 * (random() - 0.5)), 'value.boundary.no_dropout'],
  ['rhythms of their own, nobody leaves', (random, T) => {
    const every = 1 + 12 * random();
    return bought(T, () => every * (0.85 + 0.3 * random()));
  }, 'value.boundary.no_dropout'],
  ['exactly four-weekly until they leave', (random, T) => bought(Math.min(T, 40 * waiting(random)), () => 4), 'value.boundary.same_rate', 'mbg_nbd'],
  ['by chance at one rate', (random, T) => bought(T, () => 8 * waiting(random)), 'value.boundary.same_rate'],
  ['everybody leaves with the same chance', (random, T) => {
    const every = 5 + 30 * random();
    return bought(T, () => every * waiting(random), () => random() > 0.28);
  }, 'value.boundary.same_dropout'],
  ['once, or a second time at once', (random, T) => (random() < 0.3 ? [Math.min(T, 0.3 + random())] : []), 'value.boundary.all_drop_out'],
  ['once, and two in a hundred a second time', (random, T) => (random() < 0.02 ? [T * random()] : []), 'value.boundary.same_dropout'],
];

describe.each(SHOPS)('a shop at an edge, %s', (_, timesOf, edge, teller = 'bg_nbd') => {
  const shop = shopOf(timesOf, 11), weight = new Float64Array(CUSTOMERS).fill(1);
  test.each(MODELS)('$key ends soon, flat, at its best, and says where', (model) => {
    const fit = model.fit(shop), plain = nbd.fit(shop);
    if (isRefused(fit) || isRefused(plain)) throw new Error('refused');
    expect(fit.evaluations).toBeLessThanOrEqual(EVALUATIONS_MOST);
    expect(fit.scaledGradient).toBeLessThan(FLAT);
    expect(fit.logLikelihood).toBeGreaterThan(plain.logLikelihood - 0.01);
    if (model.key === teller) expect(fit.boundary).toContain(edge);
    for (const name of model.names) for (const factor of [0.9, 1.1]) {
      expect(model.logLikelihood({ ...fit.params, [name]: (fit.params[name] as number) * factor }, { ...shop, weight }), `${name} × ${factor}`).toBeLessThan(fit.logLikelihood + 0.5);
    }
  });
});
