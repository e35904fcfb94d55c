import type { Id, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { JourneyState } from '../contract.ts';
import type { Definition } from '../core/definition.ts';

export type JourneyId = Id<'journey'>;
export type JourneyRow = {
  id: JourneyId; name: string; description: string; playbook: string; stage: string | null; state: JourneyState; draft: Definition; revision: number; version: number;
  experimentId: string | null; holdOutReason: string; owner: string; createdAt: Date; changedAt: Date; changedBy: string; launchedAt: Date | null; pausedAt: Date | null; lookedAt: Date | null;
};

const COLUMNS = sql`id, name, description, playbook, stage, state, draft, revision, version, experiment_id as "experimentId", hold_out_reason as "holdOutReason", owner,
  created_at as "createdAt", changed_at as "changedAt", changed_by as "changedBy", launched_at as "launchedAt", paused_at as "pausedAt", looked_at as "lookedAt"`;

/** `lock`: nobody else changes it until the transaction ends; `share`: it stays as it is, and others may look, too. */
export const journeyById = (tx: Tx, workspaceId: WorkspaceId, id: string, { lock }: { lock?: 'update' | 'share' } = {}): Promise<JourneyRow | undefined> =>
  maybe(tx, sql<JourneyRow>`
    select ${COLUMNS} from journey where workspace_id = ${workspaceId} and id = ${id} and archived_at is null
    ${lock === 'update' ? sql`for update` : lock === 'share' ? sql`for share` : sql``}`);

/** Newest first, after a place in that order. */
export const journeysAfter = (tx: Tx, workspaceId: WorkspaceId, { state, after, limit }: { state: string | null; after: { at: Date; id: string } | null; limit: number }): Promise<JourneyRow[]> =>
  many(tx, sql<JourneyRow>`
    select ${COLUMNS} from journey
     where workspace_id = ${workspaceId} and archived_at is null and (${state}::text is null or state = ${state})
       and (${after === null} or (created_at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
     order by created_at desc, id desc
     limit ${limit}`);

/** The journeys that some experiments measure, or once did. */
export const journeysMeasuredBy = (tx: Tx, workspaceId: WorkspaceId, experiments: readonly string[]): Promise<{ experimentId: string; id: JourneyId; name: string; state: JourneyState }[]> =>
  many(tx, sql`
    select x.id as "experimentId", j.id, j.name, j.state
      from unnest(${`{${experiments.join(',')}}`}::uuid[]) as x (id)
      join journey j on j.workspace_id = ${workspaceId} and j.archived_at is null
       and (j.experiment_id = x.id or j.id = (select e.journey_id from enrolment e where e.workspace_id = ${workspaceId} and e.experiment_id = x.id limit 1))`);

export const countJourneys = async (tx: Tx, workspaceId: WorkspaceId, state: string | null): Promise<number> =>
  (await one(tx, sql<{ count: number }>`select count(*) as count from journey where workspace_id = ${workspaceId} and archived_at is null and (${state}::text is null or state = ${state})`)).count;

/** Those with a state that people may be inside of. */
export const journeysUnderWay = (tx: Tx, workspaceId: WorkspaceId): Promise<JourneyRow[]> =>
  many(tx, sql<JourneyRow>`select ${COLUMNS} from journey where workspace_id = ${workspaceId} and state in ('live', 'paused') and archived_at is null order by id`);

export const insertJourney = (tx: Tx, workspaceId: WorkspaceId, j: JourneyRow): Promise<number> =>
  run(tx, sql`
    insert into journey (workspace_id, id, name, description, playbook, stage, state, draft, revision, version, experiment_id, hold_out_reason, owner, created_at, changed_at, changed_by)
    values (${workspaceId}, ${j.id}, ${j.name}, ${j.description}, ${j.playbook}, ${j.stage}, ${j.state}, ${JSON.stringify(j.draft)}::jsonb, ${j.revision}, ${j.version}, ${j.experimentId}, ${j.holdOutReason}, ${j.owner}, ${j.createdAt}, ${j.changedAt}, ${j.changedBy})`);

/** Writes everything that may change of a journey. */
export const updateJourney = (tx: Tx, workspaceId: WorkspaceId, j: JourneyRow): Promise<number> =>
  run(tx, sql`
    update journey
       set name = ${j.name}, description = ${j.description}, stage = ${j.stage}, state = ${j.state}, draft = ${JSON.stringify(j.draft)}::jsonb, revision = ${j.revision}, version = ${j.version},
           experiment_id = ${j.experimentId}, hold_out_reason = ${j.holdOutReason}, changed_at = ${j.changedAt}, changed_by = ${j.changedBy}, launched_at = ${j.launchedAt}, paused_at = ${j.pausedAt}, looked_at = ${j.lookedAt}
     where workspace_id = ${workspaceId} and id = ${j.id}`);

export const stampLooked = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update journey set looked_at = ${at} where workspace_id = ${workspaceId} and id = ${id}`);

export const archiveJourney = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update journey set archived_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and state in ('draft', 'stopped') and archived_at is null`);

export type VersionRow = { version: number; definition: Definition; madeBy: string; madeAt: Date };
export const insertVersion = (tx: Tx, workspaceId: WorkspaceId, id: string, v: VersionRow): Promise<number> =>
  run(tx, sql`
    insert into journey_version (workspace_id, journey_id, version, definition, made_by, made_at)
    values (${workspaceId}, ${id}, ${v.version}, ${JSON.stringify(v.definition)}::jsonb, ${v.madeBy}, ${v.madeAt})`);
export const versionsOf = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<VersionRow[]> =>
  many(tx, sql<VersionRow>`select version, definition, made_by as "madeBy", made_at as "madeAt" from journey_version where workspace_id = ${workspaceId} and journey_id = ${id} order by version desc`);
export const versionOf = (tx: Tx, workspaceId: WorkspaceId, id: string, version: number): Promise<VersionRow | undefined> =>
  maybe(tx, sql<VersionRow>`select version, definition, made_by as "madeBy", made_at as "madeAt" from journey_version where workspace_id = ${workspaceId} and journey_id = ${id} and version = ${version}`);

/** Versions that somebody is inside of, and the newest, of every journey under way. */
export const versionsInUse = (tx: Tx, workspaceId: WorkspaceId): Promise<{ journeyId: string; version: number }[]> =>
  many(tx, sql`
    select j.id as "journeyId", v.version
      from journey j join journey_version v on v.workspace_id = j.workspace_id and v.journey_id = j.id
     where j.workspace_id = ${workspaceId} and j.state in ('live', 'paused') and j.archived_at is null
       and (v.version = j.version or exists (select 1 from enrolment e where e.workspace_id = j.workspace_id and e.journey_id = j.id and e.version = v.version and e.status = 'inside'))`);

/** Every workspace's journeys with somebody due; every workspace that has any under way. */
export const journeysDue = (global: Tx, at: Date): Promise<{ workspaceId: WorkspaceId; id: JourneyId }[]> => many(global, sql`select workspace_id as "workspaceId", id from journeys_due(${at})`);
export const journeyWorkspaces = async (global: Tx): Promise<WorkspaceId[]> => (await many(global, sql<{ id: WorkspaceId }>`select journey_workspaces as id from journey_workspaces()`)).map(({ id }) => id);

export const zoneOfWorkspace = async (tx: Tx, workspaceId: WorkspaceId): Promise<string> => (await one(tx, sql<{ zone: string }>`select timezone as zone from workspace where id = ${workspaceId}`)).zone;
