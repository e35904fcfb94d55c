import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay, demandOfferLeave } from '../../lifecycle/index.ts';
import { armOf, registrationFault } from '../core/experiment/index.ts';
import { barsFor, compiledAudience, offeredTo } from './audience.ts';
import { PEOPLE_MAX } from './contract.ts';
import { demandExperiment, splitOf } from './experiments.ts';
import { drawable, leaveOut, leftOutBy, mirrorAnchors } from './queries/draw.ts';
import { type Drawn, type ExperimentRow, insertPeople, markDrawn, nextVersion, type Place } from './queries/experiments.ts';
import { refusalOf } from './refuse.ts';
import { registrationOf } from './timing.ts';

const PEOPLE_PER_INSERT = 20_000;
/** A treated and a control, or there is nothing to compare. */
const FEWEST_PEOPLE = 2;

/**
 * Registers and draws, once and for all: plan, people and arms are locked from here on. Who is treated is a pure function of
 * the experiment's id and the customer's. Refuses `experiment.locked` (drawn already), `experiment.changed` (by somebody else meanwhile), `experiment.registered_late` (it would
 * begin before the data's own day, on days whose orders are known), `experiment.nobody`, `experiment.too_many`. Where a score chose the people and the plan carries an offer, refuses `scoring.price_use_blocked`. */
export async function drawExperiment(stores: Stores, caller: Caller, id: string): Promise<void> {
  const { workspaceId } = caller;
  const [asOf, experiment] = await Promise.all([dataDay(stores, workspaceId), stores.pg.tx(workspaceId, (tx) => demandExperiment(tx, caller, id))]);
  if (experiment.drawn) throw new Refusal('experiment.locked', {}, 409);
  const fault = registrationFault(registrationOf(experiment, asOf));
  if (fault) throw refusalOf(fault);
  const [people, bars] = await Promise.all([compiledAudience(stores, caller, experiment.audience, asOf), barsFor(stores, caller, experiment)]);
  const drawId = newId();
  await leaveOut(stores.ch, people, bars, drawId);
  const [excluded, customers] = await Promise.all([leftOutBy(stores.ch, workspaceId, drawId), drawable(stores.ch, workspaceId, people, drawId, PEOPLE_MAX + 1)]);
  if (customers.length < FEWEST_PEOPLE) throw new Refusal('experiment.nobody', { people: customers.length });
  if (customers.length > PEOPLE_MAX) throw new Refusal('experiment.too_many', { max: PEOPLE_MAX });
  const split = splitOf(experiment);
  const places = customers.map((customer) => ({ customer, arm: armOf(split, customer) }));
  await lock(stores, caller, experiment, { drawId, drawnAt: stores.clock.now(), drawnBy: caller.actor.id, registeredOn: asOf, excluded }, places);
}

/** A coupon, or a code that stands for one: what a price is made of. */
const carriesOffer = ({ variants }: ExperimentRow['plan']): boolean => variants.some(({ couponMinor, couponCode }) => couponMinor > 0 || couponCode !== '');

const promiseOf = ({ plan, audience, startsOn }: ExperimentRow): string => JSON.stringify([plan, audience, startsOn]);

/** Writes arms to both stores and locks. What ClickHouse has of a draw whose transaction failed belongs to no experiment and is never read. */
async function lock(stores: Stores, caller: Caller, read: ExperimentRow, drawn: Drawn, places: readonly Place[]): Promise<void> {
  const { workspaceId } = caller;
  const { id } = read;
  const offered = await offeredTo(stores, caller, read.audience);
  await stores.pg.tx(workspaceId, async (tx) => {
    const now = await demandExperiment(tx, caller, id, { lock: true });
    if (promiseOf(now) !== promiseOf(read)) throw new Refusal('experiment.changed', {}, 409);
    if (offered && carriesOffer(read.plan)) await demandOfferLeave(tx, stores, workspaceId, offered);
    if (await markDrawn(tx, workspaceId, id, drawn) === 0) throw new Refusal('experiment.locked', {}, 409);
    for (let at = 0; at < places.length; at += PEOPLE_PER_INSERT) await insertPeople(tx, workspaceId, id, places.slice(at, at + PEOPLE_PER_INSERT));
    const treated = places.filter(({ arm }) => arm !== 'control').length;
    await audit(tx, stores.clock, caller, { action: 'experiment.drawn', target: id, detail: { treated, control: places.length - treated, excluded: drawn.excluded } });
    await mirrorAnchors(stores.ch, workspaceId, await nextVersion(tx), places.map(({ customer, arm }) => ({ drawId: drawn.drawId, anchor: customer, owner: customer, arm, sentOn: null, startsOn: null })));
  });
}
