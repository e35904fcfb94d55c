import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { filePreviewShape, ImportView, previewShape, SourceView, uploadShape } from '../../../../src/collect/contract.ts';
import type { Mapping } from '../../../../src/collect/core/mapping.ts';
import { api } from '../../lib/api.ts';

export type { ImportView, SourceView } from '../../../../src/collect/contract.ts';
export type { Column, Mapping } from '../../../../src/collect/core/mapping.ts';
export type FilePreview = z.infer<typeof filePreviewShape>;
export type Preview = z.infer<typeof previewShape>;
export type Upload = z.infer<typeof uploadShape>;
export type Rate = { currency: string; day: string; rate: number };

/** What is said once for a whole drop of files. */
export type Options = { source: string; sourceName?: string; shop: string; channel: string; zone?: string; currency?: string };
export type Given = { id: string; entry?: string; sheet?: string; password?: string; mapping?: Mapping } & FilePreview['reading'];

const POLL_MS = 600;
const RESTING_MS = 5_000;
const ACTIVE: readonly ImportView['status'][] = ['waiting', 'running', 'undoing'];
export const isActive = ({ status }: Pick<ImportView, 'status'>): boolean => ACTIVE.includes(status);

type ImportsPage = { rows: ImportView[]; next: string | null };
export const importsQuery = infiniteQueryOptions({
  queryKey: ['imports', 'list'],
  queryFn: ({ pageParam, signal }) => api.get<ImportsPage>('/imports', { cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: ({ state }) => (state.data?.pages.some(({ rows }) => rows.some(isActive)) ? RESTING_MS / 2 : false),
});

export const importQuery = (id: string) => queryOptions({
  queryKey: ['imports', 'one', id],
  queryFn: ({ signal }) => api.get<ImportView>(`/imports/${id}`, undefined, signal),
  enabled: id !== '',
  refetchInterval: ({ state }) => (!state.data || isActive(state.data) ? POLL_MS : false),
});

export const sourcesQuery = queryOptions({ queryKey: ['sources'], queryFn: ({ signal }) => api.get<{ rows: SourceView[] }>('/sources', undefined, signal) });
export const ratesQuery = queryOptions({ queryKey: ['rates'], queryFn: ({ signal }) => api.get<{ rows: Rate[] }>('/rates', undefined, signal) });
