import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { heldSizesShape, pastShape, PersonaReply, PortraitReply, previewShape, segmentDetailShape, segmentListShape, SegmentReply, segmentSizeShape, whyShape } from '../../../../src/lifecycle/segments/contract.ts';
import { api, type Paged } from '../../lib/api.ts';
import type { Tree } from '../../ui/FilterSentence.tsx';

/** A saved filter as it comes over the wire: instants are texts. */
export type Segment = Omit<SegmentReply, 'tree' | 'createdAt' | 'updatedAt'> & { tree: Tree; createdAt: string; updatedAt: string };
type Version = Omit<z.infer<typeof segmentDetailShape>['versions'][number], 'tree' | 'at'> & { tree: Tree; at: string };
export type SegmentDetail = Segment & { versions: Version[] };
type Held = z.infer<typeof segmentListShape>['rows'][number];
/** In the list with what is held of it. */
export type ListedSegment = Segment & Pick<Held, 'people' | 'grown' | 'problem' | 'usedBy'>;
export type Persona = Omit<PersonaReply, 'changedAt'> & { changedAt: string };
export type WhyNode = z.infer<typeof whyShape>['root'];
type Size = z.infer<typeof segmentSizeShape>;
export type Past = z.infer<typeof pastShape>;
export const PAST_SIZE = 20;

export const segmentsQuery = queryOptions({ queryKey: ['segments', 'list'], queryFn: ({ signal }) => api.get<{ rows: ListedSegment[] }>('/segments', undefined, signal) });
export const segmentQuery = (id: string) => queryOptions({ queryKey: ['segments', 'one', id], retry: false, queryFn: ({ signal }) => api.get<SegmentDetail>(`/segments/${id}`, undefined, signal) });
export const segmentSizeQuery = ({ id, version }: Pick<Segment, 'id' | 'version'>) => queryOptions({
  queryKey: ['segments', 'size', id, version], staleTime: 60_000, retry: false, queryFn: ({ signal }) => api.get<Size>(`/segments/${id}/size`, undefined, signal),
});
/** All segments whose membership is kept, counted in one pass. */
export const heldSizesQuery = queryOptions({ queryKey: ['segments', 'held'], staleTime: 60_000, retry: false, queryFn: ({ signal }) => api.get<z.infer<typeof heldSizesShape>>('/segments/held', undefined, signal) });
export const previewQuery = (tree: Tree) => queryOptions({
  queryKey: ['segments', 'preview', tree], staleTime: 60_000, retry: false, placeholderData: keepPreviousData, queryFn: () => api.post<z.infer<typeof previewShape>>('/segments/preview', { tree }),
});

export const sizesQuery = (id: string) => queryOptions({ queryKey: ['segments', 'sizes', id], retry: false, queryFn: ({ signal }) => api.get<{ rows: { day: string; people: number }[] }>(`/segments/${id}/sizes`, undefined, signal) });
export const PASTS = ['was', 'came', 'left'] as const satisfies readonly (keyof Past['counts'])[];
export const fetchPast = (id: string, day: string, show: (typeof PASTS)[number]) => async (cursor: string | undefined, signal: AbortSignal): Promise<Paged<Past['rows'][number]> & Past> => {
  const past = await api.get<Past>(`/segments/${id}/past`, { day, show, cursor, limit: PAST_SIZE }, signal);
  return { ...past, total: { count: past.counts[show], over: false } };
};
export const portraitQuery = (id: string, beside: string) => queryOptions({
  queryKey: ['segments', 'portrait', id, beside], retry: false, staleTime: 60_000, queryFn: ({ signal }) => api.get<PortraitReply>(`/segments/${id}/portrait`, beside ? { beside } : undefined, signal),
});
export const whyQuery = (id: string, customer: string) => queryOptions({
  queryKey: ['segments', 'why', id, customer], retry: false, enabled: customer !== '', queryFn: ({ signal }) => api.get<z.infer<typeof whyShape>>(`/segments/${id}/why/${customer}`, undefined, signal),
});
export const personasQuery = queryOptions({ queryKey: ['segments', 'personas'], queryFn: ({ signal }) => api.get<{ rows: Persona[] }>('/personas', undefined, signal) });
export const membershipsQuery = (customer: string) => queryOptions({
  queryKey: ['segments', 'of', customer], queryFn: ({ signal }) => api.get<{ rows: { id: string; name: string; kind: 'dynamic' | 'frozen'; since?: string }[] }>(`/customers/${customer}/segments`, undefined, signal),
});
