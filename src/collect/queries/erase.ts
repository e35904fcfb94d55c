import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type SubjectId, type WorkspaceId } from '../../kernel/ids.ts';
import { open, type WorkspaceKeys } from '../../kernel/seal.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

/** Texts that say what was bought and which document it was; every other text and map of a row may say something of the person. */
const KEPT = new Set(['order_no', 'sku', 'name', 'refund_no', 'cost_no', 'message_id', 'measures', 'campaign']);
/** Words of few values that still narrow somebody down. */
const NARROWING = new Set(['province', 'city']);
const FREE = /^(?:String|Map\(|Array\(|JSON)/;
const HERE = 'workspace = {workspace:UUID} and subject in {subjects:Array(UUID)}';
// Noon in Greenwich is the same day from Hawaii to Samoa's west.
const NOON = "toDateTime64(day, 3, 'UTC') + toIntervalHour(12)";

const TABLES = ['orders', 'order_lines', 'refunds', 'costs', 'orders_before', 'order_lines_before', 'refunds_before', 'costs_before'] as const;
const TIMES = new Set(['ordered_at', 'paid_at', 'refunded_at', 'time', 'received_at']);

type Column = { name: string; type: string };

/** What becomes of a row's columns: nobody's, at noon, without free texts. */
async function stripped(ch: ClickHouse, table: string): Promise<Map<string, string>> {
  const columns = await ch.rows<Column>('select name, type from system.columns where database = currentDatabase() and table = {table:String}', { table });
  const to = columns.flatMap(({ name, type }): [string, string][] => {
    if (name === 'subject') return [[name, NOBODY_SQL]];
    if (TIMES.has(name)) return [[name, type.startsWith('Nullable') ? `if(isNull(${name}), null, ${NOON})` : NOON]];
    if (NARROWING.has(name)) return [[name, "''"]];
    return FREE.test(type) && !KEPT.has(name) ? [[name, type.startsWith('JSON') ? "cast('{}', 'JSON')" : `defaultValueOfTypeName('${type.replaceAll("'", "\\'")}')`]] : [];
  });
  return new Map(to);
}

const countOf = async (ch: ClickHouse, workspace: WorkspaceId, table: string, subjects: readonly SubjectId[]): Promise<number> =>
  (await ch.rows<{ count: number }>(`select count() as count from ${table} where ${HERE}`, { workspace, subjects }))[0]?.count ?? 0;

/**
 * Orders, refunds and costs lose whose they were, and events move to nobody: day, event, goods and amount stay. The parts are written anew,
 * so that no older version of a row lies about. How many rows of each table; again, it finds none.
 */
export async function makeNobodys(ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const count = await countOf(ch, workspace, table, subjects);
    if (count === 0) continue;
    counts[table] = count;
    const sets = [...(await stripped(ch, table))].map(([name, value]) => `${name} = ${value}`);
    await ch.command(`alter table ${table} update ${sets.join(', ')} where ${HERE} settings mutations_sync = 2`, { workspace, subjects }, 'pass');
  }
  const events = await countOf(ch, workspace, 'events', subjects);
  if (events === 0) return counts;
  // The owner is part of an event's sort key, which cannot be updated in place.
  const replaced = [...(await stripped(ch, 'events'))].map(([name, value]) => `${value} as ${name}`);
  // From within, or the owner that is asked for would be the one it is replaced by.
  await ch.command(`insert into events select * replace (${replaced.join(', ')}) from (select * from events final where ${HERE})`, { workspace, subjects }, 'pass');
  await ch.command(`alter table events delete where ${HERE} settings mutations_sync = 2`, { workspace, subjects }, 'pass');
  return { ...counts, events };
}

const ROWS_PER_READ = 2_000;

/** Rows put aside that name the person are dropped: they are sealed, so each is opened and looked at. How many. */
export async function dropAside(tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, texts: readonly string[]): Promise<number> {
  // A telephone stands in a file as people write it: its own digits are looked for.
  const wanted = texts.map((text) => (/^\+\d+$/.test(text) ? text.slice(-8) : text)).filter((text) => text.length > 3);
  const found: string[] = [];
  for (let after: string | null = null, more = wanted.length > 0; more;) {
    const rows: { id: string; sealed: Buffer }[] = await many(tx, sql<{ id: string; sealed: Buffer }>`
      select id, sealed from quarantine
       where workspace_id = ${workspaceId} and (${after}::uuid is null or id > ${after}::uuid)
       order by id limit ${ROWS_PER_READ}`);
    for (const { id, sealed } of rows) {
      const row = open(keys, sealed, `quarantine:${id}`).replace(/[\s-]/g, '').toLowerCase();
      if (wanted.some((text) => row.includes(text.replace(/[\s-]/g, '').toLowerCase()))) found.push(id);
    }
    after = rows.at(-1)?.id ?? null;
    more = rows.length === ROWS_PER_READ;
  }
  return found.length === 0 ? 0 : run(tx, sql`delete from quarantine where workspace_id = ${workspaceId} and id = any (${found}::uuid[])`);
}
