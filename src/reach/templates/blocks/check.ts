import type { Caller } from '../../../kernel/access/caller.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { TemplateDocument } from '../../core/templates/document.ts';
import type { Finding } from '../../core/templates/finding.ts';
import type { Book, SharedContent, SharedDocument } from '../../core/templates/shared.ts';
import { broughtBy, type House, lintDocument, loadHouse } from '../lintNow.ts';
import type { Affected, CheckReply } from './contract.ts';
import { loadStanding, type Written, writtenWith } from './uses.ts';

const EVERYBODY = { stages: [], segments: [], angles: [], arms: [] };
const ACCENT = '#1E6B52';

/** The block among the others, as it would be. */
const withOwn = (book: Book, key: string, document: SharedDocument): Book => ({ ...book, blocks: new Map([...book.blocks, [key, { key, version: 0, document }]]) });

/** What a block says in one language, as a text of its own; `calling`: by its key, as templates say it. */
function alone(key: string, { language, email, text }: SharedContent, { calling }: { calling: boolean }): TemplateDocument {
  const body = email && (calling ? { kind: 'blocks' as const, accent: ACCENT, blocks: [{ kind: 'shared' as const, key }] } : email);
  const contents = [
    ...(body ? [{ language, content: { channel: 'email' as const, subject: key, preheader: '', text: '', body } }] : []),
    ...(text.trim() === '' ? [] : [{ language, content: { channel: 'mp' as const, kind: 'service' as const, providerTemplate: '', text: calling ? `{% render '${key}' %}` : text, data: {}, url: '' } }]),
  ];
  return { language, sample: {}, variants: [{ key: 'all', name: '', when: EVERYBODY, contents }] };
}

const bare = ({ block: _, ...finding }: Finding): Finding => finding;
const isSame = (a: Finding, b: Finding): boolean => a.code === b.code && a.at?.language === b.at?.language && a.at?.channel === b.at?.channel;

/** What speaks against a block itself: its texts field by field as they are written, and as a template that calls it would have them. */
async function lintBlock(house: House, key: string, document: SharedDocument): Promise<Finding[]> {
  const rules = { ...house, purpose: 'service' as const, brought: null, book: withOwn(house.book, key, document) }, found: Finding[] = [];
  for (const content of document.contents) {
    const { findings: called } = await lintDocument(alone(key, content, { calling: true }), rules);
    // A fragment is no whole mail: what compiling says of it is heard from whoever calls it.
    const { findings: own } = await lintDocument(alone(key, content, { calling: false }), { ...rules, compiles: false });
    found.push(...own, ...called.map(bare).filter((one) => !own.some((other) => isSame(one, other))));
  }
  return found;
}

const textOf = (finding: Finding): string => JSON.stringify({ ...finding, facts: finding.facts });

/** What lint would say of a text with the block as it would be, and does not say of it now. */
async function changed(stores: Stores, { workspaceId }: Caller, house: House, book: Book, { purpose, document }: Written): Promise<Finding[]> {
  const brought = await broughtBy(stores, workspaceId, document.event);
  const { findings } = await lintDocument(document, { ...house, purpose, brought, book });
  if (findings.length === 0) return [];
  const known = new Set((await lintDocument(document, { ...house, purpose, brought })).findings.map(textOf));
  return findings.filter((one) => !known.has(textOf(one)));
}

/** What saving a block would do: what speaks against it, and every template that says it with what would newly speak against that. Published texts are those customers get. */
export async function checkBlock(stores: Stores, caller: Caller, { key, document }: { key: string; document: SharedDocument }): Promise<CheckReply> {
  const [house, standing] = await Promise.all([loadHouse(stores, caller.workspaceId), loadStanding(stores, caller)]), book = withOwn(house.book, key, document);
  const templates: Affected[] = [];
  for (const one of writtenWith(standing, key)) {
    const { id, name, version, purpose } = one;
    templates.push({ id, name, version, purpose, findings: await changed(stores, caller, house, book, one) as Affected['findings'] });
  }
  return { findings: await lintBlock(house, key, document) as CheckReply['findings'], templates };
}

/** What speaks against a block as it stands. */
export const faultsOf = async (stores: Stores, caller: Caller, key: string, document: SharedDocument): Promise<Finding[]> => lintBlock(await loadHouse(stores, caller.workspaceId), key, document);
