import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { putOrders } from '../../../test/support/orders.ts';
import { SAMPLE_NOW, sampleWorkspace } from '../../../test/support/sample.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { announce, drain } from '../../kernel/facts.ts';
import { many, sql } from '../../kernel/sql.ts';
import { loop } from '../../loop.ts';
import type { z } from 'zod';
import type { atRiskReply, customerScoreReply, groupReply, modelReply, planReply, policyReply, scoringReply } from './contract.ts';
import { runScoring } from './index.ts';
import { sentenceOf } from './explanation.ts';

let stores: TestStores, ws: string, app: FastifyInstance, owner: Person;
beforeAll(async () => {
  stores = await testStores(SAMPLE_NOW);
  ws = await sampleWorkspace(stores, 3_000);
  app = await testApp(stores);
  owner = await person(stores, app, ws, 'owner');
  await runScoring(stores, ws, 'asked');
}, 240_000);
afterAll(async () => {
  await app.close();
  await stores.close();
});

const get = async <T>(url: string, who: Person): Promise<T> => {
  const reply = await who.call<T>('GET', url);
  expect(reply.status, url).toBe(200);
  return reply.body;
};
const scoring = (who = owner) => get<z.output<typeof scoringReply>>('/api/v1/lifecycle/scoring', who);
const models = (path: string) => get<z.output<typeof modelReply>>(`/api/v1/lifecycle/models/${path}`, owner);
const risks = (query: string, who = owner) => get<z.output<typeof atRiskReply>>(`/api/v1/lifecycle/at-risk?${query}`, who);
const planned = (query: string) => get<z.output<typeof planReply>>(`/api/v1/lifecycle/at-risk/plan?${query}`, owner);
const grouped = (query: string) => get<z.output<typeof groupReply>>(`/api/v1/lifecycle/at-risk/group?${query}`, owner);
const card = (id: string) => get<z.output<typeof customerScoreReply>>(`/api/v1/lifecycle/customers/${id}/score`, owner);

test('an import asks for a run of its own, which nobody waits for', async () => {
  const jobs = await stores.pg.jobsPool.query<{ key: string }>("select key from graphile_worker.jobs where task_identifier = 'lifecycle.score'");
  expect(jobs.rows).toEqual([{ key: `lifecycle.score:${ws}` }]);
});

test('the value model is judged on days it has not seen, beside naive rules, and used because it beats them', async () => {
  const { model, value, history } = await models('value');
  expect(model).toMatchObject({ state: 'used', number: 1, name: value?.chosen });
  const chosen = value?.candidates.find(({ name }) => name === value.chosen), [repeat] = value?.baselines ?? [];
  expect(chosen?.faults).toEqual([]);
  expect(Math.abs(chosen?.judged?.totalError ?? 1)).toBeLessThan(0.15);
  expect(chosen?.judged?.auc?.auc).toBeGreaterThan(value?.recency?.auc ?? 1);
  expect(chosen?.judged?.rmse).toBeLessThan(repeat?.judged?.rmse ?? 0);
  expect(chosen?.fit?.params.every(({ standardError }) => standardError !== null && standardError > 0)).toBe(true);
  expect(value?.tracking?.periods.at(-1)?.actual).toBeGreaterThan(1000);
  expect(value?.coverage?.share).toBeGreaterThanOrEqual(0.8);
  expect(value?.margin).toBeGreaterThan(0.2);
  expect(value?.matrix?.alive.flat().every((share) => share >= 0 && share <= 1)).toBe(true);
  expect(value?.survival[0]?.share).toBeGreaterThan(value?.survival.at(-1)?.share ?? 1);
  expect(history).toHaveLength(1);
  expect(JSON.stringify(value)).not.toMatch(/NaN|Infinity/);
});

test('R126: AUC and calibration on a held-out month are shown, nobody knew anything after it, and the best there is used', async () => {
  const { churn } = await models('churn');
  expect(churn?.data.labels).toBeGreaterThan(500);
  expect(churn?.leaks).toBe(0);
  const losses = churn?.contenders.map(({ name, logLoss, auc, calibration }) => ({ name, logLoss: logLoss ?? Infinity, auc: auc?.auc ?? 0, bins: calibration.length })) ?? [];
  expect(losses.map(({ name }) => name)).toEqual(['model', 'trained', 'recency']);
  expect(losses.every(({ auc, bins }) => auc > 0.7 && bins > 3)).toBe(true);
  expect(churn?.used).toBe(losses.toSorted((a, b) => a.logLoss - b.logLoss)[0]?.name);
});

test('everybody who ever bought has a score with at least three reasons, and the customer field says the same', async () => {
  const { scored } = await scoring();
  const [counts] = await stores.ch.rows<{ buyers: number }>('select count() as buyers from stage_now final where workspace = {ws:UUID} and occasions > 0', { ws });
  expect(scored.customers).toBe(counts?.buyers);
  const [odd] = await stores.ch.rows<{ few: number; out: number }>("select countIf(JSONLength(reason_params) < 3) as few, countIf(churn < 0 or churn > 1 or value_low > value or value_high < value_low or value < 0) as out from customer_score final where workspace = {ws:UUID}", { ws });
  expect(odd).toEqual({ few: 0, out: 0 });
  const fields = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string; churn: number }>`select id, churn_probability as churn from customer where workspace_id = ${ws} and churn_probability is not null order by id limit 20`));
  const scores = await stores.ch.rows<{ id: string; churn: number }>('select customer as id, toFloat64(churn) as churn from customer_score final where workspace = {ws:UUID} and customer in {ids:Array(UUID)}', { ws, ids: fields.map(({ id }) => id) });
  expect(fields).toHaveLength(20);
  for (const { id, churn } of fields) expect(Math.abs((scores.find((one) => one.id === id)?.churn ?? -1) - churn), id).toBeLessThan(0.0051);
});

test('R125: fewer visits, worse marks and more complaints than somebody’s own before warn with both numbers, counted again from their events', async () => {
  // The mean over the newest four weeks, a week being seven days back from the data's own day.
  const marked = async (id: string): Promise<number> => {
    const [row] = await stores.ch.rows<{ recent: number }>(`
      select avg(value) as recent from (
        select intDiv(toInt32(toDate32('2026-07-15')) - toInt32(day), 7) as week, avg(toFloat64OrZero(toString(properties.score))) as value from events final
         where workspace = {ws:UUID} and (subject = {id:UUID} or subject in (select subject from subject_owner final where workspace = {ws:UUID} and customer = {id:UUID})) and event = 'survey.answered' and toString(properties.kind) = 'csat' and toInt32(day) > toInt32(toDate32('2026-07-15')) - 28 group by week)`, { ws, id });
    return Number(row?.recent);
  };
  const made = async (id: string): Promise<number> => {
    const [row] = await stores.ch.rows<{ made: number }>(`
      select count() as made from events final
       where workspace = {ws:UUID} and (subject = {id:UUID} or subject in (select subject from subject_owner final where workspace = {ws:UUID} and customer = {id:UUID})) and event = 'complaint.made' and toInt32(day) > toInt32(toDate32('2026-07-15')) - 28`, { ws, id });
    return Number(row?.made);
  };
  const told = (code: string) => risks(`because=${code}&limit=3`);
  const [marks, complaints, visits] = [await told('churn.satisfaction_fell'), await told('churn.complaints_rose'), await told('churn.activity_fell')];
  const paramsOf = ({ reasons }: (typeof marks.rows)[number], code: string) => reasons.find((one) => one.code === code)?.params as { recent: number; usual: number };
  expect(Math.min(marks.rows.length, complaints.rows.length, visits.rows.length)).toBeGreaterThan(0);
  for (const row of marks.rows) {
    const { recent, usual } = paramsOf(row, 'churn.satisfaction_fell');
    expect(recent).toBeLessThan(usual * 0.9);
    expect(recent).toBeCloseTo(await marked(row.customerId), 9);
  }
  for (const row of complaints.rows) {
    const { recent, usual } = paramsOf(row, 'churn.complaints_rose');
    expect(recent).toBeGreaterThan(usual);
    expect(recent * 4).toBe(await made(row.customerId));
  }
  for (const row of visits.rows) expect(paramsOf(row, 'churn.activity_fell').recent).toBeLessThan(paramsOf(row, 'churn.activity_fell').usual * 0.7);
});

test('the list goes by value at risk, page after page, and its filters fit', async () => {
  const first = await risks('limit=3&people=consumers'), second = await risks(`limit=3&people=consumers&cursor=${encodeURIComponent(first.next ?? '')}`);
  const falling = [...first.rows, ...second.rows].map(({ atRiskMinor }) => atRiskMinor);
  expect(falling).toEqual(falling.toSorted((a, b) => b - a));
  expect(new Set([...first.rows, ...second.rows].map(({ customerId }) => customerId)).size).toBe(6);
  const [reason] = first.reasons, some = await risks(`limit=1&people=consumers&because=${reason?.code ?? ''}&leastChurn=0.5`);
  expect(some.total.customers).toBeGreaterThan(0);
  expect(some.total.customers).toBeLessThan(first.total.customers);
  for (const row of first.rows) expect(row.atRiskMinor).toBeCloseTo((row.churn ?? 0) * row.valueMinor, -1);
});

test('whom to save this week: within the capacity, only where it brings more than it costs, and the response is called assumed', async () => {
  const plan = await planned('capacity=5&costMinor=500&savedShare=0.2');
  expect(plan.chosen).toHaveLength(5);
  expect(plan).toMatchObject({ capacityLeft: 0, response: { savedShare: 0.2, basis: 'assumed' }, costMinor: 2500, refused: null });
  for (const one of plan.chosen) expect(one.gainMinor).toBeGreaterThan(0);
  expect(plan.gainMinor).toBe(plan.chosen.reduce((sum, { gainMinor }) => sum + gainMinor, 0));
  const dear = await planned('capacity=5000&costMinor=100000000');
  expect(dear.chosen).toEqual([]);
});

test('a trained score adds up in sight: base, reasons and rest are its log-odds', async () => {
  const { rows } = await risks('limit=50&people=consumers&method=trained');
  expect(rows).toHaveLength(50);
  for (const { churn, odds, reasons } of rows) {
    const told = reasons.reduce((sum, { contribution }) => sum + (contribution ?? 0), 0);
    expect(reasons.filter(({ contribution }) => contribution !== null).length).toBeGreaterThanOrEqual(3);
    expect((odds?.base ?? 0) + told + (odds?.rest ?? 0)).toBeCloseTo(odds?.total ?? Number.NaN, 9);
    expect(1 / (1 + Math.exp(-(odds?.total ?? 0)))).toBeCloseTo(churn ?? -1, 3);
  }
  expect((await risks('limit=10&people=b2b')).rows.every(({ odds, reasons }) => odds === null && reasons.every(({ contribution }) => contribution === null))).toBe(true);
});

test('risks hold for each kind of customer: consumers within 0.04, those of a regular rhythm within 0.12 of what came true', async () => {
  const { churn } = await models('churn'), off = (name: string): number => {
    const group = churn?.groups.find((one) => one.name === name);
    expect(group?.outcomes, name).toBeGreaterThan(name === 'regular' ? 30 : 1_000);
    return Math.abs((group?.said ?? 9) - (group?.left ?? 0));
  };
  expect(off('consumers')).toBeLessThan(0.04);
  expect(off('regular')).toBeLessThan(0.12);
  expect((await scoring()).groups.map(({ name }) => name)).toEqual(['consumers', 'regular', 'business']);
});

test('business buyers are judged by their own rhythm: whoever buys every other week and bought lately is not at risk', async () => {
  const { rows } = await risks('limit=50&people=b2b'), days = await stores.ch.rows<{ customer: string; bought: string[] }>(
    "select n.customer as customer, arraySort(groupUniqArray(toString(o.day))) as bought from stage_now as n final inner join (select if(w.customer = toUUID('00000000-0000-0000-0000-000000000000'), o.subject, w.customer) as customer, o.day as day from orders as o final left join subject_owner as w final on w.workspace = o.workspace and w.subject = o.subject where o.workspace = {ws:UUID} and o.status in ('paid', 'shipped', 'done')) as o on o.customer = n.customer where n.workspace = {ws:UUID} and n.b2b = 1 group by customer", { ws });
  const regular = rows.flatMap((row) => {
    const bought = days.find(({ customer }) => customer === row.customerId)?.bought.map((day) => Date.parse(day) / 86_400_000) ?? [], gaps = bought.slice(1).map((day, at) => day - (bought[at] as number)), mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const silent = Date.parse(row.asOf) / 86_400_000 - (bought.at(-1) ?? 0);
    return gaps.length >= 4 && silent <= mean ? [{ row, mean, none: gaps.filter((gap) => gap > silent + row.horizonDays).length / gaps.filter((gap) => gap > silent).length || 0 }] : [];
  });
  expect(regular.length).toBeGreaterThanOrEqual(2);
  // Their own gaps say how often nothing came within H after as long a silence: the risk agrees within 0.25, for some of them never left and some will.
  for (const { row, none } of regular) expect(Math.abs((row.churn ?? 1) - none), row.name).toBeLessThan(0.25);
  expect(rows.every(({ method }) => method === 'rhythm')).toBe(true);
});

test('what an attempt costs is not assumed: the plan says so, cannot keep a budget without it, and never exceeds one', async () => {
  const unsaid = await planned('capacity=5');
  expect(unsaid).toMatchObject({ attemptCostMinor: null, moneyMinor: null, costMinor: 0, refused: null });
  expect(await planned('capacity=5&moneyMinor=10000')).toMatchObject({ chosen: [], refused: { code: 'scoring.plan.cost_unknown' } });
  for (const money of [0, 499, 1_700, 100_000]) {
    const plan = await planned(`capacity=20&costMinor=500&moneyMinor=${money}`);
    expect(plan.costMinor).toBeLessThanOrEqual(money);
    expect(plan.chosen).toHaveLength(Math.min(20, Math.floor(money / 500)));
  }
  const kept = await owner.call<z.output<typeof policyReply>>('PUT', '/api/v1/lifecycle/scoring/policy', { attemptCostMinor: 500, weekBudgetMinor: 1_700 });
  expect(kept.body.changes.map(({ field, byName }) => [field, byName !== ''])).toEqual([['attemptCostMinor', true], ['weekBudgetMinor', true]]);
  expect(await planned('capacity=20')).toMatchObject({ attemptCostMinor: 500, moneyMinor: 1_700, costMinor: 1_500 });
  expect(await planned('capacity=20&moneyMinor=none')).toMatchObject({ moneyMinor: null, costMinor: 10_000 });
});

test('a saved filter, a class of RFM and a stage give the figures of their group, with an interval that is narrower than the sum of ends', async () => {
  const tree = { version: 1, root: { kind: 'field', field: 'order_count', test: { op: 'at_least', value: 3 } } };
  const segment = (await owner.call<{ id: string }>('POST', '/api/v1/segments', { name: 'three orders', description: '', tree })).body.id;
  for (const query of [`segment=${segment}`, 'rfm=key_value', 'stage=active']) {
    const asked = `people=consumers&${query}`, [figures, list] = [await grouped(asked), await risks(`${asked}&limit=200`)];
    expect(figures.customers, query).toBe(list.total.customers);
    expect(figures.value.minor).toBe(list.total.valueMinor);
    expect(figures.value.low).toBeLessThan(figures.value.minor);
    expect(figures.value.high).toBeGreaterThan(figures.value.minor);
    expect(figures.leaving.low).toBeLessThan(figures.leaving.people);
    expect(figures.leaving.high).toBeLessThanOrEqual(figures.customers);
  }
  const all = await grouped('people=consumers'), own = await grouped(`people=consumers&segment=${segment}`), [ends] = await stores.ch.rows<{ low: number; high: number }>('select sum(value_low) as low, sum(value_high) as high from customer_score final where workspace = {ws:UUID}', { ws });
  expect(own.customers).toBeLessThan(all.customers);
  expect(all.value.high - all.value.low).toBeLessThan((ends?.high ?? 0) - (ends?.low ?? 0));
  expect((await planned(`people=consumers&segment=${segment}&capacity=10&costMinor=1`)).chosen).toHaveLength(10);
  expect((await owner.call('GET', `/api/v1/lifecycle/at-risk/group?segment=${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`)).status).toBe(404);
});

test('one order lowers the risk at once, and the curve of P(still a customer) rises on its day', async () => {
  const { rows } = await risks('limit=1&people=consumers&leastChurn=0.9');
  const id = rows[0]?.customerId as string, before = await card(id);
  await putOrders(stores, ws, [{ customer: id, day: '2026-07-15', amount: 9_900 }]);
  await stores.pg.tx(ws, (tx) => announce(tx, stores.clock, ws, 'events.recorded', { customers: [id] }));
  await drain(stores, loop);
  const after = await card(id);
  expect(after.score?.churn).toBeLessThan((before.score?.churn ?? 0) - 0.1);
  expect(after.purchases).toHaveLength(before.purchases.length + 1);
  expect(after.alive.at(-1)?.share).toBeGreaterThan(before.alive.at(-1)?.share ?? 1);
  const [field] = await stores.pg.tx(ws, (tx) => many(tx, sql<{ churn: number }>`select churn_probability as churn from customer where id = ${id}`));
  // The field has two decimals, the card four.
  expect(Math.abs((field?.churn ?? 1) - (after.score?.churn ?? -1))).toBeLessThan(0.0051);
}, 180_000);

test('R130: the explanation says what for, how likely, why, and what was not used; it needs leave and stands in the audit log', async () => {
  const { rows } = await risks('limit=1&people=consumers'), id = rows[0]?.customerId as string, url = `/api/v1/lifecycle/customers/${id}/score/export`;
  const told = await owner.call<string>('POST', url, { reason: 'asked at the counter' });
  expect(told.headers['content-type']).toMatch('text/plain');
  for (const reason of rows[0]?.reasons ?? []) expect(told.body).toContain(sentenceOf({ language: 'en', currency: 'CNY' }, reason));
  expect(told.body).toMatch(/gender, age, province, city\) was not used/);
  expect(told.body).not.toMatch(/\{|undefined|churn\./);
  const agent = await person(stores, app, ws, 'agent');
  expect((await agent.call('POST', url, { reason: 'curious' })).status).toBe(403);
  const lines = await stores.pg.tx(ws, (tx) => many(tx, sql<{ target: string }>`select target from audit where workspace_id = ${ws} and action = 'export'`));
  expect(lines).toEqual([{ target: `score/${id}` }]);
});

test('R127: reasons of those who left sum to all of them with the unknown, by value and by the stage they left from; a coded one counts', async () => {
  type Table = { customers: number; rows: { reason: string; customers: number; share: number; sources: Record<string, number> }[]; cells: { customers: number }[] };
  const table = async (): Promise<Table> => (await owner.call<Table>('GET', '/api/v1/lifecycle/exit-reasons')).body;
  const before = await table();
  expect(before.customers).toBeGreaterThan(100);
  expect(before.rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
  expect(before.cells.reduce((sum, { customers }) => sum + customers, 0)).toBe(before.customers);
  const [gone] = await stores.ch.rows<{ id: string }>("select customer as id from stage_now final where workspace = {ws:UUID} and stage = 'churned' order by customer limit 1", { ws });
  expect((await owner.call('PUT', `/api/v1/lifecycle/customers/${gone?.id ?? ''}/exit-reason`, { reason: 'price' })).status).toBe(200);
  const after = await table();
  expect(after.rows.find(({ reason }) => reason === 'price')?.sources['staff']).toBe(1);
  expect(after.rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
});

test('another workspace sees nothing of it, and staff of one shop see the customers of that shop', async () => {
  const other = await testWorkspace(stores), stranger = await person(stores, app, other, 'owner');
  expect(await scoring(stranger)).toMatchObject({ value: null, churn: null, scored: { customers: 0 } });
  expect((await risks('', stranger)).rows).toEqual([]);
  const { rows, total } = await risks('limit=1');
  expect((await stranger.call('GET', `/api/v1/lifecycle/customers/${rows[0]?.customerId ?? ''}/score`)).status).toBe(404);
  const [shop] = await stores.ch.rows<{ shop: string }>("select toString(shop) as shop from orders where workspace = {ws:UUID} and shop != '' group by shop order by count() limit 1", { ws });
  const clerk = await person(stores, app, ws, 'operator', { shops: [shop?.shop ?? ''] }), own = await risks('', clerk);
  expect(own.total.customers).toBeGreaterThan(0);
  expect(own.total.customers).toBeLessThan(total.customers);
});

test('versions are kept: a second run has the next number, scores carry it, the first stays readable', async () => {
  await runScoring(stores, ws, 'asked');
  const { model, history } = await models('value');
  expect(model?.number).toBe(2);
  expect(history.map(({ number }) => number)).toEqual([2, 1]);
  expect((await models('value?number=1')).model?.number).toBe(1);
  expect(await stores.ch.rows('select distinct value_model as number from customer_score final where workspace = {ws:UUID}', { ws })).toEqual([{ number: 2 }]);
}, 180_000);
