import { Refusal } from '../errors.ts';
import type { ClickHouse } from './index.ts';

/** The first release with every type we store in its final form (JSON). */
const LEAST = [25, 8] as const;

/** The address without its password. */
const shown = (url: string): string => new URL(url).host;

function faultOf(error: unknown, url: string): Refusal | undefined {
  const { code = '' } = error as { code?: string };
  const facts = { host: shown(url), code };
  if (code === '516' || code === '194' || code === '192') return new Refusal('start.clickhouse.login_refused', facts);
  if (code === '81') return new Refusal('start.clickhouse.database_missing', facts);
  return /^\d+$/.test(code) ? undefined : new Refusal('start.clickhouse.unreachable', facts);
}

/** Holds a server to what we need of it. Refuses `start.clickhouse.*`. */
export async function demandServer(ch: ClickHouse, url: string, cluster: string | undefined): Promise<void> {
  const [server] = await ch.rows<{ version: string; clusters: number }>('select version() as version, (select count() from system.clusters where cluster = {cluster:String}) as clusters', { cluster: cluster ?? '' })
    .catch((error: unknown) => { throw faultOf(error, url) ?? error; });
  const [year = 0, month = 0] = (server?.version ?? '').split('.').map(Number);
  if (year < LEAST[0] || (year === LEAST[0] && month < LEAST[1])) throw new Refusal('start.clickhouse.too_old', { version: server?.version ?? '', least: LEAST.join('.') });
  // A name made of the server's macros is known to the server alone.
  if (cluster && !cluster.includes('{') && server?.clusters === 0) throw new Refusal('start.clickhouse.cluster_unknown', { cluster, host: shown(url) });
}
