import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dropUnused, keptPaths, workspacesWithUploads } from '../queries/uploads.ts';

/** A file handed over and never imported is kept for so many days. Files of imports are kept for good, also of undone ones: the stored file is the log. */
export const UNUSED_DAYS = 7;

const MS_PER_DAY = 86_400_000;
const MS_BETWEEN_SWEEPS = 3_600_000;

/** Files in a workspace's folder that nobody names: parts of uploads that broke off, and files whose row is gone already. */
async function strays(stores: Stores, workspaceId: WorkspaceId, before: Date): Promise<string[]> {
  const folder = join(stores.files.uploads, workspaceId);
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return [];
  const kept = new Set(await stores.pg.tx(workspaceId, (tx) => keptPaths(tx, workspaceId)));
  const found: string[] = [];
  for (const path of names.map((name) => join(workspaceId, name)).filter((one) => !kept.has(one))) {
    const info = await stat(join(stores.files.uploads, path)).catch(() => undefined);
    if (info?.isFile() && info.mtimeMs < before.getTime()) found.push(path);
  }
  return found;
}

/** Removes what was uploaded and never imported; how many files. May be killed and repeated at any point: rows go first, then files. */
export async function sweepUploads(stores: Stores): Promise<number> {
  const before = new Date(stores.clock.now().getTime() - UNUSED_DAYS * MS_PER_DAY);
  let count = 0;
  for (const workspaceId of await workspacesWithUploads(stores.pg.global)) {
    const unused = await stores.pg.tx(workspaceId, (tx) => dropUnused(tx, workspaceId, before));
    const paths = new Set([...unused, ...(await strays(stores, workspaceId, before))]);
    for (const path of paths) await rm(join(stores.files.uploads, path), { force: true });
    count += paths.size;
  }
  return count;
}

const swept = new WeakMap<Stores['files'], number>();

/** The same about once an hour, however often it is called. */
export async function sweepNowAndThen(stores: Stores): Promise<void> {
  const nowMs = stores.clock.now().getTime();
  if (nowMs - (swept.get(stores.files) ?? Number.NEGATIVE_INFINITY) < MS_BETWEEN_SWEEPS) return;
  swept.set(stores.files, nowMs);
  await sweepUploads(stores);
}
