import { randomFillSync } from 'node:crypto';
import type { WorkspaceId } from '../kernel/ids.ts';
import { type KeyPlace, KEYS_PER_BLOCK, openPersonal, PERSON_KEY_BYTES, placeOf, sealPersonal } from '../kernel/personSeal.ts';
import { open, openBytes, sealBytes, type WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import { firstBlock, insertKeyBlocks, keyBlocks, lockedBlock, saveKeyBlock } from './queries/personKeys.ts';

/**
 * What is sealed of people, inside one transaction: every blob under a key of its own, so that erasing a person can destroy theirs.
 * `know` reads the keys of blobs before they are opened or sealed anew; `save` writes the keys that were made, once, at the end.
 */
export type Vault = {
  know(blobs: Iterable<Buffer | null>): Promise<void>;
  open(sealed: Buffer, context: string): string;
  /** `before`: the blob that stood there; its key serves again. */
  seal(plain: string, context: string, before?: Buffer | null): Buffer;
  save(): Promise<void>;
};

type Made = { id: number; keys: Buffer; used: number };

export const blockContext = (workspaceId: WorkspaceId, id: number): string => `person-key:${workspaceId}:${id}`;

const DESTROYED = Buffer.alloc(PERSON_KEY_BYTES);
const keyIn = (block: Buffer, slot: number): Buffer => block.subarray(slot * PERSON_KEY_BYTES, (slot + 1) * PERSON_KEY_BYTES);

/** New keys from a first number on; a block is begun when the last one is full. */
function newKeys(first: number) {
  const made: Made[] = [];
  return {
    made,
    take: (): KeyPlace & { key: Buffer } => {
      let last = made.at(-1);
      if (!last || last.used === KEYS_PER_BLOCK) made.push(last = { id: first + made.length, keys: randomFillSync(Buffer.alloc(KEYS_PER_BLOCK * PERSON_KEY_BYTES)), used: 0 });
      const slot = last.used++;
      return { block: last.id, slot, key: keyIn(last.keys, slot) };
    },
  };
}

/** Opens the vault for reading. */
export const readingVault = (tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId): Vault => vaultOf(tx, keys, workspaceId, undefined);

/** Opens the vault for writing, too: numbers for up to 32,768 new keys are taken. */
export const writingVault = async (tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId): Promise<Vault> => vaultOf(tx, keys, workspaceId, newKeys(await firstBlock(tx)));

function vaultOf(tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, fresh: ReturnType<typeof newKeys> | undefined): Vault {
  const blocks = new Map<number, Buffer>();
  const keyAt = ({ block, slot }: KeyPlace): Buffer => {
    const held = blocks.get(block);
    if (!held) throw new Error('a blob whose key was not read');
    const key = keyIn(held, slot);
    if (key.equals(DESTROYED)) throw new Error('a blob whose key was destroyed');
    return key;
  };
  return {
    know: async (blobs) => {
      const wanted = new Set<number>();
      for (const blob of blobs) {
        const place = blob && placeOf(blob);
        if (place && !blocks.has(place.block)) wanted.add(place.block);
      }
      if (wanted.size === 0) return;
      for (const { id, sealed } of await keyBlocks(tx, workspaceId, [...wanted])) blocks.set(id, openBytes(keys, sealed, blockContext(workspaceId, id)));
    },
    open: (sealed, context) => {
      const place = placeOf(sealed);
      return place ? openPersonal(keyAt(place), sealed, context) : open(keys, sealed, context);
    },
    seal: (plain, context, before) => {
      const known = before && placeOf(before);
      if (known) return sealPersonal(keyAt(known), known, plain, context);
      if (!fresh) throw new Error('the vault was opened for reading');
      const { key, ...place } = fresh.take();
      return sealPersonal(key, place, plain, context);
    },
    save: async () => {
      const news = fresh?.made.filter(({ id }) => !blocks.has(id)) ?? [];
      for (const { id, keys: held } of news) blocks.set(id, held);
      if (news.length > 0) await insertKeyBlocks(tx, workspaceId, news.map(({ id, keys: held, used }) => ({ id, sealed: sealBytes(keys, held.subarray(0, used * PERSON_KEY_BYTES), blockContext(workspaceId, id)) })));
    },
  };
}

/** Destroys the keys of these blobs: whatever copy of them there is, nothing opens it any more. How many keys. */
export async function shred(tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, places: readonly KeyPlace[]): Promise<number> {
  let count = 0;
  for (const [id, own] of Map.groupBy([...places].sort((a, b) => a.block - b.block), ({ block }) => block)) {
    const row = await lockedBlock(tx, workspaceId, id);
    if (!row) continue;
    const block = openBytes(keys, row.sealed, blockContext(workspaceId, id));
    for (const { slot } of own) {
      if (!keyIn(block, slot).equals(DESTROYED)) count++;
      keyIn(block, slot).fill(0);
    }
    await saveKeyBlock(tx, workspaceId, { id, sealed: sealBytes(keys, block, blockContext(workspaceId, id)) });
  }
  return count;
}
