import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import type { CustomerRow } from '../customers/customersQueries.ts';

export type PortraitValue = { key: string; type: string; label: string | null; value: unknown; source: string; at: string; stale: boolean };
export type Customer = CustomerRow & {
  identifiers: { kind: string; scope: string; value: string }[];
  consents: Record<string, string>;
  portrait: { block: string; values: PortraitValue[] }[];
};
/** One line of what happened; `code` and `params` make its words. */
export type TimelineEntry = { id: string; at: string; kind: string; code: string; params: Record<string, unknown>; link?: string };
type TimelinePage = { rows: TimelineEntry[]; next: string | null };

export const customerQuery = (id: string, unmask: boolean) => queryOptions({
  queryKey: ['customer', id, unmask], queryFn: ({ signal }) => api.get<Customer>(`/customers/${id}`, { unmask: unmask || undefined }, signal),
});

const LINES = 40;
export const timelineQuery = (id: string, kinds: string) => infiniteQueryOptions({
  queryKey: ['customer', id, 'timeline', kinds], initialPageParam: '',
  queryFn: ({ pageParam, signal }) => api.get<TimelinePage>(`/customers/${id}/timeline`, { before: pageParam, kinds, limit: LINES }, signal),
  getNextPageParam: ({ next }) => next,
});
