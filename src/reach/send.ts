import { newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Asked, decideAll, decidedRow, gone } from './candidates.ts';
import { allowWithin } from './channels/allow.ts';
import type { Outgoing, Sender } from './channels/channel.ts';
import { providerOf } from './channels/channel.ts';
import type { Outcome, Rendered } from './core/message.ts';
import { dayLimit } from './core/pacing.ts';
import type { Decision } from './core/permit.ts';
import type { IsWanted, MpKind } from './core/person.ts';
import { announceRefused, refusedIn } from './decide.ts';
import { type InHand, keepInHand } from './inHand.ts';
import { linksOf } from './links.ts';
import { addressOf, type Faces, load, type Loaded, loadFaces, wayOver } from './load.ts';
import { wantedOf } from './looks.ts';
import { saveTold, type Told } from './outcomes.ts';
import { accountById } from './queries/accounts.ts';
import { type DecidedRow, giveBack, lockReady, readyRows, saveDecisions, saveIntents, type WorkRow } from './queries/messages.ts';
import type { AccountRow } from './queries/state.ts';
import { renderWanted, type Wanted } from './rendering.ts';
import { enterTests } from './textTests.ts';

/** Who has said that messages leave and not what became of them is dead after so long: longer than any provider takes. */
export const SENDING_MS = 360_000;
/** Between the last look and the first word to the provider nobody may sleep longer: what was allowed then may be forbidden since. */
const LOOK_MS_MAX = 1_000;

type Taken = { account: AccountRow; faces: Faces; rows: WorkRow[] };
type Written = { row: WorkRow; rendered: Rendered | { refused: string; facts?: object }; links: Outgoing['links'] };
type Ready = Written & { isWanted: IsWanted };
/** Messages that wait for one account with their texts, which nobody has promised to send yet. */
export type Prepared = { account: AccountRow; written: readonly Written[]; atMs: number; letGo(): void };
/** `waits`: hears when the round begins to wait for its provider, and when that is over. */
export type Round = { sender: Sender; waits?: (isWaiting: boolean) => void };
/** `inHand`: what other rounds of this process have. */
export type Wish = { accountId: string; most: number; inHand: InHand };
/** How many were taken, and how many of them the provider would not hear of now. */
export type Sent = { taken: number; offered: number; unreachable: boolean; elapsedMs: number };

const find = (stores: Stores, workspaceId: WorkspaceId, { accountId, most }: Wish, but: readonly string[]): Promise<Taken | undefined> => stores.pg.tx(workspaceId, async (tx) => {
  const account = await accountById(tx, workspaceId, accountId), rows = account ? await readyRows(tx, workspaceId, { accountId, now: stores.clock.now(), most, but }) : [];
  return account && rows.length > 0 ? { account, rows, faces: await loadFaces(tx, workspaceId, rows) } : undefined;
});

const NO_LINKS = { unsubscribe: null, preferences: null, web: null };

function wantedText(stores: Stores, workspaceId: WorkspaceId, { faces: { owners, base, languages, objectors }, account: { channel } }: Taken, row: WorkRow): Wanted | undefined {
  const owner = owners.get(row.customer);
  if (!owner) return undefined;
  const language = languages.get(owner) ?? 'en';
  const links = base === null ? NO_LINKS : linksOf(stores.keys, { base, workspaceId, message: row.id, customer: owner, channel, language, now: stores.clock.now() }, { marketing: row.purpose === 'marketing' });
  return { template: { id: row.templateId, version: row.templateVersion }, channel, customer: owner, language, params: row.params, links, personalised: !objectors.has(owner) };
}

async function write(stores: Stores, workspaceId: WorkspaceId, found: Taken): Promise<Written[]> {
  const asked = found.rows.map((row) => ({ row, wanted: wantedText(stores, workspaceId, found, row) })), known = asked.flatMap(({ wanted }) => wanted ?? []);
  const rendered = await renderWanted(stores, workspaceId, known), answers = new Map(known.map((one, i) => [one, rendered[i]]));
  return asked.map(({ row, wanted }) => ({ row, links: wanted?.links ?? NO_LINKS, rendered: (wanted && answers.get(wanted)) ?? { refused: 'person_gone', facts: {} } }));
}

/**
 * Finds what waits for one account, up to `most`, and writes the texts; undefined where nothing waits. To be let go of when it was sent or is not. Nobody
 * else is kept from it: who says first that a message leaves sends it, so one that falls silent here keeps nobody waiting.
 */
export async function prepareSome(stores: Stores, workspaceId: WorkspaceId, wish: Wish): Promise<Prepared | undefined> {
  const found = await wish.inHand.take((but) => find(stores, workspaceId, wish, but)), atMs = performance.now();
  if (!found) return undefined;
  const letGo = (): void => wish.inHand.letGo(found.rows.map(({ id }) => id));
  try {
    return { account: found.account, written: await write(stores, workspaceId, found), atMs, letGo };
  } catch (error) {
    letGo();
    throw error;
  }
}

/** The texts, and whether each is still wanted now. */
async function askedAgain(stores: Stores, workspaceId: WorkspaceId, written: readonly Written[]): Promise<Ready[]> {
  const wanted = await wantedOf(stores, workspaceId, written.map(({ row: { source } }) => source));
  return written.map((one, i) => ({ ...one, isWanted: wanted[i] ?? true }));
}

const mpOf = (rendered: Ready['rendered']): MpKind | null => ('refused' in rendered || rendered.channel !== 'mp' ? null : { kind: rendered.kind, providerTemplate: rendered.providerTemplate });

const unwritten = (id: string, { refused, facts = {} }: { refused: string; facts?: object }, account: AccountRow, now: Date): DecidedRow =>
  ({ id, state: 'refused', channel: account.channel, reason: refused, facts, nextAt: now, accountId: null, countedAt: null, personalised: null });

function look(loaded: Loaded, account: AccountRow, ready: readonly Ready[]): Map<string, Decision> {
  const asked = ready.flatMap(({ row, isWanted, rendered }): Asked[] => {
    const owner = loaded.owners.get(row.customer);
    return owner ? [{ row, owner, isWanted, mp: mpOf(rendered), ways: [wayOver(loaded, owner, account.channel, account)] }] : [];
  });
  const decided = decideAll(loaded, asked);
  for (const { row } of ready) if (!decided.has(row.id)) decided.set(row.id, gone(row.id));
  return decided;
}

type Leaving = { row: WorkRow; outgoing: Outgoing; address: string | null };

function outgoingOf(loaded: Loaded, account: AccountRow, { row, links }: Ready, content: Rendered): Leaving {
  const owner = loaded.owners.get(row.customer) ?? row.customer, kind = providerOf(account.channel, account.provider)?.address ?? null;
  const address = kind ? addressOf(loaded, owner, kind) : undefined;
  return { row, address: address?.subject ?? null, outgoing: { id: row.id, customer: owner, to: address?.value ?? '', purpose: row.purpose, content, links, attempt: row.attempts + 1 } };
}

/**
 * The last look, in the transaction that says these messages leave: everything is decided once more as it stands now, so that nothing goes out
 * against a word that was committed before.
 */
const intend = (stores: Stores, workspaceId: WorkspaceId, lease: string, account: AccountRow, prepared: readonly Ready[]): Promise<{ leaving: Leaving[]; lookedMs: number }> => stores.pg.tx(workspaceId, async (tx) => {
  const now = stores.clock.now(), free = await lockReady(tx, workspaceId, account.id, prepared.map(({ row }) => row.id)), ready = prepared.filter(({ row }) => free.get(row.id) === row.attempts);
  const loaded = await load(tx, stores, workspaceId, ready.map(({ row }) => row)), lookedMs = performance.now(), current = loaded.accounts.find(({ id }) => id === account.id);
  const decided = look(loaded, current ?? { ...account, state: 'paused' }, ready);
  const leaving: (Leaving & { opening: string | null; personalised: boolean; content: Rendered })[] = [], stay: DecidedRow[] = [], refused = refusedIn(decided);
  for (const one of ready) {
    const decision = decided.get(one.row.id) ?? gone(one.row.id), { rendered } = one;
    if (decision.act !== 'send') stay.push(decidedRow(decision, now.getTime()));
    else if ('refused' in rendered) { stay.push(unwritten(one.row.id, rendered, account, now)); refused.set(one.row.id, rendered.refused); }
    else leaving.push({ ...outgoingOf(loaded, account, one, rendered), opening: decision.opening, personalised: decision.personalised, content: rendered });
  }
  if (stay.length > 0) await saveDecisions(tx, workspaceId, stay, now);
  await announceRefused(tx, stores, workspaceId, ready.map(({ row }) => row), refused);
  if (leaving.length > 0) await saveIntents(tx, workspaceId, { lease, until: new Date(now.getTime() + SENDING_MS), at: now, provider: account.provider },
    leaving.map(({ row, address, opening, personalised, content: { variant, language, blocks = null } }) => ({ id: row.id, address, openingId: opening, personalised, variant, language, blocks })));
  await enterTests(tx, stores, workspaceId, leaving.map(({ outgoing: { customer }, content }) => ({ customer, content })));
  return { leaving, lookedMs };
});

const unreachable = (error: unknown): Outcome => ({ state: 'retry', code: 'provider_unreachable', detail: error instanceof Error ? error.message : '', after: null });

/** What a connection was allowed for today is kept by whoever sends over it, and what is over waits for tomorrow. */
async function within(stores: Stores, workspaceId: WorkspaceId, { id, perDay }: AccountRow, leaving: readonly Leaving[]): Promise<(Date | null)[]> {
  if (perDay === null) return leaving.map(() => null);
  return allowWithin(stores, workspaceId, [{ limit: dayLimit(perDay, stores.clock.now()), scope: `account:${id}`, places: leaving.map((_, place) => place) }], leaving.length);
}

async function hand({ sender, waits }: Round, leaving: readonly Leaving[]): Promise<{ outcomes: Outcome[]; failed: boolean }> {
  waits?.(true);
  try {
    return { outcomes: await sender.send(leaving.map(({ outgoing }) => outgoing)), failed: false };
  } catch (error) {
    return { outcomes: leaving.map(() => unreachable(error)), failed: true };
  } finally {
    waits?.(false);
  }
}

/**
 * Sends what was prepared: looks at everything once more, says that it leaves, hands it over, and tells what became of it; short transactions, whatever the
 * number.
 */
export async function sendPrepared(stores: Stores, workspaceId: WorkspaceId, { account, written }: Prepared, round: Round): Promise<Sent> {
  const lease = newId(), ready = await askedAgain(stores, workspaceId, written);
  const { leaving, lookedMs } = await intend(stores, workspaceId, lease, account, ready), ids = leaving.map(({ row }) => row.id), taken = written.length;
  if (leaving.length === 0) return { taken, offered: 0, unreachable: false, elapsedMs: 0 };
  if (performance.now() - lookedMs > LOOK_MS_MAX) {
    await stores.pg.tx(workspaceId, (tx) => giveBack(tx, workspaceId, lease, ids, stores.clock.now()));
    return { taken, offered: 0, unreachable: false, elapsedMs: LOOK_MS_MAX };
  }
  const later = await within(stores, workspaceId, account, leaving), free = leaving.filter((_, place) => later[place] === null);
  const beganMs = performance.now(), { outcomes, failed } = await hand(round, free), elapsedMs = performance.now() - beganMs;
  const answers = new Map(free.map(({ row }, i): [string, Outcome] => [row.id, outcomes[i] ?? { state: 'unknown', code: 'provider_silent', detail: '' }]));
  const told = leaving.map(({ row, address, outgoing }, i): Told => ({ row, address, number: outgoing.attempt, outcome: answers.get(row.id) ?? { state: 'retry', code: 'day_used_up', detail: '', after: later[i] ?? null, held: true } }));
  await stores.pg.tx(workspaceId, (tx) => saveTold(tx, stores, workspaceId, lease, told));
  return { taken, offered: leaving.length, unreachable: failed, elapsedMs };
}

/** Prepares what waits for one account and sends it. Nothing was taken: nothing waits. */
export async function sendSome(stores: Stores, workspaceId: WorkspaceId, { accountId, most, ...round }: Round & Omit<Wish, 'inHand'>): Promise<Sent> {
  const prepared = await prepareSome(stores, workspaceId, { accountId, most, inHand: keepInHand() });
  return prepared ? sendPrepared(stores, workspaceId, prepared, round) : { taken: 0, offered: 0, unreachable: false, elapsedMs: 0 };
}
