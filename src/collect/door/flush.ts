import { createdSince, type Identifier, isIdentifierKind, resolve, type ResolveItem } from '../../customers/index.ts';
import { announceAll } from '../../kernel/facts.ts';
import { newId, NOBODY, type WorkspaceId } from '../../kernel/ids.ts';
import { ingestEvents } from '../../kernel/metrics.ts';
import { whileHeldBack } from '../../kernel/patience.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { SaidIdentifier } from '../core/wire.ts';
import { eventIdRow, eventRow } from '../encode.ts';
import { noteDays } from '../freshness.ts';
import { openQuarantine } from '../imports/quarantine.ts';
import { noFates, promoFinder, type Scene } from '../imports/scene.ts';
import { type Convert, converter } from '../money.ts';
import { loadRates, loadWindows } from '../queries/calendar.ts';
import { loadWorkspace, type WorkspaceRow } from '../queries/imports.ts';
import { type Batch, bodiesOf, bodiesWait, endBatch, openBatch, takeBatch } from '../queries/ingest.ts';
import { addMinutes } from '../queries/pulse.ts';
import { messagesOfOthers, storedMessages } from '../queries/stored.ts';
import { openSink } from '../sink.ts';
import { unstorable } from './apart.ts';
import { type Arrived, arriver } from './arrive.ts';
import { pulseOf, repeatsOf } from './pulse.ts';
import { type Read, readBodies, type Refused } from './read.ts';
import { saveShopping, type Sale } from './sales.ts';
import { daysOf, factsOf, shopOf } from './told.ts';

const BATCH = { bodies: 2_000, bytes: 16 * 1024 * 1024 };
const NOBODYS_IMPORT = '00000000-0000-0000-0000-000000000000';

/**
 * Leaves out what a source has sent before, in this batch or ever: the key is source and message id, since adjusted times shift on
 * retry. What a killed flusher stored of this very batch is not "before": it is still to be announced, and its other half to be stored.
 */
async function freshOf(stores: Stores, workspaceId: WorkspaceId, batch: Batch, arrived: readonly Arrived[]): Promise<Arrived[]> {
  const fresh: Arrived[] = [];
  for (const [source, own] of Map.groupBy(arrived, ({ body }) => body.source)) {
    const seen = new Set<string>();
    const first = own.filter(({ event: { messageId } }) => !seen.has(messageId) && seen.add(messageId));
    const ids = first.map(({ event }) => event.messageId);
    const known = batch.takenUp ? await messagesOfOthers(stores.ch, workspaceId, source, ids, { version: batch.version, importId: NOBODYS_IMPORT }) : await storedMessages(stores.ch, workspaceId, source, ids);
    fresh.push(...first.filter(({ event: { messageId } }) => !known.has(messageId)));
  }
  return fresh;
}

const identifierOf = ({ kind, scope, value }: SaidIdentifier): Identifier[] =>
  isIdentifierKind(kind) ? [scope ? { kind, scope, value } : { kind, value }] : [];

const itemOf = ({ event, body }: Arrived): ResolveItem => ({
  identifiers: event.identifiers.flatMap(identifierOf), at: new Date(event.atMs), source: body.source,
  ...(event.name ? { name: event.name } : {}), ...(Object.keys(event.traits).length > 0 ? { traits: event.traits } : {}),
});

/**
 * What an event says beside itself. The id an alias replaces may have been a browser's or an account's: both are linked, each by
 * itself, since a browser beside two accounts would link nobody. Traits that only fill gaps are said in the far past, the earlier the later.
 */
const besidesOf = ({ event, body }: Arrived): ResolveItem[] => {
  const user = event.identifiers.find(({ kind }) => kind === 'user_id');
  const at = new Date(event.atMs);
  return [
    ...(event.formerly && user ? [{ identifiers: [{ kind: 'user_id' as const, value: event.formerly }, ...identifierOf(user)], at, source: body.source }] : []),
    ...(Object.keys(event.firstTraits).length > 0 ? [{ identifiers: event.identifiers.flatMap(identifierOf), at: new Date(-event.atMs), source: body.source, traits: event.firstTraits }] : []),
  ];
};

/** Names each event's subject and customer; how many customers are new. */
async function nameOwners(stores: Stores, workspaceId: WorkspaceId, arrived: readonly Arrived[]): Promise<number> {
  const { items, created } = await resolve(stores, workspaceId, [...arrived.map(itemOf), ...arrived.flatMap(besidesOf)]);
  for (const [i, one] of arrived.entries()) {
    one.subject = items[i]?.subject ?? NOBODY;
    one.customer = items[i]?.customer ?? NOBODY;
  }
  return created.length;
}

function writeEvents({ sink, stamp, workspaceId }: Scene, arrived: readonly Arrived[]): void {
  for (const one of arrived) {
    const { event, properties, amount, day, body, subject } = one;
    sink.add('events', eventRow({
      subject, atMs: event.atMs, messageId: event.messageId, kind: event.kind, event: event.event, source: body.source, shop: shopOf(one),
      channel: event.channel || body.channel, day, receivedAtMs: body.receivedAt.getTime(), url: event.url, campaign: event.campaign, amount, properties, backfill: event.backfill,
    }, stamp));
    sink.add('event_ids', eventIdRow({ source: body.source, messageId: event.messageId }, workspaceId));
  }
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

const salesIn = (arrived: readonly Arrived[]): Sale[] => arrived.flatMap(({ shopping, subject }) => (shopping ? [{ ...shopping, subject }] : []));

async function store(scene: Scene, arrived: readonly Arrived[]): Promise<void> {
  writeEvents(scene, arrived);
  await saveShopping(scene, salesIn(arrived));
  await scene.sink.finish();
}

type Stored = Pick<Scene, 'fates'> & { stored: readonly Arrived[]; refused: Refused[] };

/**
 * Stores the events of a batch. Should the event store refuse them, those it cannot take are found and put aside, and the rest
 * goes in under another token: blocks of the same token but other contents would be taken for repeats.
 */
async function storeWhatCan(scene: Scene, batch: Batch, arrived: readonly Arrived[]): Promise<Stored> {
  const { ch } = scene.stores;
  try {
    await store(scene, arrived);
    return { fates: scene.fates, stored: arrived, refused: [] };
  } catch (error) {
    const bad = await unstorable(ch, arrived.map(({ properties }) => properties));
    if (bad.size === 0) throw error;
    const again: Scene = { ...scene, sink: openSink(ch, `${batch.id}/apart`), fates: noFates() };
    const stored = arrived.filter((_, i) => !bad.has(i));
    await store(again, stored);
    const refused = arrived.filter((_, i) => bad.has(i)).map(({ event, properties, body }): Refused => ({
      body, reject: { index: event.index, code: 'event.store_refused', params: {}, raw: { type: event.kind, event: event.event, messageId: event.messageId, properties: JSON.parse(properties) as unknown, timestamp: new Date(event.atMs).toISOString() } },
      request: { endpoint: 'batch', heardAtMs: body.receivedAt.getTime(), around: {} },
    }));
    return { fates: again.fates, stored, refused };
  }
}

async function project(stores: Stores, workspaceId: WorkspaceId, batch: Batch): Promise<void> {
  const bodies = await stores.pg.tx(workspaceId, (tx) => bodiesOf(tx, workspaceId, batch.id));
  const scene = await sceneOf(stores, workspaceId, batch, batch.id);
  const { arrived, refused } = await readBodies(stores, workspaceId, bodies, arriver(scene));
  const fresh = await freshOf(stores, workspaceId, batch, arrived);
  const created = await nameOwners(stores, workspaceId, fresh);
  // Whoever was cut off had made some of them already.
  const customers = batch.takenUp ? await createdSince(stores, workspaceId, fresh.flatMap(({ customer }) => customer ?? []), batch.takenAt) : created;
  const { fates, stored, refused: unstored } = await storeWhatCan(scene, batch, fresh);
  if (stored.length > 0) await noteDays(stores, workspaceId, daysOf(stored));
  await putAside(stores, workspaceId, batch.id, [...refused, ...unstored]);
  const minutes = pulseOf({ arrived, fresh, refused: [...refused, ...unstored], orders: fates.orders.added, customers });
  const at = stores.clock.now();
  ingestEvents(stored.length, { outcome: 'accepted' });
  ingestEvents(arrived.length - fresh.length, { outcome: 'repeated' });
  ingestEvents(refused.length + unstored.length, { outcome: 'quarantined' });
  await stores.pg.tx(workspaceId, async (tx) => {
    if (!(await endBatch(tx, workspaceId, batch.id, { at, repeats: repeatsOf(arrived, new Set(fresh)) }))) return;
    await addMinutes(tx, workspaceId, minutes);
    await announceAll(tx, stores.clock, workspaceId, 'events.recorded', factsOf(stored));
  });
}

async function putAside(stores: Stores, workspaceId: WorkspaceId, batch: string, refused: Read['refused']): Promise<void> {
  for (const [source, own] of Map.groupBy(refused, ({ body }) => body.source)) {
    const quarantine = await openQuarantine(stores, workspaceId, { source, importId: null, batch });
    for (const { body, reject: { index, code, params, raw }, request } of own) quarantine.add({ file: `request ${body.id}`, line: index + 1 }, [{ code, column: '', params }], { event: raw, request });
    await quarantine.flush();
  }
}

/**
 * Projects waiting bodies of one workspace: a batch is taken (or one that a killed flusher left is taken up again), written to
 * ClickHouse, and ended in one Postgres transaction that announces `events.recorded`. False when none waits.
 */
export async function flushOnce(stores: Stores, workspaceId: WorkspaceId): Promise<boolean> {
  const batch = await stores.pg.tx(workspaceId, async (tx) =>
    (await openBatch(tx, workspaceId)) ?? takeBatch(tx, workspaceId, { id: newId(), at: stores.clock.now() }, BATCH));
  if (!batch) return false;
  await project(stores, workspaceId, batch);
  return true;
}

/** Projects everything that waits in a workspace; bodies held back by an open transaction are waited for. */
export async function flush(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const takeAll = async (): Promise<void> => {
    while (await flushOnce(stores, workspaceId));
  };
  await whileHeldBack(takeAll, () => stores.pg.tx(workspaceId, (tx) => bodiesWait(tx, workspaceId)));
}
