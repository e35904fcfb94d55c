import { flushMirror, type Identifier, ownersIn, subjectIds } from '../customers/index.ts';
import { newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { isOptOut } from './core/inbound.ts';
import type { ChannelName } from './core/message.ts';
import { type Opening, OPENING_LAWS } from './core/person.ts';
import { insertOpenings, lastSentTo } from './queries/openings.ts';
import { advanceMessages, insertReceipts } from './queries/receipts.ts';
import { insertSuppressions } from './queries/suppressions.ts';
import { optOutIn } from './receipts.ts';

/** Something a person sent us on a channel: from which address, what it says, and where it can be seen. The text is looked at and not kept. */
export type Inbound = { channel: ChannelName; from: Identifier; text: string; at: Date; proof: string };

/** A reply counts for the message before it, so long after it. */
const REPLY_MS = 7 * 86_400_000;

/**
 * Takes what people write back. Who asks to be left alone ("R", "TD", "STOP") is: the address at once, the person where it is known whose it is, with
 * proof (R70). Every word on a service account opens its window; a reply is a receipt of the last message. How many asked to be left alone.
 */
export async function hear(stores: Stores, workspaceId: WorkspaceId, inbound: readonly Inbound[]): Promise<number> {
  const subjects = await subjectIds(stores, workspaceId, inbound.map(({ from }) => from));
  const left = await stores.pg.tx(workspaceId, async (tx) => {
    const owners = await ownersIn(tx, workspaceId, subjects.flatMap((id) => id ?? []));
    const heard = inbound.map((one, i) => ({ ...one, subject: subjects[i] ?? null, owner: owners.get(subjects[i] ?? '') ?? null })), leaving = heard.filter(({ text }) => isOptOut(text));
    await insertSuppressions(tx, workspaceId, leaving.flatMap(({ subject, from, channel, at }) => (subject ? [{ address: subject, customerId: null, kind: from.kind, reason: 'unsubscribed' as const, source: `reach:${channel}`, at }] : [])));
    await optOutIn(tx, stores, workspaceId, leaving.flatMap(({ owner, channel, at, proof }) => (owner ? [{ customer: owner, channel, at, proof }] : [])));
    await insertOpenings(tx, workspaceId, heard.flatMap(({ owner, channel, at }) => (owner && channel === 'mp' ? [openingOf({ customer: owner, kind: 'wrote', providerTemplate: '', at })] : [])));
    const answered = await lastSentTo(tx, workspaceId, heard.flatMap(({ owner, channel, at }) => (owner ? [{ customer: owner, channel, at, since: new Date(at.getTime() - REPLY_MS) }] : [])));
    await insertReceipts(tx, workspaceId, answered.map(({ id, at }) => ({ messageId: id, kind: 'replied', at, code: '', url: '' })));
    await advanceMessages(tx, workspaceId, answered.map(({ id }) => ({ messageId: id, kind: 'replied', code: '' })));
    return leaving.length;
  });
  if (left > 0) await flushMirror(stores, workspaceId);
  return left;
}

type Leave = { customer: string; kind: Opening['kind']; providerTemplate: string; at: Date };
const openingOf = ({ customer, kind, providerTemplate, at }: Leave) => ({ id: newId(), customer, kind, providerTemplate, at, until: new Date(at.getTime() + OPENING_LAWS[kind].ms), quota: OPENING_LAWS[kind].messages });

/** Notes leave to speak on a service account: somebody chose a menu, scanned, followed (`acted`), or agreed to one message of a template (`grant`). */
export const noteOpenings = (stores: Stores, workspaceId: WorkspaceId, leaves: readonly Leave[]): Promise<void> =>
  stores.pg.tx(workspaceId, (tx) => insertOpenings(tx, workspaceId, leaves.map(openingOf)));
