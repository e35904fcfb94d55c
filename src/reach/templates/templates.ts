import { type Caller, demand } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { LANGUAGES } from '../../kernel/words/types.ts';
import { holdSegments } from '../../lifecycle/index.ts';
import { CHANNELS } from '../core/message.ts';
import { channelsOf, type TemplateDocument } from '../core/templates/document.ts';
import { blocks, type Finding } from '../core/templates/finding.ts';
import type { NewTemplate, TemplateChange, TemplateHead, TemplateView, VersionDetail, VersionView } from './contract.ts';
import { lintFor } from './lintNow.ts';
import { type Names, namesOf } from './names.ts';
import { segmentsOf } from './readers.ts';
import { archiveTemplate, insertVersion, isNameTaken, lockNames, type SavedTemplate, saveTemplate, templateById, templateCount, type TemplateRow, templateRows, testOfVersion, versionRows, type VersionRow } from './store.ts';
import { closeTest, testFor } from './tests.ts';

const TEMPLATES_MAX = 1_000;

const languagesIn = ({ variants }: TemplateDocument) => LANGUAGES.filter((language) => variants.some(({ contents }) => contents.some((one) => one.language === language)));

const headOf = (row: TemplateRow, names: Names): TemplateHead => ({
  id: row.id, name: row.name, description: row.description, purpose: row.purpose, channels: channelsOf(row.draft, CHANNELS), languages: languagesIn(row.draft), variants: row.draft.variants.length,
  published: row.published, publishedAt: row.publishedAt?.toISOString() ?? null, changed: row.changed, revision: row.revision, updatedAt: row.updatedAt.toISOString(), updatedBy: names(row.updatedBy),
});

const versionOf = (row: VersionRow, names: Names): VersionView => ({ version: row.version, purpose: row.purpose, publishedAt: row.publishedAt.toISOString(), publishedBy: names(row.publishedBy), reason: row.reason, findings: row.findings });

/** Every template that was not put away, the one that was changed last first. */
export async function listTemplates(stores: Stores, caller: Caller): Promise<TemplateHead[]> {
  demand(caller, 'reach.read');
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => templateRows(tx, caller.workspaceId));
  const names = await namesOf(stores, rows.map(({ updatedBy }) => updatedBy));
  return rows.map((row) => headOf(row, names));
}

async function demandTemplate(tx: Tx, { workspaceId }: Caller, id: string): Promise<TemplateRow> {
  const row = await templateById(tx, workspaceId, id);
  if (!row) throw notFound('template', { id });
  return row;
}

/** One template with its draft, what lint says of it, and its versions. Refuses `template.not_found`. */
export async function readTemplate(stores: Stores, caller: Caller, id: string): Promise<TemplateView> {
  demand(caller, 'reach.read');
  const { row, versions, experimentId } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await demandTemplate(tx, caller, id);
    return { row: found, versions: await versionRows(tx, caller.workspaceId, id), ...await testOfVersion(tx, caller.workspaceId, id, found.published) };
  });
  const [{ findings }, names] = await Promise.all([lintFor(stores, caller, row.purpose, row.draft), namesOf(stores, [row.updatedBy, ...versions.map(({ publishedBy }) => publishedBy)])]);
  return { ...headOf(row, names), document: row.draft, findings, versions: versions.map((one) => versionOf(one, names)), experiment: experimentId } as unknown as TemplateView;
}

/** A version as it was published. Refuses `template.version_not_found`. */
export async function readVersion(stores: Stores, caller: Caller, id: string, version: number): Promise<VersionDetail> {
  demand(caller, 'reach.read');
  const row = (await stores.pg.tx(caller.workspaceId, (tx) => versionRows(tx, caller.workspaceId, id))).find((one) => one.version === version);
  if (!row) throw notFound('template.version', { version });
  return { ...versionOf(row, await namesOf(stores, [row.publishedBy])), document: row.document } as unknown as VersionDetail;
}

async function refuseTaken(tx: Tx, { workspaceId }: Caller, name: string, id: string): Promise<void> {
  await lockNames(tx, workspaceId);
  if (await isNameTaken(tx, workspaceId, name, id)) throw new Refusal('template.name_taken', { name }, 409);
}

/** Keeps a new draft. Refuses `template.name_taken`, `template.too_many`, and `segment.not_found` for a variant's. */
export async function makeTemplate(stores: Stores, caller: Caller, { name, description, purpose, document }: NewTemplate): Promise<TemplateView> {
  demand(caller, 'reach.write');
  const at = stores.clock.now(), by = caller.actor.id, id = newId();
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await refuseTaken(tx, caller, name, id);
    await holdSegments(tx, caller.workspaceId, segmentsOf(document));
    if (await templateCount(tx, caller.workspaceId) >= TEMPLATES_MAX) throw new Refusal('template.too_many', { most: TEMPLATES_MAX });
    await saveTemplate(tx, caller.workspaceId, { id, name, description, purpose, draft: document, revision: 1, published: null, createdBy: by, createdAt: at, updatedBy: by, updatedAt: at });
    await audit(tx, stores.clock, caller, { action: 'template.created', target: id });
  });
  return readTemplate(stores, caller, id);
}

/** The template as it was read, for whoever changes it. Refuses `template.not_found`, `template.changed` where somebody was faster. */
async function demandRevision(tx: Tx, caller: Caller, id: string, revision: number): Promise<TemplateRow> {
  const row = await demandTemplate(tx, caller, id);
  if (row.revision !== revision) throw new Refusal('template.changed', { revision: row.revision }, 409);
  return row;
}

/** Saves a draft; what is published stays. Refuses `template.not_found`, `template.changed`, `template.name_taken`, and `segment.not_found` for a variant's. */
export async function changeTemplate(stores: Stores, caller: Caller, id: string, { revision, name, description, purpose, document }: TemplateChange): Promise<TemplateView> {
  demand(caller, 'reach.write');
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const before = await demandRevision(tx, caller, id, revision);
    const next: SavedTemplate = {
      ...before, name: name ?? before.name, description: description ?? before.description, purpose: purpose ?? before.purpose, draft: document ?? before.draft, revision: revision + 1,
      updatedBy: caller.actor.id, updatedAt: stores.clock.now(),
    };
    await refuseTaken(tx, caller, next.name, id);
    if (document) await holdSegments(tx, caller.workspaceId, segmentsOf(document), segmentsOf(before.draft));
    await saveTemplate(tx, caller.workspaceId, next);
    await audit(tx, stores.clock, caller, { action: 'template.changed', target: id, detail: { revision: next.revision } });
  });
  return readTemplate(stores, caller, id);
}

/** Refuses what lint holds against a template, unless all of it allows a reason and there is one. */
function refuseFaults(findings: readonly Finding[], reason: string): void {
  if (blocks(findings, { withReason: true })) throw new Refusal('template.has_faults', { errors: findings.filter(({ level }) => level === 'error').length });
  if (reason === '' && blocks(findings, { withReason: false })) {
    throw new Refusal('template.reason_needed', { words: [...new Set(findings.flatMap(({ overridable, facts }) => (overridable ? [String(facts.word)] : [])))].slice(0, 10).join(', ') });
  }
}

/**
 * Publishes the draft as a version that never changes: compiled once, so that sending is rendering. Lint is asked again; a forbidden claim needs a
 * reason, which stands with the version and in the audit log. Arms are judged by an experiment of
 * their own. Refuses `template.not_found`, `template.changed`, `template.has_faults`, `template.reason_needed`, `template.test_shares`.
 */
export async function publishTemplate(stores: Stores, caller: Caller, id: string, { revision, reason }: { revision: number; reason: string }): Promise<TemplateView> {
  demand(caller, 'reach.write');
  const draft = await stores.pg.tx(caller.workspaceId, (tx) => demandRevision(tx, caller, id, revision));
  const { findings, compiled } = await lintFor(stores, caller, draft.purpose, draft.draft);
  refuseFaults(findings, reason);
  const overridden = findings.filter(({ overridable }) => overridable).map(({ facts }) => facts.word);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const row = await demandRevision(tx, caller, id, revision);
    const version = (row.published ?? 0) + 1;
    const kept = overridden.length > 0 ? reason : '';
    await insertVersion(tx, caller.workspaceId, { templateId: id, version, purpose: row.purpose, document: row.draft, findings, compiled, reason: kept, publishedBy: caller.actor.id, publishedAt: stores.clock.now(), experimentId: await testFor(tx, stores, caller, row) });
    await saveTemplate(tx, caller.workspaceId, { ...row, published: version });
    await audit(tx, stores.clock, caller, { action: 'template.published', target: id, detail: { version, ...(overridden.length > 0 ? { overridden, reason } : {}) } });
  });
  return readTemplate(stores, caller, id);
}

/** Puts a template away: what was published can still be sent by journeys under way and read in their history. Refuses `template.not_found`. */
export async function dropTemplate(stores: Stores, caller: Caller, id: string): Promise<void> {
  demand(caller, 'reach.write');
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await closeTest(tx, stores, caller, await demandTemplate(tx, caller, id));
    if (await archiveTemplate(tx, caller.workspaceId, id, stores.clock.now()) === 0) throw notFound('template', { id });
    await audit(tx, stores.clock, caller, { action: 'template.archived', target: id });
  });
}
