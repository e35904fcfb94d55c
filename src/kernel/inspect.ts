import { steps } from './migrate.ts';
import { many, one, sql } from './sql.ts';
import type { Stores } from './stores.ts';

/** `missing`: files whose migration has not run; `unknown`: migrations of a newer product. `unprotected`: tables with a workspace and without forced row-level security. */
export type Inspection = {
  versions: { postgresVersion: string; clickhouseVersion: string };
  clockSkewMs: number;
  migrations: { done: number; missing: string[]; unknown: string[] };
  unprotected: string[];
};

/** Looks at the stores themselves: versions, clock, schema, protection. */
export async function inspect({ pg, ch, clock }: Stores): Promise<Inspection> {
  const before = clock.now().getTime();
  const server = await one(pg.global, sql<{ version: string; at: Date }>`select current_setting('server_version') as version, clock_timestamp() as at`);
  const after = clock.now().getTime();
  const done = (await many(pg.global, sql<{ name: string }>`select migrations_done() as name`)).map(({ name }) => name);
  const known = steps('postgres').map(({ name }) => name);
  const bare = await many(pg.global, sql<{ name: string }>`
    select c.relname::text as name
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
     order by 1`);
  const [engine] = await ch.rows<{ version: string }>('select version() as version');
  return {
    versions: { postgresVersion: server.version, clickhouseVersion: engine?.version ?? '' },
    clockSkewMs: Math.round(server.at.getTime() - (before + after) / 2),
    migrations: { done: done.length, missing: known.filter((name) => !done.includes(name)), unknown: done.filter((name) => !known.includes(name)) },
    unprotected: bare.map(({ name }) => name),
  };
}
