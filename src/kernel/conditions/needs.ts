import { type AsOf, type Moment, momentOf, spanMs, windowBounds } from './moments.ts';
import type { Day } from '../day.ts';
import { picked, waitingOf } from './evaluateEvents.ts';
import { wordOf } from './catalogue.ts';
import type { Person } from './person.ts';
import { type DayTest, type PropertyFilter, RELATIVE_DAY_OPS, type Test, type Window } from './tests.ts';
import { type Condition, type Leaf, leavesOf, type Tree } from './tree.ts';

/** How the mere passing of time may change the answer: not at all, when a day begins, or at any moment. */
export const TIMES = ['never', 'daily', 'any_moment'] as const;
export type Timing = (typeof TIMES)[number];

/**
 * What a tree depends on. `properties` are those its conditions read of its `events`; `windows` the parts of a history it looks at; `consents` are 'channel purpose';
 * `stages` says that it asks for the way through the stages, and `tags` which tags. Lists are sorted.
 */
export type Needs = {
  events: string[]; properties: string[]; windows: Window[]; fields: string[]; tags: string[]; stages: boolean; consents: string[]; segments: string[]; kept: string[]; time: Timing;
};

const RELATIVE: readonly string[] = RELATIVE_DAY_OPS;
const dayTime = (test: Test | DayTest): Timing => (RELATIVE.includes(test.op) ? 'daily' : 'never');
const windowTime = ({ kind }: Window): Timing => (kind === 'recent' ? 'any_moment' : kind === 'ever' || kind === 'days' ? 'never' : 'daily');
const latest = (...times: readonly Timing[]): Timing => TIMES[Math.max(0, ...times.map((time) => TIMES.indexOf(time)))] ?? 'never';

const propertiesOf = (where: readonly PropertyFilter[], ...more: readonly (string | undefined)[]): string[] => [...where.map(({ property }) => property), ...more.filter((one) => one !== undefined)];
type LeafNeeds = Omit<Needs, 'time'> & { times: readonly Timing[] };
const NONE: LeafNeeds = { events: [], properties: [], windows: [], fields: [], tags: [], stages: false, consents: [], segments: [], kept: [], times: [] };

function leafNeeds(leaf: Leaf): Partial<LeafNeeds> {
  switch (leaf.kind) {
    case 'field': return { fields: [leaf.field], times: [dayTime(leaf.test)] };
    case 'tag': return { tags: leaf.test.values };
    case 'consent': return { consents: [wordOf(leaf)] };
    case 'segment': return { segments: [leaf.segment] };
    case 'kept': return { kept: [leaf.list] };
    case 'stage': return { stages: true, times: [leaf.ask === 'lasted' ? 'daily' : leaf.ask === 'entered' ? windowTime(leaf.window) : 'never'] };
    case 'event': return { events: [leaf.event], properties: propertiesOf(leaf.where, 'property' in leaf.of ? leaf.of.property : undefined), windows: [leaf.window], times: [windowTime(leaf.window), dayTime(leaf.of.test)] };
    case 'sequence': return { events: leaf.steps.map(({ event }) => event), properties: propertiesOf(leaf.steps.flatMap(({ where }) => where), leaf.same), windows: [leaf.window], times: [windowTime(leaf.window)] };
    case 'unfollowed': return { events: [leaf.event, leaf.by.event], properties: propertiesOf([...leaf.where, ...leaf.by.where], leaf.same), windows: [leaf.window], times: ['any_moment', windowTime(leaf.window)] };
  }
}

const sorted = (items: readonly string[]): string[] => [...new Set(items)].sort();

/** What some trees depend on together. What a segment depends on is told once it is resolved. */
export function needsOf(...trees: readonly Tree[]): Needs {
  const each = trees.flatMap(({ root }) => leavesOf(root)).map((leaf): LeafNeeds => ({ ...NONE, ...leafNeeds(leaf) }));
  const all = (part: (needs: LeafNeeds) => readonly string[]): string[] => sorted(each.flatMap(part));
  return {
    events: all(({ events }) => events), properties: all(({ properties }) => properties), fields: all(({ fields }) => fields), tags: all(({ tags }) => tags),
    consents: all(({ consents }) => consents), segments: all(({ segments }) => segments), kept: all(({ kept }) => kept), stages: each.some(({ stages }) => stages),
    windows: [...new Map(each.flatMap(({ windows }) => windows).map((window) => [JSON.stringify(window), window])).values()], time: latest(...each.flatMap(({ times }) => times)),
  };
}

/** The first day of history that windows hold at a moment; null for all of it. */
export function firstDayOf(windows: readonly Window[], moment: Moment): Day | null {
  const bounds = windows.map((window) => windowBounds(window, moment));
  return bounds.reduce<Day | null>((first, one) => (first === null || one.kind === 'all' ? null : one.day < first ? one.day : first), '9999-12-31');
}

function momentsIn(condition: Condition, person: Person, moment: Moment): number[] {
  const { activity } = person;
  const leaves = (at: number, window: Window): number[] => (window.kind === 'recent' ? [at + spanMs(window)] : []);
  switch (condition.kind) {
    case 'and': case 'or': return condition.of.flatMap((child) => momentsIn(child, person, moment));
    case 'not': return momentsIn(condition.of, person, moment);
    case 'event': return picked(condition, activity, moment).flatMap(({ at }) => leaves(at, condition.window));
    case 'sequence': return condition.steps.flatMap((step) => picked({ ...step, window: condition.window }, activity, moment)).flatMap(({ at }) => leaves(at, condition.window));
    case 'unfollowed': return [...waitingOf(condition, activity, moment), ...picked(condition, activity, moment).flatMap(({ at }) => leaves(at, condition.window))];
    default: return [];
  }
}

/**
 * When a person must be looked at again although nothing happens to them: the first moment (ms) after the one given at which the answer may
 * change, or null, and whether also when the next day begins.
 */
export function lookAgain(tree: Tree, person: Person, asOf: AsOf): { at: number | null; daily: boolean } {
  const moment = momentOf(asOf);
  const due = momentsIn(tree.root, person, moment).filter((at) => at > moment.at);
  return { at: due.length > 0 ? due.reduce((a, b) => Math.min(a, b)) : null, daily: leavesOf(tree.root).some((leaf) => leafNeeds(leaf).times?.includes('daily')) };
}
