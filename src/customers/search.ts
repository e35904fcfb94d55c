import { type Caller, may } from '../kernel/access/caller.ts';
import { demandNoGuesser, noteGuess } from '../kernel/access/index.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { isIdentifierKind, readIdentifier } from './core/identifiers.ts';
import { searchTokens } from './core/names.ts';
import { phoneReader } from './phones.ts';
import { idsByName, idsBySubject, idsByTail, scopesOf } from './queries/list.ts';
import { findOrder } from './registry.ts';
import { subjectIdOf, tailToken } from './subjects.ts';

const FOUND_MAX = 500;
const TAIL = /^\d{4}$/;

/** Every identifier the text could be: as each kind, in each scope that exists. */
async function byIdentifier(tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, text: string): Promise<CustomerId[]> {
  const readPhone = phoneReader();
  const subjects = (await scopesOf(tx, workspaceId)).flatMap(({ kind, scope }) => {
    const read = isIdentifierKind(kind) ? readIdentifier({ kind, scope, value: text }, readPhone) : undefined;
    return read && 'named' in read ? [subjectIdOf(keys, read.named)] : [];
  });
  return (await idsBySubject(tx, workspaceId, subjects)).map(({ id }) => id);
}

async function byName(tx: Tx, workspaceId: WorkspaceId, text: string): Promise<CustomerId[]> {
  const tokens = searchTokens(text);
  if (tokens.length === 0) return [];
  const wanted = text.normalize('NFKC').toLowerCase().trim();
  const rows = await idsByName(tx, workspaceId, tokens, FOUND_MAX);
  const near = rows.filter(({ name }) => name.normalize('NFKC').toLowerCase().includes(wanted));
  return (near.length > 0 ? near : rows).map(({ id }) => id);
}

/** Reads like a telephone or an e-mail in full, which somebody may be guessing at. */
const looksWhole = (text: string): boolean => text.includes('@') || text.replace(/\D/g, '').length >= 7;

/**
 * The same for somebody. Who sees `138****0000` could try the ten thousand numbers it may stand for: of those who may not unmask,
 * only so many whole numbers that nobody has are answered. Refuses `search.guessing` (429).
 */
export async function searchFor(stores: Stores, caller: Caller, text: string): Promise<CustomerId[]> {
  if (may(caller, 'customers.unmask') || !looksWhole(text)) return search(stores, caller.workspaceId, text);
  const guesser = `${caller.workspaceId}:${caller.actor.kind}:${caller.actor.id}`;
  await demandNoGuesser(stores, guesser);
  const found = await search(stores, caller.workspaceId, text);
  if (found.length === 0) await noteGuess(stores, guesser);
  return found;
}

/**
 * Customers a person at the counter could mean: by name, telephone or its last four digits, e-mail, member or buyer number, order number.
 * At most 500, in no order; numbers are compared by their keyed hashes.
 */
export async function search(stores: Stores, workspaceId: WorkspaceId, text: string): Promise<CustomerId[]> {
  const wanted = text.normalize('NFKC').trim();
  if (wanted === '') return [];
  const keys = await stores.keys.of(workspaceId);
  const ordered = await findOrder(stores, workspaceId, wanted);
  const found = await stores.pg.tx(workspaceId, async (tx) => [
    ...(await byIdentifier(tx, keys, workspaceId, wanted)),
    ...(TAIL.test(wanted) ? (await idsByTail(tx, workspaceId, tailToken(keys, wanted), FOUND_MAX)).map(({ id }) => id) : []),
    ...(await byName(tx, workspaceId, wanted)),
    ...(ordered.length > 0 ? (await idsBySubject(tx, workspaceId, ordered)).map(({ id }) => id) : []),
  ]);
  return [...new Set(found)].slice(0, FOUND_MAX);
}
