import { loadavg } from 'node:os';
import { seeded } from '../src/kernel/random.ts';
import { bgNbd, type Customers, type Fit, gammaGamma, groupCustomers, isRefused, paretoNbd, type PurchaseModel, type Refused, simulate, simulateSpend, spread } from '../src/lifecycle/core/value/index.ts';
import { readCdnow } from '../test/support/cdnow.ts';
import { hasShared } from '../test/support/shared.ts';
import { percentile, report, timed } from './support.ts';

/** Seconds of Python's lifetimes 0.11.3 on two cores, the faster of what was measured: BG/NBD fit + Gamma-Gamma fit + prediction, and the Pareto/NBD fit. */
const PYTHON = {
  sample: { name: 'CDNOW, 2,357 customers', value: 0.33 + 0.4 + 0.01, pareto: 2.6, rounds: 9 },
  full: { name: 'CDNOW, 23,570 customers', value: 0.88 + 0.85 + 0.06, pareto: 10.8, rounds: 5 },
  million: { name: '1,000,000 customers', value: 22.7 + 3 + 0.5, pareto: 541, rounds: 3 },
} as const;
const TIMES_FASTER = 20;
const TIMES_FASTER_PARETO = 50;
const MEMORY_LIMIT_MB = 500;
const SCORE_LIMIT_SECONDS = 10;
const HORIZON_WEEKS = 39;

type Shop = Customers & { mean: Float64Array };

const given = <T extends object>(result: T | Refused): T => {
  if (isRefused(result)) throw new Error(result.refused);
  return result;
};

/** Only mean spends above zero can be learned from; 80 orders of CDNOW brought nothing. */
const paying = (shop: Shop): { x: Float64Array; mean: Float64Array } => ({ x: shop.x.map((x, i) => ((shop.mean[i] as number) > 0 ? x : 0)), mean: shop.mean });

/** A year of a shop seen by days: about 2.76 million purchases, first ones counted. */
function simulated(): Shop {
  const random = seeded(7), T = new Float64Array(1_000_000).map(() => (1 + Math.floor(random() * 364)) / 7);
  const customers = simulate(bgNbd, { r: 0.6, alpha: 5, a: 0.8, b: 2.5 }, T, { random, grid: 1 / 7 });
  return { ...customers, mean: simulateSpend({ p: 6, q: 4, v: 15 }, customers.x, random).mean };
}

const scored = <N extends string>(model: PurchaseModel<N>, fit: Fit<N>, customers: Customers) => given(model.score(fit.params, customers, HORIZON_WEEKS));

/** Expected purchases of everybody, from columns to figures: grouped once, fitted, scored, spread. */
function forecast<N extends string>(model: PurchaseModel<N>, shop: Shop): Float64Array {
  const { groups, groupOf } = groupCustomers(shop);
  return spread(scored(model, given(model.fit(groups)), groups).expected, groupOf);
}

/** The value of everybody. */
function valued(shop: Shop): number {
  const spend = given(gammaGamma.fit(paying(shop)));
  return forecast(bgNbd, shop).reduce((sum, count, i) => sum + count * gammaGamma.expected(spend.params, shop.x[i] as number, shop.mean[i] as number), 0);
}

/** Wall time depends on what else the machine does; the processor's seconds, of all threads of this process, are what the wall's would be with nothing beside. */
type Seconds = { busy: number; wall: number };

async function medianSeconds(rounds: number, work: () => unknown): Promise<Seconds> {
  const measured: Seconds[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage(), { seconds } = await timed(work), { user, system } = process.cpuUsage(before);
    measured.push({ busy: (user + system) / 1e6, wall: seconds });
  }
  return { busy: percentile(measured.map(({ busy }) => busy), 0.5), wall: percentile(measured.map(({ wall }) => wall), 0.5) };
}

const told = ({ busy, wall }: Seconds): string => `${busy.toFixed(3)} s of the processor (${wall.toFixed(3)} s by the clock)`;

async function compare(shop: Shop, { name, value, pareto, rounds }: (typeof PYTHON)[keyof typeof PYTHON]): Promise<void> {
  const ours = await medianSeconds(rounds, () => valued(shop)), ourPareto = await medianSeconds(rounds, () => forecast(paretoNbd, shop));
  console.log(`  ${name}, load ${loadavg()[0]?.toFixed(1)}: BG/NBD + Gamma-Gamma ${told(ours)}, Pareto/NBD ${told(ourPareto)}`);
  report({ name: `BG/NBD + Gamma-Gamma, fit and score, ${name}: times faster than lifetimes (ratio of seconds)`, value: value / ours.busy, unit: '×', ratioToRaw: ours.busy / value, threshold: TIMES_FASTER });
  report({ name: `Pareto/NBD, fit and score, ${name}: times faster than lifetimes' fit (ratio of seconds)`, value: pareto / ourPareto.busy, unit: '×', ratioToRaw: ourPareto.busy / pareto, threshold: TIMES_FASTER_PARETO });
}

const million = simulated();
await compare(million, PYTHON.million);
const { groups } = groupCustomers(million), [bg, pareto] = [given(bgNbd.fit(groups)), given(paretoNbd.fit(groups))];
report({ name: 'score 1,000,000 customers, BG/NBD', value: (await medianSeconds(1, () => scored(bgNbd, bg, million))).busy, unit: 's', threshold: SCORE_LIMIT_SECONDS, better: 'less' });
report({ name: 'score 1,000,000 customers, Pareto/NBD', value: (await medianSeconds(1, () => scored(paretoNbd, pareto, million))).busy, unit: 's', threshold: SCORE_LIMIT_SECONDS, better: 'less' });
report({ name: 'most memory held', value: process.resourceUsage().maxRSS / 1e3, unit: 'MB', threshold: MEMORY_LIMIT_MB, better: 'less' });
if (hasShared) {
  await compare(readCdnow('CDNOW_sample.txt'), PYTHON.sample);
  await compare(readCdnow('CDNOW_master.txt'), PYTHON.full);
} else console.log('  CDNOW is not on this machine: measured on simulated customers alone');
