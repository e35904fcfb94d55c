import type { Random } from '../../../kernel/random.ts';
import { checkCustomers, type Customers, type History, spread } from './columns.ts';
import { groupCustomers } from './grouping.ts';
import type { Fit } from './fit.ts';
import { refusal, type Refused } from './refused.ts';

type Params<N extends string> = Readonly<Record<N, number>>;

/** What is particular to a model; everything else follows from it. "Alive" functions speak of somebody certainly alive at time 0, before any purchase. */
export type Law<N extends string> = {
  key: string;
  names: readonly N[];
  fit(customers: Customers): Fit<N> | Refused;
  logLikelihood(params: Params<N>, customers: Required<Customers>): number;
  /** P(alive at T | history). */
  alive(params: Params<N>, history: History): number;
  /** Parameters of somebody with this history who is alive at T: the mixing laws have learned from it. */
  later(params: Params<N>, history: History): Params<N>;
  /** The chance to live on after the very first purchase, and the parameters of those who do; 1 and the same where a model knows no such leaving. */
  begun?(params: Params<N>): { share: number; params: Params<N> };
  meanAlive(params: Params<N>, t: number): number;
  pmfAlive(params: Params<N>, n: number, t: number): number;
  /** Draws one such customer and the times of their purchases until `until`. */
  live(params: Params<N>, until: number, random: Random, onPurchase: (time: number) => void): void;
  /** What else this model asks of its columns. */
  check?(customers: Customers): Refused | null;
  /** Time goes by whole steps. */
  isCounted?: boolean;
  /** P(alive | history) as the model's paper reports it, where that is not `alive`. */
  aliveReported?(params: Params<N>, history: History): number;
};

/** Figures of every customer, in the order given. alive: P(alive at T); expected: purchases in (T, T + horizon]; noPurchase: P(none in it). */
export type Scores = { alive: Float64Array; expected: Float64Array; noPurchase: Float64Array };

/**
 * What every model of purchases can say. Parameters are positive; histories obey 0 ≤ tx ≤ T (see Customers); times are in the unit of the fit.
 * Within that domain no figure is NaN or infinite.
 */
export type PurchaseModel<N extends string> = {
  key: string;
  names: readonly N[];
  law: Law<N>;
  /** Maximum likelihood over grouped customers; a coded refusal where nothing can be learned. */
  fit(customers: Customers): Fit<N> | Refused;
  /** The log-likelihood of customers under given parameters (weighted sum). */
  logLikelihood(params: Params<N>, customers: Customers): number;
  /** P(still a customer | history); BG/BB: at the next opportunity. */
  alive(params: Params<N>, history: History): number;
  /** E[purchases in (T, T + t] | history]. */
  expected(params: Params<N>, history: History, t: number): number;
  /** P(no purchase in (T, T + t] | history), exact: what churn risk is made of. */
  noPurchase(params: Params<N>, history: History, t: number): number;
  /** P(n purchases in (T, T + t] | history). */
  probability(params: Params<N>, history: History, n: number, t: number): number;
  /** E[repeat purchases in (0, t]] of a new customer. */
  mean(params: Params<N>, t: number): number;
  /** P(n repeat purchases in (0, t]) of a new customer. */
  pmf(params: Params<N>, n: number, t: number): number;
  /** `alive`, `expected` and `noPurchase` of whole columns; each distinct history is worked out once. */
  score(params: Params<N>, customers: Customers, horizon: number): Scores | Refused;
};

/** The refusal where a model cannot read these columns. */
export const unreadable = <N extends string>(law: Law<N>, customers: Customers): Refused | null => checkCustomers(customers) ?? law.check?.(customers) ?? null;

function scoreBy<N extends string>(law: Law<N>, params: Params<N>, customers: Customers, horizon: number): Scores | Refused {
  const bad = unreadable(law, customers);
  if (bad) return bad;
  if (!(horizon > 0 && horizon < Infinity) || (law.isCounted && !Number.isInteger(horizon))) return refusal('value.bad_horizon', { horizon: String(horizon) });
  const { groups: { x, tx, T }, groupOf } = groupCustomers(customers), history = { x: 0, tx: 0, T: 0 };
  const alive = new Float64Array(x.length), expected = new Float64Array(x.length), noPurchase = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    history.x = x[i] as number;
    history.tx = tx[i] as number;
    history.T = T[i] as number;
    const p = law.alive(params, history), own = law.later(params, history);
    alive[i] = law.aliveReported ? law.aliveReported(params, history) : p;
    expected[i] = p * law.meanAlive(own, horizon);
    noPurchase[i] = 1 - p * (1 - law.pmfAlive(own, 0, horizon));
  }
  return { alive: spread(alive, groupOf), expected: spread(expected, groupOf), noPurchase: spread(noPurchase, groupOf) };
}

/** All that can be said of a law of purchases. */
export function purchaseModel<N extends string>(law: Law<N>): PurchaseModel<N> {
  const begun = law.begun ?? ((params: Params<N>) => ({ share: 1, params }));
  return {
    key: law.key, names: law.names, law, fit: law.fit,
    alive: law.aliveReported ?? law.alive,
    logLikelihood: (params, { x, tx, T, weight = new Float64Array(x.length).fill(1) }) => law.logLikelihood(params, { x, tx, T, weight }),
    expected: (params, history, t) => law.alive(params, history) * law.meanAlive(law.later(params, history), t),
    noPurchase: (params, history, t) => 1 - law.alive(params, history) * (1 - law.pmfAlive(law.later(params, history), 0, t)),
    probability: (params, history, n, t) => {
      const p = law.alive(params, history);
      return (n === 0 ? 1 - p : 0) + p * law.pmfAlive(law.later(params, history), n, t);
    },
    mean: (params, t) => {
      const { share, params: own } = begun(params);
      return share * law.meanAlive(own, t);
    },
    pmf: (params, n, t) => {
      const { share, params: own } = begun(params);
      return (n === 0 ? 1 - share : 0) + share * law.pmfAlive(own, n, t);
    },
    score: (params, customers, horizon) => scoreBy(law, params, customers, horizon),
  };
}
