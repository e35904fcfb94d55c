import { randomBytes } from 'node:crypto';
import type { Eraser } from '../../customers/index.ts';
import type { SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { mirrorAnchors } from './queries/draw.ts';
import { destroySalt, drawsWith, dropDrawn, nobodiesOf, saltOf, unlinkInPostgres, unlinkLists } from './queries/erase.ts';
import { anchorsOf, nextVersion } from './queries/experiments.ts';
import { wentTo } from './sources.ts';

const SALT_BYTES = 32;

/** The copy for counting follows: first whom they have become, then without them, so that a kill between the two leaves nobody out. */
async function follow(stores: Stores, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<number> {
  const draws = await drawsWith(stores.ch, workspaceId, subjects);
  if (draws.length === 0) return 0;
  const { version, nobodies } = await stores.pg.tx(workspaceId, async (tx) => ({ version: await nextVersion(tx), nobodies: await anchorsOf(tx, workspaceId, { customers: await nobodiesOf(tx, workspaceId, draws.map(({ draw }) => draw)) }) }));
  await mirrorAnchors(stores.ch, workspaceId, version, nobodies);
  await dropDrawn(stores.ch, workspaceId, subjects);
  return draws.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Experiments forget who somebody was and keep that there was somebody: arms, sendings, what was spent, exclusions and settled results count as before.
 * Registered before whoever sends, since what went to them is asked while it still says so.
 */
export const experimentsEraser: Eraser = {
  name: 'experiments',
  inPostgres: async (tx, _, workspaceId, { subjects }) => unlinkInPostgres(tx, workspaceId, subjects, { salt: randomBytes(SALT_BYTES), went: await wentTo(tx, workspaceId, subjects) }),
  inClickHouse: async (stores, workspaceId, subjects) => {
    const salt = (await stores.pg.tx(workspaceId, (tx) => saltOf(tx, workspaceId, subjects))) ?? randomBytes(SALT_BYTES);
    const drawn = await follow(stores, workspaceId, subjects);
    const lists = await unlinkLists(stores.ch, workspaceId, subjects, salt.toString('hex'));
    await stores.pg.tx(workspaceId, (tx) => destroySalt(tx, workspaceId, subjects));
    return { ...(drawn > 0 ? { experiment_draw: drawn } : {}), ...lists };
  },
};
