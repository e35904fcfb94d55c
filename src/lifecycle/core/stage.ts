import { own } from '../../kernel/own.ts';
import { dayIdleReaches, heldDaysOf, idleDays, festivalOn, type HeldDays } from './calendar.ts';
import { expectedGapDays, knownNothing, learnPurchase, mainCategory, stockUpStretch, type Habit, type Known, type Purchase } from './habits.ts';
import { groupOf, type Branch, type CategoryRules, type Group, type GroupCuts, type Stage, type StageRules, type State } from './rules.ts';

/** Every state of every branch on one canonical stage: total by its type. */
export const STAGE_OF_STATE: Readonly<Record<State, Stage>> = {
  prospect: 'prospect',
  'one_time.new': 'new', 'one_time.awaiting': 'declining', 'one_time.dormant': 'at_risk', 'one_time.lost': 'churned',
  'repeat.active': 'active', 'repeat.mature': 'mature', 'repeat.declining': 'declining', 'repeat.at_risk': 'at_risk',
  'repeat.churned': 'churned', 'repeat.won_back': 'won_back',
  'gift.kept': 'active', 'gift.missed': 'at_risk', 'gift.lost': 'churned',
  'durable.new': 'new', 'durable.holding': 'active', 'durable.window': 'declining', 'durable.overdue': 'at_risk',
};

const isLost = (state: State): boolean => STAGE_OF_STATE[state] === 'churned';

/** How silence will move a customer until they buy again: the state from each number of silent days on. */
export type Course = {
  branch: Branch;
  category: string;
  group: Group;
  cuts: GroupCuts;
  usualGapDays: number | null;
  /** This customer's days for one day of the group: own rhythm and stock-up together. */
  scale: number;
  steps: { idleDays: number; state: State }[];
};

export type StageEntry = { day: number; state: State; stage: Stage; cycle: number };

export type StageHistory = {
  entries: StageEntry[];
  /** The next day on which the stage changes although nothing happens; null: never. */
  dueDay: number | null;
  /** What holds now; null while nothing was bought. */
  course: Course | null;
  known: Known;
};

/** Rhythms further than this from the group's are held to it: two visits in one week are not a weekly rhythm. */
const SCALE = { min: 0.5, max: 3 } as const;

/** The purchases a set of rules counts in one pass; made once for many customers. */
export type Judge = { rules: StageRules; held: HeldDays };
export const judgeWith = (rules: StageRules): Judge => ({ rules, held: heldDaysOf(rules.windows) });

/**
 * The whole stage history up to and on `asOf`, from breakpoints and not day by day.
 * stage.test.ts holds that it equals an evaluation of every single day.
 */
export function stageHistory(judge: Judge, habit: Habit, asOf: number): StageHistory {
  const purchases = habit.purchases.filter((purchase) => purchase.day <= asOf);
  const entries: StageEntry[] = [];
  const first = purchases[0];
  const seen = Math.min(habit.firstSeen ?? first?.day ?? asOf, first?.day ?? asOf);
  if (!first || seen < first.day) entries.push({ day: seen, state: 'prospect', stage: 'prospect', cycle: 0 });
  const known = knownNothing();
  let cycle = { number: 1, startedAt: 0 };
  let course: Course | null = null;
  let dueDay: number | null = null;
  purchases.forEach((purchase, index) => {
    const before = entries.at(-1);
    if (before && isLost(before.state)) {
      cycle = { number: cycle.number + 1, startedAt: known.occasions };
      // Whoever was lost in between starts anew, even under the same promotion.
      known.promo = '';
    }
    learnPurchase(known, purchase, festivalOn(judge.rules.windows, purchase.day));
    const isComeback = cycle.number > 1 && known.occasions === cycle.startedAt + 1;
    course = courseOf(known, judge.rules, isComeback);
    const until = purchases[index + 1]?.day ?? Infinity;
    dueDay = enter(entries, course, { judge, purchase, until, asOf, cycle: cycle.number });
  });
  return { entries, dueDay, course, known };
}

type Span = { judge: Judge; purchase: Purchase; until: number; asOf: number; cycle: number };

/** Writes the entries of one wait between purchases; returns the first change after `asOf`. */
function enter(entries: StageEntry[], course: Course, { judge, purchase, until, asOf, cycle }: Span): number | null {
  for (const { idleDays: idle, state } of course.steps) {
    const day = idle === 0 ? purchase.day : dayIdleReaches(judge.held, purchase.day, idle);
    if (day >= until) return null;
    if (day > asOf) return day;
    const last = entries.at(-1);
    if (last?.day === day) entries.pop();
    const before = entries.at(-1);
    if (before?.state !== state || before.cycle !== cycle) entries.push({ day, state, stage: STAGE_OF_STATE[state], cycle });
  }
  return null;
}

/** The stage on one day: the last entry not after it; null before the customer was first seen. */
export const entryOn = (entries: readonly StageEntry[], day: number): StageEntry | null => entries.findLast((entry) => entry.day <= day) ?? null;

/** Silent days as the rules count them on `day`. */
export const silentDays = (judge: Judge, lastDay: number, day: number): number => idleDays(judge.held, lastDay, day);

export const rulesOf = (rules: StageRules, category: string): CategoryRules => {
  const found = own(rules.categories, category) ?? rules.categories[''];
  if (!found) throw new Error('stage rules without a workspace category');
  return found;
};

export function branchOf(known: Known, rules: StageRules): Branch {
  const { gift } = rules;
  if (known.occasions === 0) return 'none';
  if (known.b2b || (rules.b2bPurchaseMinor !== null && known.largestMinor > rules.b2bPurchaseMinor)) return 'b2b';
  if (known.receivers >= gift.minReceivers) return 'gift';
  // Two orders in one and the same festival are a busy week, not a habit of giving.
  if (known.occasions >= gift.minOccasions && known.festivalWindows >= 2 && known.festivals >= gift.festivalShare * known.occasions) return 'gift';
  if (rulesOf(rules, mainCategory(known)).cycleDays !== null) return 'durable';
  return known.occasions === 1 ? 'one_time' : 'repeat';
}

/** What silence means for this customer after their newest purchase. */
export function courseOf(known: Known, rules: StageRules, isComeback: boolean): Course {
  const category = mainCategory(known);
  const byCategory = rulesOf(rules, category);
  const group = groupOf(known.occasions);
  const cuts = byCategory.groups[group];
  const branch = branchOf(known, rules);
  const usualGapDays = rules.ownRhythm ? expectedGapDays(known, cuts.medianGapDays) : cuts.medianGapDays;
  const scale = (rules.ownRhythm ? rhythmScale(usualGapDays, cuts.medianGapDays) : 1) * stockUpStretch(known);
  const steps = stepsOf(branch, known, { byCategory, cuts, scale, rules });
  const [first, ...rest] = steps;
  const opened = isComeback && first ? [{ idleDays: 0, state: 'repeat.won_back' as const }, ...rest] : steps;
  return { branch, category, group, cuts, usualGapDays, scale, steps: opened };
}

export const rhythmScale = (usualGapDays: number | null, medianGapDays: number | null): number =>
  usualGapDays === null || medianGapDays === null || medianGapDays === 0 ? 1 : Math.min(SCALE.max, Math.max(SCALE.min, usualGapDays / medianGapDays));

type Setting = { byCategory: CategoryRules; cuts: GroupCuts; scale: number; rules: StageRules };

function stepsOf(branch: Branch, known: Known, { byCategory, cuts, scale, rules }: Setting): Course['steps'] {
  if (branch === 'gift') {
    const { yearDays, graceDays } = rules.gift;
    return [{ idleDays: 0, state: 'gift.kept' }, { idleDays: yearDays + graceDays, state: 'gift.missed' }, { idleDays: 2 * yearDays + graceDays, state: 'gift.lost' }];
  }
  if (branch === 'durable' && byCategory.cycleDays !== null) return durableSteps(known, byCategory.cycleDays);
  const at = (days: number | null): number | null => (days === null ? null : Math.max(1, Math.ceil(days * scale - 1e-9)));
  const names: readonly State[] = known.occasions === 1 ? ONE_TIME : REPEAT;
  const start = known.occasions > 1 && known.occasions >= rules.matureOccasions ? 'repeat.mature' : (names[0] as State);
  return inOrder([[0, start], [at(cuts.decliningDays), names[1]], [at(cuts.atRiskDays), names[2]], [at(cuts.churnedDays), names[3]]]);
}

const ONE_TIME = ['one_time.new', 'one_time.awaiting', 'one_time.dormant', 'one_time.lost'] as const;
const REPEAT = ['repeat.active', 'repeat.declining', 'repeat.at_risk', 'repeat.churned'] as const;

/** A later state may begin earlier than one before it (cuts are learned apart): then the milder one is skipped. */
function inOrder(steps: readonly (readonly [number | null, State | undefined])[]): Course['steps'] {
  const kept: Course['steps'] = [];
  for (const [idle, state] of steps) {
    if (idle === null || state === undefined) continue;
    while (kept.length > 1 && (kept.at(-1)?.idleDays ?? 0) >= idle) kept.pop();
    kept.push({ idleDays: idle, state });
  }
  return kept;
}

function durableSteps({ occasions }: Known, cycleDays: number): Course['steps'] {
  const opens = Math.ceil(cycleDays * 0.8);
  const closes = Math.floor(cycleDays * 1.2) + 1;
  const isNew = occasions === 1;
  return inOrder([[0, isNew ? 'durable.new' : 'durable.holding'], [isNew ? Math.min(NEW_OWNER_DAYS, opens) : null, 'durable.holding'], [opens, 'durable.window'], [closes, 'durable.overdue']]);
}

/** A first-time owner is new for a quarter, then simply holds the thing. */
const NEW_OWNER_DAYS = 90;
