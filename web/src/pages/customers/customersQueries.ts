import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { customerPageShape, customerShape, tagsShape } from '../../../../src/customers/contract.ts';
import type * as contract from '../../../../src/lifecycle/contract.ts';
import type { Catalogue, Condition, Tree } from '../../ui/FilterSentence.tsx';
import type { Rhythm } from '../../ui/rhythm.ts';
import { api } from '../../lib/api.ts';

type Strips = contract.Strips;
/** One line of the list as the server tells it. */
export type CustomerRow = z.infer<typeof customerShape>;
type List = z.infer<typeof customerPageShape> & { strips: Strips };

/** What the lifecycle says of one customer: where in the branch, the sentence why, and the strip. */
export type Explained = { state: string; reason: Strips['strips'][number]['reason']; rhythm: Rhythm };

export type ListFilters = Readonly<Record<string, string>>;
/** A screenful: each row draws a strip of two years. */
export const PAGE_SIZE = 25;

export const EVERYBODY: Tree = { version: 1, root: { kind: 'and', of: [] } };

/** The conditions in the address, where there are any that can be read. */
export function treeIn(filters: ListFilters): Tree | undefined {
  try {
    const kept: unknown = JSON.parse(filters['where'] ?? '');
    if (typeof kept === 'object' && kept !== null && 'root' in kept) return kept as Tree;
  } catch {
    // A broken link shows the whole list.
  }
  return undefined;
}

export const isEverybody = ({ root }: Tree): boolean => (root.kind === 'and' && root.of.length === 0);

const fieldIn = (field: string, text: string): Condition => ({ kind: 'field', field, test: { op: 'in', values: text.split(',') } });
const joined = (more: readonly Condition[], { root }: Tree): Tree =>
  (more.length === 0 ? { version: 1, root } : { version: 1, root: { kind: 'and', of: [...more, ...(root.kind === 'and' ? root.of : [root])] } });

/** What of the list can be kept as a segment: the sentence with the stage chosen above the table, whatever shop is looked at. */
export const keptTree = (filters: ListFilters, tree: Tree): Tree =>
  joined([...(filters['stage'] ? [fieldIn('stage', filters['stage'])] : []), ...(filters['rfm'] ? [fieldIn('rfm', filters['rfm'])] : [])], tree);

/** What the server is asked: the same and the shop in the bar, as one tree. */
export function askedTree(filters: ListFilters, tree: Tree): Tree {
  const shop: Condition[] = filters['shop']
    ? [{ kind: 'event', event: 'order.paid', where: [{ property: '$shop', test: { op: 'equals', value: filters['shop'] } }], window: { kind: 'ever' }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } }]
    : [];
  return joined(shop, keptTree(filters, tree));
}

/** A value as text with the keys of every object in one order: the stores give them back in an order of their own. */
const inOrder = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) =>
  (inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));

/** Whether two filters ask the same in the same words. */
export const sameTree = (a: Tree, b: Tree): boolean => inOrder(a.root) === inOrder(b.root);

const DEFAULT_SORT = '-net_minor';

/** What the server is asked for the filters in the address and the conditions shown. */
export function listParams(filters: ListFilters, tree: Tree) {
  const sort = filters['sort'] ?? DEFAULT_SORT;
  return { q: filters['q'] ?? '', tree: askedTree(filters, tree), sort: sort.replace(/^-/, ''), direction: sort.startsWith('-') ? 'desc' : 'asc' };
}

export const fetchCustomers = ({ q, ...rest }: ReturnType<typeof listParams>, cursor: string | undefined): Promise<List> =>
  api.post('/customers/query', { ...rest, limit: PAGE_SIZE, strips: true, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) });

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: ({ signal }) => api.get<Catalogue>('/segments/words', undefined, signal), staleTime: 300_000 });

type Tags = z.infer<typeof tagsShape>;
type TagLine = Tags['rows'][number];
const allTags = (tags: Tags['rows']): TagLine[] => tags.flatMap((tag) => [tag, ...allTags(tag.children)]);
/** The bands of a figure's tag, also those nobody is in today. */
const bandsOf = ({ kind, spec }: TagLine): string[] => (kind === 'metric' ? (spec as { bands?: { name: string }[] }).bands ?? [] : []).map(({ name }) => name);
/** What a filter can ask of tags: the tag itself, and each value of one that carries any. */
export const wordsOfTags = (tags: readonly TagLine[]): string[] => tags.flatMap((tag) => [tag.key, ...new Set([...bandsOf(tag), ...tag.values.map(({ value }) => value)].map((value) => `${tag.key}:${value}`))]);
const tagsQuery = queryOptions({ queryKey: ['tags'], queryFn: ({ signal }) => api.get<Tags>('/tags', undefined, signal), staleTime: 300_000 });
export const tagKeysQuery = { ...tagsQuery, select: ({ rows }: Tags) => wordsOfTags(allTags(rows)) };
/** Tags that are given and taken, not computed. */
export const givenTagsQuery = { ...tagsQuery, select: ({ rows }: Tags) => allTags(rows).filter(({ kind }) => kind === 'manual' || kind === 'import').map(({ key }) => key) };

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
