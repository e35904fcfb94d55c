import { concerned, customersIn } from '../../customers/index.ts';
import { dayNumber } from '../../kernel/day.ts';
import type { Loop, Reaction } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eachApart } from '../../kernel/tick.ts';
import { dataDay } from '../asOf.ts';
import { ADVOCACY_EVENTS, SURVEY_EVENT } from '../core/signals/acts.ts';
import { workspaceIds } from '../queries/workspaces.ts';
import { COMPLAINT_PREFIX } from '../scoring/signals.ts';
import { askLayers, layerSome } from './measure.ts';
import { layerSetting } from './store.ts';

const speaks = (event: string): boolean => event.startsWith(COMPLAINT_PREFIX) || event === SURVEY_EVENT || (ADVOCACY_EVENTS.reviews as readonly string[]).includes(event);

/** Whoever bought, or said what they think of us. */
const layerActive: Reaction = async (stores, workspaceId, facts) => void (await layerSome(stores, workspaceId, concerned(facts, { bought: true, did: speaks })));
const layerNamed: Reaction = async (stores, workspaceId, facts) => void (await layerSome(stores, workspaceId, customersIn(facts)));
/** Loyalty follows the stage. */
const layerMoved: Reaction = async (stores, workspaceId, facts) => void (await layerSome(stores, workspaceId, facts.flatMap(({ payload }) => (typeof payload.customerId === 'string' ? [payload.customerId] : []))));

async function askWhereWanted(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  await stores.pg.tx(workspaceId, async (tx) => {
    if (await layerSetting(tx, workspaceId)) await askLayers(tx, workspaceId);
  });
}
const layerAfterStages: Reaction = async (stores, workspaceId, facts) => {
  if (facts.some(({ payload }) => payload.all === true)) await askWhereWanted(stores, workspaceId);
};

/** Reactions by fact kind, for loop.ts: after stages, before segments. */
export const layerReactions = {
  'stages.backfilled': { 'layers.afterStages': layerAfterStages },
  'events.recorded': { 'layers.active': layerActive },
  'stage.changed': { 'layers.moved': layerMoved },
  'stage.corrected': { 'layers.moved': layerMoved },
  'customer.created': { 'layers.newcomers': layerNamed },
  'customer.merged': { 'layers.merged': layerNamed },
  'customer.unmerged': { 'layers.merged': layerNamed },
} satisfies Loop;

/** On a new day of the data everybody is looked at: the window has moved. */
async function catchUpLayers(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const setting = await stores.pg.tx(workspaceId, (tx) => layerSetting(tx, workspaceId));
  if (!setting) return;
  const isBehind = setting.asOf === null || dayNumber(await dataDay(stores, workspaceId)) > dayNumber(setting.asOf);
  if (isBehind) await stores.pg.tx(workspaceId, (tx) => askLayers(tx, workspaceId));
}

/** What repeats by the clock, for every workspace: about once a minute. */
export async function layersTick(stores: Stores): Promise<void> {
  await eachApart(await workspaceIds(stores.pg.global), (workspaceId) => catchUpLayers(stores, workspaceId));
}
