import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drain } from '../src/kernel/facts.ts';
import { type Person, person, testApp } from './support/app.ts';
import { type Books, plainBooks, spend } from './support/plainBooks.ts';
import { ENTRIES, LEDGER } from './support/plainSql.ts';
import { SAMPLE_NOW, sampleWorkspace, storyless } from './support/sample.ts';
import { type TestStores, testStores } from './support/stores.ts';

/** Ledgers of the simulated shop, each counted a second time by plain SQL in another engine over copies of the raw rows. */
const CUSTOMERS = 1_500;
const KINDS = ['sales', 'product', 'fulfilment', 'service', 'incentive', 'retention', 'acquisition'] as const;
const NOBODY = '00000000-0000-0000-0000-000000000000';

let stores: TestStores;
let app: FastifyInstance;
let owner: Person;
let books: Books;

beforeAll(async () => {
  stores = await testStores(SAMPLE_NOW);
  const workspaceId = await sampleWorkspace(stores, CUSTOMERS, storyless);
  app = await testApp(stores);
  owner = await person(stores, app, workspaceId, 'owner');
  const [keep, absorb] = (await ask<{ rows: { id: string }[] }>('/customers?sort=order_count&limit=2')).rows;
  await ask('/customers/merge', { keep: keep?.id, absorb: absorb?.id, reason: 'the same person' });
  await drain(stores, storyless);
  await spend(stores, workspaceId);
  books = await plainBooks(stores, workspaceId);
  await books.ask(SHARED);
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

/** Who shares which bill: newcomers of the month by its channel, orders of the month, everybody who had bought before. */
const SHARED = `
  create table plain.place as
    select s.customer as who, s.stages[cardinality(s.stages)] as stage, to_char(f.first, 'YYYY-MM') as month,
           coalesce(nullif((select c.fields #>> '{first_channel}' from customer c where c.id = s.customer), ''), nullif((select c.own #>> '{first_channel}' from customer c where c.id = s.customer), ''), f.seen, '') as channel
      from plain.stood s left join (select who, min(day) as first, (array_agg(channel order by at, channel))[1] as seen from plain.bought group by who) f on f.who = s.customer;
  create table plain.bill as
    select k.*, to_char(k.day, 'YYYY-MM') as month,
           case k.kind when 'acquisition' then (select count(*) from plain.place p where p.month = to_char(k.day, 'YYYY-MM') and (k.channel = '' or p.channel = k.channel))
                       when 'retention'   then (select count(*) from plain.place p where p.month < to_char(k.day, 'YYYY-MM'))
                       else (select count(*) from plain.sale s where s.kept and to_char(s.day, 'YYYY-MM') = to_char(k.day, 'YYYY-MM')) end as heads
      from plain.costs k where k.order_no = '' and k.subject = '${NOBODY}';
  create table plain.entry as
    select who, kind, minor from (${ENTRIES}) e where who is not null
    union all
    select p.who, b.kind, round(b.amount::numeric / b.heads)::bigint from plain.bill b join plain.place p on (b.kind = 'acquisition' and p.month = b.month and (b.channel = '' or p.channel = b.channel)) or (b.kind = 'retention' and p.month < b.month) where b.heads > 0
    union all
    select o.who, b.kind, round(b.amount::numeric / b.heads)::bigint from plain.bill b join plain.bought o on to_char(o.day, 'YYYY-MM') = b.month where b.kind not in ('acquisition', 'retention') and b.heads > 0;
  create index on plain.entry (who);`;

type Totals = Record<(typeof KINDS)[number], number>;
const totalsOf = (row: Totals): Totals => Object.fromEntries(KINDS.map((kind) => [kind, row[kind]])) as Totals;
const zero: Totals = { sales: 0, product: 0, fulfilment: 0, service: 0, incentive: 0, retention: 0, acquisition: 0 };

test('the bills of the sample are there to be shared, of every kind that has any', async () => {
  const { kinds, unshared } = await books.one<{ kinds: number; unshared: number }>('select count(distinct kind)::int as kinds, count(*) filter (where heads = 0)::int as unshared from plain.bill');
  expect(kinds).toBe(5);
  expect(unshared).toBeLessThan(20);
});

describe('R30', () => {
  test.each([['stage', 'p.stage'], ['cohort', "coalesce(p.month, '')"], ['channel', 'p.channel']])('ledgers by %s, line by line', async (by, key) => {
    const told = await ask<{ rows: (Totals & { key: string; customers: number; valueMinor: number })[] }>(`/lifecycle/ledger?by=${by}`);
    const wanted = await books.ask<Totals & { key: string; customers: number }>(`
      select ${key} as key, count(*)::int as customers, ${KINDS.map((kind) => `coalesce(sum(l.${kind}), 0) as ${kind}`).join(', ')}
        from plain.place p left join (select who, ${LEDGER} from plain.entry group by who) l on l.who = p.who
       group by 1`);
    const sorted = wanted.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    expect(told.rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ key: name, customers, ...row }) => ({ key: name, customers, ...totalsOf(row) }))).toEqual(sorted.map(({ key: name, customers, ...row }) => ({ key: name, customers, ...totalsOf(row) })));
  });

  test('every single customer’s ledger, greatest value first, and what stands outside makes up the rest', async () => {
    const rows: (Totals & { customerId: string; valueMinor: number })[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: { rows: typeof rows; next: string | null } = await ask(`/lifecycle/ledger/customers?limit=200${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
      rows.push(...page.rows);
      next = page.next;
    }
    const wanted = new Map((await books.ask<Totals & { who: string }>(`select who, ${LEDGER} from plain.entry group by who`)).map(({ who, ...row }) => [who, totalsOf(row)]));
    expect(new Set(rows.map(({ customerId }) => customerId)).size).toBe(rows.length);
    expect(rows.filter((row) => JSON.stringify(totalsOf(row)) !== JSON.stringify(wanted.get(row.customerId) ?? zero))).toEqual([]);
    expect(rows.map(({ valueMinor }) => valueMinor)).toEqual(rows.map(({ valueMinor }) => valueMinor).toSorted((a, b) => b - a));
    const { total, outside } = await ask<{ total: Totals; outside: Totals }>('/lifecycle/ledger');
    const everything = await books.one<Totals>(`
      select (select sum(amount - refunded) from plain.sale) as sales, ${KINDS.slice(1).map((kind) => `coalesce(sum(amount) filter (where kind = '${kind}'), 0) ${kind === 'product' ? '+ (select sum(l.cost) from plain.lines l join plain.sale s on s.kept and (s.source, s.shop, s.document) = (l.source, l.shop, l.order_no))' : ''} as ${kind}`).join(', ')} from plain.costs`);
    for (const kind of KINDS) expect([kind, total[kind] + outside[kind]]).toEqual([kind, everything[kind]]);
  });

  test('the entries of a customer sum to the lines, whoever it is', async () => {
    // Of every stage some with and some without anything given back or a cost of their own.
    const some = await books.ask<{ who: string }>(`
      select distinct on (p.stage, given, own) p.who
        from plain.place p, lateral (select exists (select 1 from plain.sale s where s.who = p.who and s.refunded > 0) as given,
             exists (select 1 from plain.costs k left join plain.sale_order o on o.order_no = k.order_no and k.order_no <> '' left join plain.owner w on w.subject = k.subject where coalesce(o.who, w.who) = p.who) as own) x
       order by p.stage, given, own, md5(p.who::text)`);
    expect(some.length).toBeGreaterThan(12);
    for (const { who } of some) {
      const wanted = await books.one<Totals>(`select ${LEDGER} from plain.entry where who = $1`, [who]);
      expect(totalsOf(await ask<Totals>(`/lifecycle/customers/${who}/ledger`))).toEqual(totalsOf(wanted));
      for (const [line, sum] of [['revenue', wanted.sales - wanted.product - wanted.fulfilment], ['acquisition', wanted.acquisition], ['maintenance', wanted.service + wanted.incentive + wanted.retention]] as const) {
        const page = await ask<{ rows: { effectMinor: number }[]; lineMinor: number; next: string | null }>(`/lifecycle/customers/${who}/ledger/entries?line=${line}&limit=200`);
        expect([who, line, page.lineMinor, page.next === null ? page.rows.reduce((all, { effectMinor }) => all + effectMinor, 0) : sum]).toEqual([who, line, sum, sum]);
      }
    }
  });
});

test('R30: value of a saved filter or a tag is the value of its people, on every view', async () => {
  const { id } = await ask<{ id: string }>('/segments', { name: 'Active', tree: { version: 1, root: { kind: 'field', field: 'stage', test: { op: 'in', values: ['active'] } } } });
  type Told = { rows: (Totals & { key: string; customers: number })[]; total: Totals & { customers: number }; outside: object | null };
  const [whole, ofSegment, ofTag, ofBoth] = [await ask<Told>('/lifecycle/ledger'), await ask<Told>(`/lifecycle/ledger?segment=${id}`), await ask<Told>('/lifecycle/ledger?tag=模拟数据'), await ask<Told>(`/lifecycle/ledger?segment=${id}&tag=nobody`)];
  expect(ofSegment.rows).toEqual(whole.rows.filter(({ key }) => key === 'active'));
  expect([ofTag.total, ofTag.outside, ofSegment.outside]).toEqual([whole.total, null, null]);
  expect(ofBoth.total.customers).toBe(0);
  const { n } = await books.one<{ n: number }>("select count(*)::int as n from plain.person p where stage = 'active' and exists (select 1 from plain.bought b where b.who = p.id)");
  const [worth, pareto, scores] = [await ask<{ customers: number }>(`/lifecycle/worth?segment=${id}`), await ask<{ all: { customers: number } }>(`/lifecycle/pareto?segment=${id}`), await ask<{ customers: number }>(`/lifecycle/value-scores?segment=${id}`)];
  expect([worth.customers, pareto.all.customers, scores.customers, ofSegment.total.customers]).toEqual([n, n, n, n]);
  await ask(`/lifecycle/clv?segment=${id}`);
  await ask(`/lifecycle/budget/tiers?segment=${id}&by=stage`);
  await ask(`/lifecycle/ledger/customers?segment=${id}&stage=active`);
  expect((await owner.call('GET', '/api/v1/lifecycle/worth?segment=00000000-0000-4000-8000-000000000000')).status).toBe(404);
});

test('R45: the cost of a new customer by channel and month', async () => {
  const { cells, from, to } = await ask<{ from: string; to: string; cells: { channel: string; month: string; spendMinor: number; customers: number; cacMinor: number | null; hasSpend: boolean }[] }>('/lifecycle/acquisition');
  const wanted = await books.ask<{ channel: string; month: string; spend: number | null; customers: number }>(`
    select channel, month, max(spend) as spend, max(people)::int as customers
      from (select channel, to_char(day, 'YYYY-MM') as month, sum(amount) as spend, 0 as people from plain.costs where kind = 'acquisition' group by 1, 2
            union all select channel, month, null, count(*) from plain.place where month is not null group by 1, 2) c
     where month between $1 and $2 group by 1, 2`, [from, to]);
  const sorted = <T extends { channel: string; month: string }>(rows: readonly T[]): T[] => rows.toSorted((a, b) => (`${a.month} ${a.channel}` < `${b.month} ${b.channel}` ? -1 : 1));
  expect(sorted(cells)).toEqual(sorted(wanted.map(({ spend, ...row }) => ({ ...row, spendMinor: spend ?? 0, hasSpend: spend !== null, cacMinor: spend !== null && row.customers > 0 ? expect.closeTo(spend / row.customers, 6) : null }))));
});

test('R29: cohort value as it happened is the ledger of the cohort before acquisition', async () => {
  const { empirical } = await ask<{ empirical: { byCohort: { cohort: string; customers: number; totalMinor: number }[] } }>('/lifecycle/clv?unit=month&yearlyDiscount=0');
  const oldest = empirical.byCohort[0];
  const entries = await books.one<{ total: number; customers: number }>(`
    select sum(case when e.kind = 'sales' then e.minor else -e.minor end) as total, count(distinct p.who)::int as customers
      from plain.place p join plain.entry e on e.who = p.who and e.kind <> 'acquisition' where p.month = $1`, [oldest?.cohort]);
  const later = await books.one<{ total: number }>(`
    select coalesce(sum(s.amount - s.refunded), 0) - coalesce((select sum(l.cost) from plain.lines l join plain.bought b using (source, shop, order_no) join plain.place p on p.who = b.who and p.month = $1 where b.day >= '2026-07-01'), 0)
           - coalesce((select sum(k.amount) from plain.costs k left join plain.sale_order o on o.order_no = k.order_no and k.order_no <> '' left join plain.owner w on w.subject = k.subject join plain.place p on p.who = coalesce(o.who, w.who) and p.month = $1 where k.kind <> 'acquisition' and k.day >= '2026-07-01'), 0)
           - coalesce((select sum(round(b.amount::numeric / b.heads)) from plain.bill b join plain.bought o on to_char(o.day, 'YYYY-MM') = b.month join plain.place p on p.who = o.who and p.month = $1 where b.kind not in ('acquisition', 'retention') and b.month >= '2026-07'), 0)
           - coalesce((select sum(round(b.amount::numeric / b.heads)) from plain.bill b join plain.place p on p.month = $1 where b.kind = 'retention' and b.month >= '2026-07'), 0) as total
      from plain.sale s join plain.place p on p.who = s.who and p.month = $1 where s.day >= '2026-07-01'`, [oldest?.cohort]);
  // July is not over: what it brought so far is no part of a whole month.
  expect(oldest).toMatchObject({ customers: entries.customers, totalMinor: entries.total - later.total });
});
