import { customerLines } from '../../customers/index.ts';
import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import { type CustomerId, newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { armOf, bucketOf, CONTROL } from '../core/experiment/index.ts';
import { barsFor, compiledAudience } from './audience.ts';
import type { NewExperiment } from './contract.ts';
import { demandExperiment, splitOf } from './experiments.ts';
import { codeOf } from './export.ts';
import { mirrorExperiment } from './mirror.ts';
import { lastOrders } from './queries/again.ts';
import { drawable, leaveOut, leftOutBy } from './queries/draw.ts';
import { insertPeople, markDrawn, saveExperiment } from './queries/experiments.ts';
import { reachAmong } from './queries/results.ts';
import { batchesOf, insertBatch, peopleOfBatch } from './queries/sendings.ts';
import { channelFor } from './treated.ts';

const PEOPLE_MAX = 5_000;
const FEWEST_PEOPLE = 100;

/**
 * A past experiment of a simulated shop, for looking at: drawn on its first day by its own id like any other, its files handed out
 * the same day. What it brings is whatever orders say. Never for a workspace with real people. Nothing is entered where nobody fits.
 */
export async function rehearseExperiment(stores: Stores, caller: Caller, body: NewExperiment): Promise<string | null> {
  const { workspaceId } = caller;
  const { plan, startsOn } = body;
  const [id, drawId] = [newId(), newId()];
  const registeredOn = addDays(startsOn, -1);
  const [people, bars] = await Promise.all([compiledAudience(stores, caller, body.audience, registeredOn), barsFor(stores, caller, { id, plan, startsOn })]);
  await leaveOut(stores.ch, people, bars, drawId);
  const [excluded, customers] = await Promise.all([leftOutBy(stores.ch, workspaceId, drawId), drawable(stores.ch, workspaceId, people, drawId, PEOPLE_MAX)]);
  if (customers.length < FEWEST_PEOPLE) return null;
  const at = new Date(`${startsOn}T01:00:00Z`);
  const places = customers.map((customer) => ({ customer, arm: armOf(splitOf({ id, plan }), customer) }));
  const reach = new Map((await reachAmong(stores.ch, workspaceId, people)).map((one) => [one.customer, one.reach]));
  await stores.pg.tx(workspaceId, async (tx) => {
    await saveExperiment(tx, workspaceId, { id, ...body, shops: [], owner: caller.actor.id, createdAt: at, rolling: false, closesOn: null });
    await markDrawn(tx, workspaceId, id, { drawId, drawnAt: at, drawnBy: caller.actor.id, registeredOn, excluded });
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

/** An order of a simulated outcome: somebody's last order once more, on a day of the window. */
export type SimulatedOrder = { orderNo: string; day: string; memberNo: string; shop: string; channel: string; amountMinor: number; lines: readonly { sku: string; name: string; category: string; quantity: number; amountMinor: number; costMinor: number }[] };

/** To whom files of an experiment were handed out, whoever they are today. */
async function sentByFiles(stores: Stores, { workspaceId }: Caller, id: string): Promise<CustomerId[]> {
  return stores.pg.tx(workspaceId, async (tx) => {
    const batches = await batchesOf(tx, workspaceId, [id]);
    const pages = await Promise.all(batches.map((batch) => peopleOfBatch(tx, workspaceId, batch, null, PEOPLE_MAX)));
    return pages.flat().map(({ owner }) => owner);
  });
}

/** A treatment whose true effect is known. `sent`: to whom it went, where no file says so; `afterDays`: how long after the first day it reaches them. */
export type TrueEffect = { experimentId: string; effect: number; sent?: readonly CustomerId[]; afterDays?: number };

/**
 * What a treatment with a known true effect makes of a simulated shop: each person something was sent to orders once more with
 * chance `effect`, nobody else does. A pure function of the experiment's id and the customer's, by other salts than the draw's.
 */
export async function simulateEffect(stores: Stores, caller: Caller, { experimentId: id, effect, sent, afterDays = 0 }: TrueEffect): Promise<SimulatedOrder[]> {
  const { workspaceId } = caller;
  const { startsOn, plan: { windowDays } } = await stores.pg.tx(workspaceId, (tx) => demandExperiment(tx, caller, id));
  const moved = (sent ?? await sentByFiles(stores, caller, id)).filter((customer) => bucketOf(`${id}:outcome`, customer) < effect);
  const [last, lines] = await Promise.all([lastOrders(stores.ch, workspaceId, moved, startsOn), customerLines(stores, caller, moved, { clear: true })]);
  const numbers = new Map<CustomerId, string>(lines.map((line) => [line.id, line.identifiers.find(({ kind }) => kind === 'member_no')?.shown ?? '']));
  const dayOf = (customer: CustomerId): Day => addDays(startsOn, afterDays + Math.floor(bucketOf(`${id}:day`, customer) * (windowDays - afterDays)));
  return last.filter(({ customer }) => numbers.get(customer)).map(({ customer, shop, channel, amount, lines: bought }, nth) => ({
    orderNo: `SIM-${codeOf(id, nth + 1)}`, day: dayOf(customer), memberNo: numbers.get(customer) ?? '', shop, channel, amountMinor: amount,
    lines: bought.map(({ amount: amountMinor, cost: costMinor, ...line }) => ({ ...line, amountMinor, costMinor })),
  }));
}
