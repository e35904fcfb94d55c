import { type Identifier, isIdentifierKind, resolve, type ResolveItem } from '../../customers/index.ts';
import { dayIn } from '../../kernel/day.ts';
import { announceAll } from '../../kernel/facts.ts';
import { type CustomerId, newId, NOBODY, type SubjectId, type WorkspaceId } from '../../kernel/ids.ts';
import { whileHeldBack } from '../../kernel/patience.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type WireEvent, type WireReject, normalize } from '../core/normalize.ts';
import { amountOf, shoppingOf, type Till } from '../core/shopping.ts';
import { deeperThan, type SaidIdentifier } from '../core/wire.ts';
import { eventIdRow, eventRow } from '../encode.ts';
import { refreshSources } from '../freshness.ts';
import { openQuarantine } from '../imports/quarantine.ts';
import { noFates, promoFinder, type Scene } from '../imports/scene.ts';
import { type Convert, converter } from '../money.ts';
import { loadRates, loadWindows } from '../queries/calendar.ts';
import { loadWorkspace, type WorkspaceRow } from '../queries/imports.ts';
import { type Batch, bodiesOf, bodiesWait, type Body, endBatch, openBatch, takeBatch } from '../queries/ingest.ts';
import { storedMessages } from '../queries/stored.ts';
import { openSink } from '../sink.ts';
import { openBody } from './append.ts';
import { saveShopping, type Sale } from './sales.ts';

/** An event with where it came from and whose it is. */
export type Arrived = { event: WireEvent; body: Body; subject: SubjectId; customer: CustomerId };

const BATCH = { bodies: 2_000, bytes: 16 * 1024 * 1024 };
const JSON_DEPTH_MAX = 64;
const CUSTOMERS_PER_FACT = 1_000;
const NOBODYS_IMPORT = '00000000-0000-0000-0000-000000000000';

type Read = { arrived: Arrived[]; rejects: { body: Body; reject: WireReject }[] };

const broken = (index: number, raw: unknown): WireReject => ({ index, code: 'event.json_invalid', params: {}, raw });

async function readBodies(stores: Stores, workspaceId: WorkspaceId, bodies: readonly Body[]): Promise<Read> {
  const read: Read = { arrived: [], rejects: [] };
  for (const body of bodies) {
    const { endpoint, text } = await openBody(stores, workspaceId, body);
    let parsed: unknown;
    try {
      if (deeperThan(text, JSON_DEPTH_MAX)) throw new SyntaxError('too deep');
      parsed = JSON.parse(text);
    } catch {
      read.rejects.push({ body, reject: broken(0, text.slice(0, 32_768)) });
      continue;
    }
    const { events, rejects } = normalize(parsed, { endpoint, receivedAtMs: body.receivedAt.getTime(), fallbackId: `b${body.id}` });
    for (const event of events) read.arrived.push({ event, body, subject: NOBODY, customer: NOBODY });
    for (const reject of rejects) read.rejects.push({ body, reject });
  }
  return read;
}

/** Leaves out what a source has sent before, in this batch or ever: the key is source and message id, since adjusted times shift on retry. */
async function freshOf(stores: Stores, workspaceId: WorkspaceId, arrived: readonly Arrived[]): Promise<Arrived[]> {
  const fresh: Arrived[] = [];
  for (const [source, own] of Map.groupBy(arrived, ({ body }) => body.source)) {
    const seen = new Set<string>();
    const first = own.filter(({ event: { messageId } }) => !seen.has(messageId) && seen.add(messageId));
    const known = await storedMessages(stores.ch, workspaceId, source, first.map(({ event }) => event.messageId));
    fresh.push(...first.filter(({ event }) => !known.has(event.messageId)));
  }
  return fresh;
}

const identifierOf = ({ kind, scope, value }: SaidIdentifier): Identifier[] =>
  isIdentifierKind(kind) ? [scope ? { kind, scope, value } : { kind, value }] : [];

const itemOf = ({ event, body }: Arrived): ResolveItem => ({
  identifiers: event.identifiers.flatMap(identifierOf), at: new Date(event.atMs), source: body.source,
  ...(event.name ? { name: event.name } : {}), ...(Object.keys(event.traits).length > 0 ? { traits: event.traits } : {}),
});

async function nameOwners(stores: Stores, workspaceId: WorkspaceId, arrived: readonly Arrived[]): Promise<void> {
  const { items } = await resolve(stores, workspaceId, arrived.map(itemOf));
  for (const [i, one] of arrived.entries()) {
    one.subject = items[i]?.subject ?? NOBODY;
    one.customer = items[i]?.customer ?? NOBODY;
  }
}

function writeEvents(scene: Scene, arrived: readonly Arrived[], tillOf: (body: Body) => Till): void {
  for (const { event, body, subject } of arrived) {
    const money = amountOf(event, tillOf(body));
    const day = dayIn(scene.zone, new Date(event.atMs));
    scene.sink.add('events', eventRow({
      subject, atMs: event.atMs, messageId: event.messageId, kind: event.kind, event: event.event, source: body.source, shop: event.shop || body.shop,
      channel: event.channel || body.channel, day, receivedAtMs: body.receivedAt.getTime(), url: event.url, campaign: event.campaign,
      amount: money && scene.convert(money.amount, money.currency, day), properties: event.properties, backfill: event.backfill,
    }, scene.stamp));
    scene.sink.add('event_ids', eventIdRow({ source: body.source, messageId: event.messageId }, scene.workspaceId));
  }
}

async function sceneOf(stores: Stores, workspaceId: WorkspaceId, { id, version }: Batch, nowMs: number): Promise<Scene> {
  const [workspace, windows, rates] = await stores.pg.tx(workspaceId, async (tx): Promise<[WorkspaceRow, Awaited<ReturnType<typeof loadWindows>>, Awaited<ReturnType<typeof loadRates>>]> =>
    [await loadWorkspace(tx, workspaceId), await loadWindows(tx, workspaceId), await loadRates(tx, workspaceId)]);
  const convert: Convert = converter(workspace.currency, rates);
  return {
    stores, workspaceId, sink: openSink(stores.ch, id), stamp: { workspace: workspaceId, version, importId: NOBODYS_IMPORT }, receivedAtMs: nowMs,
    zone: workspace.timezone, currency: workspace.currency, convert, promoOf: promoFinder(windows), fresh: false, fates: noFates(),
  };
}

/** One fact for those something new happened to, one for those only an old event was back-filled for: the second starts nothing. */
function factsOf(arrived: readonly Arrived[], zone: string): { from: string; to: string; customers: CustomerId[]; backfill: boolean }[] {
  const known = arrived.filter(({ customer }) => customer !== NOBODY);
  const live = new Set(known.filter(({ event }) => !event.backfill).map(({ customer }) => customer));
  return [false, true].flatMap((backfill) => {
    const own = known.filter(({ customer }) => live.has(customer) !== backfill);
    const customers = [...new Set(own.map(({ customer }) => customer))];
    const days = own.map(({ event }) => dayIn(zone, new Date(event.atMs))).sort();
    return Array.from({ length: Math.ceil(customers.length / CUSTOMERS_PER_FACT) }, (_, i) =>
      ({ from: days[0] ?? '', to: days.at(-1) ?? '', customers: customers.slice(i * CUSTOMERS_PER_FACT, (i + 1) * CUSTOMERS_PER_FACT), backfill }));
  });
}

const salesIn = (arrived: readonly Arrived[], tillOf: (body: Body) => Till): Sale[] =>
  arrived.flatMap(({ event, body, subject }) => {
    const shopping = shoppingOf(event, tillOf(body));
    return shopping ? [{ ...shopping, subject }] : [];
  });

async function project(stores: Stores, workspaceId: WorkspaceId, batch: Batch): Promise<number> {
  const bodies = await stores.pg.tx(workspaceId, (tx) => bodiesOf(tx, workspaceId, batch.id));
  const { arrived, rejects } = await readBodies(stores, workspaceId, bodies);
  const scene = await sceneOf(stores, workspaceId, batch, stores.clock.now().getTime());
  const fresh = await freshOf(stores, workspaceId, arrived);
  const tillOf = ({ source, shop, channel }: Body): Till => ({ source, shop, channel, currency: scene.currency, dayOf: (ms) => dayIn(scene.zone, new Date(ms)) });
  await nameOwners(stores, workspaceId, fresh);
  writeEvents(scene, fresh, tillOf);
  await saveShopping(scene, salesIn(fresh, tillOf));
  await scene.sink.finish();
  const sources = [...new Set(fresh.map(({ body }) => body.source))];
  if (sources.length > 0) await refreshSources(stores, workspaceId, sources);
  await putAside(stores, workspaceId, rejects);
  const at = stores.clock.now();
  await stores.pg.tx(workspaceId, async (tx) => {
    if (await endBatch(tx, workspaceId, batch.id, at)) await announceAll(tx, stores.clock, workspaceId, 'events.recorded', factsOf(fresh, scene.zone));
  });
  return fresh.length;
}

async function putAside(stores: Stores, workspaceId: WorkspaceId, rejects: Read['rejects']): Promise<void> {
  for (const [source, own] of Map.groupBy(rejects, ({ body }) => body.source)) {
    const quarantine = await openQuarantine(stores, workspaceId, { source, importId: null });
    for (const { body, reject: { index, code, params, raw } } of own) quarantine.add({ file: `request ${body.id}`, line: index + 1 }, [{ code, column: '', params }], { event: raw });
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

/** Projects everything that waits in a workspace; bodies held back by an open transaction are waited for, unless `patient` is false. */
export async function flush(stores: Stores, workspaceId: WorkspaceId, { patient = true } = {}): Promise<void> {
  const takeAll = async (): Promise<void> => {
    while (await flushOnce(stores, workspaceId));
  };
  await (patient ? whileHeldBack(takeAll, () => stores.pg.tx(workspaceId, (tx) => bodiesWait(tx, workspaceId))) : takeAll());
}
