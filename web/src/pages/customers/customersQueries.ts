import { queryOptions } from '@tanstack/react-query';
import type { Catalogue, Condition, Tree } from '../../ui/FilterSentence.tsx';
import type { Rhythm } from '../../ui/rhythm.ts';
import { api, type Paged } from '../../lib/api.ts';

/** One line of the list as the server tells it. */
export type CustomerRow = {
  id: string; name: string; stage: string | null; stageSince: string | null; branch: string | null; cycle: number | null; orderCount: number | null;
  firstOn: string | null; lastOn: string | null; netMinor: number | null; gapDays: number | null; rfm: string | null; b2b: boolean | null; tags: string[]; reach: string[];
};
/** What the lifecycle says of one customer: where in the branch, the sentence why, and the strip. */
export type Explained = { state: string; reason: { code: string; params: Record<string, number> }; rhythm: Rhythm };

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

export const listParams = (filters: ListFilters) => {
  const tree = askedTree(filters);
  return { search: filters['q'] ?? '', filter: isEverybody(tree) ? '' : JSON.stringify(tree), sort: filters['sort'] ?? '-net_minor' };
};

export const fetchCustomers = (filters: ListFilters, cursor: string | undefined, signal: AbortSignal): Promise<Paged<CustomerRow>> =>
  api.get('/customers', { ...listParams(filters), cursor, limit: PAGE_SIZE }, signal);

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: ({ signal }) => api.get<Catalogue & { tags: string[] }>('/segments/words', undefined, signal), staleTime: 300_000 });

export const explainQuery = (ids: readonly string[]) => queryOptions({
  queryKey: ['explain', ids], enabled: ids.length > 0, staleTime: 60_000,
  queryFn: () => api.post<{ customers: Record<string, Explained> }>('/lifecycle/explain', { ids }),
});
