import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { customerRecordsShape } from '../../../../src/collect/contract.ts';
import type { customerPageShape, mergesShape, partPreviewShape, profileShape, timelineShape, traitHistoryShape } from '../../../../src/customers/contract.ts';
import type { customerReply } from '../../../../src/lifecycle/contract.ts';
import type { tagWhyReply } from '../../../../src/lifecycle/tags/contract.ts';
import { api } from '../../lib/api.ts';

/** The head of a customer's page, as the caller may see it. */
export type Customer = z.infer<typeof profileShape>;
export type PortraitValue = Customer['portrait'][number]['values'][number];
type TimelinePage = z.infer<typeof timelineShape>;
/** One line of what happened; `code` and `params` make its words. */
export type TimelineEntry = TimelinePage['rows'][number];
/** Stage, sentence, strip, history as told now and as known then, and worth of one customer. */
export type Card = z.infer<typeof customerReply>;

/** What a write about one customer moves: every page that shows the customer. */
export const CUSTOMER_MOVES = ['customer', 'customers', 'search', 'settings', 'reviews', 'segments'] as const;
export const cardQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'card'], queryFn: ({ signal }) => api.get<Card>(`/lifecycle/customers/${id}`, undefined, signal) });
export const customerQuery = (id: string, clear: boolean) => queryOptions({
  queryKey: ['customer', id, clear], queryFn: ({ signal }) => api.get<Customer>(`/customers/${id}`, { clear: clear || undefined }, signal),
});

export type TagWhy = z.infer<typeof tagWhyReply>;
export const tagWhyQuery = (id: string, tag: string) => queryOptions({ queryKey: ['customer', id, 'tag', tag], queryFn: ({ signal }) => api.get<TagWhy>(`/customers/${id}/tags/${tag}/why`, undefined, signal) });

const LINES = 40;
export const timelineQuery = (id: string, kinds: string) => infiniteQueryOptions({
  queryKey: ['customer', id, 'timeline', kinds], initialPageParam: '',
  queryFn: ({ pageParam, signal }) => api.get<TimelinePage>(`/customers/${id}/timeline`, { cursor: pageParam, kinds, limit: LINES }, signal),
  getNextPageParam: ({ next }) => next,
});

export type TraitLine = z.infer<typeof traitHistoryShape>['rows'][number];
export const traitsQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'traits'], queryFn: ({ signal }) => api.get<z.infer<typeof traitHistoryShape>>(`/customers/${id}/traits`, undefined, signal) });

/** Where the records of a customer came from, each with how many and the newest day. */
type Origins = { rows: { source: string; channel: string; records: number; lastDay: string }[] };
export const sourcesOfQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'sources'], queryFn: ({ signal }) => api.get<Origins>(`/customers/${id}/sources`, undefined, signal) });

export type MergeLine = z.infer<typeof mergesShape>['rows'][number];
export const mergesQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'merges'], queryFn: ({ signal }) => api.get<z.infer<typeof mergesShape>>(`/customers/${id}/merges`, undefined, signal) });

/** What each identifier of a customer brought: purchases, money, events. */
export type Brought = z.infer<typeof customerRecordsShape>['rows'][number];
export const broughtQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'subjects'], queryFn: ({ signal }) => api.get<z.infer<typeof customerRecordsShape>>(`/customers/${id}/subjects`, undefined, signal) });

/** Who the two customers of a parting would be. */
export type PartedSide = z.infer<typeof partPreviewShape>['sides'][number];
export const partPreviewQuery = (id: string, apart: readonly string[]) => queryOptions({
  queryKey: ['customer', id, 'part', apart], placeholderData: keepPreviousData, retry: false, queryFn: () => api.post<z.infer<typeof partPreviewShape>>(`/customers/${id}/part/preview`, { apart }),
});

export type Found = z.infer<typeof customerPageShape>['rows'][number];
export const findQuery = (q: string) => queryOptions({ queryKey: ['search', q, 'merge'], enabled: [...q].length >= 2, queryFn: ({ signal }) => api.get<z.infer<typeof customerPageShape>>('/customers', { q, limit: 8 }, signal) });
