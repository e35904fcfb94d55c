import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementsOf, steps } from '../migrate.ts';
import { clusterStatements, onCluster } from './cluster.ts';
import { type ClickHouse, openClickHouse } from './index.ts';

const CLUSTER = 'shop';
const folder = mkdtempSync(join(tmpdir(), 'perennial-cluster-'));
const plain = steps('clickhouse').flatMap(({ text }) => statementsOf(text));
const made = plain.flatMap((statement) => clusterStatements(statement, CLUSTER));
let ch: ClickHouse;

beforeAll(() => { ch = openClickHouse(join(folder, 'clickhouse')); });
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The engine's own parser, on one line. Throws at what it cannot read. */
const parsed = async (statement: string): Promise<string> => (await ch.rows<{ text: string }>('select formatQuerySingleLine({statement:String}) as text', { statement }))[0]?.text ?? '';

test('every statement of the schema files has its cluster form, which the engine reads', async () => {
  expect(plain.length).toBeGreaterThan(15);
  const read = await Promise.all(made.map(parsed));
  expect(read.every((text) => text.includes(`ON CLUSTER ${CLUSTER}`))).toBe(true);
  const tables = plain.filter((statement) => /^create table/i.test(statement));
  expect(read.filter((text) => /ENGINE = Replicated\w*MergeTree\('\/clickhouse\/tables\/\{shard\}\/\{database\}\/\{table\}', '\{replica\}'/.test(text))).toHaveLength(tables.length);
  expect(read.filter((text) => new RegExp(`ENGINE = Distributed\\('${CLUSTER}', currentDatabase\\(\\), \\w+_local, cityHash64\\(workspace\\)\\)`).test(text))).toHaveLength(tables.length);
});

test('a replicated table keeps its version, its order and its window of repeats', async () => {
  const [orders = ''] = clusterStatements(plain.find((statement) => /exists orders\b/.test(statement)) ?? '', CLUSTER);
  const text = await parsed(orders);
  expect(text).toContain("ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', version, deleted)");
  expect(text).toContain('ORDER BY (workspace, source, shop, order_no)');
  expect(text).toContain('replicated_deduplication_window = 1000');
  expect(text).not.toContain('non_replicated');
});

test('a table made after another is made after its replicated one, and a new column reaches both', async () => {
  const [before] = await Promise.all(clusterStatements('create table if not exists orders_before as orders\nengine = ReplacingMergeTree\norder by (workspace, version)', CLUSTER).map(parsed));
  expect(before).toMatch(/orders_before_local ON CLUSTER shop AS \S*orders_local ENGINE = ReplicatedReplacingMergeTree/);
  const altered = await Promise.all(clusterStatements('alter table customer_score add column if not exists value_spread Float64 default 0', CLUSTER).map(parsed));
  expect(altered.map((text) => /ALTER TABLE (\S+) ON CLUSTER/.exec(text)?.[1])).toEqual(['customer_score_local', 'customer_score']);
});

test('every table is sharded by a column it has', () => {
  for (const statement of plain.filter((one) => /^create table/i.test(one) && !/\bas \w+\s+engine/i.test(one))) expect(statement).toMatch(/^\s*workspace\s+UUID/m);
});

test('a view reads and fills the tables of its own shard', async () => {
  const [view] = await Promise.all(clusterStatements(plain.find((statement) => /^create materialized view/.test(statement)) ?? '', CLUSTER).map(parsed));
  expect(view).toMatch(/^CREATE MATERIALIZED VIEW IF NOT EXISTS \S*event_property_told ON CLUSTER shop TO \S*event_property_local .*FROM \(SELECT .* FROM events_local WHERE/);
});

test('rows are changed and removed where they lie; other statements, and other clusters\' macros, stay as they are', async () => {
  expect(await parsed(onCluster('alter table events delete where workspace = {workspace:UUID} settings mutations_sync = 2', CLUSTER))).toMatch(/^ALTER TABLE events_local ON CLUSTER shop \(?DELETE/);
  expect(await parsed(onCluster('\n    alter table orders update version = 1 where 1', '{cluster}'))).toMatch(/^ALTER TABLE orders_local ON CLUSTER `?\{cluster\}`? \(?UPDATE/);
  expect(await parsed(onCluster('truncate table events', CLUSTER))).toMatch(/^TRUNCATE TABLE events_local ON CLUSTER shop/);
  expect(onCluster('insert into t select 1', CLUSTER)).toBe('insert into t select 1');
  expect(() => clusterStatements('drop table t', CLUSTER)).toThrow();
});
