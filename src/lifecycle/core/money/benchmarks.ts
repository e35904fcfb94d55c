/** How a figure is to be read: a rise relative to before, so many times as much, a level, a band of shares, an amount of money. */
export const BENCHMARK_KINDS = ['rise', 'times', 'share', 'band', 'amount'] as const;
export type BenchmarkKind = (typeof BENCHMARK_KINDS)[number];

export type Benchmark = {
  id: string;
  kind: BenchmarkKind;
  /** 0.2 for 20 %; 5 for five times; for a band its lower end; money in major units of `currency`. */
  value: number;
  /** Upper end of a band. */
  to?: number;
  currency?: string;
  /** Where it was read, and what is said of it there, in our words. */
  citation: string;
  /** Nobody has checked it: every claim built on it carries this word. A workspace may add verified ones of its own. */
  status: 'unverified';
};

const figure = (id: string, kind: BenchmarkKind, value: number, citation: string, more: Pick<Benchmark, 'to' | 'currency'> = {}): Benchmark => ({ id, kind, value, ...more, citation, status: 'unverified' });

const INSIGHT = 'Analysis of user life cycle and loyalty (source S2)';
const PRACTICE = 'Practice article on long-term customer care (source S4)';

/**
 * Figures that are handed on in the trade without evidence (R46): fit as a reference line or as the hypothesis of an
 * experiment, never as a promise. Words for the ids stand in the words tables.
 */
export const BENCHMARKS: readonly Benchmark[] = [
  figure('activation.rise', 'rise', 0.2, `${INSIGHT}, part 4: activation up by 20 %; no study named`),
  figure('personal.forrester', 'rise', 0.2, `${INSIGHT}, part 7: 20 %, ascribed to Forrester; no report or year given`),
  figure('personal.nielsen', 'times', 5, `${INSIGHT}, part 7: five times, ascribed to Nielsen; no report or year given`),
  figure('word_of_mouth', 'times', 5, `${INSIGHT}, part 7: word of mouth works five times as well; no study named`),
  figure('service.retention', 'rise', 0.3, `${INSIGHT}, part 8: retention up by 30 %; no study named`),
  figure('service.praise', 'rise', 0.5, `${INSIGHT}, part 8: positive feedback up by 50 %; no study named`),
  figure('case_one.satisfaction', 'rise', 0.2, `${PRACTICE}, first case: satisfaction up by 20 %; no control group`),
  figure('case_one.repurchase', 'rise', 0.15, `${PRACTICE}, first case: repurchase rate up by 15 %; no control group`),
  figure('case_two.first', 'rise', 0.3, `${PRACTICE}, second case: its first figure, 30 %; no control group`),
  figure('case_two.second', 'rise', 0.2, `${PRACTICE}, second case: its second figure, 20 %; no control group`),
  figure('marketing.cost', 'band', 0.2, `${INSIGHT}, part 1: marketing takes 20 to 30 % of all cost`, { to: 0.3 }),
  figure('awareness.satisfaction', 'band', 0.6, `${INSIGHT}, part 1: satisfaction of 60 to 70 % in the stage of awareness`, { to: 0.7 }),
  figure('churn.mean', 'share', 0.3, `${INSIGHT}, part 2: about 30 % are lost on average; industry and period not given`),
  figure('acquisition.cost', 'amount', 100, `${INSIGHT}, part 2: a new customer costs more than 100 yuan on average`, { currency: 'CNY' }),
];

export const benchmarkOf = (id: string): Benchmark | undefined => BENCHMARKS.find((one) => one.id === id);
