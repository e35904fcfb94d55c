import { userNames } from '../../kernel/access/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { EVERYBODY } from '../../kernel/conditions/index.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { type CustomerId, isUuid } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { demandSeen } from '../../customers/index.ts';
import { dataDay } from '../asOf.ts';
import { layersOf } from '../core/layers/assign.ts';
import { cutsOf, DEFAULT_LAYERS, LAYER_KEYS, type LayerKey, LAYERS, type LayerRules } from '../core/layers/definitions.ts';
import { compiledFor } from '../segments/index.ts';
import type { CrossReply, CustomerLayersReply, LayersReply } from './contract.ts';
import { askLayers } from './measure.ts';
import { crossCounts, layerCounts, layerFacts } from './queries/layers.ts';
import { layerSetting, saveLayerRules } from './store.ts';

/** Values in the order of the definitions; whoever bears none was not looked at yet. */
const ordered = (layer: LayerKey, of: ReadonlyMap<string, number>) => LAYERS[layer].map((value) => ({ value, people: of.get(value) ?? 0 }));

/** The ready layerings with how many of the caller's customers stand where, the rules, and the cuts in force. */
export async function listLayers(stores: Stores, caller: Caller): Promise<LayersReply> {
  const { workspaceId } = caller;
  const [setting, compiled] = await Promise.all([stores.pg.tx(workspaceId, (tx) => layerSetting(tx, workspaceId)), compiledFor(stores, caller, EVERYBODY)]);
  const counts = await layerCounts(stores.ch, workspaceId, compiled);
  const byLayer = new Map(LAYER_KEYS.map((key) => [key, new Map(counts.filter(({ layer }) => layer === key).map(({ value, people }) => [value, Number(people)]))]));
  const first = byLayer.get('layer_type') ?? new Map<string, number>(), people = [...first.values()].reduce((sum, one) => sum + one, 0);
  const { rules, learned, version, asOf, changedBy, changedAt } = setting ?? { rules: DEFAULT_LAYERS, learned: null, version: 0, asOf: null, changedBy: '', changedAt: null };
  return {
    version, asOf, rules, learned, cuts: cutsOf(rules, learned), changedBy: isUuid(changedBy) ? (await userNames(stores, [changedBy])).get(changedBy) ?? '' : changedBy, changedAt, people, waiting: first.get('') ?? 0,
    layers: LAYER_KEYS.map((layer) => ({ layer, values: ordered(layer, byLayer.get(layer) ?? new Map()) })),
  };
}

/** Two layerings against each other: how many stand in each pair of values. */
export async function crossLayers(stores: Stores, caller: Caller, { a, b }: { a: LayerKey; b: LayerKey }): Promise<CrossReply> {
  const cells = (await crossCounts(stores.ch, caller.workspaceId, await compiledFor(stores, caller, EVERYBODY), { a, b })).map((cell) => ({ ...cell, people: Number(cell.people) }));
  return { a, b, people: cells.reduce((sum, { people }) => sum + people, 0), cells };
}

/** Puts rules in force and asks for everybody's layers. Refuses `layers.changed` (409) when somebody was faster, and `layers.order` where the middle level would begin above the high one. */
export async function changeLayers(stores: Stores, caller: Caller, { version, ...rules }: LayerRules & { version: number }): Promise<LayersReply> {
  const { workspaceId } = caller;
  if (rules.levelHighMinor !== null && rules.levelMiddleMinor !== null && rules.levelMiddleMinor > rules.levelHighMinor) throw new Refusal('layers.order');
  await stores.pg.tx(workspaceId, async (tx) => {
    const before = await layerSetting(tx, workspaceId);
    if ((before?.version ?? 0) !== version) throw new Refusal('layers.changed', { version: before?.version ?? 0 }, 409);
    const now = await saveLayerRules(tx, workspaceId, { rules, by: caller.actor.id, at: stores.clock.now() });
    await askLayers(tx, workspaceId);
    await audit(tx, stores.clock, caller, { action: 'layers.changed', target: 'layers', detail: { version: now } });
  });
  return listLayers(stores, caller);
}

/** Where one customer stands in each layering, and what that is made of. Refuses `customer.not_found` and `layers.none` where nobody has asked for layers. */
export async function layersOfCustomer(stores: Stores, caller: Caller, customer: CustomerId): Promise<CustomerLayersReply> {
  const { workspaceId } = caller;
  const setting = await stores.pg.tx(workspaceId, async (tx) => {
    await demandSeen(tx, caller, [customer]);
    return layerSetting(tx, workspaceId);
  });
  if (!setting) throw new Refusal('layers.none', {}, 409);
  const asOf = await dataDay(stores, workspaceId), { windowDays } = setting.rules, cuts = cutsOf(setting.rules, setting.learned);
  const facts = (await layerFacts(stores.ch, { workspaceId, asOf, windowDays, among: [customer] })).get(customer);
  if (!facts) throw notFound('customer', { id: customer });
  return { asOf, windowDays, cuts, facts, layers: Object.entries(layersOf(facts, cuts)).map(([layer, value]) => ({ layer: layer as LayerKey, value })) };
}
