import { constants } from 'node:fs';
import { chown, copyFile, lstat, mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** What lies below a folder, by path from it; what vanishes meanwhile is left out. `leave` says of a path that it, and what is in it, stays. */
async function* walk(root: string, leave: (path: string) => boolean, below = ''): AsyncGenerator<{ path: string; isFolder: boolean }> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: unknown) => { if (isGone(error)) return []; throw error; });
  for (const entry of entries) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (leave(path)) continue;
    if (entry.isDirectory()) {
      yield { path, isFolder: true };
      yield* walk(root, leave, path);
    } else if (entry.isFile()) yield { path, isFolder: false };
  }
}

const unchanged = async (from: string, to: string): Promise<boolean> => {
  const [a, b] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  return b !== undefined && a.size === b.size && Math.trunc(a.mtimeMs) === Math.trunc(b.mtimeMs);
};

async function copyOne(from: string, to: string, newOnly: boolean): Promise<number> {
  try {
    if (newOnly && (await unchanged(from, to))) return 0;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    const { size, atime, mtime } = await stat(from);
    if (newOnly) await utimes(to, atime, mtime);
    return size;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

/** Copies a folder that may change meanwhile; how many bytes. `newOnly`: files of the same size and time are there already. */
export async function copyTree(from: string, to: string, { leave = () => false, newOnly = false }: { leave?: (path: string) => boolean; newOnly?: boolean } = {}): Promise<number> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  let bytes = 0;
  for await (const { path, isFolder } of walk(from, leave)) {
    if (isFolder) await mkdir(join(to, path), { recursive: true, mode: 0o700 });
    else bytes += await copyOne(join(from, path), join(to, path), newOnly);
  }
  return bytes;
}

/** Gives a folder and all in it to an account. */
export async function giveTree(root: string, { uid, gid }: { uid?: number | undefined; gid?: number | undefined }): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  await chown(root, uid, gid);
  for await (const { path } of walk(root, () => false)) await chown(join(root, path), uid, gid);
}

export async function sizeOf(root: string): Promise<number> {
  let bytes = 0;
  for await (const { path, isFolder } of walk(root, () => false)) if (!isFolder) bytes += (await lstat(join(root, path))).size;
  return bytes;
}
