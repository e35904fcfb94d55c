import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Config } from './config.ts';
import { Refusal } from './errors.ts';
import { writeOnce } from './files.ts';
import { newId } from './ids.ts';
import type { Postgres } from './postgres/pools.ts';
import { deriveKey } from './seal.ts';
import { one, run, sql } from './sql.ts';

const KEY_BYTES = 32;

/** The master key: given, or made once and kept beside the data, readable by its owner alone. */
export function masterKeyOf({ masterKey, dataDir }: Pick<Config, 'masterKey' | 'dataDir'>): Buffer {
  const path = join(dataDir, 'master.key');
  if (!masterKey && !existsSync(path)) writeOnce(path, randomBytes(KEY_BYTES).toString('base64'));
  const key = Buffer.from(masterKey ?? readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Refusal('start.master_key.invalid', { bytes: KEY_BYTES });
  return key;
}

/** What the data folder is known by, on whatever machine it is mounted. */
export function folderMark(dataDir: string): string {
  const path = join(dataDir, 'folder.id');
  if (!existsSync(path)) writeOnce(path, newId());
  return readFileSync(path, 'utf8').trim();
}

export const keyPrint = (master: Buffer): Buffer => deriveKey(master, 'installation-print');

/**
 * Holds this process to the installation its stores belong to: the first one writes down its master key's print and its folder.
 * Refuses `start.master_key.other`, and, of a Postgres others can reach too (`shared`), `start.data.other` where this folder is not theirs: uploaded files lie
 * in it, and an embedded ClickHouse.
 */
export async function demandSameInstallation(pg: Postgres, master: Buffer, dataDir: string, { shared, now }: { shared: boolean; now: Date }): Promise<void> {
  const folder = folderMark(dataDir);
  await run(pg.global, sql`insert into installation (key_print, folder, made_at) values (${keyPrint(master)}, ${folder}, ${now}) on conflict do nothing`);
  const known = await one(pg.global, sql<{ print: Buffer; folder: string }>`select key_print as print, folder from installation`);
  if (!known.print.equals(keyPrint(master))) throw new Refusal('start.master_key.other');
  if (shared && known.folder !== folder) throw new Refusal('start.data.other', { dataDir });
}
