import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ageSeconds, backlogOf } from '../kernel/backlog.ts';
import { newestBackup, seriesOf } from '../kernel/backup/index.ts';
import { fullStores, storesAnswer } from '../kernel/http/health.ts';
import { type Route, route } from '../kernel/http/route.ts';
import { inspect } from '../kernel/inspect.ts';
import { loop } from '../loop.ts';

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string };

/** Where the installation stands, for the doctor: counts, ages and versions; nothing of any workspace. */
const operations = route({
  method: 'GET', url: '/api/v1/operations', summary: 'Where the installation stands: stores, migrations, backlog, backups', tag: 'operations', permission: 'settings.read',
  reply: z.object({
    version: z.string(), node: z.string(), at: z.string(),
    stores: z.object({ postgres: z.boolean(), clickhouse: z.boolean(), embedded: z.boolean(), full: z.array(z.string()), postgresVersion: z.string(), clickhouseVersion: z.string(), clockSkewMs: z.number() }),
    migrations: z.object({ done: z.number(), missing: z.array(z.string()), unknown: z.array(z.string()) }), unprotected: z.array(z.string()),
    backlog: z.record(z.string(), z.object({ waiting: z.number(), oldestSeconds: z.number() })), jobsFailed: z.number(),
    backup: z.object({ since: z.string().nullable(), withKey: z.boolean(), archiving: z.boolean() }), egressAllowed: z.array(z.string()),
  }),
}, async ({ stores }) => {
  const now = stores.clock.now();
  const [answers, found, { bodies, facts, jobs }] = [await storesAnswer(stores), await inspect(stores), await backlogOf(stores, loop)];
  const newest = newestBackup(stores.files.dataDir);
  const ageOf = (one: typeof bodies) => ({ waiting: one.waiting, oldestSeconds: ageSeconds(one, now) });
  return {
    version, node: process.version, at: now.toISOString(), stores: { ...answers, embedded: stores.backups !== undefined, full: fullStores(stores), ...found.versions, clockSkewMs: found.clockSkewMs },
    migrations: found.migrations, unprotected: found.unprotected, backlog: { bodies: ageOf(bodies), facts: ageOf(facts), jobs: ageOf(jobs) }, jobsFailed: jobs.failed,
    backup: { since: newest?.moment ?? null, withKey: newest?.withKey ?? false, archiving: seriesOf(stores.files.dataDir) !== undefined },
    egressAllowed: stores.egress.allowed.map(({ host, port }) => (port === null ? host : `${host}:${port}`)),
  };
});

export const operationsRoutes: readonly Route[] = [operations];
