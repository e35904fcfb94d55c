import { many, sql } from '../../src/kernel/sql.ts';
import type { Stores } from '../../src/kernel/stores.ts';

const FACTS = {
  orders: 'source, shop, order_no, subject, status, day, amount, refunded, full_refund, measures, channel, province, city, properties, digest',
  order_lines: 'source, shop, order_no, sku, occurrence, subject, day, name, quantity, amount, refunded, kind, digest',
  refunds: 'source, shop, refund_no, order_no, subject, day, amount, status, digest',
  costs: 'source, cost_no, day, kind, subject, amount, digest',
  events: 'subject, time, message_id, event, source, day, properties',
} as const;

/**
 * Everything a workspace knows of people and of what happened, whoever said it and when: two of these are equal when no question can tell
 * the states apart. Versions, import ids and the instants rows were written are left out.
 */
export async function worldOf(stores: Stores, workspace: string) {
  const ask = (query: ReturnType<typeof sql<Record<string, unknown>>>) => stores.pg.tx(workspace, (tx) => many(tx, query));
  const facts: Record<string, unknown[]> = {};
  for (const [table, columns] of Object.entries(FACTS)) {
    facts[table] = await stores.ch.rows(`select ${columns} from ${table} final where workspace = {workspace:UUID} order by ${columns.split(', ').slice(0, 5).join(', ')}`, { workspace });
  }
  return {
    facts,
    customers: await ask(sql`select id, name, fields, tags, kinds, reach from customer where workspace_id = ${workspace} and merged_into is null order by id`),
    subjects: await ask(sql`select id, kind, customer_id, over_limit from subject where workspace_id = ${workspace} order by id`),
    assertions: await ask(sql`select a, b, staff from assertion where workspace_id = ${workspace} order by a, b`),
    consents: await ask(sql`select customer_id, channel, purpose, state, source, at from consent where workspace_id = ${workspace} order by customer_id, channel, at, state`),
    tags: await ask(sql`select key, kind from tag where workspace_id = ${workspace} order by key`),
    bearers: await ask(sql`select t.key, m.customer_id, m.source, m.ended_at from tag_member m join tag t on t.workspace_id = m.workspace_id and t.id = m.tag_id where m.workspace_id = ${workspace} order by t.key, m.customer_id`),
    tokens: await ask(sql`select t.token, t.customer_id from name_token t join customer c on c.workspace_id = t.workspace_id and c.id = t.customer_id and c.merged_into is null where t.workspace_id = ${workspace} order by t.token, t.customer_id`),
    reviews: await ask(sql`select subject_id, code from identity_review where workspace_id = ${workspace} and closed_at is null order by subject_id, code`),
    aside: await ask(sql`select file, line, code from quarantine where workspace_id = ${workspace} and state = 'open' order by file, line`),
    states: await stores.ch.rows('select customer, name, texts, numbers, days, lists, tags, reach from customer_state final where workspace = {workspace:UUID} order by customer', { workspace }),
    owners: await stores.ch.rows(`
      with acting as (select subject from orders final where workspace = {workspace:UUID} union distinct select subject from events final where workspace = {workspace:UUID})
      select subject, customer from subject_owner final where workspace = {workspace:UUID} and customer != subject and subject in acting order by subject`, { workspace }),
  };
}

/** All that both stores hold, as text: a workspace's rows of every table in Postgres, and every row in ClickHouse. */
export async function dumpOfBoth(stores: Stores, workspace: string): Promise<string> {
  const tables = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ name: string }>`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege(oid, 'select')`));
  const texts: string[] = [];
  for (const { name } of tables) texts.push(JSON.stringify(await stores.pg.tx(workspace, (tx) => many(tx, sql`select t::text from ${sql.table(name)} t`))));
  const inCh = await stores.ch.rows<{ name: string }>("select name from system.tables where database = currentDatabase() and engine like '%MergeTree'");
  for (const { name } of inCh) texts.push(JSON.stringify(await stores.ch.rows(`select * from ${name}`)));
  return texts.join('\n');
}
