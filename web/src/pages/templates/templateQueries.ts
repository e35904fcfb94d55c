import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FindingView, PreviewReply, RulesView, TemplateHead, TemplateView, Variables, VersionDetail, VersionView, Vocabulary } from '../../../../src/reach/templates/contract.ts';
import type { ChannelName, Purpose } from '../../../../src/reach/core/message.ts';
import type { TemplateDocument } from '../../../../src/reach/core/templates/document.ts';
import type { Language } from '../../../../src/kernel/words/types.ts';
import { api } from '../../lib/api.ts';

export type Head = TemplateHead;
export type Finding = FindingView;
export type Version = VersionView;
export type Rules = RulesView;
/** A template as it comes over the wire. */
export type Template = Omit<TemplateView, 'document' | 'findings' | 'versions'> & { document: TemplateDocument; findings: Finding[]; versions: Version[] };
export type Preview = Omit<PreviewReply, 'content'> & { content: Record<string, unknown> | null };

export const templatesQuery = queryOptions({ queryKey: ['templates', 'list'], queryFn: ({ signal }) => api.get<{ rows: Head[] }>('/templates', undefined, signal) });
export const templateQuery = (id: string) => queryOptions({ queryKey: ['templates', 'one', id], retry: false, queryFn: ({ signal }) => api.get<Template>(`/templates/${id}`, undefined, signal) });
export const versionQuery = (id: string, version: number) => queryOptions({
  queryKey: ['templates', 'version', id, version], staleTime: Number.POSITIVE_INFINITY, enabled: version > 0, queryFn: ({ signal }) => api.get<Omit<VersionDetail, 'document'> & { document: TemplateDocument }>(`/templates/${id}/versions/${version}`, undefined, signal),
});
export const vocabularyQuery = queryOptions({ queryKey: ['templates', 'vocabulary'], staleTime: 60_000, queryFn: ({ signal }) => api.get<Vocabulary>('/templates/vocabulary', undefined, signal) });
export const variablesQuery = (event: string | undefined) => queryOptions({ queryKey: ['templates', 'variables', event ?? ''], staleTime: 300_000, placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<Variables>('/templates/variables', { event }, signal) });
export const rulesQuery = queryOptions({ queryKey: ['templates', 'rules'], queryFn: ({ signal }) => api.get<Rules>('/templates/rules', undefined, signal) });
export const lintQuery = (purpose: Purpose, document: TemplateDocument) => queryOptions({
  queryKey: ['templates', 'lint', purpose, document], staleTime: 60_000, placeholderData: keepPreviousData, retry: false, queryFn: () => api.post<{ findings: Finding[] }>('/templates/lint', { purpose, document }),
});
export type Looked = { document: TemplateDocument; channel: ChannelName; language: Language; variant: string; customer: string | null; personalised: boolean };
export const previewQuery = ({ document, channel, language, variant, customer, personalised }: Looked) => queryOptions({
  queryKey: ['templates', 'preview', document, channel, language, variant, customer, personalised], staleTime: 60_000, placeholderData: keepPreviousData, retry: false,
  queryFn: () => api.post<Preview>('/templates/preview', { document, channel, language, personalised, ...(variant ? { variant } : {}), ...(customer ? { customer } : {}) }),
});
