import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drain } from '../src/kernel/facts.ts';
import { type Person, person, testApp } from './support/app.ts';
import { type Books, plainBooks, spend } from './support/plainBooks.ts';
import { ENTRIES, FIRSTS, LEDGER, PLAIN, RFM, STAGE_ON, SUMS, WORTH } from './support/plainSql.ts';
import { SAMPLE_NOW, sampleWorkspace, storyless } from './support/sample.ts';
import { type TestStores, testStores } from './support/stores.ts';

/**
 * Every figure that pages show of the simulated shop, counted a second time by plain SQL over copies of the raw rows.
 * What the pages say of one another is compared too: no two of them may count differently.
 */
const AS_OF = '2026-07-15';
const SPRING = { from: '2026-04-01', to: '2026-06-30' };
const BEFORE_SPRING = { from: '2025-12-31', to: '2026-03-31' };

let stores: TestStores;
let app: FastifyInstance;
let workspaceId: string;
let owner: Person;
let books: Books;

beforeAll(async () => {
  stores = await testStores(SAMPLE_NOW);
  workspaceId = await sampleWorkspace(stores, undefined, storyless);
  app = await testApp(stores);
  owner = await person(stores, app, workspaceId, 'owner');
  await mergeTwo();
  await spend(stores, workspaceId);
  books = await plainBooks(stores, workspaceId);
}, 300_000);
afterAll(async () => {
  await books?.close();
  await app?.close();
  await stores?.close();
});

/** Two good customers turn out to be one, so that owners differ from subjects. */
async function mergeTwo(): Promise<void> {
  const [keep, absorb] = (await ask<{ rows: { id: string }[] }>('/customers?sort=order_count&limit=2')).rows;
  stores.clock.advance(1_000); // Of two histories told in the same instant none is the newer.
  await ask('/customers/merge', { keep: keep?.id, absorb: absorb?.id, reason: 'the same person' });
  await drain(stores, storyless);
  // RFM cuts stand until they are drawn again.
  await owner.call('PUT', '/api/v1/lifecycle/rfm', (await ask<{ rules: object }>('/lifecycle/rfm')).rules);
}

async function ask<T>(url: string, body?: object): Promise<T> {
  const reply = await owner.call<T>(body ? 'POST' : 'GET', `/api/v1${url}`, body);
  expect([url, reply.status < 300 || reply.body]).toEqual([url, true]);
  return reply.body;
}
const near = (given: number | null, wanted: number | null): void => (given === null || wanted === null ? expect(given).toBe(wanted) : expect(given).toBeCloseTo(wanted, 9));
type Sums = { orders: number; documents: number; buyers: number; people: number; paidMinor: number; refundsMinor: number; netMinor: number; nobodysMinor: number; neverBought: number };

describe('who is whose', () => {
  test('both stores hold the same owner of every subject that acts', async () => {
    const rows = await books.ask(`
      select o.subject from (select subject from plain.orders union select subject from plain.events union select subject from plain.refunds) o
        left join plain.owner w using (subject) left join plain.owners x using (subject)
       where w.who is distinct from coalesce(x.customer, w.who) or (w.who is not null and x.customer is null and w.who <> o.subject)`);
    expect(rows).toEqual([]);
  });
  test('the newest history told of each customer is the one that counts', async () => {
    const rows = await books.ask(`
      select s.customer from plain.stages s
        join lateral (select t.stages, t.entered from plain.told t where t.customer = s.customer order by t.recorded_at desc limit 1) n on true
       where (n.stages, n.entered) is distinct from (s.stages, s.entered)`);
    expect(rows).toEqual([]);
  });
});

describe('reconcile and home', () => {
  type Reconciled = { total: Sums; rows: (Sums & { month: string; shop: string; figures: object })[] };
  const STORED = `select to_char(day, 'YYYY-MM') as month, shop, ${SUMS} from plain.sale group by 1, 2 order by 1, shop collate "C"`;

  test('every month and shop of reconcile, and its total', async () => {
    const told = await ask<Reconciled>('/reconcile');
    const wanted = await books.ask<Sums & { month: string; shop: string }>(STORED);
    expect(told.rows.map(({ figures: _, ...row }) => row)).toEqual(wanted);
    expect(told.total).toEqual(await books.one<Sums>(`select ${SUMS} from plain.sale`));
  });

  test.each([15, 30, 90])('home of %i days tells what reconcile counts for the same days', async (days) => {
    const home = await ask<{ asOf: string; period: { from: string; to: string }; sales: object; salesBefore: object; figures: Figure[] }>(`/insight/home?days=${days}`);
    expect(home.asOf).toBe(AS_OF);
    const money = (from: number, to: number) => books.one(`
      select count(*) filter (where paid)::int as orders, coalesce(sum(amount), 0) as amount, coalesce(sum(refunded), 0) as refunded, coalesce(sum(amount - refunded), 0) as net,
             coalesce(sum(amount - refunded) filter (where who is null), 0) as "nobodyNet"
        from plain.sale where day > $1::date - $2::int and day <= $1::date - $3::int`, [AS_OF, from, to]);
    expect(home.sales).toEqual(await money(days, 0));
    expect(home.salesBefore).toEqual(await money(2 * days, days));
    if (days === 15) {
      const july = (await ask<Reconciled>('/reconcile')).rows.filter(({ month }) => month === '2026-07');
      const sum = (key: 'orders' | 'netMinor' | 'nobodysMinor'): number => july.reduce((all, row) => all + row[key], 0);
      expect(home.sales).toMatchObject({ orders: sum('orders'), net: sum('netMinor'), nobodyNet: sum('nobodysMinor') });
    }
    for (const figure of home.figures) await expectFigure(figure);
  });
});

type Part = { part: string; value: number | null; top: number; bottom: number; people: { counted: { count: number; reach: Record<string, number> }; yes?: { count: number }; no?: { count: number } } };
type Span = { from: string; to: string };
type Figure = { metric: { id: string }; period: Span; parts: Part[]; previous: { period: Span; parts: Part[] } | null };

const QUOTIENTS = new Set(['aov', 'order_value', 'orders_per_buyer', 'repurchase_first', 'not_repeated', 'repurchase_period', 'repurchase_existing', 'retention', 'churn_existing', 'referral', 'active_daily', 'stickiness']);

/** One part against plain SQL; `among` narrows whom it counts. */
async function expectPart(id: string, { from, to }: Span, parts: readonly Part[], among = ''): Promise<void> {
  const plain = PLAIN[id];
  if (!plain) throw new Error(`no plain SQL of ${id}`);
  // Every parameter is named, so that each statement may use those it needs.
  const rows = `select * from (${plain}) r where ($1::date, $2::date, $3::date) is not null ${among}`;
  const wanted = await books.one<{ top: number; bottom: number; counted: number; yes: number; email: number; sms: number }>(`
    select coalesce(sum(top), 0)::bigint as top, coalesce(sum(bottom), 0)::bigint as bottom, count(*)::int as counted, count(*) filter (where top > 0)::int as yes,
           count(*) filter (where 'email' = any (c.reach))::int as email, count(*) filter (where 'sms' = any (c.reach))::int as sms
      from (${rows}) r left join plain.person c on c.id = r.who`, [from, to, AS_OF]);
  const [part, ...others] = parts;
  expect([id, others]).toEqual([id, []]);
  if (!part) throw new Error(`${id} has no part`);
  const { counted, yes, no } = part.people;
  expect([id, from, { top: part.top, bottom: part.bottom, counted: counted.count, email: counted.reach.email ?? 0, sms: counted.reach.sms ?? 0 }])
    .toEqual([id, from, { top: wanted.top, bottom: wanted.bottom, counted: wanted.counted, email: wanted.email, sms: wanted.sms }]);
  if (yes && no) expect([id, yes.count, no.count]).toEqual([id, wanted.yes, wanted.counted - wanted.yes]);
  near(part.value, QUOTIENTS.has(id) ? (wanted.bottom === 0 ? null : wanted.top / wanted.bottom) : wanted.top);
}
async function expectFigure({ metric, ...now }: Figure): Promise<void> {
  for (const one of [now, now.previous]) if (one) await expectPart(metric.id, one.period, one.parts);
}

describe('metrics and goals', () => {
  test('every metric of the catalogue, in spring and in the days before', async () => {
    const { rows } = await ask<{ rows: { id: string }[] }>('/insight/metrics');
    expect(rows.map(({ id }) => id).sort()).toEqual(Object.keys(PLAIN).sort());
    const { figures } = await ask<{ figures: Figure[] }>('/insight/figures', { metrics: rows.map(({ id }) => ({ id })), scope: SPRING, compare: 'previous' });
    for (const figure of figures) {
      expect(figure.previous?.period).toEqual(BEFORE_SPRING);
      await expectFigure(figure);
    }
    const { figures: now } = await ask<{ figures: Figure[] }>('/insight/figures', { metrics: ['active_monthly', 'stickiness', 'active_daily'].map((id) => ({ id })), scope: { from: '2026-06-16', to: AS_OF } });
    const seen = await ask<{ monthlyActive: number; stickiness: number; daily: { people: number }[] }>('/lifecycle/engagement');
    expect(now.map(({ parts }) => parts[0]?.value)).toEqual([seen.monthlyActive, expect.closeTo(seen.stickiness, 9), expect.closeTo(seen.daily.reduce((sum, { people }) => sum + people, 0) / 30, 9)]);
  });

  test.each([['repurchase_period', '2026-01-01', 0.3], ['retention', '2026-02-01', 0.8]])('the goal of January’s first buyers by %s', async (metricId, from, target) => {
    const goal = await ask<{ current: Part; elapsed: number; gapPeople: number; forecast: { value: number } }>('/insight/goals', {
      name: metricId, metricId, target, scope: { from, to: '2026-07-31', population: { kind: 'first_bought', from: '2026-01-01', to: '2026-01-31' } },
    });
    const january = `and who in (select who from (${FIRSTS}) f where first between '2026-01-01' and '2026-01-31')`;
    await expectPart(metricId, { from, to: AS_OF }, [goal.current], january);
    const { days } = await books.one<{ days: number }>("select ($2::date - $1::date + 1)::float8 / ('2026-07-31'::date - $1::date + 1) as days", [from, AS_OF]);
    near(goal.elapsed, days);
    expect(goal.gapPeople).toBe(Math.max(0, Math.ceil(target * goal.current.bottom - 1e-9) - goal.current.top));
    const share = goal.current.top / goal.current.bottom;
    near(goal.forecast.value, metricId === 'retention' ? Math.max(0, 1 - (1 - share) / days) : Math.min(1, share / days));
  });
});

type Counts = Record<string, number>;
const STAGES = ['prospect', 'new', 'active', 'mature', 'declining', 'at_risk', 'churned', 'won_back'];
const stageCounts = (rows: readonly { stage: string | null; customers: number }[]): Counts => Object.fromEntries(STAGES.map((stage) => [stage, rows.find((row) => row.stage === stage)?.customers ?? 0]));
const countOn = (day: string): Promise<{ stage: string | null; customers: number }[]> =>
  books.ask(`select ${STAGE_ON('$1::date')} as stage, count(*)::int as customers from plain.stood s group by 1`, [day]);

describe('customers and stages', () => {
  type Listed = { rows: { id: string; orderCount: number | null; netMinor: number | null; lastOn: string | null }[]; total: { count: number; over: boolean }; next: string | null };
  type Overview = {
    total: number; netMinor: number; reachable: number; comparedWith: string; model: { places: { customers: number }[] }; states: { branch: string; state: string; customers: number }[];
    stages: { stage: string; customers: number; before: number; change: number; netMinor: number; reachable: number; reach: Counts }[]; churnedThen: { day: string; called: number; returned: number };
  };

  test('everybody has a stage, and list, overview and stages count the same people', async () => {
    const overview = await ask<Overview>('/lifecycle/overview?days=30');
    const { people, staged } = await books.one<{ people: number; staged: number }>('select count(*)::int as people, count(stage)::int as staged from plain.person');
    expect([staged, overview.total]).toEqual([people, people]);
    expect(overview.stages.reduce((sum, one) => sum + one.customers, 0)).toBe(people);
    expect(overview.states.reduce((sum, one) => sum + one.customers, 0)).toBe(people);
    expect(overview.model.places.reduce((sum, one) => sum + one.customers, 0)).toBe(people);
    expect((await ask<Listed>('/customers')).total).toEqual({ count: people, over: false });
    for (const { stage, customers } of overview.stages) expect([stage, (await ask<Listed>(`/customers?stage=${stage}`)).total.count]).toEqual([stage, customers]);
    for (const channel of ['email', 'sms']) {
      const { able } = await books.one<{ able: number }>('select count(*) filter (where $1 = any (reach))::int as able from plain.person', [channel]);
      expect([channel, (await ask<Listed>(`/customers?reach=${channel}`)).total.count]).toEqual([channel, able]);
      expect(overview.stages.reduce((sum, one) => sum + (one.reach[channel] ?? 0), 0)).toBe(able);
    }
  });

  test.each([7, 30, 90])('each stage with its change in %i days, money and reach', async (days) => {
    const overview = await ask<Overview>(`/lifecycle/overview?days=${days}`);
    const before = stageCounts(await countOn(overview.comparedWith));
    const now = await books.ask<{ stage: string; customers: number; net: number; reachable: number }>(`
      select p.stage, count(*)::int as customers, coalesce(sum(w.net), 0) as net, count(*) filter (where p.reachable)::int as reachable from plain.person p left join (${WORTH}) w on w.who = p.id group by p.stage`);
    expect({ compared: overview.comparedWith }).toEqual(await books.one('select ($1::date - $2::int) as compared', [AS_OF, days]));
    for (const stage of overview.stages) {
      const own = now.find((one) => one.stage === stage.stage);
      expect({ ...stage, reach: undefined }).toEqual({
        stage: stage.stage, customers: own?.customers ?? 0, before: before[stage.stage], change: (own?.customers ?? 0) - (before[stage.stage] ?? 0), netMinor: own?.net ?? 0, reachable: own?.reachable ?? 0, reach: undefined,
      });
    }
    expect({ net: overview.netMinor, reachable: overview.reachable }).toEqual(await books.one('select (select sum(amount - refunded) from plain.sale where who is not null) as net, (select count(*)::int from plain.person where reachable) as reachable'));
    const states = await books.ask("select branch, state, count(*)::int as customers from plain.stood group by 1, 2 order by branch collate \"C\", state collate \"C\"");
    expect(overview.states).toEqual(states);
  });

  test('of those churned three months ago, how many bought since', async () => {
    const { churnedThen } = await ask<Overview>('/lifecycle/overview');
    expect(churnedThen).toMatchObject({ day: '2026-04-16', ...(await books.one(`
      select count(*)::int as called, count(*) filter (where exists (select 1 from plain.bought b where b.who = s.customer and b.day > $1::date))::int as returned
        from plain.stood s where ${STAGE_ON('$1::date')} = 'churned'`, ['2026-04-16'])) });
  });

  test.each([['2026-06-15', AS_OF], ['2026-01-01', '2026-03-31'], ['2025-07-15', AS_OF]])('flow from %s to %s: cells, row sums, column sums', async (from, to) => {
    const flow = await ask<{ cells: { from: string; to: string; customers: number }[]; start: Counts; end: Counts; joined: Counts }>(`/lifecycle/flow?from=${from}&to=${to}`);
    const cells = await books.ask<{ from: string; to: string; customers: number }>(`
      select coalesce(${STAGE_ON('$1::date')}, 'none') as "from", ${STAGE_ON('$2::date')} as "to", count(*)::int as customers
        from plain.stood s where ${STAGE_ON('$2::date')} is not null group by 1, 2`, [from, to]);
    const key = (one: { from: string; to: string }): string => `${one.from}→${one.to}`;
    expect(Object.fromEntries(flow.cells.map((one) => [key(one), one.customers]))).toEqual(Object.fromEntries(cells.map((one) => [key(one), one.customers])));
    expect(flow.start).toEqual(stageCounts(await countOn(from)));
    expect(flow.end).toEqual(stageCounts(await countOn(to)));
    const sums = (by: 'from' | 'to', which: (cell: { from: string }) => boolean): Counts =>
      stageCounts([...Map.groupBy(flow.cells.filter(which), (cell) => cell[by])].map(([stage, own]) => ({ stage, customers: own.reduce((sum, cell) => sum + cell.customers, 0) })));
    expect(sums('from', (cell) => cell.from !== 'none')).toEqual(flow.start);
    expect(sums('to', (cell) => cell.from === 'none')).toEqual(flow.joined);
    for (const stage of STAGES) expect((flow.end[stage] ?? 0) - (flow.joined[stage] ?? 0)).toBe(sums('to', (cell) => cell.from !== 'none')[stage]);
  });

  test('the ladder from first purchase to recommendation', async () => {
    // A purchase of the same promotion as the one before it is the same occasion.
    const wanted = await books.one(`
      with days as (select who, day, max(promo) as promo from plain.bought group by who, day),
           steps as (select who, (promo = '' or promo is distinct from lag(promo) over (partition by who order by day))::int as opens from days),
           people as (select who, sum(opens) as occasions from steps group by who)
      select count(*)::int as buyers, count(*) filter (where occasions >= 2)::int as repeaters,
             count(*) filter (where exists (select 1 from plain.did d where d.who = p.who and d.event = 'referral.made'))::int as referrers
        from people p`);
    expect(await ask('/lifecycle/ladder')).toMatchObject(wanted);
  });

  test('cards of three customers: orders, days, money, strip and profit', async () => {
    const { rows } = await ask<Listed>('/customers?sort=net_minor&limit=200');
    const refunded = await books.ask<{ who: string }>("select who from plain.sale where who is not null and kept and refunded > 0 order by who limit 1");
    const prospects = await books.ask<{ who: string }>("select id as who from plain.person where stage = 'prospect' order by id limit 1");
    for (const id of [rows[0]?.id, rows[150]?.id, refunded[0]?.who, prospects[0]?.who]) {
      if (!id) throw new Error('fewer customers than the test needs');
      const [head, card] = [await ask<object>(`/customers/${id}`), await ask<{ worth: object; purchases: object[]; history: { stage: string; from: string }[] }>(`/lifecycle/customers/${id}`)];
      const bought = await books.one<{ orderCount: number; firstOn: string | null; lastOn: string | null }>('select count(*)::int as "orderCount", min(day) as "firstOn", max(day) as "lastOn" from plain.bought where who = $1', [id]);
      const { net } = await books.one<{ net: number }>('select coalesce(sum(amount - refunded), 0) as net from plain.sale where who = $1', [id]);
      expect(head).toMatchObject({ ...bought, netMinor: net });
      expect(card.purchases).toEqual(await books.ask('select day, sum(amount) as "amountMinor" from plain.bought where who = $1 and day >= $2::date - 731 group by day order by day', [id, AS_OF]));
      expect(card.worth).toMatchObject(worthOf(await books.one<Ledger>(`select ${LEDGER} from (${ENTRIES}) e where who = $1`, [id])));
      const { stages, entered } = await books.one<{ stages: string[]; entered: string[] }>('select stages, entered::text[] as entered from plain.stood where customer = $1', [id]);
      expect(card.history.map(({ stage, from }) => [stage, from])).toEqual(stages.map((stage, at) => [stage, entered[at]]));
    }
  });

  test.each(['month', 'year'])('lifetimes by %s of first touch: people and medians', async (by) => {
    type Life = { cohort: string; customers: number; medianDays: number; survivalMedianDays: number | null };
    const told = await ask<{ all: Life; cohorts: Life[] }>(`/lifecycle/lifetime?by=${by}`);
    const lives = `select p.id, coalesce(t.first, $1::date) as first, coalesce(t.last, $1::date) - coalesce(t.first, $1::date) as span, $1::date - coalesce(t.first, $1::date) as watched, p.stage = 'churned' as ended
      from plain.person p left join (select who, min(day) as first, max(day) as last from (
        select who, day from plain.did union all select w.who, r.day from plain.refunds r join plain.owner w using (subject) where r.status = 'done') d group by who) t on t.who = p.id`;
    const cohorts = await books.ask(`select to_char(date_trunc('${by}', first), 'YYYY-MM') as cohort, count(*)::int as customers, percentile_cont(0.5) within group (order by span) as "medianDays" from (${lives}) l group by 1 order by 1`, [AS_OF]);
    expect(told.cohorts.map(({ cohort, customers, medianDays }) => ({ cohort, customers, medianDays }))).toEqual(cohorts);
    expect(told.all).toMatchObject(await books.one(`select count(*)::int as customers, percentile_cont(0.5) within group (order by span) as "medianDays" from (${lives}) l`, [AS_OF]));
    // The share still there after each day, as a product over the days somebody left.
    const survival = await books.ask<{ days: number; surviving: number }>(`
      with l as (select case when ended then span else watched end as days, ended from (${lives}) l),
           d as (select days, count(*) filter (where ended) as left_on, sum(count(*)) over (order by days desc) as at_risk from l group by days)
      select days, exp(sum(ln(greatest(1 - left_on / at_risk, 1e-300))) over (order by days))::float8 as surviving from d where left_on > 0 order by days`, [AS_OF]);
    expect(told.all.survivalMedianDays).toBe(survival.find(({ surviving }) => surviving <= 0.5 + 1e-9)?.days ?? null);
  });

  test.each([['month', 'order.paid'], ['week', 'order.paid'], ['month', 'product.viewed']])('new, kept, returning and lost by %s of %s', async (by, event) => {
    const told = await ask<{ rows: object[] }>(`/lifecycle/periods?by=${by}&event=${event}`);
    const wanted = await books.ask(`
      with p as (select distinct who, date_trunc('${by}', day)::date as period from plain.did where event = $1),
           every as (select distinct period from p union select distinct (period + interval '1 ${by}')::date from p where (period + interval '1 ${by}')::date <= $2::date)
      select e.period, (select count(*)::int from p where p.period = e.period) as active,
             (select count(*)::int from p where p.period = e.period and not exists (select 1 from p q where q.who = p.who and q.period < p.period)) as fresh,
             (select count(*)::int from p where p.period = e.period and exists (select 1 from p q where q.who = p.who and q.period = (e.period - interval '1 ${by}')::date)) as retained,
             (select count(*)::int from p where p.period = e.period and exists (select 1 from p q where q.who = p.who and q.period < p.period)
                and not exists (select 1 from p q where q.who = p.who and q.period = (e.period - interval '1 ${by}')::date)) as returning,
             (select count(*)::int from p where p.period = (e.period - interval '1 ${by}')::date and not exists (select 1 from p q where q.who = p.who and q.period = e.period)) as lost
        from every e order by e.period`, [event, AS_OF]);
    expect(told.rows).toEqual(wanted);
  });
});

type Ledger = { sales: number; product: number; fulfilment: number; service: number; incentive: number; acquisition: number; retention: number };
const worthOf = ({ sales, product, fulfilment, service, incentive, acquisition, retention }: Ledger) => ({
  salesMinor: sales, productCostMinor: product, fulfilmentMinor: fulfilment, serviceMinor: service, incentiveMinor: incentive, acquisitionMinor: acquisition, retentionMinor: retention,
  profitMinor: sales - product - fulfilment - service - incentive, margin: sales === 0 ? null : expect.closeTo((sales - product - fulfilment - service - incentive) / sales, 9),
});

describe('RFM, Pareto and worth', () => {
  type Rfm = { customers: number; table: { name: string; customers: number; netMinor: number; reachable: number }[]; cells: object[]; scales: Record<'recency' | 'frequency' | 'monetary', { score: number; customers: number }[]> };

  test('eight names: people, money, reach, scores and cuts', async () => {
    const told = await ask<Rfm>('/lifecycle/rfm');
    const names = await books.ask<{ name: string }>(`select r.name, count(*)::int as customers, sum(w.net) as "netMinor", count(*) filter (where p.reachable)::int as reachable
      from (${RFM}) r join (${WORTH}) w using (who) join plain.person p on p.id = r.who group by r.name`, [AS_OF]);
    const shown = told.table.filter(({ customers }) => customers > 0).map(({ name, customers, netMinor, reachable }) => ({ name, customers, netMinor, reachable }));
    expect(Object.fromEntries(shown.map((row) => [row.name, row]))).toEqual(Object.fromEntries(names.map((row) => [row.name, row])));
    expect(await books.ask(`select who, kept, name from (${RFM}) r where kept is distinct from name`, [AS_OF])).toEqual([]);
    expect(told.cells).toEqual(await books.ask(`select recency, frequency, monetary, count(*)::int as customers from (${RFM}) r group by 1, 2, 3 order by 1 desc, 2 desc, 3 desc`, [AS_OF]));
    for (const scale of ['recency', 'frequency', 'monetary'] as const) {
      const bins = await books.ask<{ score: number; customers: number }>(`select ${scale} as score, count(*)::int as customers from (${RFM}) r group by 1 order by 1`, [AS_OF]);
      expect(told.scales[scale].map(({ score, customers }) => ({ score, customers })).toSorted((a, b) => a.score - b.score)).toEqual(bins);
    }
  });

  test('as many buyers on every page', async () => {
    const buyers = (await books.one<{ buyers: number }>('select count(distinct who)::int as buyers from plain.bought')).buyers;
    const business = (await books.one<{ business: number }>("select count(*)::int as business from plain.stood where branch = 'b2b'")).business;
    const [rfm, ladder, worth, pareto, reconcile, { figures }] = await Promise.all([
      ask<Rfm>('/lifecycle/rfm'), ask<{ buyers: number }>('/lifecycle/ladder'), ask<{ customers: number }>('/lifecycle/worth'),
      ask<{ all: { customers: number }; consumers: { customers: number } }>('/lifecycle/pareto'), ask<{ total: Sums }>('/reconcile'),
      ask<{ figures: Figure[] }>('/insight/figures', { metrics: [{ id: 'customers' }], scope: { from: '2020-01-01', to: AS_OF } }),
    ]);
    expect([ladder.buyers, worth.customers, pareto.all.customers, reconcile.total.buyers, figures[0]?.parts[0]?.top]).toEqual(Array.from({ length: 5 }, () => buyers));
    expect([rfm.customers, rfm.table.reduce((sum, row) => sum + row.customers, 0), pareto.consumers.customers]).toEqual(Array.from({ length: 3 }, () => buyers - business));
  });

  test.each(['net', 'profit'])('Pareto by %s: slice, curve and the best', async (measure) => {
    const told = await ask<{ all: Pareto; consumers: Pareto; top: { customerId: string; worthMinor: number }[] }>(`/lifecycle/pareto?measure=${measure}&slice=0.2`);
    const worth = measure === 'net' ? "kind = 'sales'" : "kind in ('sales', 'product', 'fulfilment', 'service', 'incentive')";
    const rows = await books.ask<{ who: string; branch: string; worth: number }>(`
      select s.customer as who, s.branch, coalesce(e.worth, 0) as worth from plain.stood s
        left join (select who, sum(case when kind = 'sales' then minor else -minor end) as worth from (${ENTRIES}) e where ${worth} group by who) e on e.who = s.customer
       where s.customer in (select who from plain.bought) order by worth desc, who`);
    const check = (given: Pareto, own: typeof rows): void => {
      const sum = (count: number): number => own.slice(0, count).reduce((all, row) => all + row.worth, 0);
      const top = Math.round(own.length * 0.2);
      expect(given).toMatchObject({ customers: own.length, totalMinor: sum(own.length), topCustomers: top, topMinor: sum(top) });
      near(given.topShare, sum(top) / sum(own.length));
      for (const hundredth of [1, 20, 50, 100]) near(given.curve[hundredth - 1] ?? null, sum(Math.round((own.length * hundredth) / 100)) / sum(own.length));
    };
    check(told.all, rows);
    check(told.consumers, rows.filter(({ branch }) => branch !== 'b2b'));
    expect(told.top.map(({ worthMinor }) => worthMinor)).toEqual(rows.slice(0, told.top.length).map((row) => row.worth));
  });

  test.each([['all', 'true'], ['consumers', "s.branch <> 'b2b'"], ['b2b', "s.branch = 'b2b'"]])('worth of %s, line by line', async (people, which) => {
    const { customers, ...lines } = await ask<{ customers: number }>(`/lifecycle/worth?people=${people}`);
    const among = `select s.customer from plain.stood s where ${which} and s.customer in (select who from plain.bought)`;
    expect(customers).toBe((await books.one<{ n: number }>(`select count(*)::int as n from (${among}) a`)).n);
    expect(lines).toMatchObject(worthOf(await books.one<Ledger>(`select ${LEDGER} from (${ENTRIES}) e where who in (${among})`)));
  });
});
type Pareto = { customers: number; totalMinor: number; topCustomers: number; topMinor: number; topShare: number | null; curve: number[] };

describe('cohorts, funnel, series and the people behind', () => {
  test.each([['month', 'order.paid', 'order.paid', 12], ['week', 'product.viewed', 'order.paid', 8]])('retention by %s from %s to %s', async (unit, start, back, periods) => {
    const scope = { from: unit === 'month' ? '2025-07-01' : '2026-04-06', to: AS_OF };
    const told = await ask<{ rows: { cohort: string; size: number; cells: ({ k: number; people: number; rate: number } | null)[] }[]; means: ({ people: number; size: number } | null)[] }>('/insight/cohorts', { start: { event: start }, back: { event: back }, unit, periods, scope });
    const wanted = await books.ask<{ cohort: string; size: number; k: number; people: number | null }>(`
      with f as (select who, min(at) as at, min(day) as day from plain.did where event = $1 group by who),
           c as (select who, at, date_trunc('${unit}', day)::date as cohort from f where day between $3::date and $4::date),
           b as (select distinct c.who, c.cohort, date_trunc('${unit}', d.day)::date as period from c join plain.did d on d.who = c.who and d.event = $2 and d.at >= c.at)
      select c.cohort, c.size, k, case when (c.cohort + (k + 1) * interval '1 ${unit}')::date - 1 <= $4::date
               then (select count(*)::int from b where b.cohort = c.cohort and b.period = (c.cohort + k * interval '1 ${unit}')::date) end as people
        from (select cohort, count(*)::int as size from c group by cohort) c, generate_series(0, $5::int) as k order by c.cohort, k`, [start, back, scope.from, AS_OF, periods]);
    expect(told.rows.flatMap(({ cohort, size, cells }) => cells.map((cell, k) => ({ cohort, size, k, people: cell?.people ?? null })))).toEqual(wanted);
    told.means.forEach((mean, k) => {
      const mature = wanted.filter((row) => row.k === k && row.people !== null);
      const sum = (of: (row: (typeof wanted)[number]) => number): number => mature.reduce((all, row) => all + of(row), 0);
      expect(mean && { people: mean.people, size: mean.size }).toEqual(mature.length === 0 ? null : { people: sum((row) => row.people ?? 0), size: sum((row) => row.size) });
    });
  });

  test.each([['ordered', 7], ['ordered', 30], ['any', 3]])('a funnel, steps %s, %i days a step', async (order, stepDays) => {
    const steps = ['product.viewed', 'cart.added', 'order.paid'];
    const { parts: [part] } = await ask<{ parts: { steps: { people: number; lost: number; fromFirst: number | null }[] }[] }>('/insight/funnel', { steps: steps.map((event) => ({ event })), order, stepDays, scope: SPRING });
    const ordered = `
      with a as (select who, at from plain.did where event = $1 and day between $4::date and $5::date),
           b as (select d.who, d.at from plain.did d where d.event = $2 and exists (select 1 from a where a.who = d.who and a.at <= d.at and d.at - a.at <= $6::int * interval '24 hours')),
           c as (select d.who, d.at from plain.did d where d.event = $3 and exists (select 1 from b where b.who = d.who and b.at <= d.at and d.at - b.at <= $6::int * interval '24 hours'))`;
    const any = `
      with e as (select who, event, at from plain.did where event in ($1, $2, $3) and day between $4::date and $5::date),
           near as (select t.who, array_agg(distinct e.event) as events from e t join e on e.who = t.who and e.at between t.at - 2 * $6::int * interval '24 hours' and t.at group by t.who, t.at),
           a as (select who from near where events @> array[$1]), b as (select who from near where events @> array[$1, $2]), c as (select who from near where events @> array[$1, $2, $3])`;
    const wanted = await books.one<{ a: number; b: number; c: number }>(`${order === 'any' ? any : ordered}
      select (select count(distinct who)::int from a) as a, (select count(distinct who)::int from b) as b, (select count(distinct who)::int from c) as c`, [...steps, SPRING.from, SPRING.to, stepDays]);
    expect(part?.steps.map(({ people }) => people)).toEqual([wanted.a, wanted.b, wanted.c]);
    expect(part?.steps[0]?.people).toBe((await books.one<{ n: number }>('select count(distinct who)::int as n from plain.did where event = $1 and day between $2 and $3', [steps[0], SPRING.from, SPRING.to])).n);
  });

  test('every point of a series, and the people behind it are as many', async () => {
    type Told = Part & { people: { counted: { token: string } } };
    const { points } = await ask<{ points: (Span & { parts: Told[] })[] }>('/insight/series', { metric: { id: 'repurchase_period' }, scope: SPRING, unit: 'month' });
    expect(points.map(({ from }) => from)).toEqual(['2026-04-01', '2026-05-01', '2026-06-01']);
    for (const { from, to, parts } of points) {
      await expectPart('repurchase_period', { from, to }, parts);
      const { total } = await ask<{ total: { count: number } }>('/insight/people', { token: parts[0]?.people.counted.token });
      expect(total.count).toBe(parts[0]?.people.counted.count);
    }
  });
});
