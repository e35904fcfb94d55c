import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putRefunds, putStages, putStates, type TestOrder } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { addDays, type Day } from '../kernel/day.ts';
import { type Random, seeded } from '../kernel/random.ts';
import { METRICS, type MetricId, type MetricParams, metricOf } from './core/metrics.ts';
import { loadFigures } from './queries/figures.ts';
import { countPeople, loadPeople, metricPeople } from './queries/people.ts';
import type { Asked } from './queries/scope.ts';

const AS_OF: Day = '2026-01-10';
const FROM: Day = '2025-07-01';
const TO: Day = '2025-09-30';
const STAGES = ['new', 'active', 'declining', 'at_risk', 'churned', 'won_back'];

let stores: TestStores;
let workspace: string;
beforeAll(async () => {
  stores = await testStores();
  workspace = await testWorkspace(stores);
});
afterAll(() => stores.close());

const asked = (more: Partial<Asked> = {}): Asked => ({ workspaceId: workspace, asOf: AS_OF, shops: [], channels: [], withoutB2b: false, people: null, ...more });
const figure = async (id: MetricId, params: MetricParams = metricOf(id)?.params ?? {}, more: Partial<Asked> = {}, period = { from: FROM, to: TO }) =>
  (await loadFigures(stores.ch, asked(more), [{ id, params }], [period], { by: 'none' }))[0]?.[0] ?? { top: 0, bottom: 0, counted: 0, yes: 0, no: 0 };

// ── the same figures by other statements, straight from the tables, one plain question each ──
const PURCHASE = `SELECT subject AS c, day, amount, amount - refunded AS net FROM orders FINAL
  WHERE workspace = {w:UUID} AND status IN ('paid','shipped','done') AND full_refund IN ('', 'pending') AND subject != toUUID('00000000-0000-0000-0000-000000000000')`;
const O = `(${PURCHASE})`;
const INSIDE = `day BETWEEN '${FROM}' AND '${TO}'`;
const FIRSTS = `(SELECT c, min(day) AS f FROM ${O} GROUP BY c)`;
const STAGE_AT = (day: Day): string => `(SELECT customer AS c, argMax(s, e) AS stage FROM stage_now ARRAY JOIN stages AS s, entered AS e WHERE workspace = {w:UUID} AND e <= '${day}' GROUP BY customer)`;
const PAIR = `FROM ${STAGE_AT('2025-06-30')} AS a JOIN ${STAGE_AT(TO)} AS z ON a.c = z.c WHERE a.stage NOT IN ('prospect', 'churned') AND a.c IN (SELECT c FROM ${O} WHERE day < '${FROM}'`;
const NINETY = `FROM ${FIRSTS} WHERE f BETWEEN '${FROM}' AND '${TO}' AND f + 90 <= '${AS_OF}'`;
const AGAIN = `c IN (SELECT o.c FROM ${O} AS o JOIN ${FIRSTS} AS g ON g.c = o.c WHERE o.day > g.f AND o.day <= g.f + 90)`;
const DONE = `events FINAL WHERE workspace = {w:UUID} AND kind IN ('track', 'page', 'screen') AND subject != toUUID('00000000-0000-0000-0000-000000000000')`;

const INDEPENDENT: Readonly<Record<MetricId, string>> = {
  customers: `SELECT uniqExact(c) AS top, top AS bottom FROM ${O} WHERE day <= '${TO}'`,
  buyers: `SELECT uniqExact(c) AS top, top AS bottom FROM ${O} WHERE ${INSIDE}`,
  active: `SELECT uniqExact(c) AS top, top AS bottom FROM ${O} WHERE day BETWEEN '2025-09-01' AND '${TO}'`,
  new_first: `SELECT count() AS top, top AS bottom FROM ${FIRSTS} WHERE f BETWEEN '${FROM}' AND '${TO}'`,
  new_platform: `SELECT count() AS top, top AS bottom FROM (SELECT c, min(day) AS f FROM ${O} WHERE ${INSIDE} GROUP BY c) AS n
    LEFT JOIN (SELECT c, max(day) AS l FROM ${O} WHERE day < '${FROM}' GROUP BY c) AS b ON b.c = n.c WHERE b.l = '1970-01-01' OR n.f - b.l > 365`,
  returning: `SELECT uniqExact(c) AS top, top AS bottom FROM ${O} WHERE ${INSIDE} AND c NOT IN (SELECT c FROM ${O} WHERE day BETWEEN '2025-03-31' AND '2025-06-30') AND c IN (SELECT c FROM ${O} WHERE day < '2025-03-31')`,
  won_back: `SELECT uniqExact(customer) AS top, top AS bottom FROM stage_now ARRAY JOIN stages AS s, entered AS e WHERE workspace = {w:UUID} AND s = 'won_back' AND e BETWEEN '${FROM}' AND '${TO}'
    AND customer IN (SELECT c FROM ${O} WHERE day <= '${TO}')`,
  orders: `SELECT count() AS top, uniqExact(c) AS bottom FROM ${O} WHERE ${INSIDE}`,
  paid: `SELECT sum(amount) AS top, uniqExact(c) AS bottom FROM ${O} WHERE ${INSIDE}`,
  net: `SELECT sum(m) AS top, uniqExact(c) AS bottom FROM (
    SELECT subject AS c, amount - refunded AS m FROM orders FINAL WHERE workspace = {w:UUID} AND status IN ('paid','shipped','done') AND ${INSIDE} AND subject != toUUID('00000000-0000-0000-0000-000000000000')
    UNION ALL SELECT subject AS c, -amount AS m FROM refunds FINAL WHERE workspace = {w:UUID} AND status = 'done' AND order_no = '' AND ${INSIDE} AND subject != toUUID('00000000-0000-0000-0000-000000000000'))`,
  aov: `SELECT sum(amount) AS top, uniqExact(c) AS bottom FROM ${O} WHERE ${INSIDE}`,
  order_value: `SELECT sum(amount) AS top, count() AS bottom FROM ${O} WHERE ${INSIDE}`,
  orders_per_buyer: `SELECT count() AS top, uniqExact(c) AS bottom FROM ${O} WHERE ${INSIDE}`,
  repurchase_first: `SELECT countIf(${AGAIN}) AS top, count() AS bottom ${NINETY}`,
  not_repeated: `SELECT countIf(NOT ${AGAIN}) AS top, count() AS bottom ${NINETY}`,
  repurchase_period: `SELECT countIf(first != last) AS top, count() AS bottom FROM (SELECT min(day) AS first, max(day) AS last FROM ${O} WHERE ${INSIDE} GROUP BY c)`,
  repurchase_existing: `SELECT countIf(c IN (SELECT c FROM ${O} WHERE ${INSIDE})) AS top, count() AS bottom FROM ${FIRSTS} WHERE f < '${FROM}'`,
  retention: `SELECT countIf(z.stage != 'churned') AS top, count() AS bottom ${PAIR})`,
  churn_existing: `SELECT countIf(z.stage = 'churned') AS top, count() AS bottom ${PAIR} GROUP BY c HAVING min(day) != max(day))`,
  referral: `SELECT countIf(c IN (SELECT subject FROM events FINAL WHERE workspace = {w:UUID} AND event = 'referral.made' AND properties.valid::Nullable(String) = 'true' AND ${INSIDE})) AS top, count() AS bottom
    FROM ${FIRSTS} WHERE f <= '${TO}'`,
  active_daily: `SELECT sum(seen) AS top, dateDiff('day', toDate('${FROM}'), toDate('${TO}')) + 1 AS bottom FROM (SELECT day, uniqExact(subject) AS seen FROM ${DONE} AND ${INSIDE} GROUP BY day)`,
  active_monthly: `SELECT uniqExact(subject) AS top, top AS bottom FROM ${DONE} AND day BETWEEN '2025-09-01' AND '${TO}'`,
  stickiness: `SELECT uniqExact(subject, day) AS top, 30 * uniqExact(subject) AS bottom FROM ${DONE} AND day BETWEEN '2025-09-01' AND '${TO}'`,
};

const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

async function seedShop(): Promise<void> {
  const random = seeded(41);
  const people = Array.from({ length: 400 }, (_, n) => customerOf(n + 1));
  const orders: TestOrder[] = Array.from({ length: 1600 }, () => ({
    customer: random() < 0.05 ? '00000000-0000-0000-0000-000000000000' : people[Math.floor(random() ** 2 * people.length)] as string, day: addDays('2024-01-01', Math.floor(random() * 740)),
    amount: Math.floor(random() * 50_000), refunded: random() < 0.1 ? 500 : 0, shop: pick(random, ['A', 'B', "C'"]), channel: pick(random, ['live', 'search', '']), status: pick(random, ['paid', 'shipped', 'done', 'done', 'unpaid', 'closed']),
    b2b: random() < 0.03 ? 1 : 0, full_refund: pick(random, ['', '', '', '', '', 'pending', 'before_shipping', 'after_shipping']),
  }));
  await putOrders(stores, workspace, orders);
  await putRefunds(stores, workspace, Array.from({ length: 60 }, () => ({ customer: pick(random, people), day: addDays('2025-05-01', Math.floor(random() * 200)), amount: Math.floor(random() * 9_000) + 1, status: pick(random, ['done', 'pending']) })));
  await putStates(stores, workspace, people.map((customer, n) => ({ customer, name: `P${n}`, numbers: { net_minor: n * 10, b2b: n % 50 === 0 ? 1 : 0 }, tags: n % 3 === 0 ? ['third'] : [], reach: n % 2 ? ['wecom', 'sms'] : n % 5 ? ['email'] : [] })));
  await putEvents(stores, workspace, people.slice(0, 120).map((customer) => ({ customer, time: `${addDays('2025-05-01', Math.floor(random() * 200))} 03:00:00`, event: 'referral.made', properties: { valid: random() < 0.8 } })));
  const visits = seeded(43);
  await putEvents(stores, workspace, people.slice(50, 250).flatMap((customer, n) => Array.from({ length: n % 12 }, () => ({
    customer, time: `${addDays('2025-06-20', Math.floor(visits() * 110))} ${visits() < 0.5 ? '03' : '11'}:00:00`, event: pick(visits, ['product.viewed', 'user.signed_in']), kind: pick(visits, ['track', 'track', 'page', 'identify']), channel: pick(visits, ['live', 'search']),
  }))));
  await putStages(stores, workspace, people.map((customer) => {
    const length = 1 + Math.floor(random() * 5);
    const entered = Array.from({ length }, () => addDays('2024-01-01', Math.floor(random() * 740))).sort();
    return { customer, stages: entered.map(() => pick(random, STAGES)), entered: entered.map((day, at) => addDays(day, at)) };
  }));
}

describe('each figure, recomputed', () => {
  beforeAll(seedShop);

  test.each(METRICS.map((one) => one.id))('%s equals a plain statement on the tables', async (id) => {
    const [plain] = await stores.ch.rows<{ top: number; bottom: number }>(INDEPENDENT[id], { w: workspace });
    const mine = await figure(id);
    expect({ top: mine.top, bottom: mine.bottom }).toEqual({ top: Number(plain?.top), bottom: Number(plain?.bottom) });
    expect(mine.bottom).toBeGreaterThan(0);
  });

  test.each(METRICS.map((one) => one.id))('%s opens exactly its people', async (id) => {
    const mine = await figure(id);
    const params = metricOf(id)?.params ?? {};
    for (const which of ['counted', 'yes', 'no'] as const) {
      const behind = metricPeople(asked(), { id, params }, { from: FROM, to: TO }, 'none', { part: '', which });
      expect(await countPeople(stores.ch, behind, 10_000)).toBe(mine[which]);
    }
  });

  test('a page of people goes on where the last one ended, with nobody twice and nobody left out', async () => {
    const behind = metricPeople(asked(), { id: 'buyers', params: {} }, { from: FROM, to: TO }, 'none', { part: '', which: 'counted' });
    const seen: string[] = [];
    for (let after: { net: number; customer: string } | null = null; ; ) {
      const page = await loadPeople(stores.ch, behind, after, 50);
      const rows = page.slice(0, 50);
      seen.push(...rows.map((row) => row.customer));
      const last = rows.at(-1);
      if (page.length <= 50 || !last) break;
      after = { net: last.net, customer: last.customer };
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe((await figure('buyers')).counted);
  });

  test('shops add up to the whole where each order counts once, and a shop with a quote in its name is one', async () => {
    const [rows = []] = await loadFigures(stores.ch, asked(), [{ id: 'paid', params: {} }], [{ from: FROM, to: TO }], { by: 'shop' });
    expect(rows.map((row) => row.part).sort()).toEqual(['A', 'B', "C'"]);
    expect(rows.reduce((sum, row) => sum + row.top, 0)).toBe((await figure('paid')).top);
    expect((await figure('paid', {}, { shops: ["C'"] })).top).toBe(rows.find((row) => row.part === "C'")?.top);
  });

  test('several periods in one statement equal each asked alone', async () => {
    const periods = [{ from: '2025-07-01', to: '2025-07-31' }, { from: '2025-08-01', to: '2025-08-31' }, { from: '2025-09-01', to: '2025-09-30' }];
    for (const id of ['buyers', 'repurchase_existing', 'retention', 'returning'] as const) {
      const params = metricOf(id)?.params ?? {};
      const [together = []] = await loadFigures(stores.ch, asked(), [{ id, params }], periods, { by: 'none' });
      const apart = await Promise.all(periods.map((period) => figure(id, params, {}, period)));
      expect(together.map((row) => [row.top, row.bottom])).toEqual(apart.map((row) => [row.top, row.bottom]));
    }
  });

  test('every metric in one pass equals each asked alone', async () => {
    const countings = METRICS.map(({ id, params }) => ({ id, params }));
    const together = await loadFigures(stores.ch, asked(), countings, [{ from: FROM, to: TO }], { by: 'none' });
    const apart = await Promise.all(countings.map(({ id }) => figure(id)));
    expect(together.map((rows) => rows[0])).toEqual(apart);
  });

  test('可触达 stands beside the headcount, a person under each of their channels', async () => {
    const [[mine] = []] = await loadFigures(stores.ch, asked(), [{ id: 'buyers', params: {} }], [{ from: FROM, to: TO }], { by: 'none' });
    const [plain] = await stores.ch.rows<{ wecom: number; email: number }>(`SELECT countIf(has(reach, 'wecom')) AS wecom, countIf(has(reach, 'email')) AS email FROM customer_state FINAL
      WHERE workspace = {w:UUID} AND customer IN (SELECT c FROM ${O} WHERE ${INSIDE})`, { w: workspace });
    expect(mine?.countedReach).toEqual({ wecom: plain?.wecom, sms: plain?.wecom, email: plain?.email });
  });

  test('without business buyers, neither their orders nor those judged to be one count', async () => {
    const [plain] = await stores.ch.rows<{ top: number }>(`SELECT sum(amount) AS top FROM orders FINAL WHERE workspace = {w:UUID} AND status IN ('paid','shipped','done') AND full_refund IN ('', 'pending') AND ${INSIDE} AND b2b = 0
      AND subject != toUUID('00000000-0000-0000-0000-000000000000') AND subject NOT IN (SELECT customer FROM customer_state FINAL WHERE workspace = {w:UUID} AND numbers['b2b'] = 1)`, { w: workspace });
    expect((await figure('paid', {}, { withoutB2b: true })).top).toBe(plain?.top);
  });
});
