import type { Caller } from '../../../kernel/access/caller.ts';
import type { Tx } from '../../../kernel/sql.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Purpose } from '../../core/message.ts';
import type { TemplateDocument } from '../../core/templates/document.ts';
import { callsOf, callsOfBlock } from '../../core/templates/shared.ts';
import { templateTexts, versionDocuments } from '../store.ts';
import type { BlockUse } from './contract.ts';
import { type BlockRow, blockRows } from './store.ts';

/** Something that sends a template: a version of it, or (null) whichever is the newest. */
export type TemplateUser = { id: string; name: string; template: string; version: number | null };
type UserSource = (tx: Tx, caller: Caller) => Promise<readonly TemplateUser[]>;

let journeys: UserSource = () => Promise.resolve([]);
/** Journeys live above templates: whoever knows them says which send what. */
export const registerTemplateUsers = (source: UserSource): void => void (journeys = source);

/** A text that customers get or may get: a draft (`version` null), the newest version, or an older one that a journey still sends. */
export type Written = { id: string; name: string; version: number | null; purpose: Purpose; document: TemplateDocument };
/** Everything that is written, and all blocks. */
export type Standing = { blocks: readonly BlockRow[]; written: readonly Written[]; users: readonly TemplateUser[]; newest: ReadonlyMap<string, number | null> };

/** The whole of it at once: who uses which block is a question about all of them. */
export async function loadStanding(stores: Stores, caller: Caller): Promise<Standing> {
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    const users = await journeys(tx, caller), texts = await templateTexts(tx, workspaceId), names = new Map(texts.map(({ id, name }) => [id, name])), newest = new Map(texts.map(({ id, published }) => [id, published]));
    const older = users.flatMap(({ template: id, version }) => (version !== null && names.has(id) && newest.get(id) !== version ? [{ id, version }] : []));
    const pinned = older.length === 0 ? [] : await versionDocuments(tx, workspaceId, older);
    return {
      blocks: await blockRows(tx, workspaceId), users, newest,
      written: [
        ...texts.flatMap(({ id, name, purpose, draft, published, document, publishedPurpose, changed }): Written[] => [
          ...(document && publishedPurpose ? [{ id, name, version: published, purpose: publishedPurpose, document }] : []), ...(changed || !document ? [{ id, name, version: null, purpose, document: draft }] : []),
        ]),
        ...pinned.map((one): Written => ({ ...one, name: names.get(one.id) ?? '' })),
      ],
    };
  });
}

/** Every key that some keys lead to, themselves too. */
function reach(keys: readonly string[], calls: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>(), open = [...keys];
  for (let key = open.pop(); key !== undefined; key = open.pop()) if (!found.has(key)) { found.add(key); open.push(...calls.get(key) ?? []); }
  return found;
}

/** The texts that say a block, by itself or through others. */
export function writtenWith({ blocks, written }: Pick<Standing, 'blocks' | 'written'>, key: string): Written[] {
  const calls = new Map(blocks.map((one) => [one.key, callsOfBlock(one.document)]));
  return written.filter(({ document }) => reach(callsOf(document), calls).has(key));
}

/** Who uses a block, by itself or through other blocks: blocks and templates that call it, journeys that send such a text. */
export function usesOf(standing: Standing, key: string): BlockUse[] {
  const calls = new Map(standing.blocks.map((one) => [one.key, callsOfBlock(one.document)]));
  const texts = writtenWith(standing, key), sent = new Set(texts.map(({ id, version }) => `${id} ${version}`));
  const callers = standing.blocks.filter((one) => one.key !== key && reach(calls.get(one.key) ?? [], calls).has(key));
  const senders = standing.users.filter(({ template, version }) => sent.has(`${template} ${version ?? standing.newest.get(template) ?? 'none'}`));
  const once = (uses: readonly BlockUse[]): BlockUse[] => [...new Map(uses.map((one) => [one.id, one])).values()];
  return [
    ...callers.map(({ id, name }): BlockUse => ({ kind: 'block', id, name })), ...once(texts.map(({ id, name }) => ({ kind: 'template', id, name }))), ...once(senders.map(({ id, name }) => ({ kind: 'journey', id, name }))),
  ];
}
