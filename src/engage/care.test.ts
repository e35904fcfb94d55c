import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { person, testApp } from '../../test/support/app.ts';
import { callerOf, enrolmentsOf, exit, inARow, launched, messagesOf, send, settle, templateOf, wait, written } from '../../test/support/journeys.ts';
import { customerOf, putPeople, putStates } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { run, sql } from '../kernel/sql.ts';
import { recordReceipts } from '../reach/index.ts';
import { bornOn, lunarOf } from './core/lunar.ts';
import { daysOfMonth, lunarBirths } from './core/careDays.ts';
import type { Entry, Node } from './core/definition.ts';
import { createJourney } from './journeys.ts';
import type { Attention, Care, Report } from './routes/contract.ts';

let stores: TestStores, app: FastifyInstance;
beforeAll(async () => {
  stores = await testStores('2026-09-20T04:00:00Z');
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function shop(people: readonly { birthday?: string; lunar?: string; first?: string; tags?: string[] }[]): Promise<string> {
  const workspace = await testWorkspace(stores), ids = people.map((_, n) => customerOf(n + 1));
  await putPeople(stores, workspace, ids);
  await putStates(stores, workspace, people.map(({ birthday, lunar, first, tags = [] }, n) => ({
    customer: ids[n] as string, tags, days: { ...(birthday ? { birthday } : {}), ...(first ? { first_on: first } : {}) } as Record<string, string>, texts: (lunar ? { birthday: lunar } : {}) as Record<string, string>,
  })));
  return workspace;
}
const date = (change: object = {}): Entry => ({ kind: 'date', field: 'birthday', calendar: 'solar', offsetDays: 0, time: '09:00', ...change }) as Entry;

test.each(['2025-07', '2026-03', '2033-12'])('R74: the lunar birthdays of %s are those of each of its days, leap months and short ones included', (month) => {
  const days = daysOfMonth(month), births = [...lunarBirths(days)];
  // The first and the last of the lunar months in it are where leap and short months show; whoever is yet to be born has no birthday.
  const told = days.filter((day) => [1, 29].includes(lunarOf(day).day));
  expect(told.length).toBeGreaterThan(1);
  for (const day of told) expect(births.filter(([, on]) => on === day).map(([born]) => born).sort()).toEqual(bornOn(day, 'lunar').filter((born) => born <= day).sort());
});

test('R74: the care calendar counts solar and lunar birthdays, festivals, anniversaries and rounds, live ones and drafts, each on its day', async () => {
  // 1970-09-15 was 八月十五; 2026's falls on 25 September. Two more say a lunar date in words, one is born on 29 February, two began on a 25 September.
  const workspace = await shop([{ birthday: '1970-09-15' }, { lunar: '08-15' }, { lunar: '08-15', tags: ['VIP'] }, { birthday: '1990-09-25', tags: ['VIP'] }, { birthday: '1992-02-29' }, { first: '2024-09-25' }, { first: '2026-09-25' }]);
  const operator = await person(stores, app, workspace, 'operator');
  const draw = async (name: string, entry: Entry, change: object = {}) => createJourney(stores, callerOf(workspace), { name, description: '', stage: null, playbook: '', definition: await written(stores, workspace, inARow([entry], [send('wish'), exit('end')], change)) });
  await launched(stores, workspace, inARow([date({ calendar: 'lunar' })], [send('wish'), exit('end')], { reentry: 'year' }), 'lunar wish');
  await draw('gift', date({ offsetDays: -7 }), { audience: { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['VIP'] } } } });
  await draw('moon', { kind: 'holiday', calendar: 'lunar', month: 8, day: 15, offsetDays: 0, time: '09:00' });
  await draw('round', { kind: 'cadence', every: 'week', on: 1, time: '09:00' });
  const care = async (month: string): Promise<Care> => (await operator.call<Care>('GET', `/api/v1/care?month=${month}`)).body;
  const september = await care('2026-09'), at = (of: Care, day: string) => of.days.find((one) => one.day === day);
  expect(september).toMatchObject({ month: '2026-09', today: '2026-09-20' });
  expect(september.days).toHaveLength(30);
  expect(at(september, '2026-09-25')).toMatchObject({ lunar: { month: 8, day: 15, leap: false }, birthdays: 1, lunarBirthdays: 3, anniversaries: 1 });
  expect(at(september, '2026-09-25')?.journeys.map(({ name, state, people }) => [name, state, people]).sort()).toEqual([['lunar wish', 'live', 3], ['moon', 'draft', 7]]);
  // Seven days before, and only of those in the audience.
  expect(at(september, '2026-09-18')?.journeys).toMatchObject([{ name: 'gift', kind: 'date', people: 1 }]);
  expect(september.days.filter(({ journeys }) => journeys.some(({ name }) => name === 'round')).map(({ day }) => day)).toEqual(['2026-09-07', '2026-09-14', '2026-09-21', '2026-09-28']);
  // 29 February is kept on the 28th of 2027, and on its own day in 2028.
  expect([at(await care('2027-02'), '2027-02-28')?.birthdays, at(await care('2028-02'), '2028-02-28')?.birthdays, at(await care('2028-02'), '2028-02-29')?.birthdays]).toEqual([1, 0, 1]);
  const people = async (of: string, by = operator) => (await by.call<{ code?: string; rows?: { customer: string }[] }>('GET', `/api/v1/care/people?day=2026-09-25&of=${of}`)).body;
  // A birthday is private: its count is told to everybody, its names to whoever may unmask.
  expect((await people('lunar_birthday')).code).toBe('condition.masked_field');
  expect((await people('lunar_birthday', await person(stores, app, workspace, 'owner'))).rows?.map(({ customer }) => customer).sort()).toEqual([1, 2, 3].map(customerOf).sort());
  expect((await people('anniversary')).rows?.map(({ customer }) => customer)).toEqual([customerOf(6)]);
});

test('R83: the due list of a month says by journey what was due, what is done and what is overdue', async () => {
  const workspace = await shop([{}, {}, {}]), operator = await person(stores, app, workspace, 'operator');
  const check: Node = { id: 'check', kind: 'task', text: 'Look', assignee: '', dueDays: 3 } as Node;
  const id = await launched(stores, workspace, inARow([{ kind: 'api' }], [check, exit('end')]), 'round');
  await operator.call('POST', `/api/v1/journeys/${id}/enrolments`, { people: [1, 2, 3].map((n) => ({ customer: customerOf(n) })), occasion: 'round' });
  await settle(stores);
  const [task] = (await operator.call<{ rows: { id: string }[] }>('GET', '/api/v1/tasks')).body.rows;
  expect((await operator.call('POST', `/api/v1/tasks/${task?.id}/done`, {})).status).toBe(200);
  const told = async (): Promise<Care> => (await operator.call<Care>('GET', '/api/v1/care')).body;
  expect((await told()).due).toEqual([{ journey: id, name: 'round', text: 'Look', due: 3, done: 1, overdue: 0 }]);
  expect((await told()).days.find(({ day }) => day === '2026-09-23')?.tasks).toEqual({ due: 3, done: 1 });
  stores.clock.advance(5 * 86_400_000);
  expect((await told()).due).toMatchObject([{ overdue: 2 }]);
});

test('R50: the report of a journey equals hand counts, of all and step by step; a later sign implies the earlier, a second message no second person', async () => {
  const workspace = await shop(Array.from({ length: 5 }, () => ({}))), operator = await person(stores, app, workspace, 'operator');
  const id = await launched(stores, workspace, inARow([{ kind: 'api' }], [send('first'), send('second'), wait('day', 1, 'days'), exit('end')]));
  await operator.call('POST', `/api/v1/journeys/${id}/enrolments`, { people: [1, 2, 3, 4].map((n) => ({ customer: customerOf(n) })), occasion: 'one' });
  await settle(stores);
  expect(await messagesOf(stores, workspace, id)).toHaveLength(8);
  // As a channel would have it: the first to three of four, the second to two of them; the fourth was refused both.
  const of = (step: string, people: readonly number[]) => sql`where workspace_id = ${workspace} and source_id = ${id} and step = ${step} and customer_id = any(${people.map(customerOf)}::uuid[])`;
  const at = stores.clock.now();
  await stores.pg.tx(workspace, async (tx) => {
    await run(tx, sql`update message set state = 'refused', reason = 'no_consent', decided_at = ${at} where workspace_id = ${workspace}`);
    await run(tx, sql`update message set state = 'accepted', channel = 'email', reason = null, sent_at = ${at} ${of('first', [1, 2, 3])}`);
    await run(tx, sql`update message set state = 'accepted', channel = 'email', reason = null, sent_at = ${at} ${of('second', [1, 2])}`);
  });
  const named = async (step: string, n: number): Promise<string> => (await operator.call<{ rows: { id: string; source: { step: string } }[] }>('GET', `/api/v1/reach/decisions?source=${id}&customer=${customerOf(n)}`)).body.rows.find(({ source }) => source.step === step)?.id ?? '';
  await recordReceipts(stores, workspace, [
    { message: await named('first', 1), kind: 'delivered', at }, { message: await named('first', 1), kind: 'opened', at }, { message: await named('first', 2), kind: 'clicked', at }, { message: await named('second', 2), kind: 'clicked', at },
    { message: await named('first', 3), kind: 'bounced', at }, { message: await named('second', 1), kind: 'unsubscribed', at },
  ]);
  const report = (await operator.call<Report>('GET', `/api/v1/journeys/${id}/report`)).body;
  expect(report.messages).toMatchObject({ proposed: 8, sent: 5, refused: 3, failed: 0, delivered: 4, opened: 3, clicked: 2, bounced: 1, unsubscribed: 1, complained: 0 });
  expect(report.people).toEqual({ proposed: 4, sent: 3, delivered: 2, opened: 2, clicked: 1, unsubscribed: 1, complained: 0 });
  expect(report.steps.map(({ step, messages: { sent, opened, clicked } }) => [step, sent, opened, clicked])).toEqual([['first', 3, 2, 1], ['second', 2, 1, 1]]);
  expect([report.treated, report.control]).toEqual([{ people: 4, goal: 0 }, { people: 0, goal: 0 }]);
});

test('what needs a hand: a paused journey with who waits inside, a live one whose template is gone', async () => {
  const workspace = await shop([{}]), operator = await person(stores, app, workspace, 'operator');
  const needs = async (): Promise<Attention> => (await operator.call<Attention>('GET', '/api/v1/journeys/attention')).body;
  const id = await launched(stores, workspace, inARow([{ kind: 'api' }], [wait('day', 1, 'days'), send('hello'), exit('end')]), 'held');
  await operator.call('POST', `/api/v1/journeys/${id}/enrolments`, { people: [{ customer: customerOf(1) }] });
  expect(await needs()).toEqual({ live: 1, paused: [], broken: [] });
  expect((await enrolmentsOf(stores, workspace, id)).map(({ status }) => status)).toEqual(['inside']);
  await stores.pg.tx(workspace, async (tx) => run(tx, sql`update template set archived_at = ${stores.clock.now()} where workspace_id = ${workspace} and id = ${await templateOf(stores, workspace)}`));
  expect((await needs()).broken).toMatchObject([{ id, name: 'held', faults: 1 }]);
  await operator.call('POST', `/api/v1/journeys/${id}/pause`, {});
  expect(await needs()).toMatchObject({ live: 0, paused: [{ id, name: 'held', inside: 1 }], broken: [] });
});
