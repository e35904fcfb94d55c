import type { FastifyInstance } from 'fastify';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { type MailServerProcess, startMailServer } from '../../test/support/mail/server.ts';
import { OPEN_RULES, wish, wishAll } from '../../test/support/reach/world.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { publish, resolve } from '../customers/index.ts';
import { allowedHosts, openEgress } from '../kernel/egress/index.ts';
import { many, run, sql } from '../kernel/sql.ts';
import type { DecisionView } from './contract.ts';
import { DEFAULT_RULES, deliverDue, type Intent } from './index.ts';

/** Messages the whole way, with texts as they are written on the page and a mail server of its own process at the end. */
const START = '2026-06-10T04:00:00Z', HOUR = 3_600_000;
let stores: TestStores, app: FastifyInstance, ws: string, owner: Person, mail: MailServerProcess;

beforeAll(async () => {
  stores = await testStores(START);
  mail = await startMailServer({ security: 'none' });
  stores.egress = openEgress(allowedHosts(`127.0.0.1:${mail.port},127.0.0.1:1`));
  app = await testApp(stores);
});
beforeEach(async () => {
  stores.clock.set(START);
  await mail.set({});
  await mail.clear();
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  await rules(OPEN_RULES);
});
afterAll(async () => {
  await app.close();
  await mail.stop();
  await stores.close();
});

async function rules(change: object): Promise<void> {
  const { body: { version } } = await owner.call<{ version: number }>('GET', '/api/v1/reach/rules');
  expect((await owner.call('PUT', '/api/v1/reach/rules', { version, rules: change })).status).toBe(200);
}
type Account = { id: string; today: object | null };
async function connect(more: object = {}, config: object = {}): Promise<Account> {
  const settings = { host: '127.0.0.1', port: mail.port, security: 'none', from: { name: '茶语', address: 'shop@brand.example' }, ...config };
  const reply = await owner.call<Account>('POST', '/api/v1/reach/accounts', { channel: 'email', provider: 'smtp', name: 'Mail', config: settings, ...more });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body;
}
const today = async (): Promise<Account['today']> => (await owner.call<{ rows: Account[] }>('GET', '/api/v1/reach/accounts')).body.rows[0]?.today ?? null;

/** Somebody with a mailbox of their name and a telephone, who agreed to both. */
async function somebody(name: string, values: Record<string, string | number | boolean> = {}, traits: Record<string, unknown> = {}): Promise<string> {
  const consents = [{ channel: 'email' as const, state: 'given' as const }, { channel: 'sms' as const, state: 'given' as const }];
  const { items: [item] } = await resolve(stores, ws, [{ identifiers: [{ kind: 'email', value: `${name}@x.test` }, { kind: 'phone', value: `139${String(Buffer.from(name).readUInt16BE() * 100).padStart(8, '0')}` }], at: stores.clock.now(), source: 'shop', name, consents, traits }]);
  const id = item?.customer ?? '';
  await publish(stores, ws, [{ customer: id, values }]);
  return id;
}

const says = (subject: string, text: string, language = 'zh-CN') => ({ language, content: { channel: 'email', subject, preheader: '', text: '', body: { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'text', text }, { kind: 'footer', text: '{{ workspace.name }}' }] } } });
let names = 0;
async function template(variants: object[]): Promise<string> {
  const { body: { id, revision } } = await owner.call<{ id: string; revision: number }>('POST', '/api/v1/templates', { name: `模板 ${names++}`, purpose: 'marketing', document: { language: 'zh-CN', variants } });
  const reply = await owner.call('POST', `/api/v1/templates/${id}/publish`, { revision });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  return id;
}
const everybody = (text = '新茶到了') => template([{ key: 'all', when: {}, contents: [says('新茶', text)] }]);

async function deliver(...wishes: Intent[]): Promise<void> {
  await wishAll(stores, ws, wishes);
  await deliverDue(stores);
}
const lines = async (query = ''): Promise<DecisionView[]> => (await owner.call<{ rows: DecisionView[] }>('GET', `/api/v1/reach/decisions?limit=200${query}`)).body.rows.reverse();
/** What lies in somebody's mailbox, as it is read: the subject and the plain text. */
async function inbox(): Promise<Record<string, string>> {
  const read = await Promise.all((await mail.taken()).map(async ({ to, raw }) => { const { subject, text } = await PostalMime.parse(Buffer.from(raw, 'base64')); return [to.replace('@x.test', ''), `${subject}: ${text?.split('\n')[0]?.trim()}`]; }));
  return Object.fromEntries(read);
}

test('R84: one announcement reaches three layers from three angles, as letters', async () => {
  await connect();
  const id = await template([
    { key: 'company', when: { angles: ['enterprise'] }, contents: [says('供货', '稳定供货，专人对接')] }, { key: 'valued', when: { angles: ['premium'] }, contents: [says('预留', '为您预留，优先响应')] },
    { key: 'rest', when: {}, contents: [says('上新', '上手简单，价格实在')] },
  ]);
  const all = [await somebody('firm', { b2b: true }), await somebody('best', { rfm: 'key_value' }), await somebody('some')];
  await deliver(...all.map((customer) => wish(stores, customer, { template: { id, version: null } })));
  expect(await inbox()).toEqual({ firm: '供货: 稳定供货，专人对接', best: '预留: 为您预留，优先响应', some: '上新: 上手简单，价格实在' });
  expect((await lines()).map(({ variant, state }) => [variant, state]).sort()).toEqual([['company', 'accepted'], ['rest', 'accepted'], ['valued', 'accepted']]);
});

test('R72: a letter says a shared block as it is when it leaves, and the ledger which version that was', async () => {
  await connect();
  const document = (text: string) => ({ language: 'zh-CN', contents: [{ language: 'zh-CN', text }] });
  const { body: { id: block } } = await owner.call<{ id: string }>('POST', '/api/v1/blocks', { key: 'opening', name: '开头', document: document('{{ customer.name | default: "您好" }}，') });
  const id = await everybody('{% render "opening" %}新茶到了'), plain = await everybody();
  const [first, second, third] = [await somebody('first'), await somebody('later'), await somebody('plain')];
  await deliver(wish(stores, first, { template: { id, version: null } }));
  const waiting = wish(stores, second, { template: { id, version: null } });
  await wishAll(stores, ws, [waiting, wish(stores, third, { template: { id: plain, version: null } })]);
  expect(await owner.call('PATCH', `/api/v1/blocks/${block}`, { version: 1, document: document('{{ customer.name | default: "您好" }}：') })).toMatchObject({ status: 200 });
  await deliverDue(stores);
  expect(await inbox()).toEqual({ first: '新茶: first，新茶到了', later: '新茶: later：新茶到了', plain: '新茶: 新茶到了' });
  expect(Object.fromEntries((await lines()).map(({ customer, blocks }) => [customer, blocks]))).toEqual({ [first]: { opening: 1 }, [second]: { opening: 2 }, [third]: null });
});

test('R140 and D11: whoever wants nothing based on their traits gets the general letter, which says nothing of them; whoever withdrew gets none from the next moment on', async () => {
  await connect();
  const text = '{{ customer.city | default: "各地" }}的茶友，您来过 {{ customer.order_count | default: "几" }} 次';
  const id = await template([{ key: 'often', when: { angles: ['frequent'] }, contents: [says('老客', text)] }, { key: 'all', when: {}, contents: [says('大家', text)] }]);
  const often = { order_count: 9 }, [open, objects, leaves] = [await somebody('open', often, { city: '杭州' }), await somebody('shut', often, { city: '杭州' }), await somebody('gone', often, { city: '杭州' })];
  await stores.pg.tx(ws, (tx) => run(tx, sql`insert into scoring_objection (workspace_id, customer_id, by, at) values (${ws}, ${objects}, 'test', ${stores.clock.now()})`));
  await wishAll(stores, ws, [open, objects, leaves].map((customer) => wish(stores, customer, { template: { id, version: null } })));
  expect((await owner.call('PATCH', `/api/v1/customers/${leaves}`, { consents: [{ channel: 'email', state: 'withdrawn', proof: 'phone call' }] })).status).toBe(200);
  await deliverDue(stores);
  stores.clock.advance(60_000);
  await deliver(wish(stores, leaves, { template: { id, version: null } }));
  expect(await inbox()).toEqual({ open: '老客: 杭州的茶友，您来过 9 次', shut: '大家: 各地的茶友，您来过 几 次' });
  expect((await lines()).map(({ customer, personalised, reason }) => [[open, objects, leaves].indexOf(customer), personalised, reason]).sort()).toEqual([[0, true, null], [1, false, null], [2, null, 'consent_withdrawn'], [2, null, 'consent_withdrawn']]);
});

test('the best channel is one that the template has a text for and the person can be reached on', async () => {
  await rules({ best: ['sms', 'email'] });
  await connect();
  expect((await owner.call('POST', '/api/v1/reach/accounts', { channel: 'sms', provider: 'sandbox', name: 'Sandbox', config: {} })).status).toBe(201);
  const both = [says('新茶', '新茶到了'), { language: 'zh-CN', content: { channel: 'sms', text: '新茶到店，拒收请回复R' } }];
  const [letters, all] = [await everybody(), await template([{ key: 'all', when: {}, contents: both }])], who = await somebody('best');
  const { items: [item] } = await resolve(stores, ws, [{ identifiers: [{ kind: 'email', value: 'mail@x.test' }], at: stores.clock.now(), source: 'shop', consents: [{ channel: 'email', state: 'given' }] }]), mailOnly = item?.customer ?? '';
  const [one, two, three] = [wish(stores, who, { channel: 'best', template: { id: letters, version: null } }), wish(stores, who, { channel: 'best', template: { id: all, version: null } }), wish(stores, mailOnly, { channel: 'best', template: { id: all, version: null } })];
  await deliver(one, two, three);
  const said = new Map((await lines()).map(({ id, channel, state, reason }) => [id, [channel, state, reason]]));
  expect([one, two, three].map(({ id }) => said.get(id))).toEqual([['email', 'accepted', null], ['sms', 'accepted', null], ['email', 'accepted', null]]);
});

test('a connection keeps its allowance of the day, tells how much is used, and what waited says why for good', async () => {
  const { id } = await connect({ perDay: 3 }), text = await everybody();
  for (const n of [1, 2, 3, 4, 5]) await wishAll(stores, ws, [wish(stores, await somebody(`p${n}`), { template: { id: text, version: null } })]);
  await deliverDue(stores);
  expect([await mail.count(), await today()]).toEqual([3, { used: 3, most: 3, warmUp: null }]);
  const waiting = await lines('&state=deferred');
  expect(waiting.map(({ reason, nextAt, attempts }) => [reason, nextAt, attempts])).toEqual([['day_used_up', '2026-06-11T00:00:00.000Z', 0], ['day_used_up', '2026-06-11T00:00:00.000Z', 0]]);
  stores.clock.set('2026-06-11T01:00:00Z');
  owner = await person(stores, app, ws, 'owner');
  await deliverDue(stores);
  expect(await mail.count()).toBe(5);
  for (const one of waiting) expect((await owner.call<DecisionView>('GET', `/api/v1/reach/decisions/${one.id}`)).body).toMatchObject({ state: 'accepted', reason: null, history: [{ at: '2026-06-10T04:00:00.000Z', reason: 'day_used_up', until: '2026-06-11T00:00:00.000Z' }] });
  expect((await owner.call<{ perDay: number | null }>('PATCH', `/api/v1/reach/accounts/${id}`, { perDay: null })).body).toMatchObject({ perDay: null, today: null });
});

test('a new sender warms up: the API tells the day, and windows of long ago are dropped at whatever minute new ones begin', async () => {
  await connect({}, { warmUp: { from: '2026-06-09', perDay: [1, 2, 50] } });
  const text = await everybody(), send = async (...who: string[]) => deliver(...await Promise.all(who.map(async (name) => wish(stores, await somebody(name), { template: { id: text, version: null } }))));
  await send('a1', 'b2', 'c3');
  expect([await mail.count(), await today()]).toEqual([2, { used: 2, most: 2, warmUp: { day: 2, days: 3 } }]);
  stores.clock.set('2026-06-13T04:17:00Z');
  owner = await person(stores, app, ws, 'owner');
  expect(await today()).toBeNull();
  await owner.call('POST', '/api/v1/reach/accounts', { channel: 'sms', provider: 'sandbox', name: 'Sandbox', perDay: 10, config: {} });
  await wishAll(stores, ws, [wish(stores, await somebody('d4'), { channel: 'sms', purpose: 'transactional', template: { id: await template([{ key: 'all', when: {}, contents: [{ language: 'zh-CN', content: { channel: 'sms', text: '新茶到店，拒收请回复R' } }] }]), version: null } })]);
  await deliverDue(stores);
  expect(await stores.pg.tx(ws, (tx) => run(tx, sql`select 1 from channel_allowance where workspace_id = ${ws} and since < '2026-06-11'`))).toBe(0);
});

test('a test of a connection opens a session as for sending, and says in the server\'s own words what went wrong', async () => {
  const { id } = await connect(), tried = async () => (await owner.call('POST', `/api/v1/reach/accounts/${id}/test`)).body;
  expect(await tried()).toEqual({ well: true, code: null, detail: '', facts: {} });
  await mail.set({ greeting: '554 5.7.1 your address is blocked' });
  expect(await tried()).toMatchObject({ well: false, code: 'smtp.refused', facts: { status: 554, reply: expect.stringContaining('your address is blocked') } });
  await owner.call('PATCH', `/api/v1/reach/accounts/${id}`, { config: { port: 1 } });
  expect(await tried()).toMatchObject({ well: false, code: 'egress.unreachable', facts: { cause: 'ECONNREFUSED' } });
  expect(await mail.count()).toBe(0);
});

test('where clocks are set forward or back in the night, quiet hours end at eight by their clock, and a day is a day', async () => {
  await rules({ ...OPEN_RULES, quiet: { ...DEFAULT_RULES.quiet, on: true }, caps: { window: 'calendar', limits: [{ channel: null, per: 'day', limit: 1 }], allow: { customers: [], sources: [] } } });
  await connect();
  const text = await everybody(), who = await somebody('york', {}, { timezone: 'America/New_York' });
  for (const [night, morning, noon, next] of [['2026-03-08T06:30:00Z', '2026-03-08T12:00:00.000Z', '2026-03-08T16:00:00Z', '2026-03-09T12:00:00.000Z'], ['2026-11-01T05:30:00Z', '2026-11-01T13:00:00.000Z', '2026-11-01T17:00:00Z', '2026-11-02T13:00:00.000Z']] as const) {
    stores.clock.set(night);
    owner = await person(stores, app, ws, 'owner');
    const first = wish(stores, who, { template: { id: text, version: null } }), second = wish(stores, who, { template: { id: text, version: null }, dueAt: new Date(noon) });
    await deliver(first, second);
    expect((await lines('&state=deferred')).find(({ id }) => id === first.id), night).toMatchObject({ reason: 'quiet_hours', nextAt: morning });
    stores.clock.set(morning);
    await deliverDue(stores);
    // The server's own clock is put back an hour and right again: nothing goes twice.
    for (const at of [new Date(Date.parse(morning) - HOUR), new Date(morning), new Date(noon)]) { stores.clock.set(at); await deliverDue(stores); }
    owner = await person(stores, app, ws, 'owner');
    const said = new Map((await lines()).map((one) => [one.id, one]));
    expect([said.get(first.id)?.state, said.get(second.id)], noon).toMatchObject(['accepted', { state: 'deferred', reason: 'frequency_capped', nextAt: next }]);
    stores.clock.set(next);
    await deliverDue(stores);
  }
  expect(await mail.count()).toBe(4);
});

test('R55: texts are tested against each other: everybody stays in their arm over versions, whoever got a text is in its experiment, and a changed share begins a new one', async () => {
  await connect();
  const arms = (text: string) => [{ key: 'a', when: { arms: ['control'] }, contents: [says('甲', text)] }, { key: 'b', when: { arms: ['warm'] }, contents: [says('乙', text)] }];
  const document = (text: string, weights: object) => ({ language: 'zh-CN', variants: arms(text), weights });
  type View = { id: string; revision: number; experiment: string | null };
  const { body: made } = await owner.call<View>('POST', '/api/v1/templates', { name: `模板 ${names++}`, purpose: 'marketing', document: document('一', { control: 1, warm: 9 }) });
  const publish = async (revision: number) => (await owner.call<View>('POST', `/api/v1/templates/${made.id}/publish`, { revision })).body;
  const first = await publish(made.revision), all = await Promise.all([...'abcdefghijklmnopqrstuvwx'].map((letter) => somebody(`${letter}z`)));
  const send = async () => { await deliver(...all.map((customer) => wish(stores, customer, { template: { id: made.id, version: null } }))); return new Map((await lines()).slice(-all.length).map(({ customer, variant }) => [customer, variant])); };
  const before = await send(), warm = [...before.values()].filter((variant) => variant === 'b').length;
  // Nine in ten: thirteen or fewer of twenty-four once in a hundred thousand times.
  expect(warm).toBeGreaterThan(13);
  const again = (await owner.call<View>('PATCH', `/api/v1/templates/${made.id}`, { revision: first.revision, document: document('二', { control: 1, warm: 9 }) })).body, second = await publish(again.revision);
  expect([second.experiment, await send()]).toEqual([first.experiment, before]);
  const drawn = await stores.pg.tx(ws, (tx) => many(tx, sql<{ arm: string; people: number }>`select arm, count(*)::int as people from experiment_person where workspace_id = ${ws} and experiment_id = ${first.experiment} group by arm order by arm`));
  expect(drawn).toEqual([{ arm: 'control', people: 24 - warm }, { arm: 'warm', people: warm }].filter(({ people }) => people > 0));
  expect((await owner.call<{ rolling: boolean; plan: { holdOut: number } }>('GET', `/api/v1/insight/experiments/${first.experiment}`)).status).toBe(200);
  const uneven = (await owner.call<View>('PATCH', `/api/v1/templates/${made.id}`, { revision: second.revision, document: document('二', { control: 0, warm: 9 }) })).body;
  expect((await owner.call('POST', `/api/v1/templates/${made.id}/publish`, { revision: uneven.revision })).body).toMatchObject({ code: 'template.test_shares' });
  const even = (await owner.call<View>('PATCH', `/api/v1/templates/${made.id}`, { revision: uneven.revision, document: document('二', {}) })).body, third = await publish(even.revision);
  expect([third.experiment === null, third.experiment === first.experiment]).toEqual([false, false]);
});
