import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';

type Holds = Pick<Stores, 'files'>;

const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);

/** Where a path leads once every link on it is followed, as far as it exists. */
const followed = (path: string): Promise<string> =>
  realpath(path).catch(async () => (dirname(path) === path ? path : join(await followed(dirname(path)), basename(path))));

/** The folder of the data folder in which a workspace may always put files to be read. */
async function ownFolder({ files }: Holds, workspaceId: WorkspaceId): Promise<string> {
  const own = join(files.room('watched'), workspaceId);
  await mkdir(own, { recursive: true, mode: 0o700 });
  return own;
}

/**
 * Whether a workspace may have files read from here. Who imports is not who runs the server: open are the workspace's own folder and
 * those the server was started with (PERENNIAL_WATCH), never the rest of the data folder, where other workspaces' files and the keys lie.
 */
export async function mayWatch(stores: Holds, workspaceId: WorkspaceId, path: string): Promise<boolean> {
  const { files } = stores;
  const [real = '', own = '', data = '', ...roots] = await Promise.all([path, await ownFolder(stores, workspaceId), files.dataDir, ...files.watch].map(followed));
  return isBelow(real, own) || (!isBelow(real, data) && roots.some((root) => isBelow(real, root)));
}

/** Refuses `recipe.folder_relative`, and `recipe.folder_not_allowed` with the folders that are. */
export async function demandWatchable(stores: Holds, workspaceId: WorkspaceId, folder: string): Promise<void> {
  if (!isAbsolute(folder)) throw new Refusal('recipe.folder_relative', { folder });
  if (await mayWatch(stores, workspaceId, folder)) return;
  throw new Refusal('recipe.folder_not_allowed', { folder, allowed: [await ownFolder(stores, workspaceId), ...stores.files.watch].join(', ') });
}
