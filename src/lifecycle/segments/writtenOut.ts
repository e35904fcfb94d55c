import { type AsOf, endOf, type Moment, resolveSegments, segmentsOf, type Tree } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { zoneOf } from '../queries/asOf.ts';
import { type SegmentId, treesOfSegments } from './queries/store.ts';

/**
 * A tree with the trees of the segments it names in their place, as these are kept today; those put away still count. `self`: under which id it is
 * kept itself. Refuses `condition.segment_missing`, `.segment_ring`, `.segment_depth` and `.segment_size`.
 */
export const writtenOut = async (stores: Stores, workspaceId: WorkspaceId, tree: Tree, self?: SegmentId): Promise<Tree> =>
  (segmentsOf(tree).length === 0 ? tree : resolveSegments(tree, (ids) => stores.pg.tx(workspaceId, (tx) => treesOfSegments(tx, workspaceId, ids)), self));

/** The end of a day, or of the data's own, where the workspace is; now where that day is not over: for conditions on minutes and hours. */
export async function endOfDay(stores: Stores, workspaceId: WorkspaceId, day?: Day): Promise<Moment> {
  const [asked, zone] = await Promise.all([day ?? dataDay(stores, workspaceId), stores.pg.tx(workspaceId, (tx) => zoneOf(tx, workspaceId))]);
  const end = endOf(zone, asked);
  return { ...end, at: Math.min(end.at, stores.clock.now().getTime()) };
}

/** Now, where the data is of today; else the end of the data's own day. */
export const momentNow = (stores: Stores, workspaceId: WorkspaceId): Promise<Moment> => endOfDay(stores, workspaceId);

/** A moment as it is; of a day its end; of nothing the present one. */
export const momentFor = async (stores: Stores, workspaceId: WorkspaceId, asOf: AsOf | undefined): Promise<Moment> =>
  (typeof asOf === 'object' ? asOf : asOf === undefined ? momentNow(stores, workspaceId) : endOfDay(stores, workspaceId, asOf));
