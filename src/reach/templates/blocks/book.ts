import { Refusal } from '../../../kernel/errors.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { refuse, type Refused } from '../../../kernel/refused.ts';
import type { Tx } from '../../../kernel/sql.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { TemplateDocument } from '../../core/templates/document.ts';
import type { Book } from '../../core/templates/shared.ts';
import { keepVersion, type Version, versionOf } from '../cache.ts';
import { bookOf, type CompiledEntry, compileDocument } from '../compile.ts';
import { blockRows, spokenBlocks, versionsNow } from './store.ts';

/** The blocks that what is written now may call. */
export const bookIn = async (tx: Tx, workspaceId: WorkspaceId): Promise<Book> => bookOf(await blockRows(tx, workspaceId));
/** The blocks that what was published calls: one that was put away still speaks. */
export const spokenBook = async (tx: Tx, workspaceId: WorkspaceId): Promise<Book> => bookOf(await spokenBlocks(tx, workspaceId));

/** A document compiled with the blocks there are, as whoever brings one in that was published elsewhere has it. Refuses what compiling refuses. */
export const compileNow = async ({ pg }: Stores, workspaceId: WorkspaceId, document: TemplateDocument): Promise<CompiledEntry[]> => compileDocument(document, await pg.tx(workspaceId, (tx) => spokenBook(tx, workspaceId)));

const keysOf = ({ blocks }: Version): string[] => Object.keys(blocks);

/** A version compiled with the blocks as they are; one that cannot be says why whenever it is wanted, until they change. */
async function compiled(version: Version, book: Book, now: ReadonlyMap<string, number>): Promise<Version> {
  const of = { templateId: version.id, version: version.version, experimentId: version.experimentId, document: version.document };
  try {
    return versionOf({ ...of, compiled: await compileDocument(version.document, book) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const blocks = Object.fromEntries(keysOf(version).map((key) => [key, now.get(key) ?? 0]));
    return { ...version, blocks, fault: refuse(error.code, error.facts as Refused['facts']), readyOf: () => undefined };
  }
}

/**
 * Versions with their shared blocks as they are now. One question for all of them, none where nobody calls a block; what was compiled with older ones is
 * compiled anew, once for each change of a block in this process, and kept.
 */
export async function upToDate(stores: Stores, workspaceId: WorkspaceId, versions: readonly Version[]): Promise<(version: Version) => Version> {
  const calling = versions.filter((one) => keysOf(one).length > 0), fresh = new Map<Version, Version>();
  if (calling.length === 0) return (version) => version;
  const keys = [...new Set(calling.flatMap(keysOf))], now = await stores.pg.tx(workspaceId, (tx) => versionsNow(tx, workspaceId, keys));
  const old = calling.filter((one) => keysOf(one).some((key) => (now.get(key) ?? 0) !== one.blocks[key]));
  const book = old.length === 0 ? undefined : await stores.pg.tx(workspaceId, (tx) => spokenBook(tx, workspaceId));
  if (book) for (const one of old) fresh.set(one, keepVersion(workspaceId, await compiled(one, book, now)));
  return (version) => fresh.get(version) ?? version;
}
