import { announceAll } from '../../kernel/facts.ts';
import type { Facts } from '../../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { countMoved, type Moved, peopleMoved, sizesHeld, writeHistory } from './queries/membership.ts';
import { forgetLook, type Look, moveState, saveSizes, saveState, type Untold, untoldLooks } from './queries/looks.ts';
import type { SegmentId } from './queries/store.ts';

/** Ids in one fact. */
export const IDS_PER_FACT = 5_000;

type Asked = Look['asked'][number];
export type Scene = { tx: Tx; stores: Stores; workspaceId: WorkspaceId };

/** News names people, five thousand a fact; what triggers nothing is told in one fact by its numbers. */
function factsOf({ segment, version }: Asked, { entered, left }: { entered: readonly CustomerId[]; left: readonly CustomerId[] }): Facts[] {
  const all = [...entered.map((id) => ({ id, came: true })), ...left.map((id) => ({ id, came: false }))];
  return Array.from({ length: Math.ceil(all.length / IDS_PER_FACT) }, (_, nth) => all.slice(nth * IDS_PER_FACT, (nth + 1) * IDS_PER_FACT)).map((some) => {
    const [came, went] = [some.filter(({ came }) => came).map(({ id }) => id), some.filter(({ came }) => !came).map(({ id }) => id)];
    return { segment, version, entered: came, left: went, enteredCount: came.length, leftCount: went.length, backfill: false };
  });
}

async function announceMoves({ tx, stores, workspaceId }: Scene, { version, look }: Untold, moved: readonly Moved[]): Promise<void> {
  const asked = new Map(look.asked.map((one) => [one.number, one]));
  const isQuiet = (number: number): boolean => look.backfill || asked.get(number)?.isFresh === true;
  const quiet = moved.flatMap(({ number, entered, left }): Facts[] => {
    const one = asked.get(number);
    return one && isQuiet(number) ? [{ segment: one.segment, version: one.version, entered: [], left: [], enteredCount: entered, leftCount: left, backfill: true }] : [];
  });
  const loud = moved.flatMap(({ number }) => (asked.has(number) && !isQuiet(number) ? [number] : []));
  const people = loud.length === 0 ? [] : await peopleMoved(stores.ch, workspaceId, version, loud);
  const news = loud.flatMap((number) => factsOf(asked.get(number) as Asked, {
    entered: people.filter(({ entered }) => entered.includes(number)).map(({ customer }) => customer), left: people.filter(({ left }) => left.includes(number)).map(({ customer }) => customer),
  }));
  await announceAll(tx, stores.clock, workspaceId, 'segment.changed', [...news, ...quiet]);
}

async function saveHeld({ tx, stores, workspaceId }: Scene, look: Look, moved: readonly Moved[]): Promise<void> {
  const base = { lookedAt: new Date(look.at), asOf: look.day };
  if (look.everybody) {
    const sizes = new Map((await sizesHeld(stores.ch, workspaceId)).map(({ number, people }) => [number, people]));
    for (const { number, segment, basis } of look.asked) await saveState(tx, workspaceId, { segment, basis, people: sizes.get(number) ?? 0, problem: null, ...base });
    await saveSizes(tx, workspaceId, look.day, look.asked.map(({ segment }) => segment));
    return;
  }
  const byNumber = new Map(look.asked.map(({ number, segment }) => [number, segment]));
  const changed = moved.flatMap(({ number, entered, left }): { segment: SegmentId; by: number }[] => {
    const segment = byNumber.get(number);
    return segment ? [{ segment, by: entered - left }] : [];
  });
  for (const one of changed) await moveState(tx, workspaceId, { ...one, ...base });
  await saveSizes(tx, workspaceId, look.day, changed.map(({ segment }) => segment));
}

/** Tells the history, the states and everybody else what a look wrote to analytics, once: with the commit the note that it is untold is gone. Under the lock. */
export async function tellLook(scene: Scene, untold: Untold): Promise<Moved[]> {
  const { tx, stores, workspaceId } = scene, { version, look } = untold;
  await writeHistory(stores.ch, workspaceId, { version, at: new Date(look.at), day: look.day });
  const moved = await countMoved(stores.ch, workspaceId, version);
  await announceMoves(scene, untold, moved);
  await saveHeld(scene, look, moved);
  await forgetLook(tx, workspaceId, version);
  return moved;
}

/** Tells what looks that were cut off wrote, as far as they came. Under the lock nobody is telling anything else. */
export async function tellLeftOver(scene: Scene): Promise<void> {
  for (const { version, look } of await untoldLooks(scene.tx, scene.workspaceId)) await tellLook(scene, { version, look: { ...look, everybody: false } });
}
