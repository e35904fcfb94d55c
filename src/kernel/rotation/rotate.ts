import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from '../access/caller.ts';
import { audit } from '../audit.ts';
import { Refusal } from '../errors.ts';
import { newId, type WorkspaceId } from '../ids.ts';
import { enqueue, type JobHandlers } from '../jobs.ts';
import type { Tx } from '../sql.ts';
import type { Stores } from '../stores.ts';
import { sealedPlaces } from './places.ts';
import { activateKey, beginSealing, destroyOlderKeys, finishRotation, insertRotation, lockOlderKeys, newestRotation, noteDone, rotationById, type RotationRow, rotationsLeft, sealingKey } from './store.ts';

const BLOBS_PER_TRANSACTION = 500;
/** A new key is known everywhere after two looks at the keys. */
const LOOKS = 2;
const KIND = 'keys.rotate';
/** A rotation nobody has heard of for so long has lost its process. */
const QUIET_MS = 60_000;

/** `key`: the number of the data key that seals, made when; `rotation`: the newest one, running or finished. */
export type KeysNow = { key: number; madeAt: Date; rotation: RotationRow | null };

/** Which data key seals, since when, and how far a rotation has come. */
export async function keysNow(stores: Stores, workspaceId: WorkspaceId): Promise<KeysNow> {
  await stores.keys.of(workspaceId);
  return stores.pg.tx(workspaceId, async (tx) => {
    const sealing = await sealingKey(tx, workspaceId);
    if (!sealing) throw new Error('a workspace without a data key');
    return { key: sealing.keyId, madeAt: sealing.madeAt, rotation: (await newestRotation(tx, workspaceId)) ?? null };
  });
}

const enqueueRotation = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<void> => enqueue(tx, workspaceId, KIND, { rotationId: id }, { key: `${KIND}:${workspaceId}` });

/** Makes a new data key and starts sealing everything anew in the background. Refuses `keys.rotating` (409) while one is under way. */
export async function startRotation(stores: Stores, caller: Caller): Promise<string> {
  const { workspaceId } = caller;
  await stores.keys.of(workspaceId);
  const id = newId();
  await stores.pg.tx(workspaceId, async (tx) => {
    const at = stores.clock.now();
    const toKey = await stores.keys.addData(tx, workspaceId, at);
    if ((await insertRotation(tx, workspaceId, { id, toKey, startedBy: `${caller.actor.kind}:${caller.actor.id}` }, at)) === 0) throw new Refusal('keys.rotating', {}, 409);
    await audit(tx, stores.clock, caller, { action: 'keys.rotate', target: `key:${toKey}` });
    await enqueueRotation(tx, workspaceId, id);
  });
  return id;
}

async function remaining(tx: Tx, workspaceId: WorkspaceId, keyId: number): Promise<number> {
  let count = 0;
  for (const place of sealedPlaces()) count += await place.count(tx, workspaceId, keyId);
  return count;
}

/** One way through everything that is sealed; what is written meanwhile is left to the next. */
async function sealAnew(stores: Stores, workspaceId: WorkspaceId, { id, toKey }: RotationRow, stopping: AbortSignal): Promise<void> {
  for (const place of sealedPlaces()) {
    for (let after: string | null = null, more = true; more; more = after !== null) {
      stopping.throwIfAborted();
      const keys = await stores.keys.of(workspaceId);
      after = await stores.pg.tx(workspaceId, async (tx) => {
        const step = await place.reseal(tx, keys, workspaceId, { before: toKey, after, limit: BLOBS_PER_TRANSACTION });
        await noteDone(tx, workspaceId, id, step.count, stores.clock.now());
        return step.after;
      });
    }
  }
}

/** Destroys the older keys where nothing needs them any more. The lock holds up late writers, whom the missing key then refuses. */
const destroy = (stores: Stores, workspaceId: WorkspaceId, { id, toKey, startedBy }: RotationRow): Promise<boolean> =>
  stores.pg.tx(workspaceId, async (tx) => {
    const older = await lockOlderKeys(tx, workspaceId, toKey);
    if ((await remaining(tx, workspaceId, toKey)) > 0) return false;
    await destroyOlderKeys(tx, workspaceId, toKey);
    const { done } = await rotationById(tx, workspaceId, id);
    if ((await finishRotation(tx, workspaceId, id, stores.clock.now())) === 0) return true;
    const [kind = 'system', by = 'perennial'] = startedBy.split(/:(.*)/s);
    await audit(tx, stores.clock, { workspaceId, actor: { kind: kind as Caller['actor']['kind'], id: by } }, { action: 'keys.rotated', target: `key:${toKey}`, detail: { destroyed: older.map(({ keyId }) => keyId), sealed: done } });
    return true;
  });

/** Lets every process see the new key before any seals with it: a reader without it would be at a loss. */
async function spread(stores: Stores, workspaceId: WorkspaceId, { id, toKey }: RotationRow, stopping: AbortSignal): Promise<void> {
  await pause(LOOKS * stores.keys.freshMs, undefined, { signal: stopping });
  await stores.pg.tx(workspaceId, async (tx) => {
    await activateKey(tx, workspaceId, toKey);
    await beginSealing(tx, workspaceId, id, await remaining(tx, workspaceId, toKey));
  });
}

/**
 * Carries a rotation to its end while everybody works on: new key known, new key sealing, everything sealed anew, old key destroyed. May be
 * killed and run again at any point, and twice at once: what is left to do is what is still sealed with an older key.
 */
export async function rotate(stores: Stores, workspaceId: WorkspaceId, id: string, stopping: AbortSignal = new AbortController().signal): Promise<void> {
  const rotation = await stores.pg.tx(workspaceId, (tx) => rotationById(tx, workspaceId, id));
  if (rotation.state === 'finished') return;
  if (rotation.state === 'spreading') await spread(stores, workspaceId, rotation, stopping);
  await stores.keys.refresh(workspaceId);
  do {
    await sealAnew(stores, workspaceId, rotation, stopping);
    // Somebody who has not looked at the keys yet still seals with the old one, and would be refused.
    await pause(LOOKS * stores.keys.freshMs, undefined, { signal: stopping });
  } while (!(await destroy(stores, workspaceId, rotation)));
  await stores.keys.refresh(workspaceId);
}

export const rotationJobs: JobHandlers = { [KIND]: (stores, workspaceId, { rotationId }, stopping) => rotate(stores, workspaceId, String(rotationId), stopping) };

/** Takes up rotations whose process is gone. */
export async function rotationTick(stores: Stores): Promise<void> {
  for (const { workspaceId, id } of await rotationsLeft(stores.pg.global, new Date(stores.clock.now().getTime() - QUIET_MS))) {
    await stores.pg.tx(workspaceId, (tx) => enqueueRotation(tx, workspaceId, id));
  }
}
