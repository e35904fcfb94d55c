import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Language } from '../../../../../src/kernel/words/types.ts';
import type { SharedDocument } from '../../../../../src/reach/core/templates/shared.ts';
import type { Affected as WireAffected, BlockHead, BlockUse, BlockVersionDetail, BlockVersionView, BlockView } from '../../../../../src/reach/templates/blocks/contract.ts';
import { api } from '../../../lib/api.ts';
import type { Finding, Preview } from '../templateQueries.ts';

export type Head = BlockHead;
export type Use = BlockUse;
export type Version = BlockVersionView;
/** A block as it comes over the wire. */
export type Shared = Omit<BlockView, 'document' | 'findings'> & { document: SharedDocument; findings: Finding[] };
export type Affected = Omit<WireAffected, 'findings'> & { findings: Finding[] };
export type Check = { findings: Finding[]; templates: Affected[] };

export const blocksQuery = queryOptions({ queryKey: ['blocks', 'list'], staleTime: 30_000, queryFn: ({ signal }) => api.get<{ rows: Head[] }>('/blocks', undefined, signal) });
export const blockQuery = (id: string) => queryOptions({ queryKey: ['blocks', 'one', id], retry: false, queryFn: ({ signal }) => api.get<Shared>(`/blocks/${id}`, undefined, signal) });
export const blockVersionQuery = (id: string, version: number) => queryOptions({
  queryKey: ['blocks', 'version', id, version], staleTime: Number.POSITIVE_INFINITY, queryFn: ({ signal }) => api.get<Omit<BlockVersionDetail, 'document'> & { document: SharedDocument }>(`/blocks/${id}/versions/${version}`, undefined, signal),
});
export const checkQuery = (key: string, document: SharedDocument) => queryOptions({
  queryKey: ['blocks', 'check', key, document], staleTime: 30_000, placeholderData: keepPreviousData, retry: false, queryFn: () => api.post<Check>('/blocks/check', { key, document }),
});
export type Looked = { key: string; document: SharedDocument; channel: 'email' | 'sms'; language: Language; customer: string | null };
export const blockPreviewQuery = ({ customer, ...asked }: Looked) => queryOptions({
  queryKey: ['blocks', 'preview', asked, customer], staleTime: 60_000, placeholderData: keepPreviousData, retry: false, queryFn: () => api.post<Preview>('/blocks/preview', { ...asked, ...(customer ? { customer } : {}) }),
});
