import type { Day } from '../day.ts';

/** One line of what a person did, at a moment (ms since 1970). `amount` is minor units of the reporting currency. */
export type Activity = {
  day: Day; at: number; event: string; source: string; shop: string; channel: string; amount: number | null;
  properties: Readonly<Record<string, unknown>>;
};
/** A stage a person came into, in the order of days. */
export type StageEntry = { stage: string; since: Day; cycle: number };
/** One customer as `customer_state` mirrors them, with their history and the stages they went through. */
export type Person = {
  name: string;
  createdOn: Day;
  reach: readonly string[];
  texts: Readonly<Record<string, string>>;
  numbers: Readonly<Record<string, number>>;
  days: Readonly<Record<string, Day>>;
  lists: Readonly<Record<string, readonly string[]>>;
  tags: readonly string[];
  /** Frozen lists they, or who was merged into them, stand on. */
  kept: readonly string[];
  stages: readonly StageEntry[];
  activity: readonly Activity[];
};

/** Somebody of whom nothing is known. */
export const NOBODY: Person = { name: '', createdOn: '1900-01-01', reach: [], texts: {}, numbers: {}, days: {}, lists: {}, tags: [], kept: [], stages: [], activity: [] };
