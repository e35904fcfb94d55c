import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, enrolmentsOf, exit, HOUR, inARow, launched, messagesOf, MINUTE, pass, send, settle, wait } from '../../test/support/journeys.ts';
import { customerOf, putPeople, putStates, type TestState } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { addField } from '../customers/index.ts';
import { lookRound } from './calendar.ts';
import type { Entry, Node } from './core/definition.ts';
import { enrol } from './enrol.ts';
import { registerEngage } from './register.ts';

/** Cases reckoned by hand, with the printed calendars of those years, walked through the engine. */
let stores: TestStores;
const [LIN, WANG, ZHAO] = [1, 2, 3].map(customerOf) as [string, string, string];
const API: Entry = { kind: 'api' };

beforeAll(async () => {
  stores = await testStores('2026-01-01T00:00:00Z');
  registerEngage();
});
afterAll(() => stores.close());

async function shop(timezone: string, states: readonly TestState[] = []): Promise<string> {
  const workspace = await testWorkspace(stores, { timezone });
  await putPeople(stores, workspace, [LIN, WANG, ZHAO]);
  await putStates(stores, workspace, [LIN, WANG, ZHAO].map((customer) => ({ customer, ...states.find((one) => one.customer === customer) })));
  return workspace;
}
const enter = async (workspace: string, journey: string, person: string, mark = 'once') => {
  await enrol(stores, workspace, journey, [{ person, at: stores.clock.now(), occasion: { kind: 'api' }, mark }]);
  await settle(stores);
};
const sent = async (workspace: string, journey: string): Promise<string[]> => (await messagesOf(stores, workspace, journey)).map(({ customer, step }) => `${[LIN, WANG, ZHAO].indexOf(customer) + 1} ${step}`);
/** Whether anything was sent a second before an instant, and at it. */
async function around(workspace: string, journey: string, instant: string): Promise<[number, number]> {
  const counted = async (ms: number): Promise<number> => { stores.clock.set(new Date(ms)); await settle(stores); return (await sent(workspace, journey)).length; };
  return [await counted(Date.parse(instant) - 1_000), await counted(Date.parse(instant))];
}

describe('clocks that are put forward and back', () => {
  test.each<[string, string, Node, string]>([
    ['a time that is skipped is as much later: 02:30 in New York on 8 March 2026 is 03:30 there', '2026-03-08T05:00:00Z', { id: 'rest', kind: 'wait_until', time: '02:30', weekdays: [] }, '2026-03-08T07:30:00Z'],
    ['a time that comes twice is the first: 01:30 on 1 November 2026', '2026-11-01T04:00:00Z', { id: 'rest', kind: 'wait_until', time: '01:30', weekdays: [] }, '2026-11-01T05:30:00Z'],
    ['a day later is the same time by the clock, 23 hours on', '2026-03-07T17:00:00Z', wait('rest', 1, 'days'), '2026-03-08T16:00:00Z'],
    ['a day later in autumn is 25 hours on', '2026-10-31T16:00:00Z', wait('rest', 1, 'days'), '2026-11-01T17:00:00Z'],
    ['twenty-four hours are twenty-four hours', '2026-03-07T17:00:00Z', wait('rest', 24, 'hours'), '2026-03-08T17:00:00Z'],
    ['Sunday 09:00 is Sunday by the clock there', '2026-03-07T02:00:00Z', { id: 'rest', kind: 'wait_until', time: '09:00', weekdays: [7] }, '2026-03-08T13:00:00Z'],
  ])('%s', async (_, from, node, due) => {
    stores.clock.set(from);
    const workspace = await shop('America/New_York'), journey = await launched(stores, workspace, inARow([API], [node, send('hello'), exit('end')]));
    await enter(workspace, journey, LIN);
    expect(await around(workspace, journey, due)).toEqual([0, 1]);
  });
  test('each by their own clock: nine in the morning comes to Shanghai before Berlin', async () => {
    stores.clock.set('2026-03-28T20:00:00Z');
    const workspace = await shop('Asia/Shanghai', [{ customer: WANG, texts: { timezone: 'Europe/Berlin' } }]);
    const journey = await launched(stores, workspace, inARow([API], [{ id: 'rest', kind: 'wait_until', time: '09:00', weekdays: [] }, send('hello'), exit('end')], { zoneField: 'timezone' }));
    for (const one of [LIN, WANG]) await enter(workspace, journey, one);
    expect(await around(workspace, journey, '2026-03-29T01:00:00Z')).toEqual([0, 1]);
    // Clocks go forward in Berlin that very night: nine there is seven in UTC.
    expect(await around(workspace, journey, '2026-03-29T07:00:00Z')).toEqual([1, 2]);
  });
});

describe('R74: days of the calendar that not every year has', () => {
  test('whoever was born on 29 February is waited for until the 28th in a year without one, the 29th in a year with', async () => {
    stores.clock.set('2027-02-01T00:00:00Z');
    const workspace = await shop('Asia/Shanghai', [{ customer: LIN, days: { birthday: '2000-02-29' } }]);
    const node: Node = { id: 'rest', kind: 'wait_date', field: 'birthday', offsetDays: 0, time: '09:00', yearly: true };
    const journey = await launched(stores, workspace, inARow([API], [node, send('wish'), exit('end')], { reentry: 'always', edges: [{ from: 'rest', port: 'next', to: 'wish' }, { from: 'rest', port: 'past', to: 'end' }, { from: 'wish', port: 'next', to: 'end' }] }));
    await enter(workspace, journey, LIN, '2027');
    expect(await around(workspace, journey, '2027-02-28T01:00:00Z')).toEqual([0, 1]);
    stores.clock.set('2028-02-01T00:00:00Z');
    await enter(workspace, journey, LIN, '2028');
    expect(await around(workspace, journey, '2028-02-29T01:00:00Z')).toEqual([1, 2]);
  });

  const birthdays = (field: string) => inARow([{ kind: 'date', field, calendar: 'lunar', offsetDays: 0, time: '00:00' }], [send('wish'), exit('end')], { reentry: 'year' });
  const look = async (workspace: string, journey: string, instant: string): Promise<string[]> => { stores.clock.set(instant); await lookRound(stores, workspace); await settle(stores); return (await sent(workspace, journey)).sort(); };
  test('2025 has two sixth months: 六月初一 is kept on 25 June, not on 25 July (闰六月初一), also by whoever was born in a leap sixth month; 2026 on 14 July', async () => {
    stores.clock.set('2025-06-24T10:00:00Z');
    // 22 July 1990 was 六月初一, 26 July 1987 闰六月初一.
    const workspace = await shop('Asia/Shanghai', [{ customer: LIN, days: { birthday: '1990-07-22' } }, { customer: WANG, days: { birthday: '1987-07-26' } }, { customer: ZHAO, days: { birthday: '1990-06-25' } }]);
    const journey = await launched(stores, workspace, birthdays('birthday'));
    expect(await look(workspace, journey, '2025-06-24T15:50:00Z')).toEqual([]);
    expect(await look(workspace, journey, '2025-06-24T16:01:00Z')).toEqual(['1 wish', '2 wish']);
    expect(await look(workspace, journey, '2025-07-24T15:50:00Z')).toEqual(['1 wish', '2 wish']);
    expect(await look(workspace, journey, '2025-07-24T16:01:00Z')).toEqual(['1 wish', '2 wish']);
    expect(await look(workspace, journey, '2026-07-13T15:50:00Z')).toHaveLength(2);
    expect(await look(workspace, journey, '2026-07-13T16:01:00Z')).toEqual(['1 wish', '1 wish', '2 wish', '2 wish']);
  });
  test('八月十五 of 2026 is 25 September: ten to midnight of the day before is too early, by the clock of the shop', async () => {
    stores.clock.set('2026-09-24T10:00:00Z');
    const workspace = await shop('Asia/Shanghai', [{ customer: LIN, texts: { lunar_birthday: '08-15' } }, { customer: WANG, texts: { lunar_birthday: '08-14' } }]);
    await addField(stores, workspace, { key: 'lunar_birthday', label: '农历生日', type: 'text' });
    const journey = await launched(stores, workspace, birthdays('lunar_birthday'));
    expect(await look(workspace, journey, '2026-09-24T15:50:00Z')).toEqual([]);
    expect(await look(workspace, journey, '2026-09-24T16:00:00Z')).toEqual(['1 wish']);
  });
});

describe('a clock that jumps', () => {
  test('ahead by days: whoever waited goes on once, and what follows is counted from now; back by hours: nothing is done again', async () => {
    stores.clock.set('2026-05-04T02:00:00Z');
    const workspace = await shop('Asia/Shanghai'), journey = await launched(stores, workspace, inARow([API], [wait('hour', 1, 'hours'), send('first'), wait('two', 2, 'hours'), send('second'), exit('end')]));
    await enter(workspace, journey, LIN);
    await pass(stores, 5 * DAY);
    expect(await sent(workspace, journey)).toEqual(['1 first']);
    await pass(stores, 2 * HOUR - MINUTE);
    expect(await sent(workspace, journey)).toEqual(['1 first']);
    stores.clock.advance(-3 * HOUR);
    await settle(stores);
    await enter(workspace, journey, LIN);
    expect([await sent(workspace, journey), (await enrolmentsOf(stores, workspace, journey)).length]).toEqual([['1 first'], 1]);
    await pass(stores, 3 * HOUR + MINUTE);
    expect(await sent(workspace, journey)).toEqual(['1 first', '1 second']);
  });
  test('of a calendar that nobody looked at for three days the last one is made up for, and a clock put back brings nobody in twice', async () => {
    stores.clock.set('2026-05-04T00:30:00Z');
    const workspace = await shop('Asia/Shanghai');
    const journey = await launched(stores, workspace, inARow([{ kind: 'cadence', every: 'day', on: 1, time: '09:00' }], [send('tea'), exit('end')], { reentry: 'day', audience: { version: 1, root: { kind: 'tag', test: { op: 'none_of', values: ['nobody'] } } } }));
    const look = async (instant: string): Promise<number> => { stores.clock.set(instant); await lookRound(stores, workspace); await settle(stores); return (await sent(workspace, journey)).length; };
    expect(await look('2026-05-04T01:00:00Z')).toBe(3);
    expect(await look('2026-05-07T12:00:00Z')).toBe(6);
    expect(await look('2026-05-07T00:00:00Z')).toBe(6);
    expect(await look('2026-05-07T01:30:00Z')).toBe(6);
  });
});
