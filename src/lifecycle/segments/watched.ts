import { createHash } from 'node:crypto';
import { systemCaller } from '../../kernel/access/caller.ts';
import { type Catalogue, faults, type Needs, needsOf, resolved, type Tree } from '../../kernel/conditions/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fieldCatalogue } from './catalogue.ts';
import { type SegmentId, type WatchedRow, watchedRows } from './queries/store.ts';

/** More dynamic segments than this are not watched: those made first are. */
export const WATCHED_MAX = 500;

/** A dynamic segment whose membership is kept: its filter written out, what that depends on, and a mark that tells one filter from another. */
export type Watched = { number: number; id: SegmentId; version: number; tree: Tree; needs: Needs; basis: string };
/** One that cannot be asked today, and the code why. */
export type Broken = { number: number; id: SegmentId; problem: string };

const basisOf = (tree: Tree): string => createHash('sha256').update(JSON.stringify(tree.root)).digest('base64url');

function watchedOf(row: WatchedRow, trees: ReadonlyMap<string, Tree>, catalogue: Catalogue): Watched | Broken {
  const { number, id, version } = row;
  try {
    const tree = resolved(row.tree, trees, id);
    const [fault] = faults(tree, catalogue);
    return fault ? { number, id, problem: fault.code } : { number, id, version, tree, needs: needsOf(tree), basis: basisOf(tree) };
  } catch (error) {
    if (error instanceof Refusal) return { number, id, problem: error.code };
    throw error;
  }
}

/** The watched segments of a workspace, with the catalogue they are asked by: segments see every field, masks are for people. */
export async function watchedSegments(stores: Stores, workspaceId: WorkspaceId): Promise<{ watched: Watched[]; broken: Broken[]; catalogue: Catalogue }> {
  const [{ segments: _, ...catalogue }, rows] = await Promise.all([
    fieldCatalogue(stores, systemCaller(workspaceId, ['customers.unmask'])), stores.pg.tx(workspaceId, (tx) => watchedRows(tx, workspaceId)),
  ]);
  const trees = new Map<string, Tree>(rows.map(({ id, tree }) => [id, tree]));
  const all = rows.filter(({ isWatched }) => isWatched).slice(0, WATCHED_MAX).map((row) => watchedOf(row, trees, catalogue));
  return { watched: all.filter((one): one is Watched => 'tree' in one), broken: all.filter((one): one is Broken => 'problem' in one), catalogue };
}
