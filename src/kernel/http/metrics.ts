import { createHash, timingSafeEqual } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import { isLocal } from '../access/local.ts';
import { ageSeconds, type Backlog, backlogOf } from '../backlog.ts';
import { newestBackup } from '../backup/series.ts';
import { Refusal } from '../errors.ts';
import type { Loop } from '../facts.ts';
import { storesAnswer } from './health.ts';
import { exposition, type Gauge, requestSeconds } from '../metrics.ts';
import type { Stores } from '../stores.ts';

const NANOSECONDS = 1e9;

const backlogGauges = ({ bodies, facts, jobs }: Backlog, now: Date): Gauge[] => {
  const [waiting, oldest] = [{ name: 'perennial_backlog', help: 'What waits to be done' }, { name: 'perennial_backlog_oldest_seconds', help: 'Age of the oldest that waits' }];
  const parts = { bodies, facts, jobs };
  return [
    ...Object.entries(parts).map(([part, { waiting: value }]) => ({ ...waiting, value, labels: { part } })),
    ...Object.entries(parts).map(([part, one]) => ({ ...oldest, value: ageSeconds(one, now), labels: { part } })),
    { name: 'perennial_jobs_running', help: 'Jobs under way', value: jobs.running },
    { name: 'perennial_jobs_failed', help: 'Jobs that failed for good', value: jobs.failed },
  ];
};

function processGauges(lag: ReturnType<typeof monitorEventLoopDelay>): Gauge[] {
  const { rss, heapUsed, external } = process.memoryUsage();
  const late = { name: 'perennial_event_loop_lag_seconds', help: 'How late the event loop came since it was asked last' };
  const gauges = [
    { name: 'process_resident_memory_bytes', help: 'Memory of this process', value: rss },
    { name: 'nodejs_heap_used_bytes', help: 'JavaScript heap in use', value: heapUsed },
    { name: 'nodejs_external_memory_bytes', help: 'Memory of buffers', value: external },
    { name: 'process_uptime_seconds', help: 'Since this process began', value: process.uptime() },
    ...[0.5, 0.99, 1].map((quantile) => ({ ...late, value: lag.percentile(quantile * 100) / NANOSECONDS, labels: { quantile: String(quantile) } })),
  ];
  lag.reset();
  return gauges;
}

/** The age of the newest backup, once there is one. */
const backupGauges = ({ files, clock }: Stores): Gauge[] => {
  const newest = newestBackup(files.dataDir);
  return newest ? [{ name: 'perennial_backup_age_seconds', help: 'Since the moment of the newest whole backup', value: ageSeconds({ since: new Date(newest.moment) }, clock.now()) }] : [];
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSameSecret = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

export type MetricsOptions = { loop: Loop; token?: string | undefined };

/** Refuses `access.sign_in` to whoever is neither this machine itself nor knows the token. */
function demandWatcher({ headers, socket }: FastifyRequest, token: string | undefined): void {
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given !== undefined && token !== undefined && isSameSecret(given, token)) return;
  if (!isLocal(socket.remoteAddress, headers)) throw new Refusal('access.sign_in', {}, 401);
}

/** Every request is timed by the pattern of its address. To be called before routes are mounted. */
export function timeRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => requestSeconds(elapsedTime / 1_000, { method, route: routeOptions.url ?? 'none', status: String(statusCode) }));
}

/**
 * /metrics in Prometheus' text format: counts, times and ages, no name of a workspace, nothing of a person. For this machine itself, and
 * for whoever sends the token as a bearer. A store that does not answer leaves its gauges out: the rest is wanted most then.
 */
export function serveMetrics(app: FastifyInstance, stores: Stores, { loop, token }: MetricsOptions): void {
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  app.addHook('onClose', async () => void lag.disable());
  app.get('/metrics', { schema: { hide: true } as FastifySchema }, async (request, reply) => {
    demandWatcher(request, token);
    const answering = await storesAnswer(stores);
    const stored = answering.postgres ? await backlogOf(stores, loop).then((backlog) => backlogGauges(backlog, stores.clock.now()), () => []) : [];
    const up = Object.entries(answering).map(([store, answers]): Gauge => ({ name: 'perennial_store_up', help: '1 while the store answers', value: answers ? 1 : 0, labels: { store } }));
    return reply.type('text/plain; version=0.0.4; charset=utf-8').header('cache-control', 'no-store').send(exposition([...up, ...stored, ...backupGauges(stores), ...processGauges(lag)]));
  });
}
