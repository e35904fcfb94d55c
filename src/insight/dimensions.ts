import type { WorkspaceId } from '../kernel/ids.ts';
import { CATALOGUE_KEPT_MS, MANY_ROWS, renewed } from '../kernel/renewed.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Dimensions, loadDimensions } from './queries/totals.ts';

/** What a scope can be narrowed to, and the first day of anything. */
export const dimensionsSeen = (stores: Stores, workspaceId: WorkspaceId): Promise<Dimensions> =>
  renewed(stores, { workspaceId, name: 'dimensions', keptMs: CATALOGUE_KEPT_MS, isLarge: ({ rows }) => rows >= MANY_ROWS }, () => loadDimensions(stores.ch, workspaceId));
