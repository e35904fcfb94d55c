import type { Customers, History } from './columns.ts';
import { digamma, logAdd, logGamma } from './special.ts';

/** At each opportunity a living customer buys with probability p ~ Beta(α, β); before each one they leave with probability θ ~ Beta(γ, δ). */
export type BgBbParams = { readonly alpha: number; readonly beta: number; readonly gamma: number; readonly delta: number };

/** ln Γ and ψ of z, z + 1, …: the likelihood only ever asks at whole steps from its parameters. */
function ladder(z: number, steps: number): { log: Float64Array; psi: Float64Array } {
  const log = new Float64Array(steps + 1), psi = new Float64Array(steps + 1);
  log[0] = logGamma(z);
  psi[0] = digamma(z);
  for (let i = 1; i <= steps; i++) {
    log[i] = (log[i - 1] as number) + Math.log(z + i - 1);
    psi[i] = (psi[i - 1] as number) + 1 / (z + i - 1);
  }
  return { log, psi };
}

type Ladders = Record<'a' | 'b' | 'ab' | 'c' | 'd' | 'cd', ReturnType<typeof ladder>>;
export const laddersOf = ({ alpha, beta, gamma, delta }: BgBbParams, most: number): Ladders => ({
  a: ladder(alpha, most), b: ladder(beta, most), ab: ladder(alpha + beta, most), c: ladder(gamma, 1), d: ladder(delta, most), cd: ladder(gamma + delta, most + 1),
});

const step = ({ log }: { log: Float64Array }, i: number): number => (log[i] as number) - (log[0] as number);
const slope = ({ psi }: { psi: Float64Array }, i: number): number => (psi[i] as number) - (psi[0] as number);

/** ln of: bought at x of `seen` opportunities, then left before the next one (or, `stays`, not at all until then). */
export const pathLog = (l: Ladders, x: number, seen: number, stays: boolean): number =>
  step(l.a, x) + step(l.b, seen - x) - step(l.ab, seen) + (stays ? 0 : step(l.c, 1)) + step(l.d, seen) - step(l.cd, seen + (stays ? 0 : 1));

/** ln L of one history (Fader, Hardie & Shang 2010, eq. 2), and with `add` its slopes over α, β, γ, δ weighted by the share of each path. */
export function historyLog(l: Ladders, { x, tx, T }: History, add: ((i: number, value: number) => void) | null): number {
  let sum = pathLog(l, x, T, true);
  for (let seen = tx; seen < T; seen++) sum = logAdd(sum, pathLog(l, x, seen, false));
  if (add) for (let seen = tx; seen <= T; seen++) {
    const stays = seen === T, share = Math.exp(pathLog(l, x, seen, stays) - sum), all = slope(l.ab, seen), ends = slope(l.cd, seen + (stays ? 0 : 1));
    add(0, share * (slope(l.a, x) - all));
    add(1, share * (slope(l.b, seen - x) - all));
    add(2, share * ((stays ? 0 : slope(l.c, 1)) - ends));
    add(3, share * (slope(l.d, seen) - ends));
  }
  return sum;
}

export function sumOf({ x, tx, T, weight }: Required<Customers>, params: BgBbParams): Float64Array {
  const l = laddersOf(params, T.reduce((most, n) => Math.max(most, n), 0)), sums = new Float64Array(5), history = { x: 0, tx: 0, T: 0 };
  for (let i = 0; i < x.length; i++) {
    const w = weight[i] as number;
    history.x = x[i] as number;
    history.tx = tx[i] as number;
    history.T = T[i] as number;
    sums[0] = (sums[0] as number) + w * historyLog(l, history, (place, value) => { sums[place + 1] = (sums[place + 1] as number) + w * value; });
  }
  return sums;
}
