import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { rowReader } from '../../../kernel/clickhouse/rowReader.ts';
import { RowWriter } from '../../../kernel/clickhouse/rowWriter.ts';
import { type CustomerId, inOrderMade, type WorkspaceId } from '../../../kernel/ids.ts';
import { SCORE_COLUMNS } from '../compute/rows.ts';

export const insertScores = (ch: ClickHouse, rows: Uint8Array): Promise<void> => ch.insertRows('customer_score', SCORE_COLUMNS, rows);

/** Takes away scores that a whole run did not tell anew: of customers who are none any more, or of whom nothing can be said. Newer ones stay. */
export async function removeOlder(ch: ClickHouse, workspaceId: WorkspaceId, version: number): Promise<void> {
  await ch.command(`
    insert into customer_score (workspace, customer, version, deleted)
    select workspace, customer, {version:UInt64}, 1 from customer_score final
     where workspace = {workspace:UUID} and version < {version:UInt64}`, { workspace: workspaceId, version }, 'pass');
}

const KEY_COLUMNS = { workspace: 'UUID', customer: 'UUID', version: 'UInt64', deleted: 'UInt8' };

export async function removeScores(ch: ClickHouse, workspaceId: WorkspaceId, version: number, customers: readonly CustomerId[]): Promise<void> {
  const block = new RowWriter();
  for (const customer of customers) {
    block.uuid(workspaceId); block.uuid(customer); block.int(version); block.u8(1);
  }
  await ch.insertRows('customer_score', KEY_COLUMNS, block.row());
}

/** Published probabilities are whole points: nearly everybody's moves by a thousandth every day, and each that is told is a row of Postgres and one of the mirror. */
export const DECIMALS = 2;
/** Half a step of these: more apart is another value. */
const APART = 0.004;

/** Customers whose published probability is not that of their score, with what it should be; null: none any more. */
export async function unpublished(ch: ClickHouse, workspaceId: WorkspaceId): Promise<{ customer: CustomerId; churn: number | null }[]> {
  const bytes = await ch.bytes(`
    select c.customer, if(s.workspace = {workspace:UUID}, toFloat64(s.churn), toFloat64(-1)) as churn
      from (select customer, if(mapContains(numbers, 'churn_probability'), numbers['churn_probability'], -1) as told from customer_state final where workspace = {workspace:UUID}) as c
      left join (select workspace, customer, churn from customer_score final where workspace = {workspace:UUID}) as s on s.customer = c.customer
     where abs(if(s.workspace = {workspace:UUID}, round(toFloat64(s.churn), {decimals:UInt8}), toFloat64(-1)) - c.told) > {apart:Float64}`, { customer: 'UUID', churn: 'Float64' }, { workspace: workspaceId, decimals: DECIMALS, apart: APART });
  const read = rowReader(bytes), found: { customer: CustomerId; churn: number | null }[] = [];
  while (!read.isDone()) {
    const customer = read.uuid(), churn = read.f64();
    found.push({ customer, churn: churn < 0 ? null : churn });
  }
  return found.sort((a, b) => inOrderMade(a.customer, b.customer));
}

/** The day everybody's scores are no older than: of the last pass over all, whoever was scored by themselves since. Null where there are none. */
export async function everybodyScoredOn(ch: ClickHouse, workspaceId: WorkspaceId): Promise<string | null> {
  const [row] = await ch.rows<{ asOf: string; customers: number }>('select toString(min(as_of)) as asOf, count() as customers from customer_score final where workspace = {workspace:UUID}', { workspace: workspaceId });
  return row && row.customers > 0 ? row.asOf : null;
}

/** The day of the newest scores; null where there are none. */
export async function scoredOn(ch: ClickHouse, workspaceId: WorkspaceId): Promise<{ asOf: string | null; customers: number; methods: Record<string, number>; valueMinor: number; atRiskMinor: number }> {
  const rows = await ch.rows<{ method: string; asOf: string; customers: number; value: number; atRisk: number }>(`
    select method, toString(max(as_of)) as asOf, count() as customers, sum(value) as value, sum(at_risk) as atRisk
      from customer_score final where workspace = {workspace:UUID} group by method`, { workspace: workspaceId });
  const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    asOf: rows.map(({ asOf }) => asOf).sort().at(-1) ?? null, customers: sum(({ customers }) => customers), methods: Object.fromEntries(rows.map(({ method, customers }) => [method, customers])),
    valueMinor: sum(({ value }) => value), atRiskMinor: sum(({ atRisk }) => atRisk),
  };
}
