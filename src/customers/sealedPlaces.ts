import { registerSealed, type SealedPlace, sealedColumn } from '../kernel/rotation/index.ts';
import { blobsByDataKey, countByDataKey, PERSONAL, type Personal, replaceBlobs } from './queries/sealed.ts';
import { writingVault } from './vault.ts';

/** Blobs from before people had keys of their own get one the first time keys are rotated. */
const withoutOwnKey = (place: Personal): SealedPlace => ({
  name: place.name,
  count: (tx, workspaceId) => countByDataKey(tx, workspaceId, place),
  reseal: async (tx, keys, workspaceId, { after, limit }) => {
    const rows = await blobsByDataKey(tx, workspaceId, place, after, limit);
    if (rows.length === 0) return { count: 0, after: null };
    const vault = await writingVault(tx, keys, workspaceId);
    const anew = rows.map(({ id, sealed }) => {
      const context = `${place.bound}:${workspaceId}:${id}`;
      return { id, was: sealed, anew: vault.seal(vault.open(sealed, context), context) };
    });
    await vault.save();
    return { count: await replaceBlobs(tx, workspaceId, place, anew), after: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
  },
});

/** What customers seals with data keys: the blocks of people's keys, and what is left of before there were such. */
export const registerCustomersSealed = (): void =>
  registerSealed(...PERSONAL.map(withoutOwnKey), sealedColumn({ table: 'person_key', idType: 'bigint', context: "'person-key:' || workspace_id || ':' || id" }));
