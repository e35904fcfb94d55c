import { evaluate, lookAgain, type Moment, type Needs, needsOf, peopleOf, type Person } from '../../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Looked, newestLook, segmentsHeld, writeLooked } from './queries/membership.ts';
import { lockSegments, type Look, noteDue, noteLook, statesOfSegments } from './queries/looks.ts';
import { tellLeftOver, tellLook } from './tell.ts';
import { type Watched, watchedSegments } from './watched.ts';
import { momentNow } from './writtenOut.ts';

const CUSTOMERS_PER_SET = 5_000;

/** `backfill`: nothing of it is news. `touched`: whether what happened may matter to a segment with these needs; without it, to all. */
export type LookOptions = { backfill?: boolean; touched?: (needs: Needs) => boolean };

/** The segments that have been looked at with the filter they have now: others wait for a look at everybody. */
async function askedOf(stores: Stores, tx: Tx, workspaceId: WorkspaceId, touched: LookOptions['touched']): Promise<Watched[]> {
  const { watched } = await watchedSegments(stores, workspaceId);
  const known = new Map((await statesOfSegments(tx, workspaceId)).map(({ segment, basis }) => [segment, basis]));
  return watched.filter(({ id, basis, needs }) => known.get(id) === basis && (!touched || touched(needs)));
}

/** Segments that were not asked stay as they are held. */
function lookedAt(customer: CustomerId, person: Person | undefined, before: readonly number[], asked: readonly Watched[], moment: Moment): Looked {
  const numbers = new Set(asked.map(({ number }) => number));
  const fits = person ? asked.filter(({ tree }) => evaluate(tree, person, moment)).map(({ number }) => number) : [];
  // Whoever is no customer any more is in nothing.
  const segments = [...fits, ...(person ? before.filter((number) => !numbers.has(number)) : [])].sort((a, b) => a - b);
  return { customer, segments, entered: fits.filter((number) => !before.includes(number)), left: before.filter((number) => numbers.has(number) && !segments.includes(number)) };
}

/** When the clock alone may change what was found: the earliest moment of each. */
function dueOf(people: ReadonlyMap<CustomerId, Person>, asked: readonly Watched[], moment: Moment): { customer: CustomerId; at: Date }[] {
  const waiting = asked.filter(({ needs }) => needs.time === 'any_moment');
  if (waiting.length === 0) return [];
  return [...people].flatMap(([customer, person]) => {
    const moments = waiting.flatMap(({ tree }) => lookAgain(tree, person, moment).at ?? []);
    return moments.length > 0 ? [{ customer, at: new Date(moments.reduce((a, b) => Math.min(a, b))) }] : [];
  });
}

/**
 * Looks whether some customers came into segments, or left them, and tells so. What is written of everybody at once gives way to it. Safe to repeat and
 * to cut off: what analytics heard and nobody else is told by the next look.
 */
export async function lookAtSegments(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[], options: LookOptions = {}): Promise<number> {
  const distinct = [...new Set(customers)];
  let moved = 0;
  for (let at = 0; at < distinct.length; at += CUSTOMERS_PER_SET) moved += await lookAtSet(stores, workspaceId, distinct.slice(at, at + CUSTOMERS_PER_SET), options);
  return moved;
}

const lookAtSet = (stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[], { backfill = false, touched }: LookOptions): Promise<number> =>
  stores.pg.tx(workspaceId, async (tx) => {
    await lockSegments(tx, workspaceId);
    const scene = { tx, stores, workspaceId };
    await tellLeftOver(scene);
    const [asked, moment] = await Promise.all([askedOf(stores, tx, workspaceId, touched), momentNow(stores, workspaceId)]);
    if (asked.length === 0) return 0;
    const [people, held, newest] = await Promise.all([
      peopleOf(stores.ch, workspaceId, customers, needsOf(...asked.map(({ tree }) => tree)), moment), segmentsHeld(stores.ch, workspaceId, customers), newestLook(stores.ch, workspaceId),
    ]);
    const before = new Map(held.map(({ customer, segments }) => [customer, segments]));
    const looked = customers.filter((customer) => people.has(customer) || before.has(customer)).map((customer) => lookedAt(customer, people.get(customer), before.get(customer) ?? [], asked, moment));
    if (looked.length === 0) return 0;
    const version = Math.max(stores.clock.now().getTime(), newest + 1);
    const look: Look = { at: stores.clock.now().toISOString(), day: moment.day, backfill, everybody: false, asked: asked.map(({ number, id, version: of, basis }) => ({ number, segment: id, version: of, basis, isFresh: false })) };
    await stores.pg.tx(workspaceId, (note) => noteLook(note, workspaceId, { version, look }));
    // Those of whom nothing changed, too: a look at everybody that began before is told that they were looked at.
    await writeLooked(stores.ch, workspaceId, version, looked);
    await tellLook(scene, { version, look });
    await noteDue(tx, workspaceId, dueOf(people, asked, moment), stores.clock.now());
    return looked.filter(({ entered, left }) => entered.length + left.length > 0).length;
  });
