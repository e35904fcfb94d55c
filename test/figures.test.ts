import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, testApp } from './support/app.ts';
import { type Books, plainBooks } from './support/plainSql.ts';
import { SAMPLE_NOW, sampleWorkspace } from './support/sample.ts';
import { type TestStores, testStores } from './support/stores.ts';

/**
 * Every figure that pages show of the simulated shop, counted a second time by plain SQL over copies of the raw rows.
 * What the pages say of one another is compared too: no two of them may count differently.
 */
const CUSTOMERS = 6_000;
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
  workspaceId = await sampleWorkspace(stores);
  app = await testApp(stores);
  owner = await person(stores, app, workspaceId, 'owner');
  books = await plainBooks(stores, workspaceId);
}, 300_000);
afterAll(async () => {
  await books?.close();
  await app?.close();
  await stores?.close();
});

async function ask<T>(url: string, body?: object): Promise<T> {
  const reply = await owner.call<T>(body ? 'POST' : 'GET', `/api/v1${url}`, body);
  expect([url, reply.status < 300 || reply.body]).toEqual([url, true]);
  return reply.body;
}
const near = (given: number | null, wanted: number | null): void => (given === null || wanted === null ? expect(given).toBe(wanted) : expect(given).toBeCloseTo(wanted, 9));

type Sums = { orders: number; documents: number; buyers: number; people: number; paidMinor: number; refundsMinor: number; netMinor: number; nobodysMinor: number; neverBought: number };
const SUMS = `
  count(*) filter (where kind = 'order')::int as orders, count(distinct (source, shop, kind, document))::int as documents,
  count(distinct who) filter (where kept)::int as buyers, count(distinct who)::int as people,
  count(distinct who)::int - (count(distinct who) filter (where kept))::int as "neverBought",
  coalesce(sum(amount), 0) as "paidMinor", coalesce(sum(refunded), 0) as "refundsMinor", coalesce(sum(amount - refunded), 0) as "netMinor",
  coalesce(sum(amount - refunded) filter (where who is null), 0) as "nobodysMinor"`;

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
  type Reconciled = { total: Sums; rows: (Sums & { month: string; shop: string })[] };
  const STORED = `select to_char(day, 'YYYY-MM') as month, shop, ${SUMS} from plain.sale group by 1, 2 order by 1, 2`;

  test('every month and shop of reconcile, and its total', async () => {
    const told = await ask<Reconciled>('/reconcile');
    const wanted = await books.ask<Sums & { month: string; shop: string }>(STORED);
    const bare = told.rows.map(({ documents: _, ...row }) => ({ ...row, figures: undefined }));
    expect(bare).toEqual(wanted.map(({ documents: _, ...row }) => ({ ...row, figures: undefined })));
    const { documents: _d, ...total } = told.total;
    const { documents: _w, ...sum } = await books.one<Sums>(`select ${SUMS} from plain.sale`);
    expect(total).toEqual(sum);
  });

  test.each([15, 30, 90])('home of %i days tells what reconcile counts for the same days', async (days) => {
    const home = await ask<{ asOf: string; period: { from: string; to: string }; sales: object; salesBefore: object; figures: Figure[] }>(`/insight/home?days=${days}`);
    expect(home.asOf).toBe(AS_OF);
    const money = (from: number, to: number) => books.one(`
      select count(*) filter (where kind = 'order')::int as orders, coalesce(sum(amount), 0) as amount, coalesce(sum(refunded), 0) as refunded, coalesce(sum(amount - refunded), 0) as net,
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

/** One row a customer counted: `top`, `bottom`, by days $1–$2 of data up to $3. */
const BUYERS_IN = "select who, count(*) as orders, sum(amount) as paid, count(distinct day) as days, min(day) as first_in from plain.bought where day between $1 and $2 group by who";
const FIRSTS = 'select who, min(day) as first from plain.bought group by who';
const STAGE_ON = (day: string): string => `(select x.stage from unnest(s.stages, s.entered) as x(stage, since) where x.since <= ${day} order by x.since desc limit 1)`;
const KEPT = (atLeast: number, sign: string): string => `
  select p.who, (${sign} (${STAGE_ON('$2::date')} = 'churned'))::int as top, 1 as bottom
    from (select who from plain.bought where day < $1::date group by who having count(distinct day) >= ${atLeast}) p
    join plain.stood s on s.customer = p.who
   where ${STAGE_ON('$1::date - 1')} not in ('prospect', 'churned')`;
const FIRST_90 = (again: string): string => `
  select f.who, (${again} exists (select 1 from plain.bought b where b.who = f.who and b.day > f.first and b.day <= f.first + 90))::int as top, 1 as bottom
    from (${FIRSTS}) f where f.first between $1 and $2 and f.first + 90 <= $3::date`;

const PLAIN: Record<string, string> = {
  customers: 'select distinct who, 1 as top, 1 as bottom from plain.bought where day <= $2',
  buyers: `select who, 1 as top, 1 as bottom from (${BUYERS_IN}) b`,
  active: 'select distinct who, 1 as top, 1 as bottom from plain.bought where day <= $2::date and day > $2::date - 30',
  new_first: `select who, 1 as top, 1 as bottom from (${FIRSTS}) f where first between $1 and $2`,
  new_platform: `select b.who, 1 as top, 1 as bottom from (${BUYERS_IN}) b where not exists (select 1 from plain.bought e where e.who = b.who and e.day < $1::date and e.day >= b.first_in - 365)`,
  returning: `select b.who, 1 as top, 1 as bottom from (${BUYERS_IN}) b
    where not exists (select 1 from plain.bought e where e.who = b.who and e.day < $1::date and e.day >= $1::date - ($2::date - $1::date + 1))
      and exists (select 1 from plain.bought e where e.who = b.who and e.day < $1::date - ($2::date - $1::date + 1))`,
  won_back: "select s.customer as who, 1 as top, 1 as bottom from plain.stood s where exists (select 1 from unnest(s.stages, s.entered) as x(stage, since) where x.stage = 'won_back' and x.since between $1 and $2)",
  orders: `select who, orders as top, 1 as bottom from (${BUYERS_IN}) b`,
  paid: `select who, paid as top, 1 as bottom from (${BUYERS_IN}) b`,
  net: 'select who, sum(amount - refunded) as top, 1 as bottom from plain.sale where who is not null and day between $1 and $2 group by who having bool_or(amount <> 0 or refunded <> 0)',
  aov: `select who, paid as top, 1 as bottom from (${BUYERS_IN}) b`,
  order_value: `select who, paid as top, orders as bottom from (${BUYERS_IN}) b`,
  orders_per_buyer: `select who, orders as top, 1 as bottom from (${BUYERS_IN}) b`,
  repurchase_first: FIRST_90(''),
  not_repeated: FIRST_90('not'),
  repurchase_period: `select who, (days >= 2)::int as top, 1 as bottom from (${BUYERS_IN}) b`,
  repurchase_existing: 'select p.who, exists (select 1 from plain.bought b where b.who = p.who and b.day between $1 and $2)::int as top, 1 as bottom from (select distinct who from plain.bought where day < $1::date) p',
  retention: KEPT(1, 'not'),
  churn_existing: KEPT(2, ''),
  referral: `select p.who, exists (select 1 from plain.did d where d.who = p.who and d.event = 'referral.made' and coalesce(d.valid, '') not in ('false', '0') and d.day between $1 and $2)::int as top, 1 as bottom
    from (select distinct who from plain.bought where day <= $2) p`,
};
const PEOPLE = ['people'], QUOTIENTS = new Set(['aov', 'order_value', 'orders_per_buyer', 'repurchase_first', 'not_repeated', 'repurchase_period', 'repurchase_existing', 'retention', 'churn_existing', 'referral']);

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
async function expectFigure({ metric, period, parts, previous }: Figure): Promise<void> {
  await expectPart(metric.id, period, parts);
  if (previous) await expectPart(metric.id, previous.period, previous.parts);
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
