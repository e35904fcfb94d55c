import { declareFields, flushMirror, publish } from '../../customers/index.ts';
import { enqueue, type JobHandlers } from '../../kernel/jobs.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { type Cuts, cutsOf, LAYER_KEYS, LAYERS } from '../core/layers/definitions.ts';
import { askSegments, lookAtSegments } from '../segments/index.ts';
import { type Among, changedLayers, learnCuts, type LayerQuestion, peopleCount } from './queries/layers.ts';
import { layerSetting, type LayerSetting, saveLearned, saveMeasured } from './store.ts';

/** The layers are fields of a customer: conditions, lists, templates and journeys read them like any other. */
declareFields(LAYER_KEYS.map((key) => ({ key, type: 'enum' as const, options: LAYERS[key], optionWords: `${key.replace('_', '.')}.`, source: 'lifecycle' })));

/** Whose layers are worked out and compared in one statement. */
const CUSTOMERS_PER_SHARE = 100_000;

/** Publishes the layers of whoever stands in others than before. Safe to repeat. */
async function publishChanged(stores: Stores, question: LayerQuestion, cuts: Cuts): Promise<CustomerId[]> {
  const changed = await changedLayers(stores.ch, question, cuts);
  await publish(stores, question.workspaceId, changed.map(({ customer, ...values }) => ({ customer, values })), { mirror: 'later' });
  return changed.map(({ customer }) => customer);
}

const questionOf = async (stores: Stores, workspaceId: WorkspaceId, { rules }: LayerSetting, among: Among): Promise<LayerQuestion> => ({ workspaceId, asOf: await dataDay(stores, workspaceId), windowDays: rules.windowDays, among });

/** Learns the cuts, and works out the layers of everybody: how many moved. Nothing where nobody has asked for layers. */
export async function measureLayers(stores: Stores, workspaceId: WorkspaceId): Promise<number> {
  const setting = await stores.pg.tx(workspaceId, (tx) => layerSetting(tx, workspaceId));
  if (!setting) return 0;
  await flushMirror(stores, workspaceId);
  const question = await questionOf(stores, workspaceId, setting, 'all'), learned = await learnCuts(stores.ch, question);
  await stores.pg.tx(workspaceId, (tx) => saveLearned(tx, workspaceId, learned));
  const cuts = cutsOf(setting.rules, learned), shares = Math.max(1, Math.ceil(await peopleCount(stores.ch, workspaceId) / CUSTOMERS_PER_SHARE));
  let moved = 0;
  for (let nth = 0; nth < shares; nth++) moved += (await publishChanged(stores, { ...question, among: { nth, of: shares } }, cuts)).length;
  await flushMirror(stores, workspaceId);
  await stores.pg.tx(workspaceId, async (tx) => {
    await saveMeasured(tx, workspaceId, { version: setting.version, asOf: question.asOf, at: stores.clock.now() });
    // Whoever moved because the layers were drawn anew is no news to segments that ask for them.
    if (moved > 0) await askSegments(tx, workspaceId, 'backfill');
  });
  return moved;
}

/** The layers of a few to whom something happened, by the cuts in force; segments that ask for layers are looked at with them. */
export async function layerSome(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<number> {
  const setting = customers.length === 0 ? undefined : await stores.pg.tx(workspaceId, (tx) => layerSetting(tx, workspaceId));
  if (!setting || setting.learned === null) return 0;
  await flushMirror(stores, workspaceId);
  const moved = await publishChanged(stores, await questionOf(stores, workspaceId, setting, [...new Set(customers)]), cutsOf(setting.rules, setting.learned));
  if (moved.length === 0) return 0;
  await flushMirror(stores, workspaceId);
  await lookAtSegments(stores, workspaceId, moved, { touched: ({ fields }) => LAYER_KEYS.some((key) => fields.includes(key)) });
  return moved.length;
}

/** Asks for everybody's layers, to be worked out soon by the queue. */
export const askLayers = (tx: Tx, workspaceId: WorkspaceId): Promise<void> => enqueue(tx, workspaceId, 'lifecycle.layers', {}, { key: `layers:${workspaceId}` });

export const layerJobs: JobHandlers = {
  'lifecycle.layers': async (stores, workspaceId) => void (await measureLayers(stores, workspaceId)),
};
