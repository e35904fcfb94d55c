import type { Stage } from './rules.ts';
import { entryOn, type StageEntry } from './stage.ts';

/** A stage history as stored: canonical stages, the day each was entered, and the cycle. */
export type StoredHistory = { stages: Stage[]; enteredDays: number[]; cycles: number[] };

/** Canonical stages only: two states of one stage in a row are one entry. */
export function storedOf(entries: readonly StageEntry[]): StoredHistory {
  const stored: StoredHistory = { stages: [], enteredDays: [], cycles: [] };
  for (const { stage, day, cycle } of entries) {
    if (stored.stages.at(-1) === stage && stored.cycles.at(-1) === cycle) continue;
    stored.stages.push(stage);
    stored.enteredDays.push(day);
    stored.cycles.push(cycle);
  }
  return stored;
}

export const sameHistory = (a: StoredHistory, b: StoredHistory): boolean =>
  a.stages.length === b.stages.length && a.stages.every((stage, at) => stage === b.stages[at] && a.enteredDays[at] === b.enteredDays[at] && a.cycles[at] === b.cycles[at]);

/**
 * Whether `after` tells another past than `before` did: some day before `knownUntil` reads differently. What begins on or
 * after that day is news; what differs before it is a correction, which wins nobody back and starts nothing.
 */
export function isCorrection(before: StoredHistory, after: StoredHistory, knownUntil: number): boolean {
  const past = ({ stages, enteredDays, cycles }: StoredHistory): string =>
    stages.flatMap((stage, at) => ((enteredDays[at] ?? 0) < knownUntil ? [`${stage} ${enteredDays[at]} ${cycles[at]}`] : [])).join();
  return past(before) !== past(after);
}

export const stageOn = (entries: readonly StageEntry[], day: number): Stage | null => entryOn(entries, day)?.stage ?? null;
