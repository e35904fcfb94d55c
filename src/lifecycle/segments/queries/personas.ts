import type { Id, WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../../kernel/sql.ts';
import type { SegmentId } from './store.ts';

export type PersonaId = Id<'persona'>;
export type Persona = { id: PersonaId; segmentId: SegmentId; name: string; story: string; goals: string[]; pains: string[]; channels: string[]; changedBy: string; changedAt: Date };

export const allPersonas = (tx: Tx, workspaceId: WorkspaceId): Promise<(Persona & { segmentName: string })[]> =>
  many(tx, sql<Persona & { segmentName: string }>`
    select p.id, p.segment_id as "segmentId", p.name, p.story, p.goals, p.pains, p.channels, p.changed_by as "changedBy", p.changed_at as "changedAt", s.name as "segmentName"
      from persona p
      join segment s on s.workspace_id = p.workspace_id and s.id = p.segment_id
     where p.workspace_id = ${workspaceId}
     order by lower(p.name)`);

export const personaNamed = (tx: Tx, workspaceId: WorkspaceId, name: string): Promise<{ id: PersonaId } | undefined> =>
  maybe(tx, sql<{ id: PersonaId }>`select id from persona where workspace_id = ${workspaceId} and lower(name) = lower(${name})`);

export const savePersona = (tx: Tx, workspaceId: WorkspaceId, { id, segmentId, name, story, goals, pains, channels, changedBy, changedAt }: Persona): Promise<number> =>
  run(tx, sql`
    insert into persona (workspace_id, id, segment_id, name, story, goals, pains, channels, changed_by, changed_at)
    values (${workspaceId}, ${id}, ${segmentId}, ${name}, ${story}, ${JSON.stringify(goals)}::jsonb, ${JSON.stringify(pains)}::jsonb, ${JSON.stringify(channels)}::jsonb, ${changedBy}, ${changedAt})
    on conflict (workspace_id, id) do update
       set segment_id = excluded.segment_id, name = excluded.name, story = excluded.story, goals = excluded.goals, pains = excluded.pains, channels = excluded.channels,
           changed_by = excluded.changed_by, changed_at = excluded.changed_at`);

export const removePersona = (tx: Tx, workspaceId: WorkspaceId, id: PersonaId): Promise<number> => run(tx, sql`delete from persona where workspace_id = ${workspaceId} and id = ${id}`);
