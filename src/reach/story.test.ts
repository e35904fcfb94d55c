import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { putEvents } from '../../test/support/orders.ts';
import { type Content, LETTER, published } from '../../test/support/reach/world.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { refreshTraits, resolve } from '../customers/index.ts';
import { newId } from '../kernel/ids.ts';
import { many, run, sql } from '../kernel/sql.ts';
import { registerProvider, type Outgoing } from './channels/channel.ts';
import type { DecisionView } from './contract.ts';
import type { ChannelName, Outcome } from './core/message.ts';
import { inControl } from './core/control.ts';
import { DEFAULT_RULES, deliverDue, hear, type Intent, noteOpenings, propose, recordReceipts, registerLastLook, withdraw } from './index.ts';
import { sandboxConfig } from './channels/sandbox.ts';

let stores: TestStores, app: FastifyInstance, ws: string, owner: Person, letter: string;
/** The same news on every way there is. */
const TEXTS: readonly Content[] = [
  { channel: 'sms', text: '新茶到了，老客先选，拒收请回复R' }, { channel: 'wecom', text: '新茶到了', url: '' }, { channel: 'call', title: 'Ring them', body: 'about tea' },
  { channel: 'mp', kind: 'service', providerTemplate: '', text: '新茶到了', data: {}, url: '' },
];
/** What the provider of these tests was given, and what it answers. */
let given: Outgoing[] = [];
let answer: (message: Outgoing) => Outcome = ({ id }) => ({ state: 'accepted', providerId: `p:${id}` });
let onSend: (messages: readonly Outgoing[]) => Promise<void> = async () => undefined;

beforeAll(async () => {
  stores = await testStores('2026-06-10T04:00:00Z');
  app = await testApp(stores);
  for (const channel of ['email', 'sms', 'wecom', 'mp'] as const) registerProvider({
    name: 'ear', channel, tested: 'protocol', config: sandboxConfig, address: channel === 'email' ? 'email' : channel === 'sms' ? 'phone' : channel === 'mp' ? 'openid' : 'external_userid',
    open: async () => ({ send: async (messages) => { await onSend(messages); given.push(...messages); return messages.map(answer); }, close: async () => undefined }),
  });
});
beforeEach(async () => {
  stores.clock.set('2026-06-10T04:00:00Z');
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  letter = await published(stores, ws, '新茶', [LETTER, ...TEXTS]);
  given = [];
  answer = ({ id }) => ({ state: 'accepted', providerId: `p:${id}` });
  onSend = async () => undefined;
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Who = { consents?: readonly { channel: 'email' | 'sms'; state: 'given' | 'withdrawn' }[] };
const BOTH = [{ channel: 'email', state: 'given' }, { channel: 'sms', state: 'given' }] as const;
/** Customers with every address, whom the control group leaves out. */
async function people(count: number, { consents = BOTH }: Who = {}): Promise<string[]> {
  const { items } = await resolve(stores, ws, Array.from({ length: count }, (_, i) => ({
    identifiers: [{ kind: 'email' as const, value: `p${i}@tea.example` }, { kind: 'phone' as const, value: `139${String(10_000_000 + i)}` }, { kind: 'external_userid' as const, value: `wm-${i}` }, { kind: 'openid' as const, scope: 'wx', value: `open-${i}` }],
    at: stores.clock.now(), source: 'shop', name: `P${i}`, consents,
  })));
  return items.map(({ customer }) => customer);
}
const setRules = async (rules: object): Promise<void> => {
  const { body } = await owner.call<{ version: number }>('GET', '/api/v1/reach/rules');
  expect((await owner.call('PUT', '/api/v1/reach/rules', { version: body.version, rules })).status).toBe(200);
};
const OPEN = { control: { share: 0, salt: '' }, spacingMinutes: 0, caps: { window: 'calendar', limits: [], allow: { customers: [], sources: [] } } };
const connect = async (channel: ChannelName, provider = 'ear', config = {}): Promise<string> => {
  const { status, body } = await owner.call<{ id: string }>('POST', '/api/v1/reach/accounts', { channel, provider, name: provider, config });
  expect(status).toBe(201);
  return body.id;
};
const intent = (customer: string, more: Partial<Intent> = {}): Intent => ({
  id: newId(), customer, source: { kind: 'campaign', id: 'c1', version: 1, step: 's', enrolment: null }, channel: 'email', purpose: 'marketing', template: { id: letter, version: null }, params: {}, priority: 0, ifBlocked: 'queue',
  dueAt: stores.clock.now(), expiresAt: null, ...more,
});
const want = async (...intents: Intent[]): Promise<number> => stores.pg.tx(ws, (tx) => propose(tx, stores, ws, intents));
const lines = async (query = ''): Promise<DecisionView[]> => (await owner.call<{ rows: DecisionView[] }>('GET', `/api/v1/reach/decisions?limit=200${query}`)).body.rows;
const counts = async <T>(): Promise<T> => (await owner.call<T>('GET', '/api/v1/reach/counts')).body;
const HOUR = 3_600_000;

test('R69: of a hundred messages through the sandbox ninety are delivered, five fail with a reason, five are pending, wherever one counts', async () => {
  await setRules(OPEN);
  await connect('email', 'sandbox');
  const all = await people(100);
  expect(await want(...all.map((customer) => intent(customer)))).toBe(100);
  await deliverDue(stores);
  expect(await counts()).toMatchObject({ total: 100, unknown: 0, states: [{ state: 'accepted', count: 100 }], receipts: [{ receipt: 'delivered', count: 90 }, { receipt: 'failed', count: 5 }], reasons: [{ state: 'accepted', reason: 'sandbox_refused', count: 5 }] });
  const events = await stores.ch.rows<{ event: string; n: number; people: number; kinds: string[] }>('select event, count() as n, uniqExact(subject) as people, groupUniqArray(kind) as kinds from events final where workspace = {ws:UUID} group by event order by event', { ws });
  expect(events).toEqual([{ event: 'message.delivered', n: 90, people: 90, kinds: ['message'] }, { event: 'message.failed', n: 5, people: 5, kinds: ['message'] }, { event: 'message.sent', n: 100, people: 100, kinds: ['message'] }]);
  const [fact] = await stores.pg.tx(ws, (tx) => many(tx, sql<{ did: Record<string, string[]>; customers: string[] }>`select payload->'did' as did, payload->'customers' as customers from fact where workspace_id = ${ws} and kind = 'events.recorded'`));
  expect([fact?.did['message.sent']?.length, fact?.customers]).toEqual([100, []]);
  const failed = (await lines('&reason=sandbox_refused'))[0] as DecisionView;
  expect((await owner.call<{ receipts: { kind: string }[] }>('GET', `/api/v1/reach/decisions/${failed.id}`)).body.receipts.map(({ kind }) => kind).sort()).toEqual(['failed', 'sent']);
  expect((await owner.call<{ rows: { code: string }[] }>('GET', `/api/v1/customers/${failed.customer}/timeline`)).body.rows.map(({ code }) => code)).toContain('timeline.reach_reason');
});

test('proposing twice is once; what is withdrawn, whose source lost interest, and who has no channel stand in the ledger with a reason', async () => {
  await setRules(OPEN);
  await connect('email');
  const [a = '', b = '', c = '', d = ''] = await people(4);
  const wanted = intent(a, { source: { kind: 'journey', id: 'j', version: 1, step: 's', enrolment: 'e1' } }), stale = intent(b, { source: { kind: 'care', id: 'j', version: 1, step: 's', enrolment: 'e2' } });
  expect([await want(wanted, wanted, stale), await want(wanted)]).toEqual([2, 0]);
  expect(await stores.pg.tx(ws, (tx) => withdraw(tx, stores.clock, ws, ['e1'], 'journey.left'))).toBe(1);
  registerLastLook('care', async (_, __, sources) => sources.map(() => false));
  await want(intent(c, { channel: 'push' }), intent(d));
  await deliverDue(stores);
  expect((await lines()).map(({ customer, state, reason }) => [[a, b, c, d].indexOf(customer), state, reason]).sort()).toEqual([[0, 'withdrawn', 'journey.left'], [1, 'refused', 'not_wanted'], [2, 'refused', 'no_account'], [3, 'accepted', null]]);
  expect(given.map(({ to }) => to)).toEqual(['p3@tea.example']);
});

test('D1, D2 and D3: the cap is kept over real messages, each line says why, and what is dropped never waits', async () => {
  await setRules({ ...OPEN, quiet: { ...DEFAULT_RULES.quiet, on: false }, providerHours: {}, caps: { window: 'calendar', limits: [{ channel: null, per: 'month', limit: 10 }], allow: { customers: [], sources: [] } } });
  await connect('sms');
  const [who = ''] = await people(1), weekly: number[] = [];
  for (let week = 0; week < 4; week++) {
    stores.clock.set(new Date(Date.parse('2026-06-01T04:00:00Z') + week * 168 * HOUR));
    const before = given.length;
    await want(...Array.from({ length: 3 }, () => intent(who, { channel: 'sms', ifBlocked: 'drop' })));
    await deliverDue(stores);
    weekly.push(given.length - before);
  }
  expect(weekly).toEqual([3, 3, 3, 1]);
  expect((await lines('&state=refused')).map(({ reason, facts }) => [reason, facts.limit, facts.per])).toEqual([['frequency_capped', 10, 'month'], ['frequency_capped', 10, 'month']]);
  const rolling = { window: 'rolling', limits: [{ channel: null, per: 'day', limit: 1 }], allow: { customers: [], sources: [] } };
  for (const [window, expected] of [['rolling', 'deferred'], ['calendar', 'accepted']] as const) {
    stores.clock.set(`2026-07-${window === 'rolling' ? '10' : '20'}T15:00:00Z`);
    owner = await person(stores, app, ws, 'owner');
    await setRules({ caps: { ...rolling, window } });
    const [other = ''] = (await people(2)).slice(window === 'rolling' ? 0 : 1);
    await want(intent(other, { channel: 'sms' }));
    await deliverDue(stores);
    stores.clock.advance(2 * HOUR);
    const next = intent(other, { channel: 'sms' });
    await want(next);
    await deliverDue(stores);
    expect((await lines()).find(({ id }) => id === next.id)?.state).toBe(expected);
  }
});

test('D4: the control group never gets marketing, and the API says who is in it', async () => {
  await setRules({ ...OPEN, control: { share: 0.3, salt: 's' } });
  await connect('email');
  const all = await people(60);
  await want(...all.map((customer) => intent(customer)), ...all.map((customer) => intent(customer, { purpose: 'transactional' })));
  await deliverDue(stores);
  const held = all.filter((customer) => inControl(customer, { share: 0.3, salt: 's' }));
  expect(held.length).toBeGreaterThan(5);
  expect(given.filter(({ purpose }) => purpose === 'marketing').map(({ customer }) => customer).sort()).toEqual(all.filter((one) => !held.includes(one)).sort());
  expect(given.filter(({ purpose }) => purpose === 'transactional')).toHaveLength(60);
  expect((await owner.call('GET', `/api/v1/reach/control?customer=${held[0]}`)).body).toEqual({ share: 0.3, customer: { id: held[0], inControl: true } });
});

test('D6: a promotion by SMS at 21:05 goes at 08:00, by their own clock', async () => {
  await setRules({ ...OPEN, quiet: { ...DEFAULT_RULES.quiet, on: false } });
  await connect('sms');
  const [who = ''] = await people(1);
  stores.clock.set('2026-06-10T13:05:00Z');
  await want(intent(who, { channel: 'sms' }));
  await deliverDue(stores);
  expect((await lines())[0]).toMatchObject({ state: 'deferred', reason: 'provider_hours', nextAt: '2026-06-11T00:00:00.000Z' });
  stores.clock.set('2026-06-10T23:59:00Z');
  await deliverDue(stores);
  expect(given).toEqual([]);
  stores.clock.set('2026-06-11T00:00:00Z');
  await deliverDue(stores);
  expect(given.map(({ to }) => to)).toEqual(['+8613910000000']);
});

test('D8: WeCom takes one a day of a customer where the account is switched so', async () => {
  await setRules({ ...OPEN, wecomPer: 'day' });
  await connect('wecom');
  const [who = ''] = await people(1);
  await want(intent(who, { channel: 'wecom', purpose: 'service' }), intent(who, { channel: 'wecom', purpose: 'service' }));
  await deliverDue(stores);
  expect([given.length, (await lines('&state=deferred'))[0]?.reason]).toEqual([1, 'wecom_limit']);
});

test('D9, D10: five answers in a window, the sixth refused here; a grant is one message and never marketing', async () => {
  await setRules(OPEN);
  await connect('mp');
  const [who = ''] = await people(1), reply = () => intent(who, { channel: 'mp', purpose: 'service' });
  await want(reply());
  await deliverDue(stores);
  await hear(stores, ws, [{ channel: 'mp', from: { kind: 'openid', scope: 'wx', value: 'open-0' }, text: 'where is my tea?', at: stores.clock.now(), proof: 'wx:1' }]);
  for (let i = 0; i < 6; i++) { await want(reply()); await deliverDue(stores); }
  expect((await lines()).map(({ reason }) => reason).reverse()).toEqual(['window_closed', null, null, null, null, null, 'window_used_up']);
  await noteOpenings(stores, ws, [{ customer: who, kind: 'grant', providerTemplate: 'T1', at: stores.clock.now() }]);
  const template = { id: await published(stores, ws, '到货提醒', [{ channel: 'mp', kind: 'subscribe', providerTemplate: 'T1', text: '', data: { thing1: '新茶到了' }, url: '' }], 'service'), version: null };
  const notice = (purpose: 'service' | 'marketing') => intent(who, { channel: 'mp', purpose, template }), [promo, first, second] = [notice('marketing'), notice('service'), notice('service')];
  for (const one of [promo, first, second]) { await want(one); await deliverDue(stores); }
  const said = new Map((await lines()).map(({ id, state, reason }) => [id, reason ?? state]));
  expect([promo, first, second].map(({ id }) => said.get(id))).toEqual(['marketing_forbidden', 'accepted', 'grant_missing']);
});

test('R70: a reply of R on SMS leaves e-mail alone, too, where the workspace says so, with proof', async () => {
  await setRules({ ...OPEN, optOut: 'everything' });
  await connect('sms');
  await connect('email');
  const [who = '', other = ''] = await people(2);
  expect(await hear(stores, ws, [{ channel: 'sms', from: { kind: 'phone', value: '13910000000' }, text: ' Ｒ。', at: stores.clock.now(), proof: 'uplink:77' }, { channel: 'sms', from: { kind: 'phone', value: '13910000001' }, text: 'Right, thanks', at: stores.clock.now(), proof: 'uplink:78' }])).toBe(1);
  await want(intent(who), intent(who, { channel: 'sms' }), intent(other), intent(who, { purpose: 'transactional' }));
  await deliverDue(stores);
  expect(given.map(({ customer, purpose }) => [customer === who, purpose]).sort()).toEqual([[false, 'marketing'], [true, 'transactional']]);
  expect((await lines(`&customer=${who}&state=refused`)).map(({ reason }) => reason).sort()).toEqual(['consent_withdrawn', 'suppressed']);
  const { consents } = (await owner.call<{ consents: { channel: string; state: string; proof: string }[] }>('GET', `/api/v1/customers/${who}`)).body;
  expect(consents.find(({ channel }) => channel === 'email')).toMatchObject({ state: 'withdrawn', proof: 'uplink:77' });
});

test('R140: no word after a withdrawal, even of what was permitted before; without traits the text is general', async () => {
  await setRules(OPEN);
  await connect('email');
  const [who = '', plain = '', third = ''] = await people(3);
  await stores.pg.tx(ws, (tx) => run(tx, sql`insert into scoring_objection (workspace_id, customer_id, by, at) values (${ws}, ${plain}, 'test', ${stores.clock.now()})`));
  await want(intent(who), intent(plain));
  // Permitted, not sent: the last look finds what was said since.
  const { decideSome } = await import('./decide.ts');
  await decideSome(stores, ws);
  expect((await owner.call('PATCH', `/api/v1/customers/${who}`, { consents: [{ channel: 'email', state: 'withdrawn', proof: 'phone call' }] })).status).toBe(200);
  await deliverDue(stores);
  stores.clock.advance(60_000);
  await want(intent(who), intent(third));
  await deliverDue(stores);
  expect(given.map(({ customer }) => customer)).toEqual([plain, third]);
  expect((await lines()).find(({ customer }) => customer === plain)?.personalised).toBe(false);
  expect((await lines(`&customer=${who}`)).map(({ reason }) => reason)).toEqual(['consent_withdrawn', 'consent_withdrawn']);
});

test('who complains or was unhappy gets no marketing until the complaint is closed: read from what happened', async () => {
  await setRules(OPEN);
  await connect('email');
  const [open = '', closed = '', unhappy = '', content = ''] = await people(4), time = '2026-06-09 04:00:00';
  await putEvents(stores, ws, [
    { customer: open, time, event: 'complaint.made' }, { customer: closed, time, event: 'complaint.made' }, { customer: closed, time: '2026-06-09 05:00:00', event: 'complaint.closed' },
    { customer: unhappy, time, event: 'survey.answered', properties: { kind: 'csat', score: 1 } }, { customer: content, time, event: 'survey.answered', properties: { kind: 'nps', score: 9 } },
  ]);
  await refreshTraits(stores, ws, ['open_complaint', 'csat', 'nps'], 'all');
  await want(...[open, closed, unhappy, content].map((customer) => intent(customer)));
  await deliverDue(stores);
  expect((await lines()).map(({ customer, state, reason }) => [[open, closed, unhappy, content].indexOf(customer), reason ?? state]).sort()).toEqual([[0, 'open_complaint'], [1, 'accepted'], [2, 'unhappy'], [3, 'accepted']]);
});

test('an erased person’s lines are nobody’s, and what waited for them is not sent', async () => {
  await setRules(OPEN);
  await connect('email');
  const [who = '', other = ''] = await people(2);
  await want(intent(who), intent(other));
  await deliverDue(stores);
  await want(intent(who, { dueAt: new Date(stores.clock.now().getTime() + HOUR) }));
  expect((await owner.call('POST', `/api/v1/customers/${who}/erase`, { reason: 'asked' })).status).toBe(202);
  stores.clock.advance(2 * HOUR);
  await deliverDue(stores);
  const kept = await stores.pg.tx(ws, (tx) => many(tx, sql<{ line: string; state: string; reason: string | null }>`select m::text as line, state, reason from message m where workspace_id = ${ws} order by state`));
  expect(kept.map(({ state, reason }) => [state, reason])).toEqual([['accepted', null], ['accepted', null], ['withdrawn', 'person_erased']]);
  expect(kept.filter(({ line }) => line.includes(who))).toEqual([]);
  expect(given).toHaveLength(2);
});

test('I6: by counting, no marketing is attempted after an unsubscription or a suppression has committed', async () => {
  await setRules(OPEN);
  await connect('email');
  const all = await people(400), left = new Set<string>();
  let batches = 0;
  onSend = async (messages) => {
    // While one batch is on its way, some of those behind it leave, by either door.
    const under = new Set([...given, ...messages].map(({ customer }) => customer)), leaving = all.filter((one) => !under.has(one) && !left.has(one)).slice(0, 12), words = leaving.slice(0, 4), listed = leaving.slice(4);
    batches++;
    await stores.pg.tx(ws, (tx) => run(tx, sql`insert into suppression (workspace_id, id, customer_id, reason, source, at) select ${ws}, gen_random_uuid(), c, 'staff', 'test', ${stores.clock.now()} from unnest(${listed}::uuid[]) c`));
    for (const who of words) expect((await owner.call('PATCH', `/api/v1/customers/${who}`, { consents: [{ channel: 'email', state: 'withdrawn', proof: 'p' }] })).status).toBe(200);
    for (const who of leaving) left.add(who);
  };
  await want(...all.map((customer) => intent(customer)));
  await deliverDue(stores);
  expect([batches > 2, left.size > 20, given.filter(({ customer }) => left.has(customer)).length, given.length + left.size]).toEqual([true, true, 0, 400]);
  expect((await owner.call<{ reasons: object[] }>('GET', '/api/v1/reach/counts')).body.reasons).toHaveLength(2);
});

test('I3: what nobody can tell is unknown: counted, never sent again as marketing, sent again under its id when it is about an order', async () => {
  await setRules(OPEN);
  await connect('email');
  const [a = '', b = '', c = ''] = await people(3);
  let first = true;
  answer = ({ id }) => (first ? { state: 'unknown', code: 'provider_silent', detail: 'to p0@tea.example' } : { state: 'accepted', providerId: `p:${id}` });
  const [promo, order] = [intent(a), intent(b, { purpose: 'transactional' })];
  await want(promo, order);
  await deliverDue(stores);
  first = false;
  stores.clock.advance(HOUR);
  await want(intent(c));
  await deliverDue(stores);
  expect(given.map(({ id }) => id).filter((id) => id === promo.id)).toHaveLength(1);
  expect(given.filter(({ id }) => id === order.id).map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(await counts()).toMatchObject({ unknown: 2, states: [{ state: 'accepted', count: 2 }, { state: 'unknown', count: 1 }] });
  expect(JSON.stringify(await lines())).not.toContain('p0@tea.example');
});

test('an address that bounces is left alone by every channel account, can be lifted with a reason, and is never kept in clear', async () => {
  await setRules(OPEN);
  await connect('email');
  const [who = ''] = await people(1), [bad, next, last] = [intent(who), intent(who, { purpose: 'transactional' }), intent(who, { purpose: 'transactional' })];
  await want(bad);
  await deliverDue(stores);
  const at = stores.clock.now();
  const bounce = { reference: `p:${bad.id}`, kind: 'bounced' as const, at, code: 'email.no_address' };
  expect(await recordReceipts(stores, ws, [bounce, bounce, { reference: 'p:nobody', kind: 'opened', at }])).toEqual({ known: 2, fresh: 1, stray: 1 });
  expect(await recordReceipts(stores, ws, [bounce])).toEqual({ known: 1, fresh: 0, stray: 0 });
  await want(next);
  await deliverDue(stores);
  expect((await lines()).find(({ id }) => id === next.id)).toMatchObject({ state: 'refused', reason: 'suppressed', facts: { suppression: 'bounced' } });
  const { rows: [row] } = (await owner.call<{ rows: { id: string; shown: string; reason: string }[] }>('GET', '/api/v1/reach/suppressions')).body;
  expect(row).toMatchObject({ shown: 'p***@tea.example', reason: 'bounced' });
  expect((await owner.call('POST', `/api/v1/reach/suppressions/${row?.id}/lift`, { reason: 'they moved house' })).body).toMatchObject({ liftReason: 'they moved house' });
  await want(last);
  await deliverDue(stores);
  expect((await lines()).find(({ id }) => id === last.id)?.state).toBe('accepted');
  const kept = await stores.pg.tx(ws, (tx) => many(tx, sql<{ t: string }>`select s::text as t from suppression s where workspace_id = ${ws} union all select a::text from channel_account a where workspace_id = ${ws}`));
  expect(JSON.stringify(kept)).not.toContain('tea.example');
});

test('a source whose marketing bounces too often is stopped from 500 sends on, and goes on when staff lift it', async () => {
  await setRules(OPEN);
  await connect('email');
  const all = await people(520);
  await want(...all.slice(0, 500).map((customer) => intent(customer)));
  await deliverDue(stores);
  expect(given).toHaveLength(500);
  const bounce = (from: number, to: number) => recordReceipts(stores, ws, given.slice(from, to).map(({ id }) => ({ message: id, kind: 'bounced' as const, at: stores.clock.now() })));
  await bounce(0, 19);
  const next = (from: number) => want(intent(all[from] as string), intent(all[from] as string, { purpose: 'transactional' }));
  await next(500);
  await deliverDue(stores);
  expect(given).toHaveLength(502);
  await bounce(19, 21);
  await next(501);
  await deliverDue(stores);
  expect((await lines('&state=refused'))[0]).toMatchObject({ reason: 'source_unhealthy' });
  expect(given).toHaveLength(503);
  const facts = await stores.pg.tx(ws, (tx) => many(tx, sql<{ payload: object }>`select payload from fact where workspace_id = ${ws} and kind = 'source.unhealthy'`));
  expect(facts).toEqual([{ payload: { source: { kind: 'campaign', id: 'c1' }, reason: 'bounces', sends: 501, bounces: 21, complaints: 0 } }]);
  expect((await owner.call('POST', '/api/v1/reach/sources/lift', { kind: 'campaign', id: 'c1', reason: 'list was cleaned' })).status).toBe(200);
  await next(502);
  await deliverDue(stores);
  expect(given).toHaveLength(505);
});

test('a call is a task for somebody here, once; topics are left by name; settings of a connection are never told', async () => {
  await setRules({ ...OPEN, consent: { ...DEFAULT_RULES.consent, marketing: { ...DEFAULT_RULES.consent.marketing, call: 'none' } } });
  const id = await connect('email', 'sandbox', { failed: 1 });
  const [who = ''] = await people(1);
  await want(intent(who, { channel: 'call' }));
  await deliverDue(stores);
  expect((await owner.call<{ rows: { code: string; params: object }[] }>('GET', `/api/v1/tasks?customerId=${who}`)).body.rows).toMatchObject([{ code: 'task.contact', params: { title: 'Ring them', body: 'about tea' } }]);
  const { body: group } = await owner.call<{ id: string }>('POST', '/api/v1/reach/groups', { key: 'news', name: 'News' });
  await owner.call('POST', `/api/v1/reach/groups/${group.id}/say`, { customer: who, state: 'left' });
  await want(intent(who, { topic: 'news' }), intent(who, { topic: 'tips' }));
  await deliverDue(stores);
  expect((await lines('&channel=email')).map(({ topic, state, reason }) => [topic, state, reason]).sort()).toEqual([['news', 'refused', 'topic_left'], ['tips', 'accepted', null]]);
  const shown = await owner.call<{ rows: object[] }>('GET', '/api/v1/reach/accounts');
  expect([JSON.stringify(shown.body).includes('sealed'), shown.body.rows.length, (await owner.call('POST', `/api/v1/reach/accounts/${id}/test`)).body]).toEqual([false, 2, { well: true, code: null, detail: '', facts: {} }]);
  expect((await owner.call('POST', '/api/v1/reach/accounts', { channel: 'email', provider: 'sandbox', name: 'x', config: { failed: 'many' } })).body).toMatchObject({ code: 'reach.config_invalid' });
  expect((await owner.call('PUT', '/api/v1/reach/rules', { version: 0, rules: {} })).body).toMatchObject({ code: 'reach.rules_changed' });
});
