import { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { archiveFiles, type Backup, type BackupOptions, backupsOfSeries, seriesOf, takeBackup } from '../kernel/backup/index.ts';
import { Refusal } from '../kernel/errors.ts';
import { type Route, route } from '../kernel/http/route.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Ticks } from '../kernel/tick.ts';

const backupShape = z.object({ id: z.string(), moment: z.string(), whole: z.boolean(), bytes: z.number(), elapsedMs: z.number(), withKey: z.boolean(), folder: z.string() });
const problemShape = z.object({ code: z.string(), facts: z.record(z.string(), z.unknown()) });

/** A backup holds every workspace's data: the command line on this machine may ask for one, a member of one workspace may not. */
function demandMachine({ actor }: Caller): void {
  if (actor.kind !== 'system') throw new Refusal('backup.local_only', {}, 403);
}

type Run = { underWay: boolean; problem: { code: string; facts: Readonly<Record<string, unknown>> } | null; done: string | null };
const runs = new WeakMap<Stores, Run>();

const viewOf = ({ id, moment, base, bytes, elapsedMs, withKey, folder }: Backup) => ({ id, moment, whole: base === null, bytes, elapsedMs, withKey, folder });

function begin(stores: Stores, options: BackupOptions): void {
  const run: Run = { underWay: true, problem: null, done: null };
  runs.set(stores, run);
  takeBackup(stores, options).then(
    ({ id }) => Object.assign(run, { underWay: false, done: id }),
    (error: unknown) => Object.assign(run, { underWay: false, problem: error instanceof Refusal ? { code: error.code, facts: error.facts } : { code: 'backup.failed', facts: { detail: error instanceof Error ? error.message.slice(0, 300) : '' } } }),
  );
}

const startBackup = route({
  method: 'POST', url: '/api/v1/backups', summary: 'Take a backup of the installation (the command line of its machine only)', tag: 'operations', permission: 'settings.write', status: 202,
  body: z.object({ full: z.boolean().default(false), withKey: z.boolean().default(false), keep: z.int().min(1).max(1_000).optional().describe('whole copies that stay, with all that followed them; older ones go') }), reply: z.object({ underWay: z.literal(true) }),
}, async ({ stores, caller, body }) => {
  demandMachine(caller);
  if (!stores.backups) throw new Refusal('backup.servers');
  if (runs.get(stores)?.underWay) throw new Refusal('backup.under_way', {}, 409);
  begin(stores, body);
  return { underWay: true as const };
});

const listBackups = route({
  method: 'GET', url: '/api/v1/backups', summary: 'Backups of the installation (the command line of its machine only)', tag: 'operations', permission: 'settings.read',
  reply: z.object({ underWay: z.boolean(), problem: problemShape.nullable(), done: z.string().nullable(), rows: z.array(backupShape) }),
}, async ({ stores, caller }) => {
  demandMachine(caller);
  const series = seriesOf(stores.files.dataDir);
  return { ...(runs.get(stores) ?? { underWay: false, problem: null, done: null }), rows: series ? backupsOfSeries(series).map(viewOf) : [] };
});

export const backupRoutes: readonly Route[] = [startBackup, listBackups];

/** Files that came since are kept beside the backups. */
export const backupTick: Ticks = { 'product.archiveFiles': archiveFiles };
