import { setTimeout as sleep } from 'node:timers/promises';
import { restore, type Restored } from '../kernel/backup/index.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Api } from './connect.ts';
import type { Found } from './reads.ts';

type Backup = { id: string; moment: string; whole: boolean; bytes: number; elapsedMs: number; withKey: boolean; folder: string };
type State = { underWay: boolean; problem: { code: string; facts: Record<string, unknown> } | null; done: string | null; rows: Backup[] };

const POLL_MS = 300;
const MEGABYTE = 1e6;

const tableOf = (rows: readonly Backup[]): Found['table'] => ({
  columns: ['backup', 'moment', 'kind', 'MB', 'seconds', 'key'],
  rows: rows.map(({ id, moment, whole, bytes, elapsedMs, withKey }) => [id, moment, whole ? 'whole' : 'builds on', Math.round(bytes / MEGABYTE), Math.round(elapsedMs / 100) / 10, withKey ? 'inside' : 'apart']),
});

export async function listBackups(api: Api): Promise<Found> {
  const { rows } = await api.get<State>('/api/v1/backups');
  return { answer: { rows }, table: tableOf(rows) };
}

/** Takes a backup and waits for it. Without `withKey` the master key has to be kept elsewhere, which is said each time. */
export async function takeBackup(api: Api, options: { full: boolean; withKey: boolean; keep?: number | undefined }): Promise<Found> {
  await api.post('/api/v1/backups', options);
  for (;;) {
    const { underWay, problem, done, rows } = await api.get<State>('/api/v1/backups');
    if (problem) throw new Refusal(problem.code, problem.facts);
    const taken = rows.find(({ id }) => id === done);
    if (!underWay && taken) return { answer: taken, table: tableOf([taken]), note: `${taken.folder}${options.withKey ? '' : '\n  The master key is not in it. Keep master.key (or PERENNIAL_MASTER_KEY) in another safe place: without it nothing sealed can be read again.'}` };
    await sleep(POLL_MS);
  }
}

/** An instant as people write it; refuses `restore.time_invalid`. */
export function instantOf(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new Refusal('restore.time_invalid', { text });
  return at;
}

export async function restoreInto(options: Parameters<typeof restore>[0]): Promise<Found & { restored: Restored }> {
  const restored = await restore(options);
  return {
    restored, answer: restored,
    table: { columns: ['backup', 'reached', 'told again', 'seconds'], rows: [[restored.backup, restored.reached, restored.again, Math.round(restored.elapsedMs / 100) / 10]] },
    note: `Start with: npm start -- --data ${options.dataDir}`,
  };
}
