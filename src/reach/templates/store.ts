import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Purpose } from '../core/message.ts';
import type { Claim } from '../core/templates/claims.ts';
import type { TemplateDocument } from '../core/templates/document.ts';
import type { Finding } from '../core/templates/finding.ts';
import type { CompiledEntry } from './compile.ts';

export type TemplateRow = {
  id: string; name: string; description: string; purpose: Purpose; draft: TemplateDocument; revision: number; published: number | null; publishedAt: Date | null; changed: boolean;
  createdBy: string; createdAt: Date; updatedBy: string; updatedAt: Date;
};
export type VersionRow = { templateId: string; version: number; purpose: Purpose; document: TemplateDocument; findings: Finding[]; reason: string; publishedBy: string; publishedAt: Date };
export type Compiled = { templateId: string; version: number; document: TemplateDocument; compiled: CompiledEntry[]; experimentId: string | null };
export type RulesRow = { claims: Claim[]; smsProvider: string; signature: string };

const TEMPLATE = sql`
  t.id, t.name, t.description, t.purpose, t.draft, t.revision, t.published, v.published_at as "publishedAt", v.document is distinct from t.draft or v.purpose is distinct from t.purpose as changed,
  t.created_by as "createdBy", t.created_at as "createdAt", t.updated_by as "updatedBy", t.updated_at as "updatedAt"`;
const FROM = sql`template t left join template_version v on v.workspace_id = t.workspace_id and v.template_id = t.id and v.version = t.published`;
const VERSION = sql`template_id as "templateId", version, purpose, document, findings, reason, published_by as "publishedBy", published_at as "publishedAt"`;

export const templateRows = (tx: Tx, workspaceId: WorkspaceId): Promise<TemplateRow[]> => many(tx, sql<TemplateRow>`
  select ${TEMPLATE} from ${FROM} where t.workspace_id = ${workspaceId} and t.archived_at is null order by t.updated_at desc, t.id`);

export type TextsRow = Pick<TemplateRow, 'id' | 'name' | 'purpose' | 'draft' | 'published' | 'changed'> & { document: TemplateDocument | null; publishedPurpose: Purpose | null };
/** What templates say: as they are drafted, and as they were published last. */
export const templateTexts = (tx: Tx, workspaceId: WorkspaceId): Promise<TextsRow[]> => many(tx, sql<TextsRow>`
  select t.id, t.name, t.purpose, t.draft, t.published, v.document, v.purpose as "publishedPurpose", v.document is distinct from t.draft or v.purpose is distinct from t.purpose as changed
    from ${FROM} where t.workspace_id = ${workspaceId} and t.archived_at is null order by t.name, t.id`);

/** What some versions say. */
export const versionDocuments = (tx: Tx, workspaceId: WorkspaceId, wanted: readonly { id: string; version: number }[]): Promise<{ id: string; version: number; purpose: Purpose; document: TemplateDocument }[]> => many(tx, sql`
  select distinct on (v.template_id, v.version) v.template_id as id, v.version, v.purpose, v.document
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (id uuid, version int)
    join template_version v on v.workspace_id = ${workspaceId} and v.template_id = w.id and v.version = w.version`);

export const templateById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<TemplateRow | undefined> => maybe(tx, sql<TemplateRow>`
  select ${TEMPLATE} from ${FROM} where t.workspace_id = ${workspaceId} and t.id = ${id} and t.archived_at is null for update of t`);

export const templateCount = async (tx: Tx, workspaceId: WorkspaceId): Promise<number> =>
  (await maybe(tx, sql<{ count: number }>`select count(*) as count from template where workspace_id = ${workspaceId} and archived_at is null`))?.count ?? 0;

/** One name at a time: two that are given at once would both be free. */
export const lockNames = (tx: Tx, workspaceId: WorkspaceId): Promise<number> => run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`template names:${workspaceId}`}, 0))`);

export const isNameTaken = async (tx: Tx, workspaceId: WorkspaceId, name: string, id: string): Promise<boolean> =>
  (await maybe(tx, sql`select 1 from template where workspace_id = ${workspaceId} and lower(name) = lower(${name}) and archived_at is null and id <> ${id}`)) !== undefined;

export type SavedTemplate = Pick<TemplateRow, 'id' | 'name' | 'description' | 'purpose' | 'draft' | 'revision' | 'published' | 'createdBy' | 'createdAt' | 'updatedBy' | 'updatedAt'>;
export const saveTemplate = (tx: Tx, workspaceId: WorkspaceId, t: SavedTemplate): Promise<number> => run(tx, sql`
  insert into template (workspace_id, id, name, description, purpose, draft, revision, published, created_by, created_at, updated_by, updated_at)
  values (${workspaceId}, ${t.id}, ${t.name}, ${t.description}, ${t.purpose}, ${JSON.stringify(t.draft)}::jsonb, ${t.revision}, ${t.published}, ${t.createdBy}, ${t.createdAt}, ${t.updatedBy}, ${t.updatedAt})
  on conflict (workspace_id, id) do update
     set name = excluded.name, description = excluded.description, purpose = excluded.purpose, draft = excluded.draft, revision = excluded.revision, published = excluded.published,
         updated_by = excluded.updated_by, updated_at = excluded.updated_at`);

export const archiveTemplate = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> => run(tx, sql`
  update template set archived_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);

/** From here on versions are single texts that somebody tried on themselves; they are no part of the history. */
export const TEST_FROM = 1_000_000;

/** The number of the last text that was tried; 0 where none was. */
export const newestTest = async (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<number> => (await maybe(tx, sql<{ version: number | null }>`
  select max(version) as version from template_version where workspace_id = ${workspaceId} and template_id = ${id} and version >= ${TEST_FROM}`))?.version ?? 0;

/** Writes a version, which nobody changes afterwards. */
export const insertVersion = (tx: Tx, workspaceId: WorkspaceId, v: VersionRow & Pick<Compiled, 'experimentId'> & { compiled: readonly CompiledEntry[] }): Promise<number> => run(tx, sql`
  insert into template_version (workspace_id, template_id, version, purpose, document, compiled, findings, reason, published_by, published_at, experiment_id)
  values (${workspaceId}, ${v.templateId}, ${v.version}, ${v.purpose}, ${JSON.stringify(v.document)}::jsonb, ${JSON.stringify(v.compiled)}::jsonb, ${JSON.stringify(v.findings)}::jsonb, ${v.reason}, ${v.publishedBy}, ${v.publishedAt}, ${v.experimentId})`);

/** What a version was, and the experiment of its arms. */
export const testOfVersion = async (tx: Tx, workspaceId: WorkspaceId, id: string, version: number | null): Promise<{ document: TemplateDocument | null; experimentId: string | null }> => (await maybe(tx, sql<{ document: TemplateDocument; experimentId: string | null }>`
  select document, experiment_id as "experimentId" from template_version where workspace_id = ${workspaceId} and template_id = ${id} and version = ${version}`)) ?? { document: null, experimentId: null };

export const versionRows = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<VersionRow[]> => many(tx, sql<VersionRow>`
  select ${VERSION} from template_version where workspace_id = ${workspaceId} and template_id = ${id} and version < ${TEST_FROM} order by version desc limit 200`);

/** The newest version of each template. */
export const publishedVersions = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<{ id: string; version: number }[]> => many(tx, sql<{ id: string; version: number }>`
  select id, published as version from template where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[]) and published is not null`);

/** Every version of some templates with the channels it has a text for; a template without one is told once, without a version. */
export const versionChannels = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<{ id: string; published: number | null; version: number | null; channels: string[] | null }[]> => many(tx, sql`
  select t.id, t.published, v.version,
         (select array_agg(distinct entry -> 'content' ->> 'channel') from jsonb_array_elements(v.document -> 'variants') as variant, jsonb_array_elements(variant -> 'contents') as entry) as channels
    from template t
    left join template_version v on v.workspace_id = t.workspace_id and v.template_id = t.id and v.version < ${TEST_FROM}
   where t.workspace_id = ${workspaceId} and t.id = any (${[...ids]}::uuid[]) and t.archived_at is null`);

/** Versions with what they were compiled to. */
export const compiledVersions = (tx: Tx, workspaceId: WorkspaceId, wanted: readonly { id: string; version: number }[]): Promise<Compiled[]> => many(tx, sql<Compiled>`
  select v.template_id as "templateId", v.version, v.document, v.compiled, v.experiment_id as "experimentId"
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (id uuid, version int)
    join template_version v on v.workspace_id = ${workspaceId} and v.template_id = w.id and v.version = w.version`);

export const rulesRow = (tx: Tx, workspaceId: WorkspaceId): Promise<RulesRow | undefined> => maybe(tx, sql<RulesRow>`
  select claims, sms_provider as "smsProvider", signature from template_rules where workspace_id = ${workspaceId}`);

export const saveRules = (tx: Tx, workspaceId: WorkspaceId, { claims, smsProvider, signature }: RulesRow, by: string, at: Date): Promise<number> => run(tx, sql`
  insert into template_rules (workspace_id, claims, sms_provider, signature, changed_by, changed_at)
  values (${workspaceId}, ${JSON.stringify(claims)}::jsonb, ${smsProvider}, ${signature}, ${by}, ${at})
  on conflict (workspace_id) do update set claims = excluded.claims, sms_provider = excluded.sms_provider, signature = excluded.signature, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);
