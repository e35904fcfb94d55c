import { own } from '../../kernel/own.ts';
import { heldDaysOf, idleDays, festivalOn, type CalendarWindow, type HeldDays } from './calendar.ts';
import { expectedGapDays, knownNothing, learnPurchase, mainCategory, stockUpStretch, type Habit, type Known } from './habits.ts';
import { everyGroup, firstRules, groupOf, GROUPS, noCuts, type CategoryRules, type Group, type GroupCuts, type ReturnStep, type StageRules } from './rules.ts';
import { branchOf, rhythmScale } from './stage.ts';
import { addWait, endedWaits, gapQuantileDays, noWaits, quantileDays, survivalOf, type SurvivalStep, type Waits } from './survival.ts';

export type LearnSettings = {
  /** Nobody is called churned where more than this share (0–1) would buy again within the horizon. */
  churnedShare: number;
  horizonFloorDays: number;
  cutoffStepDays: number;
  cutoffsMin: number;
  cutoffsMax: number;
  repeatersMin: number;
  /** People a share must rest on. */
  peopleMin: number;
};

export const LEARN: LearnSettings = { churnedShare: 0.1, horizonFloorDays: 90, cutoffStepDays: 30, cutoffsMin: 3, cutoffsMax: 12, repeatersMin: 200, peopleMin: 50 };

export type LearnInput = {
  habits: readonly Habit[];
  asOf: number;
  windows?: CalendarWindow[];
  /** Typed replacement cycles of durable categories, in days. */
  cycleDays?: Readonly<Record<string, number>>;
  settings?: Partial<LearnSettings>;
};

/** People and how many of them bought again, by silent days. */
type Tally = { people: number[]; returned: number[] };

/** Learns the cuts of every category and group from what was known on `asOf`. Method: docs/guide/stages.md. */
export function learnRules(input: LearnInput): StageRules {
  const settings = { ...LEARN, ...input.settings };
  const rules: StageRules = { ...firstRules(), windows: input.windows ?? [], b2bPurchaseMinor: bigPurchaseMinor(input) };
  const held = heldDaysOf(rules.windows);
  const setting: Setting = { input, settings, rules, held };
  const waits = measureWaits(setting);
  // Without a prototype: a category may be called "__proto__".
  const categories = Object.create(null) as Record<string, CategoryRules>;
  for (const [category, measured] of waits) if (category === '' || deservesOwn(measured, input, category, settings)) categories[category] = startOf(measured, category, setting);
  for (const category of Object.keys(input.cycleDays ?? {})) categories[category] ??= startOf(noMeasure(), category, setting);
  rules.categories = categories;
  for (const [category, learned] of Object.entries(categories)) if (learned.noChurn === null) learnCuts(category, learned, setting);
  for (const learned of Object.values(categories)) fillGaps(learned);
  return rules;
}

type Setting = { input: LearnInput; settings: LearnSettings; rules: StageRules; held: HeldDays };
type Measured = { all: Waits; byGroup: Record<Group, Waits>; repeaters: number };

const noMeasure = (): Measured => ({ all: noWaits(), byGroup: Object.fromEntries(GROUPS.map((g) => [g, noWaits()])) as Record<Group, Waits>, repeaters: 0 });

/** Every wait between purchases up to `asOf`, open ones included, by category and by the number of purchases before it. */
function measureWaits({ input, rules, held }: Setting): Map<string, Measured> {
  const found = new Map<string, Measured>([['', noMeasure()]]);
  const of = (category: string): Measured => {
    const known = found.get(category);
    if (known) return known;
    const made = noMeasure();
    found.set(category, made);
    return made;
  };
  for (const habit of input.habits) {
    eachWait(habit, rules, input.asOf, (known, ended, day) => {
      if (!isConsumer(known, rules)) return;
      const wait = Math.max(0, idleDays(held, known.lastDay, day));
      const category = mainCategory(known);
      for (const at of category === '' ? [''] : ['', category]) {
        const measured = of(at);
        addWait(measured.all, wait, ended);
        addWait(measured.byGroup[groupOf(known.occasions)], wait, ended);
        if (!ended && known.occasions > 1) measured.repeaters++;
      }
    });
  }
  return found;
}

/** Business and gift buyers keep another rhythm: they neither teach the cuts nor are judged by them in the report. */
const isConsumer = (known: Known, rules: StageRules): boolean => {
  const branch = branchOf(known, rules);
  return branch !== 'b2b' && branch !== 'gift';
};

/** Calls `visit` with what was known at the end of each wait: at the next occasion (`ended`) or on `asOf`. */
export function eachWait(habit: Habit, rules: StageRules, asOf: number, visit: (known: Known, ended: boolean, day: number) => void): void {
  const known = knownNothing();
  for (const purchase of habit.purchases) {
    if (purchase.day > asOf) break;
    const opensOccasion = purchase.promo === '' || purchase.promo !== known.promo;
    if (known.occasions > 0 && opensOccasion) visit(known, true, purchase.day);
    learnPurchase(known, purchase, festivalOn(rules.windows, purchase.day));
  }
  if (known.occasions > 0) visit(known, false, asOf);
}

const deservesOwn = ({ repeaters, all }: Measured, { cycleDays }: LearnInput, category: string, { repeatersMin }: LearnSettings): boolean =>
  own(cycleDays ?? {}, category) !== undefined || repeaters >= repeatersMin || (endedWaits(all) + repeaters > 0 && quantileDays(survivalOf(all), 0.5) === null);

const PEOPLE_FOR_QUANTILES = 20;

/** Horizon and gap quantiles of a category; cuts from quantiles alone until shares are learned. */
function startOf(measured: Measured, category: string, { input, settings, rules }: Setting): CategoryRules {
  const steps = survivalOf(measured.all);
  const medianReached = quantileDays(steps, 0.5) !== null;
  const noChurn = measured.repeaters < settings.repeatersMin ? 'few_repeaters' : medianReached ? null : 'median_not_reached';
  return {
    horizonDays: Math.max(settings.horizonFloorDays, gapQuantileDays(steps, 0.8) ?? 0),
    repeaters: measured.repeaters,
    noChurn,
    cycleDays: own(input.cycleDays ?? {}, category) ?? own(rules.categories, category)?.cycleDays ?? null,
    groups: everyGroup((group) => quantileCuts(measured.byGroup[group], group)),
  };
}

function quantileCuts(waits: Waits, group: Group): GroupCuts {
  if (endedWaits(waits) < PEOPLE_FOR_QUANTILES) return noCuts();
  const steps: SurvivalStep[] = survivalOf(waits);
  const [p50, p80, p95] = [0.5, 0.8, 0.95].map((share) => gapQuantileDays(steps, share));
  return group === '1'
    ? { medianGapDays: p50 ?? null, decliningDays: p50 ?? null, atRiskDays: p80 ?? null, churnedDays: p95 ?? null, returns: [] }
    : { medianGapDays: p50 ?? null, decliningDays: p80 ?? null, atRiskDays: p95 ?? null, churnedDays: null, returns: [] };
}

/** Past days to learn on: each far enough back that what followed within the horizon is known. */
export function pastCutoffs(habits: readonly Habit[], asOf: number, horizonDays: number, { cutoffStepDays, cutoffsMax }: LearnSettings): number[] {
  let start = Infinity;
  for (const { purchases } of habits) start = Math.min(start, purchases[0]?.day ?? Infinity);
  const cutoffs: number[] = [];
  for (let day = asOf - horizonDays; day - start >= 2 * cutoffStepDays && cutoffs.length < cutoffsMax; day -= cutoffStepDays) cutoffs.push(day);
  return cutoffs;
}

/** One customer on one past day: how silent they were, in their group's days, and whether they bought within the horizon. */
export type Glimpse = { known: Known; silentDays: number; cutoff: number; returned: boolean };

/** Looks at one customer on each cut-off (descending days given, any order visited). */
export function glimpses(habit: Habit, cutoffs: readonly number[], horizonDays: number, { rules, held }: { rules: StageRules; held: HeldDays }, visit: (glimpse: Glimpse) => void): void {
  const ascending = cutoffs.toSorted((a, b) => a - b);
  const known = knownNothing();
  let next = 0;
  for (const cutoff of ascending) {
    for (let purchase = habit.purchases[next]; purchase && purchase.day <= cutoff; purchase = habit.purchases[++next]) learnPurchase(known, purchase, festivalOn(rules.windows, purchase.day));
    if (known.occasions === 0) continue;
    const following = habit.purchases[next];
    visit({ known, cutoff, silentDays: idleDays(held, known.lastDay, cutoff), returned: following !== undefined && following.day <= cutoff + horizonDays });
  }
}

function learnCuts(category: string, own: CategoryRules, setting: Setting): void {
  const { input, settings, rules } = setting;
  const cutoffs = pastCutoffs(input.habits, input.asOf, own.horizonDays, settings);
  if (cutoffs.length < settings.cutoffsMin) {
    own.noChurn = 'few_cutoffs';
    return;
  }
  const tallies = Object.fromEntries(GROUPS.map((group) => [group, { people: [], returned: [] }])) as unknown as Record<Group, Tally>;
  for (const habit of input.habits) {
    glimpses(habit, cutoffs, own.horizonDays, setting, ({ known, silentDays, returned }) => {
      if (!isConsumer(known, rules) || (category !== '' && mainCategory(known) !== category)) return;
      const group = groupOf(known.occasions);
      const median = own.groups[group].medianGapDays;
      const scale = rhythmScale(expectedGapDays(known, median), median) * stockUpStretch(known);
      count(tallies[group], Math.floor(silentDays / scale), returned);
    });
  }
  for (const group of GROUPS) cutGroup(own.groups[group], tallies[group], group, settings);
  if (GROUPS.every((group) => own.groups[group].churnedDays === null)) own.noChurn = 'share_not_reached';
}

function count({ people, returned }: Tally, day: number, isReturned: boolean): void {
  people[day] = (people[day] ?? 0) + 1;
  if (isReturned) returned[day] = (returned[day] ?? 0) + 1;
}

/** Reads the two cuts off the falling share of people who came back. */
function cutGroup(cuts: GroupCuts, tally: Tally, group: Group, { churnedShare, peopleMin }: LearnSettings): void {
  cuts.returns = fallingShares(tally, peopleMin);
  const activeShare = shareWithin(tally, cuts.medianGapDays ?? 0);
  const below = (share: number): number | null => cuts.returns.find((step) => step.share < share)?.fromDays ?? null;
  const lost = below(churnedShare);
  const threeMedians = 3 * (cuts.medianGapDays ?? Infinity);
  const churned = lost === null || !Number.isFinite(threeMedians) ? null : Math.max(lost, threeMedians);
  if (group === '1') {
    // The one-time branch is cut at its own gap quantiles; the share only says whether "lost" may be said at all.
    cuts.churnedDays = churned === null || cuts.churnedDays === null ? null : Math.max(churned, cuts.churnedDays);
    return;
  }
  cuts.atRiskDays = below(activeShare / 2) ?? cuts.atRiskDays;
  cuts.churnedDays = churned;
}

const shareWithin = ({ people, returned }: Tally, days: number): number => {
  let all = 0;
  let back = 0;
  for (let day = 0; day <= days; day++) {
    all += people[day] ?? 0;
    back += returned[day] ?? 0;
  }
  return all === 0 ? 0 : back / all;
};

/**
 * The share that returned, by silence, made to fall: pool adjacent violators (Barlow et al. 1972) over bins of at
 * least `peopleMin` people, so that one lucky day draws no line.
 */
export function fallingShares({ people, returned }: Tally, peopleMin: number): ReturnStep[] {
  const bins: { fromDays: number; people: number; returned: number }[] = [];
  let open = { fromDays: 0, people: 0, returned: 0 };
  for (let day = 0; day < people.length; day++) {
    if (open.people === 0) open.fromDays = day;
    open.people += people[day] ?? 0;
    open.returned += returned[day] ?? 0;
    if (open.people >= peopleMin) {
      bins.push(open);
      open = { fromDays: 0, people: 0, returned: 0 };
    }
  }
  const last = bins.at(-1);
  if (last) Object.assign(last, { people: last.people + open.people, returned: last.returned + open.returned });
  const pooled: typeof bins = [];
  for (const bin of bins) {
    pooled.push({ ...bin });
    for (let b = pooled.at(-1), a = pooled.at(-2); a && b && a.returned * b.people <= b.returned * a.people; b = pooled.at(-1), a = pooled.at(-2)) {
      pooled.splice(-2, 2, { fromDays: a.fromDays, people: a.people + b.people, returned: a.returned + b.returned });
    }
  }
  return pooled.map((bin) => ({ fromDays: bin.fromDays, share: bin.returned / bin.people, people: bin.people }));
}

/** A group too small for quantiles borrows from the next smaller number of purchases, never for churn. */
function fillGaps(own: CategoryRules): void {
  let before: GroupCuts | null = null;
  for (const group of GROUPS) {
    const cuts: GroupCuts = own.groups[group];
    if (cuts.medianGapDays === null && before && group !== '2') own.groups[group] = { ...before, churnedDays: null };
    if (own.groups[group].medianGapDays !== null) before = own.groups[group];
    if (own.noChurn !== null) own.groups[group].churnedDays = null;
  }
}

/** Three times the 99th percentile of purchases; null below 1,000 of them, where a percentile says nothing. */
function bigPurchaseMinor({ habits, asOf }: LearnInput): number | null {
  const amounts: number[] = [];
  for (const { purchases } of habits) for (const { day, amountMinor } of purchases) if (day <= asOf) amounts.push(amountMinor);
  if (amounts.length < 1000) return null;
  amounts.sort((a, b) => a - b);
  return 3 * (amounts[Math.floor(0.99 * amounts.length)] ?? 0);
}
