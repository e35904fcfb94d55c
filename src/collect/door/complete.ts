import { announceAll } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { ingestEvents } from '../../kernel/metrics.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eventIdRow, eventRow } from '../encode.ts';
import { noteDays } from '../freshness.ts';
import { openQuarantine } from '../imports/quarantine.ts';
import { noFates, type Scene } from '../imports/scene.ts';
import { type Batch, endBatch } from '../queries/ingest.ts';
import { addMinutes } from '../queries/pulse.ts';
import { openSink } from '../sink.ts';
import { unstorable } from './apart.ts';
import type { Arrived } from './arrive.ts';
import type { Prepared } from './prepare.ts';
import { pulseOf, repeatsOf } from './pulse.ts';
import type { Read, Refused } from './read.ts';
import { saveShopping, type Sale } from './sales.ts';
import { daysOf, factsOf, shopOf } from './told.ts';

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

const salesIn = (arrived: readonly Arrived[]): Sale[] => arrived.flatMap(({ shopping, subject }) => (shopping ? [{ ...shopping, subject }] : []));

async function store(scene: Scene, arrived: readonly Arrived[]): Promise<void> {
  writeEvents(scene, arrived);
  // The engine takes them in while it is asked about the orders they speak of.
  scene.sink.begin();
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

async function putAside(stores: Stores, workspaceId: WorkspaceId, batch: string, refused: Read['refused']): Promise<void> {
  for (const [source, own] of Map.groupBy(refused, ({ body }) => body.source)) {
    const quarantine = await openQuarantine(stores, workspaceId, { source, importId: null, batch });
    for (const { body, reject: { index, code, params, raw }, request } of own) quarantine.add({ file: `request ${body.id}`, line: index + 1 }, [{ code, column: '', params }], { event: raw, request });
    await quarantine.flush();
  }
}

/** Stores a batch and ends it in one Postgres transaction that announces `events.recorded`. Whether the event store took every event of it. */
export async function complete(stores: Stores, workspaceId: WorkspaceId, { batch, scene, arrived, refused, fresh, customers }: Prepared): Promise<boolean> {
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
  return unstored.length === 0;
}
