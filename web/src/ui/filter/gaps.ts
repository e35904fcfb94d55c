import type { Test, Span, PropertyFilter, Window } from '../../../../src/kernel/conditions/tests.ts';
import type { Condition, Measured, StageCondition } from '../../../../src/kernel/conditions/tree.ts';
import { shapeOf } from './operands.ts';
import { childrenOf } from './paths.ts';

/** What keeps a condition from being asked, with a pointer into it: something is not said yet, is no whole number, or runs backwards. */
export type Gap = { pointer: string; code: 'missing' | 'whole' | 'order' };

const DAYS_MAX = 36_500;
const SPAN_MAX = 100_000;
const missing = (pointer: string, isThere: boolean): Gap[] => (isThere ? [] : [{ pointer, code: 'missing' }]);
const whole = (pointer: string, value: number, { least, most }: { least: number; most: number }): Gap[] =>
  (Number.isNaN(value) ? [{ pointer, code: 'missing' }] : Number.isInteger(value) && value >= least && value <= most ? [] : [{ pointer, code: 'whole' }]);
const ordered = (pointer: string, from: number | string, to: number | string): Gap[] => (from > to ? [{ pointer, code: 'order' }] : []);

/** The operands of a comparison. */
export function testGaps(test: Test, pointer = '/test'): Gap[] {
  const given = test as { value?: unknown; values?: unknown[]; from?: never; to?: never; day?: unknown; days?: number };
  switch (shapeOf(test.op)) {
    case 'bare': return [];
    case 'text': case 'pattern': return missing(`${pointer}/value`, given.value !== '');
    case 'texts': return missing(`${pointer}/values`, (given.values?.length ?? 0) > 0);
    case 'number': return missing(`${pointer}/value`, Number.isFinite(given.value));
    case 'numbers': case 'days': {
      const isThere = (value: unknown): boolean => (typeof value === 'number' ? Number.isFinite(value) : value !== '');
      const gaps = [...missing(`${pointer}/from`, isThere(given.from)), ...missing(`${pointer}/to`, isThere(given.to))];
      return gaps.length > 0 ? gaps : ordered(pointer, given.from as never, given.to as never);
    }
    case 'day': return missing(`${pointer}/day`, given.day !== '');
    case 'count': return whole(`${pointer}/days`, given.days ?? Number.NaN, { least: 0, most: DAYS_MAX });
  }
}

function windowGaps(window: Window): Gap[] {
  switch (window.kind) {
    case 'ever': return [];
    case 'rolling': return whole('/window/days', window.days, { least: 1, most: DAYS_MAX });
    case 'recent': return whole('/window/amount', window.amount, { least: 1, most: SPAN_MAX });
    case 'calendar': return whole('/window/offset', window.offset, { least: -100, most: 0 });
    case 'days': {
      const gaps = [...missing('/window/from', window.from !== ''), ...missing('/window/to', window.to !== '')];
      return gaps.length > 0 ? gaps : ordered('/window', window.from, window.to);
    }
  }
}

const spanGaps = (span: Span | undefined, pointer: string): Gap[] => (span ? whole(`${pointer}/amount`, span.amount, { least: 1, most: SPAN_MAX }) : []);
const pickGaps = ({ event, where }: { event: string; where: readonly PropertyFilter[] }, pointer: string): Gap[] => [
  ...missing(`${pointer}/event`, event !== ''),
  ...where.flatMap(({ property, test }, nth) => [...missing(`${pointer}/where/${nth}/property`, property !== ''), ...testGaps(test, `${pointer}/where/${nth}/test`)]),
];
const sameGaps = (same: string | undefined): Gap[] => missing('/same', same !== '');
const measuredGaps = (of: Measured): Gap[] => [...('property' in of ? missing('/of/property', of.property !== '') : []), ...testGaps(of.test, '/of/test')];

function stageGaps(condition: StageCondition): Gap[] {
  const stages = condition.ask === 'cycle' ? [] : missing('/stages', condition.stages.length > 0);
  switch (condition.ask) {
    case 'is': return [...stages, ...missing('/day', condition.day !== '')];
    case 'entered': return [...stages, ...missing('/from', condition.from === undefined || condition.from.length > 0), ...windowGaps(condition.window), ...testGaps(condition.times, '/times')];
    case 'lasted': case 'cycle': return [...stages, ...testGaps(condition.test)];
  }
}

/** What is not said yet of a condition, or cannot be meant, in reading order; a whole one has none. */
export function gapsOf(condition: Condition): Gap[] {
  switch (condition.kind) {
    case 'field': return [...missing('/field', condition.field !== ''), ...testGaps(condition.test)];
    case 'tag': return testGaps(condition.test);
    case 'event': return [...pickGaps(condition, ''), ...windowGaps(condition.window), ...measuredGaps(condition.of)];
    case 'sequence': return [
      ...condition.steps.flatMap((step, nth) => [...pickGaps(step, `/steps/${nth}`), ...spanGaps(step.within, `/steps/${nth}/within`)]),
      ...spanGaps(condition.within, '/within'), ...sameGaps(condition.same), ...windowGaps(condition.window),
    ];
    case 'unfollowed': return [...pickGaps(condition, ''), ...pickGaps(condition.by, '/by'), ...spanGaps(condition.within, '/within'), ...sameGaps(condition.same), ...windowGaps(condition.window)];
    case 'stage': return stageGaps(condition);
    case 'consent': return [...missing('/channel', condition.channel !== ''), ...missing('/purpose', condition.purpose !== '')];
    case 'segment': return missing('/segment', condition.segment !== '');
    case 'and': case 'or': case 'not': return childrenOf(condition).flatMap(gapsOf);
    default: return [];
  }
}
