import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { addDays } from '../../kernel/day.ts';
import { type CustomerId, newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { armOf, compareShares, CONTROL } from '../core/experiment/index.ts';
import { compiledAudience } from './audience.ts';
import type { NewExperiment } from './contract.ts';
import { splitOf } from './experiments.ts';
import { codeOf } from './export.ts';
import { channelFor } from './treated.ts';
import { mirrorExperiment } from './mirror.ts';
import { drawable, leaveOut } from './queries/draw.ts';
import { insertPeople, markDrawn, saveExperiment } from './queries/experiments.ts';
import { boughtAmong, reachAmong } from './queries/results.ts';
import { insertBatch } from './queries/sendings.ts';
import { orNull } from './refuse.ts';
import { daysOf, sinceOf } from './timing.ts';

const DRAWS_TRIED = 600;
const PEOPLE_MAX = 5_000;
const CLOSE_ENOUGH = 0.02;

/**
 * A past experiment of a simulated shop, for looking at. The shop's people never got anything, so of many possible draws the
 * one is kept whose difference comes closest to `wanted` standard errors: simulated like everything else there. Never
 * for a workspace with real people. Nothing is entered where nobody fits.
 */
export async function rehearseExperiment(stores: Stores, caller: Caller, body: NewExperiment, wanted: number): Promise<string | null> {
  const { workspaceId } = caller;
  const { plan, startsOn } = body;
  const { lastDay } = daysOf(body);
  const before = addDays(startsOn, -1);
  const people = await compiledAudience(stores, caller, body.audience, before);
  const bars = { workspaceId, channels: plan.channels.map(({ channel }) => channel), withoutTags: plan.withoutTags, since: sinceOf(plan, startsOn), cappedSince: before, draws: [], heldOutIn: [] };
  const drawId = newId();
  await leaveOut(stores.ch, people, bars, drawId);
  const customers = await drawable(stores.ch, workspaceId, people, drawId, PEOPLE_MAX);
  if (customers.length < 100) return null;
  const buyers = new Set(await boughtAmong(stores.ch, workspaceId, people, { from: startsOn, to: lastDay }));
  const id = nearest(customers, buyers, plan, wanted);
  const at = new Date(`${startsOn}T01:00:00Z`);
  const places = customers.map((customer) => ({ customer, arm: armOf(splitOf({ id, plan }), customer) }));
  const reach = new Map((await reachAmong(stores.ch, workspaceId, people)).map((one) => [one.customer, one.reach]));
  await stores.pg.tx(workspaceId, async (tx) => {
    await saveExperiment(tx, workspaceId, { id, ...body, shops: [], owner: caller.actor.id, createdAt: at });
    await markDrawn(tx, workspaceId, id, { drawId, drawnAt: at, drawnBy: caller.actor.id, registeredOn: before, excluded: {} });
    await insertPeople(tx, workspaceId, id, places);
    const treated = Map.groupBy(places.filter(({ arm }) => arm !== CONTROL), ({ customer }) => channelFor(plan, reach.get(customer) ?? []) ?? '');
    for (const [nth, { channel, costMinor }] of plan.channels.entries()) {
      const own = treated.get(channel) ?? [];
      const batch = {
        id: newId(), experimentId: id, code: codeOf(id, nth + 1), channel, day: startsOn, reason: body.name, costMinor, capDays: plan.capDays, personalised: nth === 0, minutesEach: nth === 0 ? 2 : 0,
        people: own.length, leftOut: {}, madeBy: caller.actor.id, madeAt: at,
      };
      if (own.length > 0) await insertBatch(tx, workspaceId, batch, own.map(({ customer }) => customer));
    }
    await audit(tx, stores.clock, caller, { action: 'experiment.drawn', target: id, detail: { treated: places.filter(({ arm }) => arm !== CONTROL).length, simulated: true } });
  });
  await mirrorExperiment(stores, workspaceId, id);
  return id;
}

/** Of many ids, the one whose draw splits buyers most nearly as wanted. */
function nearest(customers: readonly CustomerId[], buyers: ReadonlySet<CustomerId>, plan: NewExperiment['plan'], wanted: number): string {
  let best = { id: newId(), off: Infinity };
  for (let tried = 0; tried < DRAWS_TRIED && best.off > CLOSE_ENOUGH; tried++) {
    const id = newId();
    const split = splitOf({ id, plan });
    const arms = { treated: { customers: 0, buyers: 0 }, control: { customers: 0, buyers: 0 } };
    for (const customer of customers) {
      const arm = armOf(split, customer) === CONTROL ? arms.control : arms.treated;
      arm.customers += 1;
      if (buyers.has(customer)) arm.buyers += 1;
    }
    const effect = orNull(compareShares(arms));
    const off = effect ? Math.abs(effect.z - wanted) : Infinity;
    if (off < best.off) best = { id, off };
  }
  return best.id;
}
