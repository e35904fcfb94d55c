import { describe, expect, test } from 'vitest';
import { addDays } from '../../kernel/day.ts';
import type { Definition, Node } from './definition.ts';
import { CONTROL, enter, type Known, migrate, step, type Walker } from './journey.ts';
import { bornOn, festivalOn, keptOn, lunarMarksOn, lunarOf } from './lunar.ts';
import { planOf, questionsFrom } from './plan.ts';
import { mayEnter } from './reentry.ts';
import { faultsOf } from './validate.ts';
import { instantOf, later, localOf, nextAnniversary, nextTime } from './zone.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();
const NY = 'America/New_York', SHANGHAI = 'Asia/Shanghai';
const everybody = { version: 1 as const, root: { kind: 'and' as const, of: [] } };

describe('time by the person\'s clock', () => {
  test.each([
    ['02:30 does not exist in spring: an hour later', instantOf(NY, '2026-03-08', 150), '2026-03-08T07:30:00.000Z'],
    ['01:30 comes twice in autumn: the first', instantOf(NY, '2026-11-01', 90), '2026-11-01T05:30:00.000Z'],
    ['a day later is the same time by the clock, though only 23 hours went by', later(NY, at('2026-03-07T15:00:00Z'), { amount: 1, unit: 'days' }), '2026-03-08T14:00:00.000Z'],
    ['24 hours later is not', later(NY, at('2026-03-07T15:00:00Z'), { amount: 24, unit: 'hours' }), '2026-03-08T15:00:00.000Z'],
    ['a week later over the autumn change', later(NY, at('2026-10-30T14:00:00Z'), { amount: 1, unit: 'weeks' }), '2026-11-06T15:00:00.000Z'],
    ['next 09:00 is tomorrow once it is over', nextTime(SHANGHAI, at('2026-02-26T01:00:00Z'), 540, []), '2026-02-27T01:00:00.000Z'],
    ['next Monday 09:00', nextTime(SHANGHAI, at('2026-02-26T03:00:00Z'), 540, [1]), '2026-03-02T01:00:00.000Z'],
    ['whoever is born on 29 February keeps the 28th in 2027', nextAnniversary(SHANGHAI, at('2026-06-01T00:00:00Z'), '2000-02-29', { offsetDays: 0, minute: 540 }), '2027-02-28T01:00:00.000Z'],
    ['and the 29th in 2028', nextAnniversary(SHANGHAI, at('2027-06-01T00:00:00Z'), '2000-02-29', { offsetDays: 0, minute: 540 }), '2028-02-29T01:00:00.000Z'],
    ['seven days before, over the turn of the year', nextAnniversary(SHANGHAI, at('2026-12-01T00:00:00Z'), '1990-01-03', { offsetDays: -7, minute: 540 }), '2026-12-27T01:00:00.000Z'],
    ['a quarter of an hour counts, too', instantOf('Asia/Kathmandu', '2026-01-01', 0), '2025-12-31T18:15:00.000Z'],
  ])('%s', (_, ms, expected) => expect(iso(ms)).toBe(expected));
  test('what a clock shows', () => expect(localOf(SHANGHAI, at('2026-09-24T15:50:00Z'))).toEqual({ day: '2026-09-24', minute: 23 * 60 + 50 }));
});

describe('R74: birthdays by both calendars', () => {
  test('the 15th of the eighth lunar month is 25 September in 2026', () => expect([keptOn(2026, { month: 8, day: 15 }), lunarMarksOn('2026-09-25'), lunarMarksOn('2026-09-24')]).toEqual(['2026-09-25', ['08-15'], ['08-14']]));
  test('whoever was born on such a day keeps it then', () => expect([bornOn('2026-09-25', 'lunar').includes('1990-10-03'), lunarOf('1990-10-03')]).toEqual([true, { year: 1990, month: 8, leap: false, day: 15 }]));
  test('born in a leap month, kept in the regular one; a leap month itself has no birthdays', () => {
    expect(lunarOf('2025-07-30')).toEqual({ year: 2025, month: 6, leap: true, day: 6 });
    expect(bornOn(keptOn(2026, { month: 6, day: 6 }), 'lunar')).toContain('2025-07-30');
    expect(bornOn('2025-07-30', 'lunar')).toEqual([]);
  });
  test('born on the 30th, kept on the 29th of a month that ends there', () => {
    const born = Array.from({ length: 400 }, (_, n) => addDays('1985-01-01', n)).find((day) => lunarOf(day).day === 30 && !lunarOf(day).leap) as string;
    const { month } = lunarOf(born);
    const short = [2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028].filter((year) => lunarOf(keptOn(year, { month, day: 30 })).day === 29);
    expect(short.length).toBeGreaterThan(0);
    for (const year of short) expect(bornOn(keptOn(year, { month, day: 30 }), 'lunar')).toContain(born);
  });
  test('everybody keeps their birthday exactly once a year', () => {
    for (const born of ['2000-02-29', '1988-06-15', '1999-12-31']) for (const year of [2026, 2028]) {
      const days = Array.from({ length: 366 }, (_, n) => addDays(`${year}-01-01`, n)).filter((day) => day.startsWith(String(year)) && bornOn(day, 'solar').includes(born));
      expect(days).toHaveLength(1);
    }
  });
  test('29 February', () => expect([bornOn('2027-02-28', 'solar').includes('2000-02-29'), bornOn('2028-02-28', 'solar').includes('2000-02-29'), bornOn('2028-02-29', 'solar').includes('2000-02-29')]).toEqual([true, false, true]));
  test('festivals', () => expect([festivalOn(2027, { calendar: 'lunar', month: 1, day: 1 }), festivalOn(2026, { calendar: 'solar', month: 3, day: 8 })]).toEqual(['2027-02-06', '2026-03-08']));
});

describe('D16: entering again', () => {
  const noon = at('2026-02-26T04:00:00Z');
  test.each([
    ['once', { enteredAt: noon - 1e12, inside: false }, noon, false], ['always', { enteredAt: noon - 1, inside: false }, noon, true], ['always', { enteredAt: noon - 1, inside: true }, noon, false],
    ['day', { enteredAt: at('2026-02-25T15:59:00Z'), inside: false }, at('2026-02-25T16:01:00Z'), true], ['day', { enteredAt: at('2026-02-25T16:01:00Z'), inside: false }, noon, false],
    ['week', { enteredAt: at('2026-02-22T12:00:00Z'), inside: false }, noon, true], ['week', { enteredAt: at('2026-02-22T17:00:00Z'), inside: false }, noon, false],
    ['year', { enteredAt: at('2026-01-02T00:00:00Z'), inside: false }, noon, false], ['year', { enteredAt: at('2025-12-31T00:00:00Z'), inside: false }, noon, true],
    [{ days: 30 }, { enteredAt: noon - 30 * 86_400_000, inside: false }, noon, true], [{ days: 30 }, { enteredAt: noon - 30 * 86_400_000 + 1, inside: false }, noon, false],
  ] as const)('%j after %j', (rule, before, moment, allowed) => expect(mayEnter(rule, before, SHANGHAI, moment)).toBe(allowed));
});

const send: Node = { id: 'send', kind: 'send', template: { id: 't', version: null }, channel: 'email', purpose: 'marketing', priority: 0, ifBlocked: 'queue', expiresAfter: null, params: {} };
const end: Node = { id: 'end', kind: 'exit', reason: 'through' };
const cart: Definition = {
  entries: [{ kind: 'event', events: [{ event: 'cart.added', where: [] }] }], audience: null, key: 'sku', reentry: 'day', start: 'wait', holdOut: 0.1, zoneField: null,
  exits: [{ key: 'paid', on: { kind: 'event', event: 'order.paid', where: [] } }], goal: null,
  nodes: [{ id: 'wait', kind: 'wait', for: { amount: 20, unit: 'minutes' } }, send, end], edges: [{ from: 'wait', port: 'next', to: 'send' }, { from: 'send', port: 'next', to: 'end' }],
};
const walker: Walker = { enrolment: 'e', anchor: 'c', arm: 'treated', zone: SHANGHAI };
const known = (happened: Record<string, number[]> = {}): Known => ({ happened: new Map(Object.entries(happened)), holds: new Map(), dates: {}, place: () => 0, draw: () => '' });

describe('R65: a cart that was left', () => {
  const t = at('2026-02-26T04:00:00Z'), plan = planOf('j', 1, cart), waiting = step(plan, walker, enter(plan, t), t + 900, known()).state;
  test('waits 20 minutes from the event, not from when it was looked at', () => expect([waiting.node, iso(waiting.dueAt)]).toEqual(['wait', '2026-02-26T04:20:00.000Z']));
  test('is reminded then', () => expect(step(plan, walker, waiting, waiting.dueAt, known()).effects).toMatchObject([{ kind: 'send', node: 'send', visit: 1 }]));
  test('is not once it is paid, at that very moment', () => expect(step(plan, walker, waiting, t + 60_000, known({ 'exit:paid': [t + 50_000] }))).toMatchObject({ state: { status: 'exited', reason: 'paid' }, effects: [{ kind: 'withdraw', reason: 'paid' }] }));
  test('a payment from before the cart ends nothing', () => expect(step(plan, walker, waiting, t + 60_000, known({ 'exit:paid': [t - 1] })).state).toEqual(waiting));
  test('the held out go the same way and hear nothing', () => expect(step(plan, { ...walker, arm: CONTROL }, waiting, waiting.dueAt, known())).toMatchObject({ state: { status: 'done' }, effects: [] }));
});

test('a wait for an event: what happened while the step was under way counts, and what was missed is seen at the latest when time is up', () => {
  const plan = planOf('j', 1, { ...cart, start: 'w', exits: [], nodes: [{ id: 'w', kind: 'wait_event', events: [{ event: 'opened', where: [] }], timeout: { amount: 1, unit: 'days' } }, send, end],
    edges: [{ from: 'w', port: 'happened', to: 'end' }, { from: 'w', port: 'timeout', to: 'send' }, { from: 'send', port: 'next', to: 'end' }] });
  const t = at('2026-02-26T04:00:00Z'), state = step(plan, walker, enter(plan, t), t, known()).state;
  expect(step(plan, walker, state, state.dueAt, known({ 'node:w': [t + 5] })).path.map(({ outcome }) => outcome)).toEqual(['happened', 'done:through']);
  expect(step(plan, walker, state, state.dueAt + 5, known({ 'node:w': [state.dueAt + 1] })).path[0]?.outcome).toBe('timeout');
});

test('questions are those of the nodes one step can touch, not of what lies behind a wait', () => {
  const plan = planOf('j', 1, { ...cart, start: 'b', nodes: [{ id: 'b', kind: 'branch', branches: [{ key: 'x', tree: everybody }] }, { id: 'wait', kind: 'wait', for: { amount: 1, unit: 'days' } }, { id: 'c', kind: 'branch', branches: [{ key: 'y', tree: everybody }] }, end],
    edges: [{ from: 'b', port: 'x', to: 'wait' }, { from: 'b', port: 'otherwise', to: 'wait' }, { from: 'wait', port: 'next', to: 'c' }, { from: 'c', port: 'y', to: 'end' }, { from: 'c', port: 'otherwise', to: 'end' }] });
  expect([...questionsFrom(plan, 'b').conditions]).toEqual(['branch:b:x']);
  expect([...questionsFrom(plan, 'wait').conditions]).toEqual(['branch:c:y']);
  expect([...questionsFrom(plan, 'b').events]).toEqual(['exit:paid']);
});

describe('faults of a graph, by node', () => {
  const codes = (change: Partial<Definition>) => faultsOf({ ...cart, ...change }).map(({ code, node }) => `${code.slice('journey.fault.'.length)} ${node}`);
  const wait = cart.nodes[0] as Node;
  test.each<[string, Partial<Definition>, string[]]>([
    ['none', {}, []],
    ['a way that leads nowhere', { edges: cart.edges.slice(0, 1) }, ['port_open send', 'unreachable end']],
    ['a way to nothing', { edges: [...cart.edges.slice(0, 1), { from: 'send', port: 'next', to: 'gone' }] }, ['edge_unknown send', 'unreachable end']],
    ['a port there is none of', { edges: [...cart.edges, { from: 'send', port: 'maybe', to: 'end' }] }, ['port_unknown send']],
    ['twice the same way', { edges: [...cart.edges, { from: 'send', port: 'next', to: 'wait' }] }, ['port_twice send']],
    ['round without a wait', { start: 'send', exits: [], nodes: [send], edges: [{ from: 'send', port: 'next', to: 'send' }] }, ['cycle_without_wait send', 'never_ends send']],
    ['round with a wait, left by a criterion', { nodes: [wait, send], edges: [...cart.edges.slice(0, 1), { from: 'send', port: 'next', to: 'wait' }] }, []],
    ['no start', { start: 'none' }, ['start_missing none']],
    ['a split of nobody', { start: 's', nodes: [{ id: 's', kind: 'split', variants: [{ key: 'a', weight: 0 }] }, end], edges: [{ from: 's', port: 'a', to: 'end' }] }, ['no_weight s']],
  ])('%s', (_, change, expected) => expect(codes(change)).toEqual(expected));
});

test('moved to another version, whoever waits goes on waiting until the same time; a node that is not mapped and not there is the end', () => {
  const t = at('2026-02-26T04:00:00Z'), plan = planOf('j', 1, cart), waiting = step(plan, walker, enter(plan, t), t, known()).state;
  const next = planOf('j', 2, { ...cart, start: 'longer', nodes: [{ id: 'longer', kind: 'wait', for: { amount: 2, unit: 'hours' } }, send, end], edges: [{ from: 'longer', port: 'next', to: 'send' }, { from: 'send', port: 'next', to: 'end' }] });
  const moved = migrate(next, plan.nodes.get('wait'), waiting, { wait: 'longer' }, t + 60_000).state;
  expect([moved.node, moved.dueAt, moved.arrived]).toEqual(['longer', waiting.dueAt, true]);
  expect(migrate(next, plan.nodes.get('wait'), waiting, { wait: 'send' }, t + 60_000).state).toMatchObject({ node: 'send', arrived: false, dueAt: t + 60_000 });
  expect(migrate(next, plan.nodes.get('wait'), waiting, {}, t).state).toMatchObject({ status: 'exited', reason: 'migrated_out' });
});
