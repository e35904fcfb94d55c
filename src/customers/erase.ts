import { audit } from '../kernel/audit.ts';
import type { Actor, Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import { announce } from '../kernel/facts.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import { enqueue, type JobHandlers } from '../kernel/jobs.ts';
import { placeOf } from '../kernel/personSeal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { erasedLog } from './erasedLog.ts';
import { blobsOf } from './hearing.ts';
import { blobContext } from './newcomers.ts';
import { anchorsById } from './queries/customers.ts';
import { finderOf, type Marks, marksOf } from './marks.ts';
import { addToReceipt, type ErasureRow, erasureById, erasureRows, housemates, insertErasure, insertTombstones, liftTombstones, ownReceivers, type Receipt, removePeople, saveReceipt, subjectsErasedIn } from './queries/erasure.ts';
import { eraseMirror } from './queries/eraseMirror.ts';
import { rehouse } from './queries/hearsay.ts';
import { lockIdentity, subjectsOf } from './queries/identity.ts';
import { workspaceIds } from './queries/workspaces.ts';
import { erasers } from './registry.ts';
import { ownerNamed } from './tell.ts';
import { shred, writingVault } from './vault.ts';

const KIND = 'customers.erase';
const FILES = 'customers.erase_files';
/** Files of an import that is at work are looked at again so much later. */
const BUSY_MS = 15_000;
const ROWS_MAX = 200;

/** Who is erased: all their identifiers, with the row of the erasure. */
type Whom = Pick<ErasureRow, 'id' | 'customerId' | 'reason' | 'byKind' | 'byId' | 'at'> & { subjects: readonly SubjectId[] };

/** Destroys the keys of everything sealed of these subjects; those sealed together with them get keys of their own first. What they were called, for those who must look for it. */
async function shredPeople(tx: Tx, stores: Stores, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<{ keys: number; texts: string[] }> {
  const keys = await stores.keys.of(workspaceId);
  const vault = await writingVault(tx, keys, workspaceId);
  const housed = await housemates(tx, workspaceId, subjects);
  const anchors = await anchorsById(tx, workspaceId, subjects as readonly CustomerId[]);
  await vault.know(housed.map(({ sealed }) => sealed));
  const going = new Set(subjects);
  const read = housed.map((one) => ({ ...one, text: (JSON.parse(vault.open(one.sealed, blobContext(workspaceId, one.sealedIn))) as string[])[one.sealedAt] ?? '' }));
  await rehouse(tx, workspaceId, read.filter(({ id }) => !going.has(id)).map(({ id, text }) => ({ id, sealed: vault.seal(JSON.stringify([text]), blobContext(workspaceId, id)) })));
  await vault.save();
  const blobs = [...housed.map(({ sealed }) => sealed), ...blobsOf(anchors.values())];
  const places = new Map(blobs.flatMap((blob) => { const place = blob && placeOf(blob); return place ? [[`${place.block}.${place.slot}`, place] as const] : []; }));
  return { keys: await shred(tx, keys, workspaceId, [...places.values()]), texts: read.filter(({ id }) => going.has(id)).map(({ text }) => text) };
}

/** Everything Postgres holds goes in one transaction; ClickHouse and files that are kept follow as jobs. */
async function eraseIn(tx: Tx, stores: Stores, workspaceId: WorkspaceId, whom: Whom): Promise<void> {
  const { id, subjects } = whom;
  const { keys, texts } = await shredPeople(tx, stores, workspaceId, subjects);
  const postgres: Record<string, number> = {};
  for (const { inPostgres } of erasers()) Object.assign(postgres, await inPostgres?.(tx, stores, workspaceId, { subjects, texts }));
  Object.assign(postgres, await removePeople(tx, workspaceId, subjects));
  await insertErasure(tx, workspaceId, { ...whom, receipt: { keys: { person_key: keys }, postgres } });
  await insertTombstones(tx, workspaceId, id, subjects);
  await audit(tx, stores.clock, { workspaceId, actor: { kind: whom.byKind, id: whom.byId } }, { action: 'customer.erase', target: `erasure:${id}`, detail: { reason: whom.reason, identifiers: subjects.length, keys } });
  await announce(tx, stores.clock, workspaceId, 'customer.erased', { customer: whom.customerId });
  await enqueue(tx, workspaceId, KIND, { erasureId: id }, { key: `${KIND}:${id}` });
  await enqueue(tx, workspaceId, FILES, { erasureId: id, marks: marksOf(await stores.keys.of(workspaceId), texts) }, { key: `${FILES}:${id}` });
}

const actorOf = ({ actor }: { actor: Actor }): Pick<ErasureRow, 'byKind' | 'byId'> => ({ byKind: actor.kind, byId: actor.id });

/**
 * Erases a person: their keys are destroyed and everything they are in Postgres is gone when this returns; their orders and events lose
 * person, texts and time of day in the background and stay as day, event and amount of nobody. Refuses `customer.not_found`.
 */
export async function erase(stores: Stores, caller: Caller, customer: string, { reason }: { reason: string }): Promise<string> {
  const { workspaceId } = caller;
  await stores.keys.of(workspaceId);
  const id = newId();
  await stores.pg.tx(workspaceId, async (tx) => {
    await lockIdentity(tx, workspaceId);
    const customerId = await ownerNamed(tx, caller, customer);
    const members = (await subjectsOf(tx, workspaceId, [customerId])).map((row) => row.id);
    const subjects = [...members, ...(await ownReceivers(tx, workspaceId, members))];
    await eraseIn(tx, stores, workspaceId, { id, customerId, reason, ...actorOf(caller), at: stores.clock.now(), subjects });
  });
  return id;
}

const added = (one: Readonly<Record<string, number>> = {}, other: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)]));

/** The other half, in ClickHouse: may be killed and run again, and finds nothing to do then. */
export async function finishErasure(stores: Stores, workspaceId: WorkspaceId, id: string): Promise<void> {
  const { row, subjects } = await stores.pg.tx(workspaceId, async (tx) => ({ row: await erasureById(tx, workspaceId, id), subjects: await subjectsErasedIn(tx, workspaceId, id) }));
  if (!row || subjects.length === 0) return;
  await erasedLog(stores).add({ workspaceId, id, customerId: row.customerId, reason: row.reason, byKind: row.byKind, byId: row.byId, at: row.at.toISOString(), subjects });
  let clickhouse: Receipt[string] = await eraseMirror(stores.ch, workspaceId, subjects);
  for (const { inClickHouse } of erasers()) clickhouse = added(clickhouse, (await inClickHouse?.(stores, workspaceId, subjects)) ?? {});
  const found = Object.values(clickhouse).some((count) => count > 0);
  if (row.state === 'finished' && !found) return;
  const receipt = { ...row.receipt, clickhouse: added(row.receipt.clickhouse, clickhouse) };
  await stores.pg.tx(workspaceId, async (tx) => {
    await saveReceipt(tx, workspaceId, id, receipt, stores.clock.now());
    if (row.state === 'erasing') await audit(tx, stores.clock, { workspaceId, actor: { kind: row.byKind, id: row.byId } }, { action: 'customer.erased', target: `erasure:${id}`, detail: { receipt } });
  });
}

/** Files that name the person are written anew without them: may be killed and run again, and finds nothing to do then. */
async function eraseInFiles(stores: Stores, workspaceId: WorkspaceId, { id, marks }: { id: string; marks: Marks }): Promise<void> {
  const { row, subjects } = await stores.pg.tx(workspaceId, async (tx) => ({ row: await erasureById(tx, workspaceId, id), subjects: await subjectsErasedIn(tx, workspaceId, id) }));
  if (!row) return;
  const find = finderOf(await stores.keys.of(workspaceId), marks, subjects);
  let files: Receipt[string] = {};
  let busy = false;
  for (const { inFiles } of erasers()) {
    const done = (await inFiles?.(stores, workspaceId, find)) ?? {};
    if (done === 'busy') busy = true;
    else files = added(files, done);
  }
  await stores.pg.tx(workspaceId, async (tx) => {
    if (Object.values(files).some((count) => count > 0)) await addToReceipt(tx, workspaceId, id, { files: added(row.receipt.files, files) });
    if (busy) await enqueue(tx, workspaceId, FILES, { erasureId: id, marks }, { runAt: new Date(stores.clock.now().getTime() + BUSY_MS) });
  });
}

export const erasureJobs: JobHandlers = {
  [KIND]: (stores, workspaceId, { erasureId }) => finishErasure(stores, workspaceId, String(erasureId)),
  [FILES]: (stores, workspaceId, { erasureId, marks }) => eraseInFiles(stores, workspaceId, { id: String(erasureId), marks: marks as Marks }),
};

/** Erasures, the newest first; at most 200. */
export const listErasures = (stores: Stores, { workspaceId }: Caller): Promise<ErasureRow[]> => stores.pg.tx(workspaceId, (tx) => erasureRows(tx, workspaceId, ROWS_MAX));

/** One erasure with its receipt. Refuses `erasure.not_found`. */
export async function erasureOf(stores: Stores, { workspaceId }: Caller, id: string): Promise<ErasureRow> {
  const row = await stores.pg.tx(workspaceId, (tx) => erasureById(tx, workspaceId, id));
  if (!row) throw notFound('erasure', { id });
  return row;
}

/** Lets files name the person again: they asked for it. What was erased stays erased. Refuses `erasure.not_found`, also for one that was lifted. */
export const liftErasure = (stores: Stores, caller: Caller, id: string, reason: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    if ((await liftTombstones(tx, caller.workspaceId, id, stores.clock.now())) === 0) throw notFound('erasure', { id });
    await audit(tx, stores.clock, caller, { action: 'customer.erasure_lifted', target: `erasure:${id}`, detail: { reason } });
  });

/**
 * After a backup was brought back: whoever was erased since it was made is erased again, before anybody is served. What was erased stands
 * in a file beside the master key, which backups of the stores do not hold. How many.
 */
export async function eraseAgain(stores: Stores): Promise<number> {
  const known = new Set(await workspaceIds(stores.pg.global));
  let count = 0;
  for (const { workspaceId, at, ...line } of await erasedLog(stores).read()) {
    if (!known.has(workspaceId)) continue;
    await stores.keys.of(workspaceId);
    const again = await stores.pg.tx(workspaceId, async (tx) => {
      if (await erasureById(tx, workspaceId, line.id)) return false;
      await lockIdentity(tx, workspaceId);
      await eraseIn(tx, stores, workspaceId, { ...line, at: new Date(at) });
      return true;
    });
    if (!again) continue;
    await finishErasure(stores, workspaceId, line.id);
    count++;
  }
  return count;
}
