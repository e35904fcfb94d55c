import { addDays, type Day } from '../../../kernel/day.ts';

/** What is told of a trial by an event `trial.<act>`; of a purchase: which products it held. `product` '' is the whole offer. */
export const TRIAL_ACTS = ['started', 'used', 'ended', 'converted'] as const;
export type TrialAct = (typeof TRIAL_ACTS)[number];
export type Told = { act: TrialAct; day: Day; product: string; endsOn: Day | null } | { act: 'bought'; day: Day; products: readonly string[] };

/** Where a trial stands: running and not touched yet, running and used, over without a purchase, paid. */
export const TRIAL_STATES = ['started', 'used', 'ended', 'converted'] as const;
export type TrialState = (typeof TRIAL_STATES)[number];
/** `endsOn`: the last day of it. */
export type Trial = { product: string; startedOn: Day; endsOn: Day; uses: number; firstUsedOn: Day | null; endedOn: Day | null; convertedOn: Day | null; state: TrialState };

/** Where an event does not say when the trial ends; and for how long after its end a purchase still counts as its doing. */
export const TRIAL_DAYS = 14;
export const GRACE_DAYS = 30;

type Open = Omit<Trial, 'state' | 'endedOn'> & { endedOn: Day | null };
const begun = ({ product, day, endsOn }: { product: string; day: Day; endsOn: Day | null }): Open =>
  ({ product, startedOn: day, endsOn: endsOn !== null && endsOn >= day ? endsOn : addDays(day, TRIAL_DAYS), uses: 0, firstUsedOn: null, endedOn: null, convertedOn: null });

const buys = (told: Extract<Told, { act: 'bought' }>, { product }: Open): boolean => product === '' || told.products.includes(product);

function hear(trial: Open, told: Told): Open {
  if (told.day < trial.startedOn || trial.convertedOn !== null) return trial;
  const late = told.day > addDays(trial.endedOn ?? trial.endsOn, GRACE_DAYS);
  if (told.act === 'bought') return !late && buys(told, trial) ? { ...trial, convertedOn: told.day } : trial;
  if (told.product !== trial.product) return trial;
  switch (told.act) {
    case 'used': return { ...trial, uses: trial.uses + 1, firstUsedOn: trial.firstUsedOn ?? told.day };
    case 'ended': return { ...trial, endedOn: trial.endedOn ?? told.day };
    case 'converted': return { ...trial, convertedOn: told.day };
    // Saying once more that it runs changes at most its end.
    case 'started': return told.endsOn !== null && told.endsOn >= trial.startedOn ? { ...trial, endsOn: told.endsOn } : trial;
  }
}

const isOver = (trial: Open, day: Day): boolean => trial.convertedOn !== null || trial.endedOn !== null || trial.endsOn < day;

function stateOf(trial: Open, today: Day): Trial {
  const endedOn = trial.endedOn ?? (trial.endsOn < today ? trial.endsOn : null);
  return { ...trial, endedOn, state: trial.convertedOn !== null ? 'converted' : endedOn !== null ? 'ended' : trial.uses > 0 ? 'used' : 'started' };
}

/**
 * The trials of one customer on a day, the first started first (R64). A trial that is told to start while one of the same product runs is that one; a
 * purchase of its product within 30 days of its end converts it. `told` in the order it happened; a purchase of one day counts after what was told that day.
 */
export function trialsOf(told: readonly Told[], today: Day): Trial[] {
  let trials: Open[] = [];
  for (const one of told.filter(({ day }) => day <= today)) {
    trials = trials.map((trial) => hear(trial, one));
    if (one.act === 'started' && !trials.some((trial) => trial.product === one.product && !isOver(trial, one.day))) trials = [...trials, begun(one)];
  }
  return trials.map((trial) => stateOf(trial, today));
}

/** How trials went: of those that were started, how many were used, ended unpaid and paid; `share` of paid ones. */
export type TrialCounts = { trials: number; used: number; running: number; ended: number; converted: number; share: number | null };
export function countTrials(trials: readonly Trial[]): TrialCounts {
  const count = (fits: (trial: Trial) => boolean): number => trials.filter(fits).length;
  const converted = count(({ state }) => state === 'converted');
  return { trials: trials.length, used: count(({ uses }) => uses > 0), running: count(({ state }) => state === 'started' || state === 'used'), ended: count(({ state }) => state === 'ended'), converted, share: trials.length === 0 ? null : converted / trials.length };
}
