import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';

/** Something given to somebody: points, a coupon. `id` makes giving it twice once. */
export type Grant = { id: string; customer: CustomerId; params: Readonly<Record<string, unknown>>; source: string };
/** Gives inside the caller's transaction. */
export type Granter = (tx: Tx, stores: Stores, workspaceId: WorkspaceId, grants: readonly Grant[]) => Promise<void>;

const granters = new Map<string, Granter>();

/** What journeys may grant, told by the modules that hold it; saying it again replaces it. */
export const registerGranter = (what: string, granter: Granter): void => void granters.set(what, granter);
export const granterOf = (what: string): Granter | undefined => granters.get(what);
