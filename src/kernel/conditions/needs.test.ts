import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOON as MIDDAY, historic, person as anybody, tree as anyTree } from '../../../test/support/conditions.ts';
import { endOf, evaluate, lookAgain, type Moment, momentIn, needsOf, NOBODY, type Person, resolved, resolveSegments, segmentsOf, Tree } from './index.ts';

const tree = (root: object): Tree => Tree.parse({ version: 1, root });
const NOON: Moment = momentIn('Asia/Shanghai', new Date('2026-03-01T04:00:00Z'));
const MINUTE = 60_000;
const did = (event: string, minutesAgo: number, properties: Record<string, unknown> = {}): Person['activity'][number] =>
  ({ event, at: NOON.at - minutesAgo * MINUTE, day: NOON.day, source: '', shop: '', channel: '', amount: null, properties });
const person = (...activity: Person['activity']): Person => ({ ...NOBODY, activity });

describe('what a tree depends on', () => {
  const abandoned = { kind: 'unfollowed', event: 'cart', where: [{ property: 'sku', test: { op: 'present' } }], by: { event: 'paid' }, within: { amount: 30, unit: 'minutes' }, same: 'order', window: { kind: 'rolling', days: 2 } };
  test('is gathered from all its leaves', () => {
    expect(needsOf(tree({ kind: 'and', of: [abandoned, { kind: 'not', of: { kind: 'tag', test: { op: 'any_of', values: ['vip'] } } }, { kind: 'field', field: 'city', test: { op: 'present' } }, { kind: 'stage', ask: 'cycle', test: { op: 'is', value: 1 } }, { kind: 'consent', channel: 'sms', state: 'given' }] }),
      tree({ kind: 'segment', segment: '00000000-0000-4000-8000-000000000001' }))).toEqual({
      events: ['cart', 'paid'], properties: ['order', 'sku'], windows: [{ kind: 'rolling', days: 2 }], fields: ['city'], tags: ['vip'], stages: true, consents: ['sms marketing'],
      segments: ['00000000-0000-4000-8000-000000000001'], kept: [], time: 'any_moment',
    });
  });
  test.each([
    ['a field', { kind: 'field', field: 'a', test: { op: 'equals', value: 'x' } }, 'never'], ['a day long ago', { kind: 'field', field: 'a', test: { op: 'older_than', days: 3 } }, 'daily'],
    ['what was ever done', { kind: 'event', event: 'a', of: { measure: 'count', test: { op: 'is', value: 0 } } }, 'never'], ['what was last done when', { kind: 'event', event: 'a', of: { measure: 'last', test: { op: 'older_than', days: 9 } } }, 'daily'],
    ['days of a window', { kind: 'event', event: 'a', window: { kind: 'calendar', unit: 'week', offset: 0 }, of: { measure: 'count', test: { op: 'is', value: 0 } } }, 'daily'],
    ['minutes of a window', { kind: 'event', event: 'a', window: { kind: 'recent', amount: 5, unit: 'minutes' }, of: { measure: 'count', test: { op: 'is', value: 0 } } }, 'any_moment'],
    ['a stage', { kind: 'stage', ask: 'is', stages: ['new'] }, 'never'], ['how long in it', { kind: 'stage', ask: 'lasted', stages: ['new'], test: { op: 'is', value: 3 } }, 'daily'],
  ])('time and %s', (_, root, time) => expect(needsOf(tree(root)).time).toBe(time));

  test('the moment to look again is the one at which the answer changes', () => {
    const one = person(did('cart', 20, { sku: 'a', order: '1' }));
    const due = lookAgain(tree(abandoned), one, NOON);
    // The cart leaves the window when a day begins.
    expect(due).toEqual({ at: NOON.at + 10 * MINUTE, daily: true });
    const answers = [-1, 0].map((ms) => evaluate(tree(abandoned), one, { ...NOON, at: (due.at ?? 0) + ms }));
    expect(answers).toEqual([false, true]);
    // Paid in time: nothing is left to wait for.
    expect(lookAgain(tree(abandoned), person(did('cart', 20, { sku: 'a', order: '1' }), did('paid', 5, { order: '1' })), NOON).at).toBeNull();
    const recent = tree({ kind: 'event', event: 'view', window: { kind: 'recent', amount: 1, unit: 'hours' }, of: { measure: 'count', test: { op: 'at_least', value: 2 } } });
    const viewer = person(did('view', 50), did('view', 10), did('view', 70));
    expect(lookAgain(recent, viewer, NOON).at).toBe(NOON.at + 10 * MINUTE);
    expect([9, 10].map((minutes) => evaluate(recent, viewer, { ...NOON, at: NOON.at + minutes * MINUTE }))).toEqual([true, false]);
    expect(lookAgain(tree({ kind: 'field', field: 'a', test: { op: 'within_last', days: 3 } }), NOBODY, NOON)).toEqual({ at: null, daily: true });
  });
});

test('until the moment to look again, or the day after, no answer changes by itself; at it some do', () => {
  const moments = fc.array(fc.integer({ min: 1, max: 720 }), { minLength: 3, maxLength: 3 });
  let changed = 0;
  fc.assert(fc.property(fc.oneof(historic, anyTree), anybody, moments, (asked, one, minutes) => {
    const past: Person = { ...one, activity: one.activity.filter(({ at }) => at <= MIDDAY.at) };
    const { at, daily } = lookAgain(asked, past, MIDDAY);
    const [now, nextDay] = [evaluate(asked, past, MIDDAY), MIDDAY.at + 720 * MINUTE - 1];
    for (const minute of minutes) expect(evaluate(asked, past, { ...MIDDAY, at: Math.min(MIDDAY.at + minute * MINUTE, (at ?? Infinity) - 1, nextDay) })).toBe(now);
    if (at !== null && at <= nextDay && evaluate(asked, past, { ...MIDDAY, at }) !== now) changed++;
    const still: Person = { ...past, stages: past.stages.filter(({ since }) => since <= MIDDAY.day) };
    if (!daily && at === null) expect(evaluate(asked, still, { day: '2026-03-09', at: MIDDAY.at + 8 * 1_440 * MINUTE })).toBe(evaluate(asked, still, MIDDAY));
  }), { numRuns: 3_000, seed: 11 });
  expect(changed).toBeGreaterThan(10);
});

describe('segments by name', () => {
  const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const naming = (...ids: number[]): Tree => tree({ kind: 'or', of: ids.map((n) => ({ kind: 'segment', segment: id(n) })) });
  test('are written out, in nots as well, level by level', async () => {
    const trees = new Map([[id(1), naming(2, 3)], [id(2), tree({ kind: 'tag', test: { op: 'any_of', values: ['a'] } })], [id(3), naming(2)]]);
    const asked: string[][] = [];
    const whole = await resolveSegments(tree({ kind: 'not', of: { kind: 'segment', segment: id(1) } }), async (ids) => { asked.push([...ids]); return new Map(ids.flatMap((one) => { const found = trees.get(one); return found ? [[one, found]] : []; })); });
    const tag = { kind: 'tag', test: { op: 'any_of', values: ['a'] } };
    expect(whole.root).toEqual({ kind: 'not', of: { kind: 'or', of: [tag, { kind: 'or', of: [tag] }] } });
    expect([asked, segmentsOf(whole)]).toEqual([[[id(1)], [id(2), id(3)]], []]);
  });
  test.each([
    ['in itself', naming(1), new Map([[id(1), naming(1)]]), 'condition.segment_ring'], ['in itself by another', naming(1), new Map([[id(1), naming(2)], [id(2), naming(1)]]), 'condition.segment_ring'],
    ['six deep', naming(1), new Map([1, 2, 3, 4, 5, 6].map((n) => [id(n), n === 6 ? naming() : naming(n + 1)])), 'condition.segment_depth'], ['gone', naming(1), new Map(), 'condition.segment_missing'],
    ['too large together', naming(...Array.from({ length: 20 }, () => 1)), new Map([[id(1), tree({ kind: 'and', of: Array.from({ length: 150 }, () => ({ kind: 'tag', test: { op: 'any_of', values: ['a'] } })) })]]), 'condition.segment_size'],
  ])('a segment %s is refused', (_, asked, trees, code) => expect(() => resolved(asked, trees as ReadonlyMap<string, Tree>)).toThrow(code));
  test('a segment may not name the one it is kept as', () => expect(() => resolved(naming(1), new Map([[id(1), naming(9)]]), id(9))).toThrow('condition.segment_ring'));
});

test('a day ends where its zone says, clocks changing or not', () => {
  expect(['Asia/Shanghai', 'UTC', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Kathmandu'].map((zone) => new Date(endOf(zone, '2026-03-08').at).toISOString())).toEqual([
    '2026-03-08T15:59:59.999Z', '2026-03-08T23:59:59.999Z', '2026-03-09T03:59:59.999Z', '2026-03-08T09:59:59.999Z', '2026-03-08T18:14:59.999Z']);
});
