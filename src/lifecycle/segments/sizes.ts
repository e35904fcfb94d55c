import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import { faults } from '../../kernel/conditions/index.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { demandAllShops } from './allShops.ts';
import { fieldCatalogue } from './catalogue.ts';
import { countsOfPast, type Past, peopleOfPast } from './queries/membership.ts';
import { type Size, sizesSince } from './queries/looks.ts';
import { numberOf, type SegmentId, treeOfSegment } from './queries/store.ts';
import { writtenOut } from './writtenOut.ts';

const SIZE_DAYS = 365;
const LATELY_DAYS = 7;

/** What is kept of a segment is no way around what may be asked of it. Refuses `segment.shops`, `segment.not_found`, and `condition.masked_field` where it asks for what the caller may not see. */
async function demandTold(stores: Stores, caller: Caller, id: SegmentId): Promise<void> {
  demandAllShops(caller);
  const [segment, { segments: _, ...catalogue }] = await Promise.all([stores.pg.tx(caller.workspaceId, (tx) => treeOfSegment(tx, caller.workspaceId, id)), fieldCatalogue(stores, caller)]);
  if (!segment) throw notFound('segment', { id });
  const masked = faults(await writtenOut(stores, caller.workspaceId, segment.tree, id), catalogue).find(({ code }) => code === 'condition.masked_field');
  if (masked) throw new Refusal(masked.code, { ...masked.facts, pointer: masked.pointer });
}

/** How many were in a watched segment at the end of each day it was looked at, over a year, oldest first. Refuses what `demandTold` refuses. */
export async function sizesOf(stores: Stores, caller: Caller, id: SegmentId): Promise<{ day: Day; people: number }[]> {
  await demandTold(stores, caller, id);
  const from = addDays(await dataDay(stores, caller.workspaceId), -SIZE_DAYS);
  return (await stores.pg.tx(caller.workspaceId, (tx) => sizesSince(tx, caller.workspaceId, from, id))).map(({ day, people }) => ({ day, people }));
}

/** By how many each watched segment has grown in a week; absent where it was not watched so long. */
export async function grownLately(stores: Stores, caller: Caller): Promise<Map<SegmentId, number>> {
  if (caller.shops.length > 0) return new Map();
  const from = addDays(await dataDay(stores, caller.workspaceId), -LATELY_DAYS);
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => sizesSince(tx, caller.workspaceId, from, null));
  return new Map([...Map.groupBy(rows, ({ segment }) => segment)].flatMap(([segment, sizes]): [SegmentId, number][] => {
    const [first, last] = [sizes[0], sizes.at(-1)] as [Size, Size];
    return first.day <= from ? [[segment, last.people - first.people]] : [];
  }));
}

/** How a segment is counted in what is kept of it. Refuses what `demandTold` refuses. */
async function demandNumber(stores: Stores, caller: Caller, id: SegmentId): Promise<number> {
  await demandTold(stores, caller, id);
  const number = await stores.pg.tx(caller.workspaceId, (tx) => numberOf(tx, caller.workspaceId, id));
  if (number === undefined) throw notFound('segment', { id });
  return number;
}

export type PastAsked = { day: Day; show?: Past; cursor: CustomerId | null; limit: number };

/** Who was in a watched segment at the end of a day, or has come or left since, by id, after the last of the page before. Refuses what `demandNumber` refuses. */
export async function membersOfSegment(stores: Stores, caller: Caller, id: SegmentId, { day, show = 'was', cursor, limit }: PastAsked): Promise<{ ids: CustomerId[]; next: CustomerId | null }> {
  const number = await demandNumber(stores, caller, id);
  const ids = await peopleOfPast(stores.ch, caller.workspaceId, { number, day, show, after: cursor, limit: limit + 1 });
  return { ids: ids.slice(0, limit), next: ids.length > limit ? (ids[limit - 1] ?? null) : null };
}

/** How many were in it then, and have come and left since. Refuses what `demandNumber` refuses. */
export const pastCounts = async (stores: Stores, caller: Caller, id: SegmentId, day: Day): Promise<Record<Past, number>> =>
  countsOfPast(stores.ch, caller.workspaceId, { number: await demandNumber(stores, caller, id), day });
