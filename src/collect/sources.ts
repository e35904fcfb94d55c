import { randomBytes } from 'node:crypto';
import { membersOf, seenBy } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { SourceView } from './contract.ts';
import { keyDigest } from './door/writeKey.ts';
import { standings } from './freshness.ts';
import { recordsOfSubjects, sourcesOfSubjects, type SubjectRecords } from './queries/orders.ts';
import { dropKeys, insertSource, listSources, loadSource, type NewSource, rotateKey, type SourceRow, updateSource } from './queries/sources.ts';

const OLD_KEY_GRACE_MS = 24 * 3_600_000;
const TAIL = 4;

/** Every source with how fresh its data is. */
export async function sources(stores: Stores, workspaceId: WorkspaceId): Promise<SourceView[]> {
  const [rows, standing] = await Promise.all([stores.pg.tx(workspaceId, (tx) => listSources(tx, workspaceId)), standings(stores, workspaceId)]);
  const byKey = new Map(standing.map((one) => [one.key, one]));
  return rows.map((row) => viewOf(row, byKey.get(row.key)));
}

const viewOf = ({ lastSeenAt, createdAt, retiredAt, oldKeyUntil: _, ...row }: SourceRow, standing: { silentDays: number | null; late: boolean } | undefined): SourceView => ({
  ...row, silentDays: standing?.silentDays ?? null, late: standing?.late ?? false, lastSeenAt: lastSeenAt?.toISOString() ?? null, createdAt: createdAt.toISOString(), retired: retiredAt !== null,
});

/** Makes a source. Refuses `source.key_taken`. */
export async function addSource(stores: Stores, caller: Caller, source: Omit<NewSource, 'id' | 'createdAt' | 'platform'>): Promise<SourceView> {
  const { workspaceId } = caller;
  const id = newId();
  return stores.pg.tx(workspaceId, async (tx) => {
    const made = await insertSource(tx, workspaceId, { ...source, id, platform: '', createdAt: stores.clock.now() });
    if (!made) throw new Refusal('source.key_taken', { key: source.key }, 409);
    await audit(tx, stores.clock, caller, { action: 'source.add', target: id, detail: { key: source.key } });
    return viewOf(await loadSource(tx, workspaceId, id), undefined);
  });
}

/** Gives a source a new write key, shown this once; the one before opens the door for another day. */
export async function newWriteKey(stores: Stores, caller: Caller, id: string): Promise<{ key: string }> {
  const { workspaceId } = caller;
  const key = `wk_${randomBytes(24).toString('base64url')}`;
  await stores.pg.tx(workspaceId, async (tx) => {
    await loadSource(tx, workspaceId, id);
    await rotateKey(tx, workspaceId, id, { hash: keyDigest(key), tail: key.slice(-TAIL), oldUntil: new Date(stores.clock.now().getTime() + OLD_KEY_GRACE_MS) });
    await audit(tx, stores.clock, caller, { action: 'source.key', target: id });
  });
  return { key };
}

/** Closes the door to a source at once: neither its key nor the one before opens it any more. */
export async function revokeWriteKey(stores: Stores, caller: Caller, id: string): Promise<SourceView> {
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    await loadSource(tx, workspaceId, id);
    await dropKeys(tx, workspaceId, id);
    await audit(tx, stores.clock, caller, { action: 'source.key.revoke', target: id });
    return viewOf(await loadSource(tx, workspaceId, id), undefined);
  });
}

/** Renames a source, sets its channel, retires it or brings it back. */
export async function changeSource(stores: Stores, caller: Caller, id: string, change: { name?: string | undefined; channel?: string | undefined; retired?: boolean | undefined }): Promise<SourceView> {
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    const row = await loadSource(tx, workspaceId, id);
    const retiredAt = change.retired === undefined ? row.retiredAt : change.retired ? stores.clock.now() : null;
    await updateSource(tx, workspaceId, id, { name: change.name ?? row.name, channel: change.channel ?? row.channel, retiredAt });
    await audit(tx, stores.clock, caller, { action: 'source.change', target: id });
    return viewOf(await loadSource(tx, workspaceId, id), undefined);
  });
}

/** The subjects of a customer the caller may see. Refuses `customer.not_found`. */
async function seenMembers(stores: Stores, caller: Caller, customer: CustomerId): Promise<SubjectId[]> {
  const subjects = (await membersOf(stores, caller.workspaceId, await seenBy(stores, caller, [customer]))).get(customer) ?? [];
  if (subjects.length === 0) throw notFound('customer', { id: customer });
  return subjects;
}

/** Which sources and channels a customer's record is made of. */
export const sourcesOf = async (stores: Stores, caller: Caller, customer: CustomerId): Promise<{ source: string; channel: string; records: number; lastDay: string }[]> =>
  sourcesOfSubjects(stores.ch, caller.workspaceId, await seenMembers(stores, caller, customer), caller.shops);

/** What each identifier of a customer brought: purchases, their money in minor units, events. Those that brought nothing are left out. */
export const recordsOf = async (stores: Stores, caller: Caller, customer: CustomerId): Promise<SubjectRecords[]> =>
  recordsOfSubjects(stores.ch, caller.workspaceId, await seenMembers(stores, caller, customer), caller.shops);
