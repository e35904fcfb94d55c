import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import { idsText } from './enrolments.ts';

/** Who was in an entry's segment when it was last looked at. */
export const membersBefore = async (tx: Tx, workspaceId: WorkspaceId, journeyId: string, entry: number): Promise<CustomerId[]> =>
  (await many(tx, sql<{ id: CustomerId }>`select customer_id as id from journey_member where workspace_id = ${workspaceId} and journey_id = ${journeyId} and entry = ${entry}`)).map(({ id }) => id);

export const addMembers = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, entry: number, people: readonly string[]): Promise<number> =>
  run(tx, sql`
    insert into journey_member (workspace_id, journey_id, entry, customer_id)
    select ${workspaceId}::uuid, ${journeyId}::uuid, ${entry}::int, id from unnest(${idsText(people)}::uuid[]) as id
    on conflict do nothing`);

export const removeMembers = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, entry: number, people: readonly string[]): Promise<number> =>
  run(tx, sql`delete from journey_member where workspace_id = ${workspaceId} and journey_id = ${journeyId} and entry = ${entry} and customer_id = any(${idsText(people)}::uuid[])`);

export const clearMembers = (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<number> =>
  run(tx, sql`delete from journey_member where workspace_id = ${workspaceId} and journey_id = ${journeyId}`);
