import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { previewShape, segmentDetailShape, SegmentReply, segmentSizeShape } from '../../../../src/lifecycle/segments/contract.ts';
import { api } from '../../lib/api.ts';
import type { Tree } from '../../ui/FilterSentence.tsx';

/** A saved filter as it comes over the wire: instants are texts. */
export type Segment = Omit<SegmentReply, 'tree' | 'createdAt' | 'updatedAt'> & { tree: Tree; createdAt: string; updatedAt: string };
type Version = Omit<z.infer<typeof segmentDetailShape>['versions'][number], 'tree' | 'at'> & { tree: Tree; at: string };
export type SegmentDetail = Segment & { versions: Version[] };
type Size = z.infer<typeof segmentSizeShape>;

export const segmentsQuery = queryOptions({ queryKey: ['segments', 'list'], queryFn: ({ signal }) => api.get<{ rows: Segment[] }>('/segments', undefined, signal) });
export const segmentQuery = (id: string) => queryOptions({ queryKey: ['segments', 'one', id], retry: false, queryFn: ({ signal }) => api.get<SegmentDetail>(`/segments/${id}`, undefined, signal) });
export const segmentSizeQuery = ({ id, version }: Pick<Segment, 'id' | 'version'>) => queryOptions({
  queryKey: ['segments', 'size', id, version], staleTime: 60_000, retry: false, queryFn: ({ signal }) => api.get<Size>(`/segments/${id}/size`, undefined, signal),
});
export const previewQuery = (tree: Tree) => queryOptions({
  queryKey: ['segments', 'preview', tree], staleTime: 60_000, placeholderData: keepPreviousData, queryFn: () => api.post<z.infer<typeof previewShape>>('/segments/preview', { tree }),
});
