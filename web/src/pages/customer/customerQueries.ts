import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';

export type PortraitValue = { key: string; type: string; label: string | null; value: unknown; source: string; at: string; stale: boolean };
/** The head of a customer's page, as the caller may see it. */
export type Customer = {
  id: string; name: string; stage: string | null; stageSince: string | null; branch: string | null; cycle: number | null; rfm: string | null;
  orderCount: number | null; firstOn: string | null; lastOn: string | null; netMinor: number | null; gapDays: number | null; b2b: boolean | null;
  reach: string[]; canUnmask: boolean; openTasks: number; merges: number;
  identifiers: { subject: string; kind: string; scope: string; shown: string; masked: boolean; overLimit: boolean }[];
  consents: { channel: string; purpose: string; state: string; source: string; at: string }[];
  tags: { tagId: string; key: string; name: string; value: string; source: string; since: string }[];
  portrait: { block: string; values: PortraitValue[] }[];
};
/** One line of what happened; `code` and `params` make its words. */
export type TimelineEntry = { id: string; at: string; kind: string; code: string; params: Record<string, unknown>; link?: string };
type TimelinePage = { rows: TimelineEntry[]; next: string | null };

export const customerQuery = (id: string, clear: boolean) => queryOptions({
  queryKey: ['customer', id, clear], queryFn: ({ signal }) => api.get<Customer>(`/customers/${id}`, { clear: clear || undefined }, signal),
});

const LINES = 40;
export const timelineQuery = (id: string, kinds: string) => infiniteQueryOptions({
  queryKey: ['customer', id, 'timeline', kinds], initialPageParam: '',
  queryFn: ({ pageParam, signal }) => api.get<TimelinePage>(`/customers/${id}/timeline`, { before: pageParam, kinds, limit: LINES }, signal),
  getNextPageParam: ({ next }) => next,
});
