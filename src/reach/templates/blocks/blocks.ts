import { type Caller, demand } from '../../../kernel/access/caller.ts';
import { audit } from '../../../kernel/audit.ts';
import { notFound, Refusal } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/sql.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { LANGUAGES } from '../../../kernel/words/types.ts';
import { blocks as isBlocked, type Finding } from '../../core/templates/finding.ts';
import type { SharedDocument } from '../../core/templates/shared.ts';
import { type Names, namesOf } from '../names.ts';
import { checkBlock, faultsOf } from './check.ts';
import type { BlockChange, BlockHead, BlockUse, BlockVersionDetail, BlockView, CheckReply, NewBlock } from './contract.ts';
import { archiveBlock, blockById, type BlockRow, blockRows, blockVersions, type BlockVersionRow, insertBlockVersion, lockBlocks, saveBlock } from './store.ts';
import { loadStanding, usesOf } from './uses.ts';

const BLOCKS_MAX = 200;

const headOf = ({ id, key, name, version, document: { contents }, updatedAt, updatedBy }: BlockRow, names: Names, usedBy: BlockUse[]): BlockHead => ({
  id, key, name, version, languages: LANGUAGES.filter((one) => contents.some(({ language }) => language === one)), email: contents.some(({ email }) => email !== null), text: contents.some(({ text }) => text.trim() !== ''),
  updatedAt: updatedAt.toISOString(), updatedBy: names(updatedBy), usedBy,
});

const versionOf = ({ version, reason, savedBy, savedAt }: BlockVersionRow, names: Names) => ({ version, reason, savedBy: names(savedBy), savedAt: savedAt.toISOString() });

/** Every block that was not put away, with who uses it, by its key. */
export async function listBlocks(stores: Stores, caller: Caller): Promise<BlockHead[]> {
  demand(caller, 'reach.read');
  const standing = await loadStanding(stores, caller), names = await namesOf(stores, standing.blocks.map(({ updatedBy }) => updatedBy));
  return standing.blocks.map((row) => headOf(row, names, usesOf(standing, row.key)));
}

async function demandBlock(tx: Tx, { workspaceId }: Caller, id: string): Promise<BlockRow> {
  const row = await blockById(tx, workspaceId, id);
  if (!row) throw notFound('block', { id });
  return row;
}

/** One block with what it says, what speaks against it, who uses it and its versions. Refuses `block.not_found`. */
export async function readBlock(stores: Stores, caller: Caller, id: string): Promise<BlockView> {
  demand(caller, 'reach.read');
  const { row, versions } = await stores.pg.tx(caller.workspaceId, async (tx) => ({ row: await demandBlock(tx, caller, id), versions: await blockVersions(tx, caller.workspaceId, id) }));
  const [standing, findings, names] = await Promise.all([loadStanding(stores, caller), faultsOf(stores, caller, row.key, row.document), namesOf(stores, [row.updatedBy, ...versions.map(({ savedBy }) => savedBy)])]);
  return { ...headOf(row, names, usesOf(standing, row.key)), document: row.document, findings, versions: versions.map((one) => versionOf(one, names)) } as BlockView;
}

/** A block as it was once saved. Refuses `block.version_not_found`. */
export async function readBlockVersion(stores: Stores, caller: Caller, id: string, version: number): Promise<BlockVersionDetail> {
  demand(caller, 'reach.read');
  const row = (await stores.pg.tx(caller.workspaceId, (tx) => blockVersions(tx, caller.workspaceId, id))).find((one) => one.version === version);
  if (!row) throw notFound('block.version', { version });
  return { ...versionOf(row, await namesOf(stores, [row.savedBy])), document: row.document } as BlockVersionDetail;
}

/** What saving would do, without saving. */
export function lookAtBlock(stores: Stores, caller: Caller, asked: { key: string; document: SharedDocument }): Promise<CheckReply> {
  demand(caller, 'reach.read');
  return checkBlock(stores, caller, asked);
}

const NAMED = 5;
const errorsIn = (findings: readonly Finding[]): number => findings.filter(({ level, overridable }) => level === 'error' && !overridable).length;

/** Refuses what would break the block or a text that customers get; a forbidden claim in such a text asks for a reason. The words it stands for. */
function refuseFaults({ findings, templates }: CheckReply, reason: string): string[] {
  if (errorsIn(findings as Finding[]) > 0) throw new Refusal('block.has_faults', { errors: errorsIn(findings as Finding[]), findings });
  const sent = templates.filter(({ version }) => version !== null).map((one) => ({ ...one, findings: one.findings as Finding[] }));
  const broken = [...new Map(sent.filter((one) => isBlocked(one.findings, { withReason: true })).map((one) => [one.id, one])).values()];
  if (broken.length > 0) throw new Refusal('block.breaks', { count: broken.length, names: broken.slice(0, NAMED).map(({ name }) => name).join(', '), templates: broken.map(({ id, name }) => ({ id, name })) }, 409);
  const words = [...new Set(sent.flatMap((one) => one.findings.flatMap(({ overridable, facts }) => (overridable ? [String(facts.word)] : []))))];
  if (words.length > 0 && reason === '') throw new Refusal('template.reason_needed', { words: words.slice(0, 10).join(', ') });
  return words;
}

/** Keeps a new block. Refuses `block.key_taken`, `block.too_many`, `block.has_faults`. */
export async function makeBlock(stores: Stores, caller: Caller, { key, name, document }: NewBlock): Promise<BlockView> {
  demand(caller, 'reach.write');
  refuseFaults(await checkBlock(stores, caller, { key, document }), '');
  const at = stores.clock.now(), by = caller.actor.id, id = newId();
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await lockBlocks(tx, caller.workspaceId);
    const rows = await blockRows(tx, caller.workspaceId);
    if (rows.some((one) => one.key === key)) throw new Refusal('block.key_taken', { key }, 409);
    if (rows.length >= BLOCKS_MAX) throw new Refusal('block.too_many', { most: BLOCKS_MAX });
    await saveBlock(tx, caller.workspaceId, { id, key, name, version: 1, createdBy: by, createdAt: at, updatedBy: by, updatedAt: at });
    await insertBlockVersion(tx, caller.workspaceId, id, { version: 1, document, reason: '', savedBy: by, savedAt: at });
    await audit(tx, stores.clock, caller, { action: 'block.created', target: id, detail: { key } });
  });
  return readBlock(stores, caller, id);
}

/**
 * Saves a block: every message from now on says what it says. Refuses `block.not_found`, `block.changed` where somebody was faster, `block.has_faults`,
 * `block.breaks` where a published template could not be sent any more, `template.reason_needed` where it puts a forbidden claim into one.
 */
export async function changeBlock(stores: Stores, caller: Caller, id: string, { version, name, document, reason }: BlockChange): Promise<BlockView> {
  demand(caller, 'reach.write');
  const { key } = await stores.pg.tx(caller.workspaceId, (tx) => demandBlock(tx, caller, id));
  const overridden = document ? refuseFaults(await checkBlock(stores, caller, { key, document }), reason) : [];
  const at = stores.clock.now(), by = caller.actor.id;
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await lockBlocks(tx, caller.workspaceId);
    const row = await demandBlock(tx, caller, id);
    if (row.version !== version) throw new Refusal('block.changed', { version: row.version }, 409);
    const next = document ? version + 1 : version;
    await saveBlock(tx, caller.workspaceId, { ...row, name: name ?? row.name, version: next, updatedBy: by, updatedAt: at });
    if (document) await insertBlockVersion(tx, caller.workspaceId, id, { version: next, document, reason: overridden.length > 0 ? reason : '', savedBy: by, savedAt: at });
    await audit(tx, stores.clock, caller, { action: 'block.changed', target: id, detail: { version: next, ...(overridden.length > 0 ? { overridden, reason } : {}) } });
  });
  return readBlock(stores, caller, id);
}

/** Puts a block away; versions of templates that are not the newest any more go on saying it. Refuses `block.not_found`, and `block.used` where something uses it. */
export async function dropBlock(stores: Stores, caller: Caller, id: string): Promise<void> {
  demand(caller, 'reach.write');
  const standing = await loadStanding(stores, caller), row = standing.blocks.find((one) => one.id === id);
  if (!row) throw notFound('block', { id });
  const usedBy = usesOf(standing, row.key), named = usedBy.slice(0, NAMED);
  if (usedBy.length > 0) throw new Refusal('block.used', { count: usedBy.length, names: named.map(({ name }) => name).join(', '), more: usedBy.length - named.length, usedBy }, 409);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if (await archiveBlock(tx, caller.workspaceId, id, stores.clock.now()) === 0) throw notFound('block', { id });
    await audit(tx, stores.clock, caller, { action: 'block.archived', target: id, detail: { key: row.key } });
  });
}
