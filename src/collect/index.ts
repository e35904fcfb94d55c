import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { flushMirror } from '../customers/index.ts';
import type { Loop } from '../kernel/facts.ts';
import type { Route } from '../kernel/http/route.ts';
import type { JobHandlers } from '../kernel/jobs.ts';
import type { Stores } from '../kernel/stores.ts';
import { type DoorOptions, openDoor } from './door/door.ts';
import { serveSnippet } from './door/snippet.ts';
import { runDueRecipes } from './imports/recipes.ts';
import { runImport } from './imports/run.ts';
import { sweepNowAndThen } from './imports/sweep.ts';
import { keepMet } from './met.ts';
import { runUndo } from './imports/undo.ts';
import { eventRoutes } from './routes/events.ts';
import { importRoutes } from './routes/imports.ts';
import { orderRoutes } from './routes/orders.ts';
import { sourceRoutes } from './routes/sources.ts';

/** The door of collect: what happened. Orders, refunds, costs and events, from files and over HTTP. */
export { filePreviewShape, importShape, previewShape, uploadShape } from './contract.ts';
export { type ImportOptions, type ImportReport, type ImportView, type Progress, SOURCE_KINDS, type SourceKind } from './contract.ts';
export { proposeMapping } from './core/detect.ts';
export type { Mapping } from './core/mapping.ts';
export { ENCODING_NAMES, type Reading } from './core/reading.ts';
export { readingShape } from './core/readingShape.ts';
export { COST_KINDS } from './core/records.ts';
export { dropTypedCost, putTypedCost, type TypedCost, TYPED_SOURCE } from './costs.ts';
export { exportEvents, exportFacts } from './export.ts';
export { flush, flushOnce } from './door/flush.ts';
export { sourceFinder } from './door/writeKey.ts';
export { flushAll, startFlusher } from './door/flusher.ts';
export { bodiesWait } from './queries/ingest.ts';
export { dataDay, type SourceStanding, standings } from './freshness.ts';
export { propertiesBrought } from './live.ts';
export { imports, importOf } from './imports/list.ts';
export { type FileLook, lookAtFiles } from './imports/preview.ts';
export type { OnProgress } from './imports/progress.ts';
export { replay } from './imports/replay.ts';
export { runImport } from './imports/run.ts';
export { ensureSource, type GivenFile, startImport, type StartOptions } from './imports/start.ts';
export { runUndo, startUndo } from './imports/undo.ts';
export { type CustomerOrder, findOrders, orderDetail, ordersOf, registerCollect, timelineOf } from './orders.ts';
export { publishPromotions, rates, setRates } from './promotions.ts';
export type { PromotionWindow } from './queries/calendar.ts';
export { reconcile, type Reconciled } from './reconcile.ts';
export { benchFile, MILLION_HEADER, MILLION_LINES, openWorld, planOf, promotionsBetween, recordsOf, SAMPLE_CONTEXT, SAMPLE_MONTHS, SAMPLE_SEED, SAMPLE_ZONE, sampleFiles, TABLES } from './sample/index.ts';
export { registerCollectTraits } from './traits.ts';
export { registerCollectSealed } from './queries/sealed.ts';
export { registerCollectEraser } from './erase.ts';
export { type OwnEvent, ownRecorded, storeOwnEvents } from './ownEvents.ts';
export { addSource, newWriteKey, sources, sourcesOf } from './sources.ts';

export const collectRoutes: readonly Route[] = [...importRoutes, ...sourceRoutes, ...eventRoutes, ...orderRoutes];

/** Work that jobs do. */
export const collectJobs: JobHandlers = {
  'collect.import': async (stores, workspaceId, { importId }) => void (await runImport(stores, workspaceId, String(importId))),
  'collect.undo': (stores, workspaceId, { importId }) => runUndo(stores, workspaceId, String(importId)),
};

/** Reactions by fact kind, for loop.ts. An import leaves the mirror of its customers to the end, after what others publish. */
export const collectReactions: Loop = {
  'import.finished': { 'collect.mirrorCustomers': async (stores, workspaceId) => void (await flushMirror(stores, workspaceId)) },
  'people.met': { 'collect.keepMet': keepMet },
};

export type CollectOptions = DoorOptions & { uploadBytesMax?: number };
const UPLOAD_BYTES_MAX = 4 * 1024 * 1024 * 1024;

/** Registers what collect needs of the server beside its routes: multipart uploads and the wire door. To be called before routes are mounted. */
export async function openCollect(app: FastifyInstance, stores: Stores, { uploadBytesMax = UPLOAD_BYTES_MAX, ...door }: CollectOptions = {}): Promise<void> {
  await app.register(multipart, { limits: { fileSize: uploadBytesMax, files: 200 } });
  await openDoor(app, stores, door);
  serveSnippet(app);
}

/** What repeats by the clock: watched folders, and files that were uploaded and forgotten. To be called about once a minute. */
export async function collectTick(stores: Stores): Promise<void> {
  await runDueRecipes(stores);
  await sweepNowAndThen(stores);
}
