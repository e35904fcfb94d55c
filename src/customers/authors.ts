import { userNames } from '../kernel/access/index.ts';
import type { Stores } from '../kernel/stores.ts';

const PERSON = /^user:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Names of those who wrote something, by author as stored (`user:<id>`); programs and free text have none. */
export async function authorNames(stores: Stores, authors: readonly string[]): Promise<Record<string, string>> {
  const ids = new Map([...new Set(authors)].flatMap((author) => { const id = PERSON.exec(author)?.[1]; return id ? [[author, id] as const] : []; }));
  if (ids.size === 0) return {};
  const names = await userNames(stores, [...ids.values()]);
  return Object.fromEntries([...ids].flatMap(([author, id]) => { const name = names.get(id); return name ? [[author, name]] : []; }));
}
