import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { many, maybe, run, sql } from '../kernel/sql.ts';
import { customersTick, declareFields, flushMirror, type Identifier, publish, refreshTraits, registerOrderFinder, registerTagRule, registerTimeline, registerTrait, relate, resolve, type ResolveItem } from './index.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let operator: Person;

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  operator = await person(stores, app, ws, 'operator');
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const AT = new Date('2026-01-10T00:00:00Z');
const phone = (value: string): Identifier => ({ kind: 'phone', value });
const item = (identifiers: Identifier[], more: Partial<ResolveItem> = {}): ResolveItem => ({ identifiers, at: AT, source: 'tmall', ...more });
const one = async (more: Partial<ResolveItem> & { identifiers: Identifier[] }): Promise<string> => (await resolve(stores, ws, [{ at: AT, source: 'tmall', ...more }])).items[0]?.customer as string;
const inState = async (where: string, params: Record<string, unknown> = {}): Promise<string[]> =>
  (await stores.ch.rows<{ customer: string }>(`select customer from customer_state final where workspace = {ws:UUID} and ${where} `, { ws, ...params })).map(({ customer }) => customer).sort();

type Page = { rows: { id: string; name: string; identifiers: { kind: string; shown: string; masked: boolean }[]; fields: Record<string, unknown> }[]; next: string | null; total: { count: number; over: boolean } };
const list = async (query: string, who = operator) => (await who.call<Page>('GET', `/api/v1/customers?${query}`)).body;

test('R5: an enum field 肤质 is added without a restart, written, refused when it does not fit, and filtered by', async () => {
  const added = await owner.call('POST', '/api/v1/fields', { label: '肤质', type: 'enum', options: ['干性', '油性'], block: 'basic' });
  expect(added).toMatchObject({ status: 201, body: { key: '肤质', type: 'enum', source: 'own' } });
  const [dry, oily] = [await one({ identifiers: [phone('13700000101')] }), await one({ identifiers: [phone('13700000102')], traits: { 肤质: '油性' } })];
  expect((await operator.call('PATCH', `/api/v1/customers/${dry}`, { fields: { 肤质: '干性' } })).status).toBe(200);
  expect((await operator.call('PATCH', `/api/v1/customers/${dry}`, { fields: { 肤质: '混合' } })).body).toMatchObject({ code: 'field.value_invalid' });
  expect(await inState("texts['肤质'] = '干性'")).toEqual([dry]);
  expect(await inState("texts['肤质'] = '油性'")).toEqual([oily]);
  expect((await operator.call('POST', '/api/v1/fields', { label: 'x', type: 'text' })).status).toBe(403);
  expect((await owner.call('POST', '/api/v1/fields', { label: '肤质', type: 'text' })).body).toMatchObject({ code: 'field.exists' });
});

test('R5: every type of field keeps its type; a private one is hidden from whoever may not unmask', async () => {
  for (const [key, type] of [['height_cm', 'number'], ['joined_on', 'day'], ['likes', 'multi'], ['vip', 'boolean'], ['contract_file', 'file'], ['motto', 'text']] as const) {
    expect((await owner.call('POST', '/api/v1/fields', { key, label: key, type, section: key === 'motto' ? 'private' : 'public' })).status).toBe(201);
  }
  const id = await one({ identifiers: [phone('13700000103')], traits: { height_cm: '165', joined_on: '2025/12/01', likes: '茶,花', vip: '是', contract_file: 'f1', motto: 'secret' } });
  const read = async (who: Person) => Object.fromEntries((await who.call<{ fields: { key: string; value: unknown }[] }>('GET', `/api/v1/customers/${id}`)).body.fields.map(({ key, value }) => [key, value]));
  expect(await read(owner)).toMatchObject({ height_cm: 165, joined_on: '2025-12-01', likes: ['茶', '花'], vip: true, contract_file: 'f1', motto: 'secret' });
  expect(await read(operator)).toMatchObject({ height_cm: 165, motto: '****' });
});

test('R139: an operator sees 138****0000 in lists and pages, cannot ask for more, and the owner who does is audited', async () => {
  const id = await one({ identifiers: [phone('13800000000'), { kind: 'email', value: 'zhang@x.com' }], name: '张脱敏' });
  const masked = (await list('q=张脱敏')).rows[0];
  expect(masked?.identifiers).toEqual([expect.objectContaining({ kind: 'phone', shown: '138****0000', masked: true }), expect.objectContaining({ kind: 'email', shown: 'z***@x.com', masked: true })]);
  expect(JSON.stringify((await operator.call('GET', `/api/v1/customers/${id}`)).body)).not.toContain('13800000000');
  expect((await operator.call('GET', `/api/v1/customers/${id}?clear=true`)).status).toBe(403);
  expect(JSON.stringify((await owner.call('GET', `/api/v1/customers/${id}?clear=true`)).body)).toContain('13800000000');
  const audits = await stores.pg.tx(ws, (tx) => many(tx, sql<{ action: string; target: string }>`select action, target from audit where workspace_id = ${ws} and action = 'unmask'`));
  expect(audits).toContainEqual({ action: 'unmask', target: `customer:${id}` });
});

test('R139: an export needs permission and a reason, is masked unless asked in clear, and stands in the audit log', async () => {
  const id = await one({ identifiers: [phone('13800000001')], name: '=cmd|/c' });
  expect((await operator.call('POST', '/api/v1/customers/export', { reason: 'campaign', customers: [id] })).status).toBe(403);
  expect((await owner.call('POST', '/api/v1/customers/export', { customers: [id] })).status).toBe(400);
  const file = await owner.call<string>('POST', '/api/v1/customers/export', { reason: 'campaign', customers: [id] });
  expect(file.headers['content-type']).toContain('text/csv');
  expect(file.body).toContain('138****0001');
  expect(file.body).toContain("'=cmd|/c");
  expect((await owner.call<string>('POST', '/api/v1/customers/export', { reason: 'campaign', customers: [id], clear: true })).body).toContain('13800000001');
  const audits = await stores.pg.tx(ws, (tx) => many(tx, sql<{ detail: unknown }>`select detail from audit where workspace_id = ${ws} and action = 'export' order by seq`));
  expect(audits.map(({ detail }) => detail)).toEqual([{ count: 1, masked: true, reason: 'campaign' }, { count: 1, masked: false, reason: 'campaign' }]);
});

test('customers are found by name, phone, tail, e-mail, member and order number', async () => {
  const id = await one({ identifiers: [{ kind: 'member_no', value: 'M-778' }, phone('13911112222'), { kind: 'email', value: 'Find.Me@x.com' }, { kind: 'receiver_phone', value: '13733334444' }], name: '欧阳小明 Smith' });
  registerOrderFinder(async (_stores, _workspace, orderNo) => (orderNo === 'T2026001' ? [id] : []));
  for (const q of ['小明', '欧阳', 'smi', '13911112222', '+86 139 1111 2222', '2222', 'find.me@X.com', 'M-778', '13733334444', '4444', 'T2026001']) {
    expect((await list(`q=${encodeURIComponent(q)}`)).rows.map((row) => row.id), q).toContain(id);
  }
  for (const q of ['小红', '2223', 'nobody@x.com', 'T2026002']) expect((await list(`q=${encodeURIComponent(q)}`)).rows, q).toEqual([]);
});

test('lists go on where they stopped, whatever the sort, and totals stop at 10,000', async () => {
  const made = await resolve(stores, ws, Array.from({ length: 25 }, (_, i) => item([{ kind: 'user_id', value: `page-${i}` }], { name: `Pager ${String.fromCharCode(65 + (i % 7))}`, tags: ['paged'] })));
  await publish(stores, ws, made.items.slice(0, 18).map(({ customer }, i) => ({ customer, values: { last_on: `2026-01-${String(1 + (i % 5)).padStart(2, '0')}`, net_minor: i % 4, order_count: i % 3 } })));
  for (const sort of ['name', 'last_on', 'net_minor', 'order_count']) {
    for (const direction of ['asc', 'desc']) {
      const seen: string[] = [];
      for (let cursor = ''; ; ) {
        const page = await list(`tag=paged&sort=${sort}&direction=${direction}&limit=7${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
        expect(page.total).toEqual({ count: 25, over: false });
        seen.push(...page.rows.map(({ id }) => id));
        if (!page.next) break;
        cursor = page.next;
      }
      expect(seen, `${sort} ${direction}`).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
    }
  }
  expect((await operator.call('GET', '/api/v1/customers?sort=phone')).status).toBe(400);
});

test('R6a: an account with 4 of 7 sections filled is 57 % complete and names the three missing', async () => {
  const { body: account } = await operator.call<{ id: string }>('POST', '/api/v1/accounts', { name: '西湖茶业', industry: '茶' });
  for (const section of ['history', 'culture', 'products', 'needs']) {
    expect((await operator.call('PUT', `/api/v1/accounts/${account.id}/sections/${section}`, { body: `about ${section}` })).status).toBe(200);
  }
  const page = (await operator.call<{ completeness: unknown; sections: { author: string; at: string }[] }>('GET', `/api/v1/accounts/${account.id}`)).body;
  expect(page.completeness).toEqual({ filled: 4, of: 7, percent: 57, missing: ['advantages', 'competitors', 'problems'] });
  expect(page.sections.every(({ author, at }) => author === `user:${operator.userId}` && !Number.isNaN(Date.parse(at)))).toBe(true);
  const listed = (await operator.call<{ rows: { id: string; completeness: { percent: number } }[] }>('GET', '/api/v1/accounts?q=西湖')).body.rows;
  expect(listed).toMatchObject([{ id: account.id, completeness: { percent: 57 } }]);
});

const contactOf = async (accountId: string, more: Record<string, unknown>): Promise<string> => (await operator.call<{ id: string }>('POST', `/api/v1/accounts/${accountId}/contacts`, more)).body.id;

test('R6b: contacts stand by decision role, and losing the only decision-maker raises a task', async () => {
  const { body: account } = await operator.call<{ id: string }>('POST', '/api/v1/accounts', { name: '龙井商行' });
  const buyer = await contactOf(account.id, { name: '采购陈', role: 'buyer' });
  const [boss, second] = [await contactOf(account.id, { name: '王总', role: 'decision_maker', power: 5, phone: '13600000001' }), await contactOf(account.id, { name: '李总', role: 'decision_maker', power: 3 })];
  const page = (await operator.call<{ contacts: { id: string; identifiers: { shown: string }[] }[] }>('GET', `/api/v1/accounts/${account.id}`)).body;
  expect(page.contacts.map(({ id }) => id)).toEqual([boss, second, buyer]);
  expect(page.contacts[0]?.identifiers).toMatchObject([{ shown: '136****0001' }]);
  const tasks = async () => (await operator.call<{ rows: { code: string; contactId: string; assignee: string }[] }>('GET', `/api/v1/tasks?accountId=${account.id}`)).body.rows;
  await operator.call('PATCH', `/api/v1/contacts/${boss}`, { left: true });
  expect(await tasks()).toEqual([]);
  await operator.call('PATCH', `/api/v1/contacts/${second}`, { role: 'influencer' });
  expect(await tasks()).toMatchObject([{ code: 'task.decision_maker_lost', contactId: second, assignee: `user:${operator.userId}` }]);
});

test('R7: stance oppose → neutral → support leaves three rows, and the filter stance = oppose holds then loses the contact', async () => {
  const { body: account } = await operator.call<{ id: string }>('POST', '/api/v1/accounts', { name: '态度公司' });
  const contact = await contactOf(account.id, { name: '赵立场', role: 'influencer' });
  const say = (kind: string, value: string) => operator.call('POST', `/api/v1/contacts/${contact}/attitudes`, { kind, value, evidence: '拜访', confidence: 0.8 });
  await say('stance', 'oppose');
  const opposing = await inState("texts['stance'] = 'oppose'");
  expect(opposing).toHaveLength(1);
  stores.clock.advance(1_000);
  await say('stance', 'neutral');
  stores.clock.advance(1_000);
  await say('stance', 'support');
  await say('objection', '太贵');
  expect(await inState("texts['stance'] = 'oppose'")).toEqual([]);
  expect(await inState("texts['stance'] = 'support' and has(lists['objections'], '太贵')")).toEqual(opposing);
  const page = (await operator.call<{ contacts: { history: { kind: string; evidence: string; confidence: number; id: string }[]; attitudes: { stance: { value: string }; objections: unknown[] } }[] }>('GET', `/api/v1/accounts/${account.id}`)).body;
  const history = page.contacts[0]?.history ?? [];
  expect(history.filter(({ kind }) => kind === 'stance')).toHaveLength(3);
  expect(history.every(({ evidence, confidence }) => evidence === '拜访' && confidence === 0.8)).toBe(true);
  await operator.call('POST', `/api/v1/contacts/attitudes/${history.find(({ kind }) => kind === 'objection')?.id}/end`, {});
  expect(await inState("texts['stance'] = 'support' and has(lists['objections'], '太贵')")).toEqual([]);
});

test('R8: the timeline of an account is in time order, filterable by kind, and open issues are counted', async () => {
  const { body: account } = await operator.call<{ id: string }>('POST', '/api/v1/accounts', { name: '时间线公司' });
  await contactOf(account.id, { name: '孙', role: 'user' });
  registerTimeline({ name: 'test-orders', kinds: ['order'], load: async (_stores, _workspace, { subjects }) => subjects.slice(0, 1).map((id) => ({ id: `order-${id}`, at: '2026-01-12T00:00:00.000Z', kind: 'order', code: 'event.order.paid', params: {} })) });
  for (const [kind, at] of [['visit', '2026-01-11T00:00:00Z'], ['contract', '2026-01-13T00:00:00Z'], ['message', '2026-01-09T00:00:00Z']]) {
    await operator.call('POST', `/api/v1/accounts/${account.id}/notes`, { kind, body: kind, at });
  }
  await operator.call('POST', '/api/v1/tasks', { text: 'call back', accountId: account.id });
  const { body: issue } = await operator.call<{ id: string }>('POST', `/api/v1/accounts/${account.id}/issues`, { title: '账期' });
  await operator.call('POST', `/api/v1/accounts/${account.id}/issues`, { title: '破损' });
  const open = async () => (await operator.call<{ openIssues: number }>('GET', `/api/v1/accounts/${account.id}`)).body.openIssues;
  expect(await open()).toBe(2);
  await operator.call('POST', `/api/v1/accounts/issues/${issue.id}/close`, { outcome: '改为 30 天' });
  expect(await open()).toBe(1);
  type Lines = { rows: { id: string; kind: string; at: string }[]; next: string | null };
  const read = async (query = '') => (await operator.call<Lines>('GET', `/api/v1/accounts/${account.id}/timeline?${query}`)).body;
  const all = (await read()).rows;
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort().reverse());
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['visit', 'contract', 'message', 'task', 'issue', 'order']));
  expect((await read('kinds=order,visit')).rows.map(({ kind }) => kind)).toEqual(['order', 'visit']);
  const paged: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: Lines = await read(`limit=2${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
    paged.push(...page.rows.map(({ id }) => id));
    next = page.next;
  }
  expect(paged).toEqual(all.map(({ id }) => id));
});

test('R10: a portrait has five blocks and every value shows its source and date', async () => {
  const id = await one({ identifiers: [phone('13700000110')], traits: { city: '杭州', usage_scenes: ['办公室'], pain_points: '太贵,太远', needs: '礼盒' } });
  await publish(stores, ws, [{ customer: id, values: { order_count: 3, gap_days: 23 } }]);
  const { portrait } = (await operator.call<{ portrait: { block: string; values: { key: string; value: unknown; source: string; at: string }[] }[] }>('GET', `/api/v1/customers/${id}`)).body;
  expect(portrait.map(({ block, values }) => [block, values.length > 0])).toEqual([['basic', true], ['scene', true], ['habit', true], ['pain', true], ['need', true]]);
  for (const value of portrait.flatMap(({ values }) => values)) {
    expect(value.source, value.key).not.toBe('');
    expect(Number.isNaN(Date.parse(value.at)), value.key).toBe(false);
  }
  expect(portrait[0]?.values).toContainEqual(expect.objectContaining({ key: 'city', value: '杭州', source: 'tmall', at: AT.toISOString() }));
});

test('R11a: a computed trait changes with what is bought, keeps its history, and is stale after its time to live', async () => {
  const id = await one({ identifiers: [phone('13700000111')] });
  let category = '红茶';
  registerTrait({ key: 'preferred_category', type: 'text', source: 'test', block: 'habit', ttlDays: 30, on: ['events.recorded'], everyHours: 24, compute: async () => new Map([[id, category]]) });
  await refreshTraits(stores, ws, ['preferred_category'], [id]);
  stores.clock.advance(60_000);
  category = '绿茶';
  expect(await refreshTraits(stores, ws, ['preferred_category'], [id])).toBe(1);
  expect(await refreshTraits(stores, ws, ['preferred_category'], [id])).toBe(0);
  expect(await inState("texts['preferred_category'] = '绿茶'")).toEqual([id]);
  const { rows } = (await operator.call<{ rows: { value: string }[] }>('GET', `/api/v1/customers/${id}/traits?key=preferred_category`)).body;
  expect(rows.map(({ value }) => value)).toEqual(['绿茶', '红茶']);
  const stale = async () => (await (await operator.call<{ fields: { key: string; stale: boolean }[] }>('GET', `/api/v1/customers/${id}`)).body.fields.find(({ key }) => key === 'preferred_category'))?.stale;
  expect(await stale()).toBe(false);
  const now = stores.clock.now();
  stores.clock.advance(31 * 86_400_000);
  const later = await person(stores, app, ws, 'operator');
  expect((await later.call<{ fields: { key: string; stale: boolean }[] }>('GET', `/api/v1/customers/${id}`)).body.fields.find(({ key }) => key === 'preferred_category')?.stale).toBe(true);
  stores.clock.set(now);
});

test('R11b: the filter city = 杭州 and referred someone finds the two seeded people', async () => {
  const people = await resolve(stores, ws, [['u1', '杭州'], ['u2', '杭州'], ['u3', '杭州'], ['u4', '上海'], ['u5', '上海']].map(([value, city]) => item([{ kind: 'user_id', value: `ref-${value}` }], { traits: { city } })));
  const [a, b, c, d, e] = people.items.map(({ customer }) => customer) as [string, string, string, string, string];
  await relate(stores, ws, [{ kind: 'referrer', from: a, to: c }, { kind: 'referrer', from: b, to: d }, { kind: 'referrer', from: d, to: e }, { kind: 'referrer', from: a, to: a }]);
  expect(await inState("texts['city'] = '杭州' and numbers['referred_count'] > 0")).toEqual([a, b].sort());
});

test('R38: a rule tag recomputes, and keeping the last value differs from clearing it', async () => {
  const [a, b] = [await one({ identifiers: [phone('13700000121')] }), await one({ identifiers: [phone('13700000122')] })] as [string, string];
  let fits = [{ customer: a, value: '高' }, { customer: b, value: '低' }];
  registerTagRule('metric', { find: async () => fits });
  const make = async (key: string, onEmpty: string) => (await operator.call<{ id: string }>('POST', '/api/v1/tags', { key, name: key, kind: 'metric', onEmpty })).body.id;
  const [keep, clear] = [await make('消费力_保留', 'keep'), await make('消费力_清空', 'clear')];
  const bearers = async (tag: string) => [await inState(`has(tags, {t:String})`, { t: `${tag}:高` }), await inState(`has(tags, {t:String})`, { t: `${tag}:低` })];
  expect(await bearers('消费力_保留')).toEqual([[a], [b]]);
  fits = [{ customer: b, value: '高' }];
  for (const tag of [keep, clear]) await operator.call('POST', `/api/v1/tags/${tag}/refresh`, {});
  expect(await bearers('消费力_保留')).toEqual([[a, b].sort(), []]);
  expect(await bearers('消费力_清空')).toEqual([[b], []]);
  const history = await stores.pg.tx(ws, (tx) => many(tx, sql<{ value: string }>`select value from tag_member where workspace_id = ${ws} and tag_id = ${clear} and ended_at is not null order by value`));
  expect(history.map(({ value }) => value)).toEqual(['低', '高']);
});

test('R38 D13: tags form a tree, given and taken by hand, imported, versioned when their rule changes', async () => {
  const id = await one({ identifiers: [phone('13700000123')], tags: ['导入标签'] });
  const { body: parent } = await operator.call<{ id: string }>('POST', '/api/v1/tags', { key: 'grp', name: '分组' });
  const { body: child } = await operator.call<{ id: string }>('POST', '/api/v1/tags', { key: 'sub', name: '子', parentId: parent.id });
  expect((await operator.call('PATCH', `/api/v1/tags/${parent.id}`, { parentId: child.id })).body).toMatchObject({ code: 'tag.parent_below' });
  await operator.call('POST', `/api/v1/tags/${child.id}/members`, { give: [id] });
  expect(await inState("has(tags, 'sub') and has(tags, '导入标签')")).toEqual([id]);
  type Node = { key: string; count: number; kind: string; owner: string; children: Node[] };
  const tree = (await operator.call<{ rows: Node[] }>('GET', '/api/v1/tags')).body.rows;
  expect(tree.find(({ key }) => key === 'grp')?.children).toMatchObject([{ key: 'sub', count: 1, owner: `user:${operator.userId}` }]);
  expect(tree.find(({ key }) => key === '导入标签')).toMatchObject({ kind: 'import', count: 1 });
  await operator.call('POST', `/api/v1/tags/${child.id}/members`, { take: [id] });
  expect(await inState("has(tags, 'sub')")).toEqual([]);
  registerTagRule('rule', { find: async () => [] });
  const { body: ruled } = await operator.call<{ id: string; version: number }>('POST', '/api/v1/tags', { key: 'ruled', name: 'r', kind: 'rule', spec: { a: 1 } });
  expect((await operator.call('POST', `/api/v1/tags/${ruled.id}/members`, { give: [id] })).body).toMatchObject({ code: 'tag.computed' });
  expect((await operator.call('PATCH', `/api/v1/tags/${ruled.id}`, { spec: { a: 2 } })).body).toMatchObject({ version: 2 });
});

test('a tag that cannot be computed holds up neither the other tags nor other workspaces', async () => {
  registerTagRule('metric', { find: async (_, __, spec) => { if ((spec as { bad?: boolean }).bad) throw new Error('no rule'); return []; } });
  const made = async (key: string, spec: object) => (await operator.call<{ id: string }>('POST', '/api/v1/tags', { key, name: key, kind: 'metric', everyHours: 1, spec })).body.id;
  const [good, bad] = [await made('a_good', {}), await made('b_bad', {})];
  await operator.call('PATCH', `/api/v1/tags/${good}`, { name: 'good' });
  await stores.pg.tx(ws, (tx) => run(tx, sql`update tag set spec = '{"bad": true}' where workspace_id = ${ws} and id = ${bad}`));
  const refreshed = () => stores.pg.tx(ws, (tx) => many(tx, sql<{ key: string; at: Date | null }>`select key, refreshed_at as at from tag where workspace_id = ${ws} and id = any(${[good, bad]}::uuid[]) order by key`));
  const before = await refreshed();
  stores.clock.set(new Date(stores.clock.now().getTime() + 2 * 3_600_000));
  await expect(customersTick(stores)).rejects.toThrow('no rule');
  const after = await refreshed();
  expect(after[0]?.at?.getTime()).toBeGreaterThan(before[0]?.at?.getTime() ?? Infinity);
  expect(after[1]).toEqual(before[1]);
});

test('R4: merge and un-merge by hand over the API bring back names, tags and notes as they were', async () => {
  const [a, b] = [await one({ identifiers: [phone('13700000131')], name: '甲', tags: ['A'] }), await one({ identifiers: [phone('13700000132')], name: '乙', tags: ['B'] })] as [string, string];
  await operator.call('POST', `/api/v1/customers/${a}/notes`, { body: 'note of 甲' });
  const { body: { customer } } = await operator.call<{ customer: string }>('POST', '/api/v1/customers/merge', { keep: b, absorb: a, reason: 'same person' });
  const head = async (id: string) => (await operator.call<{ id: string; name: string; tags: { key: string }[] }>('GET', `/api/v1/customers/${id}`)).body;
  const merged = await head(a);
  expect(merged).toMatchObject({ id: customer, name: '乙' });
  expect(merged.tags.map(({ key }) => key).sort()).toEqual(['A', 'B']);
  const lines = async (id: string) => (await operator.call<{ rows: { kind: string }[] }>('GET', `/api/v1/customers/${id}/timeline`)).body.rows.map(({ kind }) => kind).sort();
  expect(await lines(customer)).toEqual(expect.arrayContaining(['merge', 'note']));
  const { rows } = (await operator.call<{ rows: { id: string; kind: string }[] }>('GET', `/api/v1/customers/${customer}/merges`)).body;
  expect((await operator.call('POST', `/api/v1/identity/merges/${rows[0]?.id}/undo`, { reason: 'no, twins' })).status).toBe(200);
  expect(await head(a)).toMatchObject({ id: a, name: '甲', tags: [{ key: 'A' }] });
  expect(await head(b)).toMatchObject({ id: b, name: '乙', tags: [{ key: 'B' }] });
  expect(await lines(a)).toContain('note');
  expect((await operator.call('POST', `/api/v1/identity/merges/${rows[0]?.id}/undo`, { reason: 'again' })).body).toMatchObject({ code: 'merge.undone' });
  expect((await (await person(stores, app, ws, 'analyst')).call('POST', '/api/v1/customers/merge', { keep: a, absorb: b, reason: 'try' })).status).toBe(403);
});

test('a value published under an undeclared key is refused', async () => {
  const id = await one({ identifiers: [phone('13700000141')] });
  await expect(publish(stores, ws, [{ customer: id, values: { nothing_like_it: 1 } }])).rejects.toMatchObject({ code: 'field.unknown' });
  declareFields([{ key: 'ticket_open', type: 'boolean', source: 'service' }]);
  await publish(stores, ws, [{ customer: id, values: { ticket_open: true } }]);
  expect(await inState("numbers['ticket_open'] = 1")).toEqual([id]);
  await publish(stores, ws, [{ customer: id, values: { ticket_open: null } }]);
  expect(await inState("mapContains(numbers, 'ticket_open')")).toEqual([]);
});

test('what is published again unchanged within a day is not written, and nobody is told; after a day it is as new again', async () => {
  const id = await one({ identifiers: [phone('13700000142')] }), said = [{ customer: id, values: { stage: 'active', order_count: 3, gap_days: 12 } }];
  const row = () => stores.pg.tx(ws, (tx) => maybe(tx, sql<{ xmin: string; owed: number }>`select c.xmin::text as xmin, (select count(*)::int from mirror_batch) as owed from customer c where id = ${id}`));
  await publish(stores, ws, said);
  const written = await row();
  await publish(stores, ws, said, { mirror: 'later' });
  expect(await row()).toEqual({ ...written, owed: 0 });
  await publish(stores, ws, [{ customer: id, values: { ...said[0]?.values, gap_days: 13 } }], { mirror: 'later' });
  expect(await row()).toMatchObject({ owed: 1 });
  await publish(stores, ws, said);
  const again = await row();
  await publish(stores, ws, said, { at: new Date(stores.clock.now().getTime() + 25 * 3_600_000), mirror: 'later' });
  expect((await row())?.xmin).not.toBe(again?.xmin);
  const rewritten = await row();
  await publish(stores, ws, [{ customer: id, values: { rfm: null, referrer: null } }], { mirror: 'later' });
  expect(await row()).toEqual(rewritten);
});

test('two who tell analytics at once tell it once', async () => {
  const id = await one({ identifiers: [phone('13700000143')] });
  const rows = async (): Promise<number> => (await stores.ch.rows<{ n: number }>('select uniqExact(version) as n from customer_state where workspace = {workspace:UUID} and customer = {id:UUID}', { workspace: ws, id }))[0]?.n ?? 0;
  const before = await rows();
  await publish(stores, ws, [{ customer: id, values: { order_count: 7 } }], { mirror: 'later' });
  expect((await Promise.all([flushMirror(stores, ws), flushMirror(stores, ws), flushMirror(stores, ws)])).sort()).toEqual([0, 0, 1]);
  expect(await rows()).toBe(before + 1);
});

test('another workspace sees none of it', async () => {
  const id = await one({ identifiers: [phone('13700000151')], name: '别家看不见' });
  const other = await testWorkspace(stores);
  const stranger = await person(stores, app, other, 'owner');
  expect((await stranger.call('GET', `/api/v1/customers/${id}`)).status).toBe(404);
  expect((await list('q=别家看不见', stranger)).rows).toEqual([]);
  expect((await stranger.call('PATCH', `/api/v1/customers/${id}`, { name: 'mine' })).status).toBe(404);
});
