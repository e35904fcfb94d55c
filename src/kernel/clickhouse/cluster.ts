/**
 * A schema file's statements as a cluster wants them. Each table is kept by the replicas of its shard under `<name>_local`, and asked under
 * its own name through a Distributed table over all shards. A workspace's rows lie together on one shard, whatever the table, so that FINAL,
 * joins and subqueries never need another shard's rows; more workspaces than shards fill all of them.
 */
const SHARD_BY = 'cityHash64(workspace)';
const REPLICA_PATH = '/clickhouse/tables/{shard}/{database}/{table}';

const name = (cluster: string): string => `\`${cluster.replace(/[\\`]/g, (mark) => `\\${mark}`)}\``;
const literal = (text: string): string => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

const replicated = (engine: string, inside: string): string =>
  `engine = Replicated${engine}(${[literal(REPLICA_PATH), literal('{replica}'), ...(inside.trim() ? [inside.trim()] : [])].join(', ')})`;

/** The table each shard keeps. */
const kept = (statement: string, cluster: string): string => statement
  .replace(/^create table if not exists (\w+)/i, `create table if not exists $1_local on cluster ${name(cluster)}`)
  .replace(/\bas (\w+)(?=\s+engine\b)/i, 'as $1_local')
  .replace(/\bengine = (\w*MergeTree)(?:\(([^)]*)\))?/i, (_, engine: string, inside: string | undefined) => replicated(engine, inside ?? ''))
  .replaceAll('non_replicated_deduplication_window', 'replicated_deduplication_window');

const spread = (table: string, cluster: string): string =>
  `create table if not exists ${table} on cluster ${name(cluster)} as ${table}_local engine = Distributed(${literal(cluster)}, currentDatabase(), ${table}_local, ${SHARD_BY})`;

/** A view gathers on each shard what came there. */
const viewed = (statement: string, cluster: string): string => statement
  .replace(/^(create materialized view if not exists \w+) to (\w+)/i, `$1 on cluster ${name(cluster)} to $2_local`)
  .replace(/\bfrom (\w+)/gi, 'from $1_local');

const altered = (statement: string, table: string, cluster: string): string => statement.replace(/^(alter table|truncate table) \w+/i, `$1 ${table} on cluster ${name(cluster)}`);

/** One statement of schema/clickhouse as those of a cluster. Throws at a statement it does not know how to spread. */
export function clusterStatements(statement: string, cluster: string): string[] {
  const made = /^create table if not exists (\w+)/i.exec(statement)?.[1];
  if (made) return [kept(statement, cluster), spread(made, cluster)];
  if (/^create materialized view/i.test(statement)) return [viewed(statement, cluster)];
  const changed = /^alter table (\w+)\s+add column\b/i.exec(statement)?.[1];
  if (changed) return [altered(statement, `${changed}_local`, cluster), altered(statement, changed, cluster)];
  // A Distributed table keeps no rows, so it has no index.
  const indexed = /^alter table (\w+)\s+add index\b/i.exec(statement)?.[1];
  if (indexed) return [altered(statement, `${indexed}_local`, cluster)];
  throw new Error(`no way onto a cluster for: ${statement.slice(0, 80)}`);
}

/** Rows are changed and removed where they lie: a Distributed table only reads and inserts. Other statements stay as they are. */
export const onCluster = (statement: string, cluster: string): string => {
  const table = /^\s*(?:alter table (\w+)\s+(?:update|delete)\b|truncate table (\w+))/i.exec(statement);
  const named = table?.[1] ?? table?.[2];
  return named ? altered(statement.trim(), `${named}_local`, cluster) : statement;
};
