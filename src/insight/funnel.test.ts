import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putEvents, type TestEvent } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { seeded } from '../kernel/random.ts';
import { funnelSteps, weakestStep } from './core/funnel.ts';
import { type Funnel, funnelPeople, loadFunnel } from './queries/funnel.ts';
import { countPeople } from './queries/people.ts';
import type { Asked, Dimension } from './queries/scope.ts';

const STEPS = ['visit', 'view', 'cart', 'pay'];
/** [day of January, step] of each person, told by what becomes of them. */
const PEOPLE: readonly { channel: string; did: readonly (readonly [number, string])[]; ordered: number; any: number }[] = [
  { channel: 'live', did: [[1, 'visit'], [2, 'view'], [3, 'cart'], [4, 'pay']], ordered: 4, any: 4 },
  { channel: 'live', did: [[1, 'visit'], [2, 'view'], [3, 'pay'], [4, 'cart']], ordered: 3, any: 4 },
  { channel: 'live', did: [[1, 'view'], [2, 'visit'], [3, 'pay']], ordered: 1, any: 2 },
  { channel: 'search', did: [[1, 'visit'], [9, 'view'], [10, 'cart']], ordered: 1, any: 3 }, // 8 days from visit to view: over the window of one step, within that of the whole
  { channel: 'search', did: [[1, 'visit'], [6, 'visit'], [12, 'view'], [18, 'cart'], [24, 'pay']], ordered: 4, any: 4 }, // the later visit opens the way
  { channel: 'search', did: [[2, 'view'], [3, 'cart'], [4, 'pay']], ordered: 0, any: 0 },
  { channel: 'search', did: [[1, 'visit'], [7, 'view'], [13, 'cart'], [28, 'pay']], ordered: 3, any: 3 },
];

let stores: TestStores;
let asked: Asked;
beforeAll(async () => {
  stores = await testStores();
  asked = { workspaceId: await testWorkspace(stores), asOf: '2026-02-28', shops: [], channels: [], withoutB2b: false, people: null };
  const events: TestEvent[] = PEOPLE.flatMap(({ channel, did }, n) => did.map(([day, event]) => ({ customer: customerOf(n + 1), channel, event, time: `2026-01-${String(day).padStart(2, '0')} 02:00:00` })));
  await putEvents(stores, asked.workspaceId, events);
});
afterAll(() => stores.close());

const funnel = (order: Funnel['order'], stepDays = 6): Funnel => ({ steps: STEPS.map((event) => ({ event, where: [] })), order, stepDays, entry: { from: '2026-01-01', to: '2026-01-31' } });
const handCounts = (order: 'ordered' | 'any', of = PEOPLE): number[] => [1, 2, 3, 4].map((step) => of.filter((one) => one[order] >= step).length);
const counts = async (order: Funnel['order'], by: Dimension = 'none') => loadFunnel(stores.ch, asked, funnel(order), by);

describe('funnel of four steps, each within six days of the last', () => {
  test('R43: ordered, the counts are those made by hand', async () => {
    const [whole] = await counts('ordered');
    expect(whole?.counts).toEqual(handCounts('ordered'));
    expect(whole?.counts).toEqual([6, 4, 4, 2]);
  });
  test('R43: in any order, the counts are those made by hand', async () => expect((await counts('any'))[0]?.counts).toEqual(handCounts('any')));
  test('R43: split by channel', async () => {
    const rows = await counts('ordered', 'channel');
    expect(Object.fromEntries(rows.map((row) => [row.part, row.counts]))).toEqual(
      Object.fromEntries(['live', 'search'].map((channel) => [channel, handCounts('ordered', PEOPLE.filter((one) => one.channel === channel))])));
  });
  test('R43: a shorter window keeps fewer', async () => expect((await loadFunnel(stores.ch, asked, funnel('ordered', 1), 'none'))[0]?.counts).toEqual([6, 2, 1, 1]));
  test('R43: each step opens those who reached it and those it lost', async () => {
    for (const order of ['ordered', 'any'] as const) {
      const hand = handCounts(order);
      for (const step of [0, 1, 2, 3]) {
        expect(await countPeople(stores.ch, funnelPeople(asked, funnel(order), 'none', { part: '', step, lost: false }), 100)).toBe(hand[step]);
        if (step > 0) expect(await countPeople(stores.ch, funnelPeople(asked, funnel(order), 'none', { part: '', step, lost: true }), 100)).toBe((hand[step - 1] ?? 0) - (hand[step] ?? 0));
      }
    }
  });
});

describe('a funnel of random doings', () => {
  const KINDS = ['a', 'b', 'c'], HOURS = 3_600_000, WAIT_DAYS = 2, PEOPLE_OF_CHANCE = 120;
  type Doing = { at: number; event: string };
  /** How many steps somebody reached, by trying every chain: steps in order, each later than (or in one moment, by its step) the one before. */
  const reachedBy = (did: readonly Doing[], steps: readonly string[]): number => {
    const firstStep = ({ event }: Doing): number => steps.indexOf(event), sorted = did.toSorted((a, b) => a.at - b.at || firstStep(a) - firstStep(b));
    let ends = sorted.flatMap(({ event }, n) => (event === steps[0] ? [n] : [])), reached = ends.length > 0 ? 1 : 0;
    for (const step of steps.slice(1)) {
      ends = sorted.flatMap(({ event, at }, n) => (event === step && ends.some((end) => end < n && at - (sorted[end] as Doing).at <= WAIT_DAYS * 24 * HOURS) ? [n] : []));
      if (ends.length === 0) return reached;
      reached++;
    }
    return reached;
  };
  /** In any order: how many of the first steps were all done within two waits of each other. */
  const reachedAnyhow = (did: readonly Doing[], steps: readonly string[]): number => {
    const within = (steps.length - 1) * WAIT_DAYS * 24 * HOURS;
    const all = (some: readonly string[]): boolean => did.some((last) => some.every((step) => did.some(({ at, event }) => event === step && at <= last.at && at >= last.at - within)));
    return steps.findLastIndex((_, at) => all(steps.slice(0, at + 1))) + 1;
  };

  test.each([['ordered', KINDS, reachedBy], ['ordered', ['b', 'a', 'b', 'b'], reachedBy], ['any', KINDS, reachedAnyhow]] as const)('R43: %s, %j are those of every chain tried', async (order, steps, reached) => {
    const workspaceId = await testWorkspace(stores), random = seeded(17), begun = Date.parse('2026-01-05T00:00:00Z');
    const did = Array.from({ length: PEOPLE_OF_CHANCE }, () => Array.from({ length: Math.floor(random() * 9) }, () => ({ at: begun + Math.floor(random() * 90) * 4 * HOURS, event: KINDS[Math.floor(random() * 3)] as string })));
    await putEvents(stores, workspaceId, did.flatMap((own, n) => own.map(({ at, event }) => ({ customer: customerOf(n + 1), event, time: new Date(at).toISOString().replace('T', ' ').slice(0, 19) }))));
    const [told] = await loadFunnel(stores.ch, { ...asked, workspaceId }, { steps: steps.map((event) => ({ event, where: [] })), order, stepDays: WAIT_DAYS, entry: { from: '2026-01-01', to: '2026-01-31' } }, 'none');
    const hand = did.map((own) => reached(own, steps));
    expect(told?.counts).toEqual(steps.map((_, at) => hand.filter((one) => one > at).length));
    expect(told?.counts.at(-1)).toBeGreaterThan(3);
  });
});

test.each([
  ['the step that keeps the smallest share', [100, 80, 20, 15], 2], ['of equal shares the one that loses more', [100, 50, 25], 1], ['nothing where nobody is lost', [10, 10, 10], null], ['a step nobody reached', [10, 8, 0], 2],
] as const)('R43: the weakest step is %s', (_, people, weakest) => expect(weakestStep(people)).toBe(weakest));
test('a step tells its share of the one before and of the first', () => expect(funnelSteps([10, 5, 1])[2]).toEqual({ people: 1, fromPrevious: 0.2, fromFirst: 0.1, lost: 4 }));
