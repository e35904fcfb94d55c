import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Api } from '../../src/cli/connect.ts';
import { importPaths } from '../../src/cli/importing.ts';
import { flushMirror } from '../../src/customers/index.ts';
import { newId } from '../../src/kernel/ids.ts';
import { run, sql } from '../../src/kernel/sql.ts';
import { fillActing } from './acting.ts';
import type { Person } from './app.ts';
import type { TestStores } from './stores.ts';

const sure = async <T>(reply: Promise<{ status: number; body: T }>): Promise<T> => {
  const { status, body } = await reply;
  if (status >= 300) throw new Error(JSON.stringify(body));
  return body;
};

export type World = { stores: TestStores; app: FastifyInstance; api: Api; workspace: string; owner: Person; folder: string; settled(): Promise<void> };

const tree = (days: number) => ({ version: 1, root: { kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } } });
const YEAR = { from: '2026-01-01', to: '2026-12-31' };
const PLAN = { channels: [{ channel: 'sms', costMinor: 5 }], margin: { basis: 'share', share: 0.4 }, variants: [{ key: 'treated', couponMinor: 500 }] };

/** What is set before anything came; of what has versions a second one, and of what can be put away one that was. */
async function settings({ api, owner }: World): Promise<void> {
  const put = async (url: string): Promise<void> => { await sure(owner.call('DELETE', url)); };
  await api.patch('/api/v1/workspaces/current', { timezone: 'Asia/Taipei' });
  await api.put('/api/v1/rates', { rows: [{ currency: 'USD', day: '2026-01-01', rate: 7.1 }] });
  for (const [key, label] of [['hobby', 'Hobby'], ['old_hobby', 'Old hobby']]) await api.post('/api/v1/fields', { key, label, type: 'enum', options: ['tea', 'walks'] });
  await put('/api/v1/fields/old_hobby');
  await api.post('/api/v1/insight/promotions', { name: 'Spring sale', shop: '', firstDay: '2026-03-01', lastDay: '2026-03-09' });
  const segment = await api.post<{ id: string }>('/api/v1/segments', { name: 'Bought lately', description: 'in 60 days', tree: tree(60) });
  await sure(owner.call('PATCH', `/api/v1/segments/${segment.id}`, { tree: tree(45), version: 1 }));
  await put(`/api/v1/segments/${(await api.post<{ id: string }>('/api/v1/segments', { name: 'Forgotten', tree: tree(10) })).id}`);
  const { id: parentId } = await api.post<{ id: string }>('/api/v1/tags', { key: 'worth', name: 'Worth' });
  const { id: tagId } = await api.post<{ id: string }>('/api/v1/tags', { key: 'lately', name: 'Bought lately', kind: 'rule', parentId, spec: { tree: tree(60) } });
  await sure(owner.call('PATCH', `/api/v1/tags/${tagId}`, { spec: { tree: tree(45) } }));
  await put(`/api/v1/tags/${(await api.post<{ id: string }>('/api/v1/tags', { key: 'gone', name: 'Gone' })).id}`);
  await api.post('/api/v1/insight/metrics/active/versions', { params: { days: 14 }, reason: 'told anew' });
  await api.post('/api/v1/insight/reports', { name: 'Kept', metricId: 'repurchase_period', scope: YEAR });
  await api.post('/api/v1/lifecycle/costs', { kind: 'service', channel: 'shop', on: '2026-02', amountMinor: 12_300, currency: 'CNY', note: 'helpers' });
}

const RULES: readonly (readonly [string, unknown])[] = [
  ['/api/v1/lifecycle/rfm', { windowDays: 180, method: 'means', bins: 2, thresholds: null, names: { key_value: 'Best' } }],
  ['/api/v1/lifecycle/matrix/new', { needs: 'a second order', goal: '30 %', kpi: 'repurchase', ownerTeam: 'shop' }],
  ['/api/v1/lifecycle/value-scores/weights', { behaviour: 2, attributes: 1, contribution: 3 }],
  ['/api/v1/lifecycle/scoring/policy', { purpose: 'to write to those who leave', capacity: 77, useTraits: false }],
  ['/api/v1/insight/benchmarks/churn/retail', { share: 0.31, citation: 'A study of 2024', shown: true }],
  ['/api/v1/reconcile/figures', { month: '2026-01', shop: '', measure: 'net', figure: 99_000 }],
  ['/api/v1/lifecycle/model', { model: 'canonical' }],
  ['/api/v1/layers', { version: 0, frequencyOrders: null, spendMinor: null, highEndMinor: null, levelHighMinor: 50_000, levelMiddleMinor: 9_000, loyaltyOrders: 3, windowDays: 200 }],
  ['/api/v1/lifecycle/risk-rules/refund_burst', { atLeast: 4, withinDays: 60, share: null, active: true }],
];

/** People by file, orders, refunds and costs of a shop, events by the door. */
async function happenings({ api, folder, settled }: World): Promise<void> {
  const file = (name: string, text: string): string => { writeFileSync(join(folder, name), text); return join(folder, name); };
  await importPaths(api, [file('people.csv', `member_no,name,phone,tags\n${Array.from({ length: 30 }, (_, i) => `M${i},"Guest ${i}, ""regular""",138001390${10 + i},${i % 2 ? '老客' : '老客;VIP'}`).join('\n')}\n`)], { source: 'crm' });
  const orders = file('orders.csv', `order_no,created_at,member_no,sku,product_name,quantity,amount_paid,order_status\n${Array.from({ length: 40 }, (_, i) => `N${i},2026-0${1 + (i % 3)}-05 10:00:00,M${i % 25},S${i % 4},"Tea, green",${1 + (i % 2)},${10 + i}.50,paid`).join('\n')}\n`);
  await importPaths(api, [orders], { source: 'east' });
  await importPaths(api, [file('costs.csv', `cost_no,date,cost_kind,cost_amount,channel,campaign,order_no\n${Array.from({ length: 6 }, (_, i) => `C${i},2026-0${1 + (i % 3)}-10,acquisition,${5 + i}.25,search,"Spring, 2026",`).join('\n')}\n`)], { source: 'east' });
  const site = await api.post<{ id: string }>('/api/v1/sources', { key: 'site', name: 'Web shop', kind: 'behaviour' });
  const { key } = await api.post<{ key: string }>(`/api/v1/sources/${site.id}/key`, {});
  const batch = Array.from({ length: 20 }, (_, i) => ({ type: 'track', messageId: `m${i}`, ...(i % 3 ? { userId: `u${i % 9}` } : { anonymousId: `a${i % 6}` }), event: 'Product Viewed', timestamp: `2026-03-0${1 + (i % 9)}T10:00:00Z`, properties: { sku: `S${i % 4}` } }));
  await api.send('/v1/batch', key, JSON.stringify({ batch }));
  await settled();
}

/** A company with everything that can be written of it, and what staff wrote of customers. */
async function written({ api, owner, stores }: World, people: readonly string[]): Promise<void> {
  const { id } = await api.post<{ id: string }>('/api/v1/accounts', { name: 'Teahouse', industry: 'catering', owner: 'Mei' });
  for (const body of ['Since 1990', 'Since 1989, it turned out']) { await api.put(`/api/v1/accounts/${id}/sections/history`, { body }); stores.clock.advance(1_000); }
  const contact = await api.post<{ id: string }>(`/api/v1/accounts/${id}/contacts`, { name: 'Lin', title: 'buyer', role: 'decision_maker', power: 4, background: 'a tea master', phone: '13900000001' });
  await api.post(`/api/v1/contacts/${contact.id}/attitudes`, { kind: 'need', value: 'credit', evidence: 'said so', confidence: 0.8 });
  const issue = await api.post<{ id: string }>(`/api/v1/accounts/${id}/issues`, { title: 'Late parcels', detail: 'twice' });
  await api.post(`/api/v1/accounts/issues/${issue.id}/close`, { outcome: 'another carrier' });
  await api.post(`/api/v1/accounts/${id}/notes`, { kind: 'visit', body: 'they want samples' });
  await api.post('/api/v1/tasks', { text: 'send samples', accountId: id, contactId: contact.id, dueOn: '2026-04-10' });
  await api.post(`/api/v1/customers/${people[3]}/notes`, { kind: 'interview', body: 'rings from 13800139099', tags: ['likes green'] });
  await sure(owner.call('PUT', '/api/v1/products/fits/S9', { name: 'Lid', owners: ['S1'] }));
  const tier = { sla: { firstReplyMinutes: 60, resolveMinutes: 600 }, channels: null, offer: 'none', capMinor: null };
  const { rows: segments } = await api.get<{ rows: { id: string; name: string }[] }>('/api/v1/segments'), best = segments.find(({ name }) => name === 'Bought lately')?.id;
  const tiers = [{ ...tier, key: 'best', name: 'Best', segment: best, human: 'adviser' }, { ...tier, key: 'all', name: 'All', segment: null, human: 'pool' }];
  await sure(owner.call('PUT', '/api/v1/touch/policy', { version: 0, policy: { tiers, agents: [{ id: `user:${owner.userId}`, cap: 5 }], rankBy: 'net_minor', slack: 0.2, contactMinor: 100 } }));
  const done = await api.post<{ id: string }>('/api/v1/tasks', { text: 'ring back', customerId: people[3] });
  await sure(owner.call('POST', `/api/v1/tasks/${done.id}/attempts`, { outcome: 'no_answer', note: 'rang twice' }));
  await sure(owner.call('POST', `/api/v1/tasks/${done.id}/done`, {}));
}

const at = '2026-03-15T04:00:00Z';

/** What the clock, a model or somebody's decision leaves behind, as rows. */
async function decided({ stores, workspace, owner }: World, people: readonly string[]): Promise<void> {
  const signal = newId(), [mine, theirs] = [owner.userId, newId()];
  await stores.pg.tx(workspace, async (tx) => {
    await run(tx, sql`insert into relation values (${workspace}, 'referrer', ${people[0]}, ${people[1]}, ${at})`);
    await run(tx, sql`insert into risk_signal values (${workspace}, ${signal}, ${people[2]}, 'refund_burst', 'refunds', 4, 60, 8800, ${at}, ${at}, ${at}, 'watching', 'asked', ${mine}, ${at})`);
    await run(tx, sql`insert into risk_review values (${workspace}, ${newId()}, ${signal}, 'watching', 'asked', ${mine}, ${at})`);
    await run(tx, sql`insert into exit_reason values (${workspace}, ${people[4]}, 'price', 'staff', ${mine}, '2026-03-15')`);
    await run(tx, sql`insert into scoring_objection values (${workspace}, ${people[5]}, ${mine}, ${at})`);
    await run(tx, sql`insert into price_use values (${workspace}, ${newId()}, 'a discount for those who leave', 'approved', ${mine}, ${at}, ${theirs}, ${at}, '2026-06-01')`);
    await run(tx, sql`insert into budget_plan values (${workspace}, ${newId()}, 'Spring', '2026-03-15', 'stage', '{"totalMinor": 100}', '{"rows": []}', ${mine}, ${at})`);
    await run(tx, sql`insert into measured_response values (${workspace}, ${newId()}, 'Save them', 100, 12, 50, 3, 30, '2026-03-15', ${at})`);
    await run(tx, sql`insert into import_recipe (workspace_id, id, name, source, mappings, created_at) values (${workspace}, ${newId()}, 'East', 'east', '[]', ${at})`);
  });
}

/** One experiment drawn, handed out and settled, one under way, one planned; a goal with its cycle. */
async function experiments({ api, owner, stores, workspace, settled }: World, people: readonly string[]): Promise<void> {
  const goal = await api.post<{ id: string }>('/api/v1/insight/goals', { name: 'A third again', metricId: 'repurchase_period', target: 0.3, scope: YEAR, owner: 'the shop' });
  const cycle = await api.post<{ id: string }>('/api/v1/insight/cycles', { goalId: goal.id });
  await sure(owner.call('PATCH', `/api/v1/insight/cycles/${cycle.id}`, { data: 'few come back', strategy: 'write to them' }));
  for (const customer of people.slice(0, 24)) await sure(owner.call('PATCH', `/api/v1/customers/${customer}`, { consents: [{ channel: 'sms', state: 'given' }] }));
  await settled();
  await flushMirror(stores, workspace);
  const made = async (name: string, startsOn: string, ids: readonly string[]): Promise<string> => (await sure(owner.call<{ id: string }>('POST', '/api/v1/insight/experiments', { name, goalId: goal.id, audience: { kind: 'customers', ids }, plan: PLAN, startsOn }))).id;
  const ids = [await made('Won back', '2026-04-02', people.slice(0, 12)), await made('Under way', '2026-04-03', people), await made('Planned', '2026-05-01', people)];
  for (const id of ids.slice(0, 2)) {
    await sure(owner.call('POST', `/api/v1/insight/experiments/${id}/draw`));
    await sure(owner.call('POST', `/api/v1/insight/experiments/${id}/exports`, { channel: 'sms', reason: 'to win them back' }));
  }
  const outcome = newId();
  await stores.pg.tx(workspace, (tx) => run(tx, sql`insert into experiment_settlement values (${workspace}, ${ids[0]}, ${at}, '2026-03-15', ${outcome}, '{"arms": [], "comparisons": [], "note": "kept"}')`));
  await stores.ch.insert('experiment_outcome', people.slice(0, 5).map((customer, n) => ({ workspace, outcome, customer, arm: n % 2 ? 'treated' : 'control', sent: n % 2, bought: 1, refunded: 0, unsubscribed: 0, complained: 0 })));
}

/** A workspace in which every part of an export has something to say. */
export async function fillEverything(world: World): Promise<void> {
  const { api, settled } = world;
  await settings(world);
  await happenings(world);
  const people = (await api.get<{ rows: { id: string }[] }>('/api/v1/customers?limit=30&q=Guest')).rows.map(({ id }) => id).sort();
  await written(world, people);
  await decided(world, people);
  await settled();
  for (const [address, body] of RULES) await api.put(address, body);
  await api.post('/api/v1/lifecycle/rules/configure', { atRiskDays: 45, churnedDays: 120 });
  await settled();
  const { rows: tags } = await api.get<{ rows: { key: string; children: { id: string }[] }[] }>('/api/v1/tags');
  await api.post(`/api/v1/tags/${tags.find(({ key }) => key === 'worth')?.children[0]?.id}/refresh`, {});
  await experiments(world, people);
  await fillActing(world, people);
  await settled();
}
