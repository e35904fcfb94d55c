import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { customerPageShape, customerShape, tagsShape } from '../../../../src/customers/contract.ts';
import type * as contract from '../../../../src/lifecycle/contract.ts';
import type { Catalogue, Condition, Tree } from '../../ui/FilterSentence.tsx';
import type { Rhythm } from '../../ui/rhythm.ts';
import { api } from '../../lib/api.ts';

/** One line of the list as the server tells it. */
export type CustomerRow = z.infer<typeof customerShape>;
type List = z.infer<typeof customerPageShape>;

type Strips = contract.Strips;
/** What the lifecycle says of one customer: where in the branch, the sentence why, and the strip. */
export type Explained = { state: string; reason: Strips['strips'][number]['reason']; rhythm: Rhythm };

export type ListFilters = Readonly<Record<string, string>>;
export const PAGE_SIZE = 50;

const EVERYBODY: Tree = { version: 1, root: { kind: 'and', of: [] } };

/** The conditions in the address, or everybody where there are none or they cannot be read. */
export function treeIn(filters: ListFilters): Tree {
  try {
    const kept: unknown = JSON.parse(filters['where'] ?? '');
    if (typeof kept === 'object' && kept !== null && 'root' in kept) return kept as Tree;
  } catch {
    // A broken link shows the whole list.
  }
  return EVERYBODY;
}

export const isEverybody = ({ root }: Tree): boolean => (root.kind === 'and' && root.of.length === 0);

/** What the server is asked: the sentence, the stage chosen above the table and the shop in the bar as one tree. */
export function askedTree(filters: ListFilters): Tree {
  const { root } = treeIn(filters);
  const more: Condition[] = [];
  if (filters['stage']) more.push({ kind: 'field', field: 'stage', test: { op: 'in', values: filters['stage'].split(',') } });
  if (filters['rfm']) more.push({ kind: 'field', field: 'rfm', test: { op: 'in', values: filters['rfm'].split(',') } });
  if (filters['shop']) {
    more.push({ kind: 'event', event: 'order.paid', where: [{ property: '$shop', test: { op: 'equals', value: filters['shop'] } }], window: { kind: 'ever' }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } });
  }
  return more.length === 0 ? { version: 1, root } : { version: 1, root: { kind: 'and', of: [...more, ...(isEverybody({ version: 1, root }) ? [] : [root])] } };
}

const DEFAULT_SORT = '-net_minor';

/** What the server is asked for the filters in the address. */
export function listParams(filters: ListFilters) {
  const sort = filters['sort'] ?? DEFAULT_SORT;
  return { q: filters['q'] ?? '', tree: askedTree(filters), sort: sort.replace(/^-/, ''), direction: sort.startsWith('-') ? 'desc' : 'asc' };
}

export const fetchCustomers = (filters: ListFilters, cursor: string | undefined): Promise<List> => {
  const { q, ...rest } = listParams(filters);
  return api.post('/customers/query', { ...rest, limit: PAGE_SIZE, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) });
};

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: ({ signal }) => api.get<Catalogue>('/segments/words', undefined, signal), staleTime: 300_000 });

type Tags = z.infer<typeof tagsShape>;
const keysOf = (tags: Tags['rows']): string[] => tags.flatMap(({ key, children }) => [key, ...keysOf(children)]);
export const tagKeysQuery = queryOptions({ queryKey: ['tags'], queryFn: ({ signal }) => api.get<Tags>('/tags', undefined, signal), select: ({ rows }) => keysOf(rows), staleTime: 300_000 });

type Told = Pick<Strips['strips'][number], 'state' | 'reason' | 'purchases' | 'expected'>;
/** A strip of the server as the kit draws it. Promotions go by their ids until they have names of their own. */
export const explainedOf = ({ state, reason, purchases, expected }: Told, { asOf, promotions }: Pick<Strips, 'asOf' | 'promotions'>): Explained => ({
  state, reason,
  rhythm: { asOf, expected, purchases: purchases.map(({ day, amountMinor }) => ({ day, amount: amountMinor })), promotions: promotions.map(({ id, from, to }) => ({ from, to, name: id })) },
});

export const explainQuery = (ids: readonly string[]) => queryOptions({
  queryKey: ['strips', ids], enabled: ids.length > 0, staleTime: 60_000,
  queryFn: () => api.post<Strips>('/lifecycle/strips', { customers: ids }),
  select: (told): Record<string, Explained> => Object.fromEntries(told.strips.map((strip) => [strip.customerId, explainedOf(strip, told)])),
});
