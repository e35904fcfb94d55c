import { CONSENT_CHANNELS, type ConsentChannel, flushMirror, sayConsentsIn } from '../customers/index.ts';
import { newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { isOptOut } from './core/inbound.ts';
import type { ChannelName, Receipt } from './core/message.ts';
import type { Rules } from './core/rules.ts';
import { noteHarm } from './health.ts';
import { advanceMessages, insertReceipts, insertStrays, type KnownMessage, messagesNamed } from './queries/receipts.ts';
import { insertSuppressions } from './queries/suppressions.ts';
import { rulesOf } from './settings.ts';

/**
 * What a provider says of a message: by our id (`message`) where it knows it, else by the name it gave it (`reference`). `code`: its reason; `text`:
 * what a reply says, looked at for an opt-out and not kept; `url`: what was clicked.
 */
export type ReceiptIn = { message?: string; reference?: string; accountId?: string | null; kind: Receipt; at: Date; code?: string; url?: string; text?: string };
export type ReceiptsTaken = { known: number; fresh: number; stray: number };

type Matched = ReceiptIn & { to: KnownMessage };

const isConsentChannel = (channel: ChannelName): channel is ConsentChannel => (CONSENT_CHANNELS as readonly string[]).includes(channel);
const leaves = ({ kind, text }: Pick<ReceiptIn, 'kind' | 'text'>): boolean => kind === 'unsubscribed' || (kind === 'replied' && text !== undefined && isOptOut(text));

/** On which channels somebody who leaves one is not written to any more. */
export const channelsLeft = ({ optOut }: Rules, channel: ChannelName): ConsentChannel[] => (optOut === 'everything' ? [...CONSENT_CHANNELS] : isConsentChannel(channel) ? [channel] : []);

type Leaver = { customer: string; channel: ChannelName; at: Date; proof: string };

/** Withdraws consent to marketing for people who asked to be left alone; on channels that know no consent they are suppressed themselves. Call flushMirror after the commit. */
export async function optOutIn(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, leavers: readonly Leaver[]): Promise<void> {
  if (leavers.length === 0) return;
  const rules = await rulesOf(tx, workspaceId);
  await sayConsentsIn(tx, stores, workspaceId, leavers.flatMap(({ customer, channel, at, proof }) => {
    const channels = channelsLeft(rules, channel);
    return channels.length > 0 ? [{ customer, channels, purpose: 'marketing', state: 'withdrawn' as const, source: `reach:${channel}`, proof, at }] : [];
  }));
  await insertSuppressions(tx, workspaceId, leavers.filter(({ channel }) => !isConsentChannel(channel)).map(({ customer, channel, at }) => ({ address: null, customerId: customer, kind: null, reason: 'unsubscribed' as const, source: `reach:${channel}`, at })));
}

/** What follows from receipts that are new: addresses and people that are left alone, consents, and how their sources fare. */
async function follow(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, fresh: readonly Matched[]): Promise<void> {
  const harmful = fresh.filter(({ kind }) => kind === 'bounced' || kind === 'complained') as (Matched & { kind: 'bounced' | 'complained' })[];
  await insertSuppressions(tx, workspaceId, harmful.flatMap(({ kind, at, to: { address } }) => (address ? [{ address, customerId: null, kind: null, reason: kind, source: 'provider', at }] : [])));
  await noteHarm(tx, stores, workspaceId, harmful.filter(({ to }) => to.purpose === 'marketing').map(({ kind, to: { source } }) => ({ kind, source })));
  await optOutIn(tx, stores, workspaceId, fresh.filter(leaves).map(({ to: { customer, channel }, at, message, reference }) => ({ customer, channel, at, proof: `message:${message ?? reference ?? ''}` })));
}

const keyOf = ({ message, kind, at }: { message: string; kind: string; at: Date }): string => `${message} ${kind} ${at.getTime()}`;

const rowOf = ({ to, kind, at, code = '', url = '' }: Matched) => ({ messageId: to.id, kind, at, code, url });

/** The same inside a transaction; call flushMirror after it where anybody left. */
export async function recordIn(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, receipts: readonly ReceiptIn[]): Promise<ReceiptsTaken & { left: boolean }> {
  if (receipts.length === 0) return { known: 0, fresh: 0, stray: 0, left: false };
  const messages = await messagesNamed(tx, workspaceId, receipts.flatMap(({ reference }) => reference ?? []), receipts.flatMap(({ message }) => message ?? []));
  const [byId, byReference] = [new Map(messages.map((one) => [one.id, one])), new Map(messages.map((one) => [one.reference, one]))];
  const matched = receipts.map((one) => ({ ...one, to: (one.message ? byId.get(one.message) : undefined) ?? (one.reference ? byReference.get(one.reference) : undefined) }));
  const known = matched.filter((one): one is Matched => one.to !== undefined), stray = matched.filter(({ to }) => to === undefined);
  const fresh = new Set((await insertReceipts(tx, workspaceId, known.map(rowOf))).map(({ messageId, kind, at }) => keyOf({ message: messageId, kind, at })));
  const each = new Map(known.map((one) => [keyOf({ message: one.to.id, kind: one.kind, at: one.at }), one]));
  const news = [...each].filter(([key]) => fresh.has(key)).map(([, one]) => one);
  await advanceMessages(tx, workspaceId, news.map(({ to, kind, code = '' }) => ({ messageId: to.id, kind, code })));
  await follow(tx, stores, workspaceId, news);
  await insertStrays(tx, workspaceId, stray.map(({ accountId = null, message, reference, kind, at }) => ({ id: newId(), accountId, reference: reference ?? message ?? '', kind, at, code: 'message_unknown' })), stores.clock.now());
  return { known: known.length, fresh: news.length, stray: stray.length, left: news.some(leaves) };
}

/**
 * Takes receipts of providers, in whatever order and however often they come: each counts once. Bounces and complaints suppress the address, an
 * unsubscription or a reply that asks for it withdraws consent with proof, too many of a source stop its marketing. Those of messages nobody here
 * knows are kept apart as `message_unknown`, and counted once their message is known.
 */
export async function recordReceipts(stores: Stores, workspaceId: WorkspaceId, receipts: readonly ReceiptIn[]): Promise<ReceiptsTaken> {
  const { left, ...taken } = await stores.pg.tx(workspaceId, (tx) => recordIn(tx, stores, workspaceId, receipts));
  if (left) await flushMirror(stores, workspaceId);
  return taken;
}
