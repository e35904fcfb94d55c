import pg from 'pg';
import { superuser } from '../../src/kernel/postgres/embedded.ts';
import type { TestStores } from './stores.ts';

/**
 * The raw rows of one workspace, copied as they lie into tables of Postgres, so that every figure can be counted a second
 * time in another engine, by other SQL, without any view or function of the product. Who is whose comes from `subject`.
 */
export type Books = { ask<Row extends object>(query: string, values?: readonly unknown[]): Promise<Row[]>; one<Row extends object>(query: string, values?: readonly unknown[]): Promise<Row>; close(): Promise<void> };

const NOBODY = '00000000-0000-0000-0000-000000000000';
const ROWS_PER_COPY = 10_000;

const TABLES = {
  orders: {
    columns: 'source text, shop text, channel text, order_no text, subject uuid, status text, at timestamptz, day date, amount bigint, refunded bigint, full_refund text, free int, b2b int, promo text',
    from: "select source, shop, channel, order_no, subject, status, formatDateTime(ordered_at, '%Y-%m-%dT%H:%i:%S.%fZ') as at, day, amount, refunded, full_refund, free, b2b, promo from orders final",
  },
  lines: {
    columns: 'source text, shop text, order_no text, subject uuid, day date, amount bigint, cost bigint, loose int',
    from: 'select source, shop, order_no, subject, day, amount, cost, loose from order_lines final',
  },
  refunds: {
    columns: 'source text, shop text, refund_no text, order_no text, subject uuid, day date, amount bigint, status text, document_no text',
    from: 'select source, shop, refund_no, order_no, subject, day, amount, status, document_no from refunds final',
  },
  events: {
    columns: 'subject uuid, at timestamptz, day date, kind text, event text, shop text, valid text',
    from: "select subject, formatDateTime(time, '%Y-%m-%dT%H:%i:%S.%fZ') as at, day, kind, event, shop, toString(getSubcolumn(properties, 'valid')) as valid from events final",
  },
  costs: { columns: 'source text, cost_no text, kind text, channel text, subject uuid, order_no text, day date, amount bigint', from: 'select source, cost_no, kind, channel, subject, order_no, day, amount from costs final' },
  stages: {
    columns: 'customer uuid, stages text[], entered date[], state text, branch text, rfm text',
    from: 'select customer, stages, entered, state, branch, rfm from stage_now final',
  },
  told: { columns: 'customer uuid, recorded_at text, stages text[], entered date[]', from: 'select customer, toString(recorded_at) as recorded_at, stages, entered from stage_history' },
  owners: { columns: 'subject uuid, customer uuid', from: 'select subject, customer from subject_owner final' },
} as const;

/**
 * What the raw rows mean, said once and plainly. `sale`: every order (with its money once paid), every refund that no order
 * holds, every adjustment. `bought`: the paid orders of known people that were not wholly given back nor free.
 */
const READINGS = (workspaceId: string): string => `
  create table plain.person as select id, stage, reach, created_at, exists (select 1 from unnest(reach) as one where one <> 'platform_only') as reachable
    from customer where workspace_id = '${workspaceId}' and merged_into is null;
  create table plain.owner as select id as subject, customer_id as who from subject where workspace_id = '${workspaceId}' and customer_id is not null;
  alter table plain.person add primary key (id);
  alter table plain.owner add primary key (subject);
  create table plain.sale as
    select w.who, 'order' as kind, o.source, o.shop, o.order_no as document, o.day, p.paid, p.paid and o.full_refund in ('', 'pending') and o.free = 0 as kept,
           case when p.paid then o.amount else 0 end as amount, case when p.paid then o.refunded else 0 end as refunded
      from plain.orders o left join plain.owner w using (subject), lateral (select o.status in ('paid', 'shipped', 'done') as paid) p
    union all
    select w.who, 'refund', r.source, r.shop, r.document_no, r.day, false, false, 0, case when r.status = 'done' then r.amount else 0 end
      from plain.refunds r left join plain.owner w using (subject) where r.order_no = ''
    union all
    select w.who, 'adjustment', l.source, l.shop, l.order_no, l.day, false, false, l.amount, 0
      from plain.lines l left join plain.owner w using (subject) where l.loose = 1;
  create table plain.bought as
    select w.who, o.source, o.shop, o.channel, o.order_no, o.at, o.day, o.amount, o.refunded, o.b2b, o.promo
      from plain.orders o join plain.owner w using (subject)
     where o.status in ('paid', 'shipped', 'done') and o.full_refund in ('', 'pending') and o.free = 0;
  create table plain.sale_order as select distinct document as order_no, who from plain.sale where kind = 'order' and who is not null;
  create table plain.did as
    select w.who, e.event, e.at, e.day, e.valid from plain.events e join plain.owner w using (subject)
    union all
    select who, 'order.paid', at, day, '' from plain.bought;
  create table plain.seen as
    select distinct w.who, e.day from plain.events e join plain.owner w using (subject) where e.kind in ('track', 'page', 'screen');
  create table plain.stood as
    select s.*, s.stages[cardinality(s.stages)] as stage from plain.stages s;
  create index on plain.bought (who, day);
  create index on plain.did (event, who, at);
  create index on plain.sale (who);
  create index on plain.told (customer);
  create index on plain.lines (order_no);
  create index on plain.bought (order_no);
  analyze;`;

export async function plainBooks(stores: TestStores, workspaceId: string): Promise<Books> {
  // Days stay the texts they are; counts and sums of these sizes are safe numbers.
  const types = { getTypeParser: ((oid: number, format?: 'text' | 'binary') => (oid === 1082 ? (text: string) => text : oid === 20 || oid === 1700 ? Number : pg.types.getTypeParser(oid, format as 'text'))) as typeof pg.types.getTypeParser };
  const client = new pg.Client({ host: process.env.TEST_PG_SOCKET, user: superuser, database: stores.database, types });
  await client.connect();
  await client.query('create schema plain');
  for (const [table, { columns, from }] of Object.entries(TABLES)) {
    await client.query(`create table plain.${table} (${columns})`);
    const rows = await stores.ch.rows<object>(`${from} where workspace = {workspace:UUID}`, { workspace: workspaceId });
    for (let at = 0; at < rows.length; at += ROWS_PER_COPY) {
      await client.query(`insert into plain.${table} select * from json_populate_recordset(null::plain.${table}, $1::json)`, [JSON.stringify(rows.slice(at, at + ROWS_PER_COPY))]);
    }
  }
  await client.query(READINGS(workspaceId));
  const ask = async <Row extends object>(query: string, values: readonly unknown[] = []): Promise<Row[]> => (await client.query<Row>(query, [...values])).rows;
  return {
    ask,
    one: async <Row extends object>(query: string, values: readonly unknown[] = []) => {
      const [row] = await ask<Row>(query, values);
      if (!row) throw new Error(`no row: ${query}`);
      return row;
    },
    close: () => client.end(),
  };
}

const COST_KINDS = ['fulfilment', 'service', 'incentive', 'product', 'acquisition', 'retention'];

/** Costs that name an order, also orders that were wholly given back, or a customer. */
export async function spend(stores: TestStores, workspaceId: string): Promise<void> {
  const orders = await stores.ch.rows<{ order_no: string; subject: string; full_refund: string }>(`
    select order_no, subject, full_refund from orders final where workspace = {workspace:UUID} and subject != toUUID('00000000-0000-0000-0000-000000000000') and status = 'done' order by full_refund desc, order_no limit 400`, { workspace: workspaceId });
  await stores.ch.insert('costs', orders.map(({ order_no: no, subject }, at) => ({
    workspace: workspaceId, source: 'simulated', cost_no: `own-${at}`, version: 1, deleted: 0, day: '2026-07-15', kind: COST_KINDS[at % COST_KINDS.length], channel: '', campaign: '', amount: 100 + at,
    ...(at % 4 === 3 ? { subject, order_no: '' } : { subject: NOBODY, order_no: no }), digest: 0, import_id: NOBODY,
  })));
}
