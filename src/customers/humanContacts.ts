import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import { contactsOf } from './queries/tasks.ts';

/** How often customers (ids of today) were spoken to, or are to be, by a person in a calendar year ('2026') of a zone; who was not is absent. */
export const humanContacts = async (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[], when: { year: string; zone: string }): Promise<Map<CustomerId, number>> =>
  new Map((await contactsOf(tx, workspaceId, owners, when)).map(({ owner, contacts }) => [owner, contacts]));
