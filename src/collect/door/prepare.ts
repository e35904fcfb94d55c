import { createdSince, type Identifier, isIdentifierKind, resolve, type ResolveItem } from '../../customers/index.ts';
import { NOBODY, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { NOTHING, type SaidIdentifier } from '../core/wire.ts';
import { noFates, promoFinder, type Scene } from '../imports/scene.ts';
import { type Convert, converter } from '../money.ts';
import { loadRates, loadWindows } from '../queries/calendar.ts';
import { loadWorkspace, type WorkspaceRow } from '../queries/imports.ts';
import type { Batch } from '../queries/ingest.ts';
import { messagesOfOthers, storedMessages } from '../queries/stored.ts';
import { openSink } from '../sink.ts';
import { type Arrived, arriver } from './arrive.ts';
import { type Read, readBodies } from './read.ts';

export const NOBODYS_IMPORT = '00000000-0000-0000-0000-000000000000';

/** Message ids by source. */
type Sent = ReadonlyMap<string, ReadonlySet<string>>;
/** A batch that was read, told apart from what came before, and whose people are known. The event store has heard of none of it. `sent`: every message in it; `customers`: how many it brought. */
export type Prepared = Read & { batch: Batch; scene: Scene; fresh: readonly Arrived[]; sent: Sent; customers: number };

/**
 * Leaves out what a source has sent before, in this batch, in the one that is being stored, or ever: the key is source and message id, since adjusted
 * times shift on retry. What a killed flusher stored of this very batch is not "before": it is still to be announced, and its other half to be stored.
 */
async function freshOf(stores: Stores, workspaceId: WorkspaceId, batch: Batch, arrived: readonly Arrived[], before: Sent): Promise<{ fresh: Arrived[]; sent: Sent }> {
  const fresh: Arrived[] = [], sent = new Map<string, Set<string>>();
  for (const [source, own] of Map.groupBy(arrived, ({ body }) => body.source)) {
    const seen = new Set<string>(), ahead = before.get(source);
    sent.set(source, seen);
    const first = own.filter(({ event: { messageId } }) => !seen.has(messageId) && seen.add(messageId) && !ahead?.has(messageId));
    const ids = first.map(({ event }) => event.messageId);
    const known = batch.takenUp ? await messagesOfOthers(stores.ch, workspaceId, source, ids, { version: batch.version, importId: NOBODYS_IMPORT }) : await storedMessages(stores.ch, workspaceId, source, ids);
    for (const one of first) if (!known.has(one.event.messageId)) fresh.push(one);
  }
  return { fresh, sent };
}

const NO_ITEMS: readonly ResolveItem[] = [];
const saysAny = (said: object): boolean => said !== NOTHING && Object.keys(said).length > 0;

const identifierOf = ({ kind, scope, value }: SaidIdentifier): Identifier[] =>
  isIdentifierKind(kind) ? [scope ? { kind, scope, value } : { kind, value }] : [];

function itemOf({ event, body }: Arrived): ResolveItem {
  const item: ResolveItem = { identifiers: event.identifiers.flatMap(identifierOf), at: new Date(event.atMs), source: body.source };
  if (event.name) item.name = event.name;
  if (saysAny(event.traits)) item.traits = event.traits;
  return item;
}

/**
 * What an event says beside itself. The id an alias replaces may have been a browser's or an account's: both are linked, each by
 * itself, since a browser beside two accounts would link nobody. Traits that only fill gaps are said in the far past, the earlier the later.
 */
const besidesOf = ({ event, body }: Arrived): readonly ResolveItem[] => {
  if (!event.formerly && !saysAny(event.firstTraits)) return NO_ITEMS;
  const user = event.identifiers.find(({ kind }) => kind === 'user_id');
  const at = new Date(event.atMs);
  return [
    ...(event.formerly && user ? [{ identifiers: [{ kind: 'user_id' as const, value: event.formerly }, ...identifierOf(user)], at, source: body.source }] : []),
    ...(saysAny(event.firstTraits) ? [{ identifiers: event.identifiers.flatMap(identifierOf), at: new Date(-event.atMs), source: body.source, traits: event.firstTraits }] : []),
  ];
};

/** Names each event's subject and customer; how many customers are new. Analytics hears of those with where they stand, which follows at once. */
async function nameOwners(stores: Stores, workspaceId: WorkspaceId, arrived: readonly Arrived[]): Promise<number> {
  const { items, created } = await resolve(stores, workspaceId, [...arrived.map(itemOf), ...arrived.flatMap(besidesOf)], { mirror: 'known' });
  for (const [i, one] of arrived.entries()) {
    one.subject = items[i]?.subject ?? NOBODY;
    one.customer = items[i]?.customer ?? NOBODY;
  }
  return created.length;
}

async function sceneOf(stores: Stores, workspaceId: WorkspaceId, { version }: Batch, token: string): Promise<Scene> {
  const [workspace, windows, rates] = await stores.pg.tx(workspaceId, async (tx): Promise<[WorkspaceRow, Awaited<ReturnType<typeof loadWindows>>, Awaited<ReturnType<typeof loadRates>>]> =>
    [await loadWorkspace(tx, workspaceId), await loadWindows(tx, workspaceId), await loadRates(tx, workspaceId)]);
  const convert: Convert = converter(workspace.currency, rates);
  return {
    stores, workspaceId, sink: openSink(stores.ch, token), stamp: { workspace: workspaceId, version, importId: NOBODYS_IMPORT }, receivedAtMs: stores.clock.now().getTime(),
    zone: workspace.timezone, currency: workspace.currency, convert, promoOf: promoFinder(windows), fresh: false, fates: noFates(),
  };
}

/** Reads a batch and finds its people. `before`: the messages of the batch that is being stored meanwhile, of which the event store may not know yet. */
export async function prepare(stores: Stores, workspaceId: WorkspaceId, batch: Batch, before: Sent = new Map()): Promise<Prepared> {
  const scene = await sceneOf(stores, workspaceId, batch, batch.id);
  const { arrived, refused } = await readBodies(stores, workspaceId, batch.id, arriver(scene));
  const { fresh, sent } = await freshOf(stores, workspaceId, batch, arrived, before);
  const created = await nameOwners(stores, workspaceId, fresh);
  // Whoever was cut off had made some of them already.
  const customers = batch.takenUp ? await createdSince(stores, workspaceId, fresh.flatMap(({ customer }) => customer ?? []), batch.takenAt) : created;
  return { batch, scene, arrived, refused, fresh, sent, customers };
}
