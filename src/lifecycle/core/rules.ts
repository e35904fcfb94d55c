import type { CalendarWindow } from './calendar.ts';

export const STAGES = ['prospect', 'new', 'active', 'mature', 'declining', 'at_risk', 'churned', 'won_back'] as const;
export type Stage = (typeof STAGES)[number];

/** Which way of judging a customer falls under. */
export const BRANCHES = ['none', 'one_time', 'repeat', 'gift', 'b2b', 'durable'] as const;
export type Branch = (typeof BRANCHES)[number];

/** A branch's own name for where the customer is; several branches, one canonical stage. */
export const STATES = [
  'prospect',
  'one_time.new', 'one_time.awaiting', 'one_time.dormant', 'one_time.lost',
  'repeat.active', 'repeat.mature', 'repeat.declining', 'repeat.at_risk', 'repeat.churned', 'repeat.won_back',
  'gift.kept', 'gift.missed', 'gift.lost',
  'durable.new', 'durable.holding', 'durable.window', 'durable.overdue',
] as const;
export type State = (typeof STATES)[number];

/** Customers are compared with those who bought as often. */
export const GROUPS = ['1', '2', '3', '4-6', '7-12', '13+'] as const;
export type Group = (typeof GROUPS)[number];

export const groupOf = (occasions: number): Group =>
  occasions <= 1 ? '1' : occasions === 2 ? '2' : occasions === 3 ? '3' : occasions <= 6 ? '4-6' : occasions <= 12 ? '7-12' : '13+';

/** Share (0–1) of people silent for at least `fromDays` (in the group's own days) who bought again within the horizon. */
export type ReturnStep = { fromDays: number; share: number; people: number };

/**
 * Silence, in days of a customer with the group's median rhythm, from which each stage begins.
 * Null: never. A customer of another rhythm has the same cuts × (own gap ÷ group gap).
 */
export type GroupCuts = {
  medianGapDays: number | null;
  decliningDays: number | null;
  atRiskDays: number | null;
  churnedDays: number | null;
  returns: ReturnStep[];
};

/** Why nobody is called churned. */
export const NO_CHURN = ['few_repeaters', 'median_not_reached', 'few_cutoffs', 'share_not_reached'] as const;
export type NoChurn = (typeof NO_CHURN)[number];

export type CategoryRules = {
  horizonDays: number;
  repeaters: number;
  noChurn: NoChurn | null;
  /** Typed replacement cycle of a durable good: holding until 80 % of it, window until 120 %. */
  cycleDays: number | null;
  groups: Record<Group, GroupCuts>;
};

/** One version of a workspace's stage rules. The stage is a function of (purchases, these, day) and nothing else. */
export type StageRules = {
  basis: 'calibrated' | 'configured';
  ownRhythm: boolean;
  /** Purchases from which a customer who is not silent is mature. */
  matureOccasions: number;
  gift: { festivalShare: number; minOccasions: number; minReceivers: number; yearDays: number; graceDays: number };
  /** One purchase above this marks a business buyer; null: only the flag on the order does. */
  b2bPurchaseMinor: number | null;
  windows: CalendarWindow[];
  /** '' stands for the whole workspace and serves every category without rules of its own. */
  categories: Record<string, CategoryRules>;
};

export const noCuts = (): GroupCuts => ({ medianGapDays: null, decliningDays: null, atRiskDays: null, churnedDays: null, returns: [] });

export const everyGroup = (cuts: (group: Group) => GroupCuts): Record<Group, GroupCuts> =>
  Object.fromEntries(GROUPS.map((group) => [group, cuts(group)])) as Record<Group, GroupCuts>;

const MATURE_OCCASIONS = 5;
export const DEFAULT_GIFT = { festivalShare: 0.6, minOccasions: 2, minReceivers: 2, yearDays: 365, graceDays: 45 } as const;

/** Rules of a workspace that has no data yet: buyers are new, then active; silence means nothing. */
export const firstRules = (): StageRules => ({
  basis: 'calibrated',
  ownRhythm: true,
  matureOccasions: MATURE_OCCASIONS,
  gift: { ...DEFAULT_GIFT },
  b2bPurchaseMinor: null,
  windows: [],
  categories: { '': { horizonDays: 90, repeaters: 0, noChurn: 'few_repeaters', cycleDays: null, groups: everyGroup(noCuts) } },
});

/** The same fixed days for everyone, whatever their rhythm: rules a business sets by hand. */
export function configuredRules(days: { decliningDays?: number; atRiskDays: number; churnedDays: number }): StageRules {
  const cuts: GroupCuts = { ...noCuts(), decliningDays: days.decliningDays ?? null, atRiskDays: days.atRiskDays, churnedDays: days.churnedDays };
  return {
    ...firstRules(),
    basis: 'configured',
    ownRhythm: false,
    categories: { '': { horizonDays: 90, repeaters: 0, noChurn: null, cycleDays: null, groups: everyGroup(() => ({ ...cuts })) } },
  };
}
