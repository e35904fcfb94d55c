import { REACHES } from '../../customers/index.ts';
import { compileFilters, type EventFilter } from '../../kernel/conditions/index.ts';
import { activity } from '../../kernel/readings.ts';
import type { Period } from '../core/periods.ts';
import { OPEN_TO, REACH, type ReachCounts, reachCounts } from './reach.ts';
import { ACTIVITY_SCOPE, activityScope, type Asked, type Dimension, partSql, type Reader, scopeParams } from './scope.ts';

export const FUNNEL_ORDERS = ['ordered', 'any'] as const;
/** `stepDays`: the longest wait between two steps. In any order, n steps may together span (n − 1) such waits. */
export type Funnel = { steps: readonly EventFilter[]; order: (typeof FUNNEL_ORDERS)[number]; stepDays: number; entry: Period };

export type FunnelRow = { part: string; counts: number[]; reaches: ReachCounts[] };
type Statement = { sql: string; params: Record<string, unknown> };

/** Further back than any event can be: a step that was not reached. */
const NEVER = '-1000000000000000';

/**
 * What somebody did, an integer each: the moment, and below it the steps it counts as, of which the first is the highest bit. Inverted, so that of one moment's
 * doings those of earlier steps come first.
 */
const STEPS_MAX = 8;
const bitOf = (step: number): number => STEPS_MAX - 1 - step;
const did = (step: number): string => `NOT bitTest(x, ${bitOf(step)})`;
const AT = 'bitShiftRight(x, 8)';

/**
 * For each step the newest moment at which a chain of steps up to it could end. A later end leaves more room for the
 * next step, so keeping the newest is enough, and one pass over a person's events decides every step.
 */
const ordered = (steps: number): string[] => Array.from({ length: steps }, (_, at) => {
  const follows = at === 0 ? '' : ` AND acc.${at} > ${NEVER} AND ${AT} - acc.${at} <= {step_ms:Int64}`;
  return `if(${did(at)}${follows}, ${AT}, acc.${at + 1})`;
});

/** Slots 1…n: when each step was last done; slots n+1…2n: when steps 1…k had first all been done close enough together. */
function anyOrder(steps: number): string[] {
  const last = Array.from({ length: steps }, (_, at) => `if(${did(at)}, ${AT}, acc.${at + 1})`);
  const all = last.map((_, at) => `if(acc.${steps + at + 1} > ${NEVER} OR arrayMin([${last.slice(0, at + 1).join(', ')}]) < ${AT} - {step_ms:Int64} * ${steps - 1}, acc.${steps + at + 1}, ${AT})`);
  return [...last, ...all];
}

/** One row a person: the part their first step belongs to, and how many steps they reached. */
function walked(asked: Asked, funnel: Funnel, by: Dimension): Statement {
  const { predicates, events, columns, params } = compileFilters(funnel.steps, 'f');
  const { entry, stepDays, steps: { length: steps } } = funnel, inEntry = 'day >= {from:Date32} AND day <= {to:Date32}';
  const marks = predicates.map((predicate, at) => `if(${at === 0 || funnel.order === 'any' ? `${inEntry} AND ` : ''}${predicate}, ${2 ** bitOf(at)}, 0)`);
  const slots = funnel.order === 'any' ? anyOrder(steps) : ordered(steps), isFirst = `mark >= ${2 ** bitOf(0)}`;
  const sql = `walked AS (
  SELECT customer, part, arrayFold((acc, x) -> (${slots.join(',\n      ')}),
      trail, (${slots.map(() => `toInt64(${NEVER})`).join(', ')})) AS folded,
    arrayCount(end -> end > ${NEVER}, [${Array.from({ length: steps }, (_, at) => `folded.${slots.length - steps + at + 1}`).join(', ')}]) AS reached
  FROM (
    SELECT customer, ${by === 'none' ? "''" : `argMinIf(part, at, ${isFirst})`} AS part, arraySort(groupArray(at * 256 + 255 - mark)) AS trail
    FROM (
      SELECT customer, ${partSql(by)} AS part, toUnixTimestamp64Milli(time) AS at, toUInt8(${marks.join(' + ')}) AS mark
      FROM   ${activity.since('{from:Date32}', ...new Set([...columns, ...ACTIVITY_SCOPE, 'source' as const, 'time' as const]))}
      WHERE  event IN ${events} AND day >= {from:Date32} AND ${activityScope(asked)})
    WHERE  mark > 0
    GROUP  BY customer
    HAVING countIf(${isFirst}) > 0))`;
  return { sql, params: { ...scopeParams(asked), ...params, from: entry.from, to: entry.to, step_ms: stepDays * 86_400_000 } };
}

type Reached = { part: string; reached: number; people: number; reach: number[] };

function tell(rows: readonly Reached[], steps: number): FunnelRow {
  const upTo = Array.from({ length: steps }, (_, at) => rows.filter(({ reached }) => reached > at));
  const open = upTo.map((some) => REACHES.map((_, channel) => some.reduce((sum, { reach }) => sum + (reach[channel] ?? 0), 0)));
  return { part: rows[0]?.part ?? '', counts: upTo.map((some) => some.reduce((sum, { people }) => sum + people, 0)), reaches: open.map(reachCounts) };
}

/** People who reached each step, by part, with 可触达 beside each headcount. Who reached a step reached those before it. */
export async function loadFunnel(ch: Reader, asked: Asked, funnel: Funnel, by: Dimension): Promise<FunnelRow[]> {
  const { sql, params } = walked(asked, funnel, by);
  const rows = await ch.rows<Reached>(`
WITH ${sql}
SELECT part, reached, count() AS people, ${OPEN_TO} AS reach
FROM   walked AS g${REACH}
GROUP  BY part, reached`, params);
  const parts = [...Map.groupBy(rows, ({ part }) => part).values()].map((some) => tell(some, funnel.steps.length));
  return parts.sort((a, b) => (b.counts[0] ?? 0) - (a.counts[0] ?? 0) || (a.part < b.part ? -1 : 1));
}

/** Those who reached a step (counted from 0), or who reached the one before and not this. */
export function funnelPeople(asked: Asked, funnel: Funnel, by: Dimension, { part, step, lost }: { part: string; step: number; lost: boolean }): Statement {
  const { sql, params } = walked(asked, funnel, by);
  return {
    sql: `WITH ${sql} SELECT customer, 1 AS top, 1 AS bottom FROM walked WHERE ({any_part:UInt8} OR part = {part:String}) AND ${lost ? 'reached = {at:UInt8} - 1' : 'reached >= {at:UInt8}'}`,
    params: { ...params, at: step + 1, part, any_part: by === 'none' ? 1 : 0 },
  };
}
