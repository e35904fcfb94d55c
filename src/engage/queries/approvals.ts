import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';

export type ApprovalRow = {
  id: string; journeyId: string; digest: string; people: number; note: string; askedBy: string; askedAt: Date;
  decision: 'approved' | 'refused' | null; decidedBy: string | null; decidedAt: Date | null; decisionNote: string;
};
const COLUMNS = sql`id, journey_id as "journeyId", digest, people, note, asked_by as "askedBy", asked_at as "askedAt", decision, decided_by as "decidedBy", decided_at as "decidedAt", decision_note as "decisionNote"`;

export const insertApproval = (tx: Tx, workspaceId: WorkspaceId, a: Pick<ApprovalRow, 'id' | 'journeyId' | 'digest' | 'people' | 'note' | 'askedBy' | 'askedAt'>): Promise<number> =>
  run(tx, sql`
    insert into journey_approval (workspace_id, id, journey_id, digest, people, note, asked_by, asked_at)
    values (${workspaceId}, ${a.id}, ${a.journeyId}, ${a.digest}, ${a.people}, ${a.note}, ${a.askedBy}, ${a.askedAt})`);

/** What nobody has answered yet and is about another definition is asked no more. */
export const dropOpen = (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<number> =>
  run(tx, sql`delete from journey_approval where workspace_id = ${workspaceId} and journey_id = ${journeyId} and decision is null`);

export const approvalById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<ApprovalRow | undefined> =>
  maybe(tx, sql<ApprovalRow>`select ${COLUMNS} from journey_approval where workspace_id = ${workspaceId} and id = ${id} for update`);

export const decideApproval = (tx: Tx, workspaceId: WorkspaceId, a: { id: string; decision: 'approved' | 'refused'; by: string; at: Date; note: string }): Promise<number> =>
  run(tx, sql`
    update journey_approval set decision = ${a.decision}, decided_by = ${a.by}, decided_at = ${a.at}, decision_note = ${a.note}
     where workspace_id = ${workspaceId} and id = ${a.id} and decision is null`);

/** The newest first: of one journey, or of all those still waiting for an answer. */
export const approvalsOf = (tx: Tx, workspaceId: WorkspaceId, { journeyId, open, limit }: { journeyId: string | null; open: boolean; limit: number }): Promise<ApprovalRow[]> =>
  many(tx, sql<ApprovalRow>`
    select ${COLUMNS} from journey_approval
     where workspace_id = ${workspaceId} and (${journeyId}::uuid is null or journey_id = ${journeyId}::uuid) and (${!open} or decision is null)
     order by asked_at desc, id limit ${limit}`);

/** Somebody's yes to exactly this definition. */
export const approvedFor = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, digest: string): Promise<ApprovalRow | undefined> =>
  maybe(tx, sql<ApprovalRow>`
    select ${COLUMNS} from journey_approval
     where workspace_id = ${workspaceId} and journey_id = ${journeyId} and digest = ${digest} and decision is not null order by decided_at desc limit 1`);

export const settingOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<{ approvalPeople: number }> =>
  (await maybe(tx, sql<{ approvalPeople: number }>`select approval_people as "approvalPeople" from journey_setting where workspace_id = ${workspaceId}`)) ?? { approvalPeople: 500 };

export const saveSetting = (tx: Tx, workspaceId: WorkspaceId, s: { approvalPeople: number; by: string; at: Date }): Promise<number> =>
  run(tx, sql`
    insert into journey_setting (workspace_id, approval_people, changed_by, changed_at) values (${workspaceId}, ${s.approvalPeople}, ${s.by}, ${s.at})
    on conflict (workspace_id) do update set approval_people = excluded.approval_people, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);
