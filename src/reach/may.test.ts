import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { resolve } from '../customers/index.ts';
import { newId } from '../kernel/ids.ts';
import type { DecisionView } from './contract.ts';
import { DEFAULT_RULES, deliverDue, propose } from './index.ts';

let stores: TestStores, app: FastifyInstance, ws: string, owner: Person;
const NOON = '2026-06-10T04:00:00Z';

beforeAll(async () => {
  stores = await testStores(NOON);
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  for (const channel of ['email', 'sms']) expect((await owner.call('POST', '/api/v1/reach/accounts', { channel, provider: 'sandbox', name: channel })).status).toBe(201);
});
afterAll(async () => {
  await app?.close();
  await stores?.close();
});

const setRules = async (rules: object): Promise<void> => {
  const { body } = await owner.call<{ version: number }>('GET', '/api/v1/reach/rules');
  expect((await owner.call('PUT', '/api/v1/reach/rules', { version: body.version, rules })).status).toBe(200);
};
type May = { ways: { channel: string; act: string; reason: string | null; until: string | null }[] };
const may = async (customer: string, purpose = 'marketing') => Object.fromEntries((await owner.call<May>('GET', `/api/v1/reach/may?customer=${customer}&purpose=${purpose}`)).body.ways.map(({ channel, ...one }) => [channel, one]));
const known = async (): Promise<string> => (await resolve(stores, ws, [{
  identifiers: [{ kind: 'email', value: 'lin@tea.example' }, { kind: 'phone', value: '13910000001' }], at: stores.clock.now(), source: 'shop', name: '林小满', consents: [{ channel: 'email', state: 'given' }],
}])).items[0]?.customer ?? '';

test('whether somebody may be written to is told channel by channel, by the rules as they stand, and writes nothing', async () => {
  await setRules({ control: { share: 0, salt: '' } });
  const lin = await known();
  expect(await may(lin)).toMatchObject({
    email: { act: 'send', reason: null }, sms: { act: 'refuse', reason: 'consent_missing' }, push: { act: 'refuse', reason: 'no_account' }, call: { act: 'refuse', reason: 'consent_missing' },
  });
  expect((await may(lin, 'transactional')).sms).toMatchObject({ act: 'send' });
  await setRules({ quiet: { ...DEFAULT_RULES.quiet, from: 11 * 60, to: 13 * 60 } });
  expect((await may(lin)).email).toMatchObject({ act: 'defer', until: expect.stringContaining('T') });
  await setRules({ control: { share: 0.5, salt: 'x' }, quiet: { ...DEFAULT_RULES.quiet, on: false } });
  const { body: { customer } } = await owner.call<{ customer: { inControl: boolean } }>('GET', `/api/v1/reach/control?customer=${lin}`);
  expect((await may(lin)).email?.reason).toBe(customer.inControl ? 'control_group' : null);
  expect((await owner.call<{ total: number }>('GET', '/api/v1/reach/counts')).body.total).toBe(0);
  expect((await owner.call('GET', `/api/v1/reach/may?customer=${newId()}`)).status).toBe(404);
});

test('the ledger is read by days, names people to whom may read customers, and counts how each channel fares', async () => {
  await setRules({ control: { share: 0, salt: '' }, quiet: { ...DEFAULT_RULES.quiet, on: false } });
  const lin = await known(), template = { id: newId(), version: null };
  const one = (channel: 'email' | 'sms') => ({ id: newId(), customer: lin, source: { kind: 'campaign' as const, id: 'c1', version: 1, step: 's', enrolment: null }, channel, purpose: 'marketing' as const, template, params: {}, priority: 0, ifBlocked: 'queue' as const, dueAt: stores.clock.now(), expiresAt: null });
  await stores.pg.tx(ws, (tx) => propose(tx, stores, ws, [one('sms')]));
  await deliverDue(stores);
  const lines = async (query: string): Promise<DecisionView[]> => (await owner.call<{ rows: DecisionView[] }>('GET', `/api/v1/reach/decisions?${query}`)).body.rows;
  expect((await lines(`from=${NOON}`)).map(({ name, channel, reason }) => [name, channel, reason])).toEqual([['林小满', 'sms', 'consent_missing']]);
  expect([await lines('from=2026-06-11T00:00:00Z'), await lines(`to=${NOON}`)]).toEqual([[], []]);
  const { body: { channels } } = await owner.call<{ channels: unknown[] }>('GET', '/api/v1/reach/counts');
  expect(channels).toEqual([{ channel: 'sms', count: 1, sent: 0, failed: 0, bounced: 0, complained: 0 }]);
  const { body: { secret } } = await owner.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'reader', scopes: ['reach.read'] });
  const reply = await app.inject({ method: 'GET', url: '/api/v1/reach/decisions', headers: { authorization: `Bearer ${secret}` } });
  expect((reply.json() as { rows: DecisionView[] }).rows.map(({ name }) => name)).toEqual([null]);
});
