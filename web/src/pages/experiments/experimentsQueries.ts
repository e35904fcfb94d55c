import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Comparison, experimentListShape, experimentShape, NewExperiment, previewShape, ResultDetail, scorecardShape } from '../../../../src/insight/experiments/contract.ts';
import { api } from '../../lib/api.ts';

export type { Comparison, ResultDetail };
export type ExperimentDetail = z.infer<typeof experimentShape>;
export type ExperimentList = z.infer<typeof experimentListShape>;
export type ExperimentRow = ExperimentList['rows'][number];
export type Preview = z.infer<typeof previewShape>;
export type Draft = NewExperiment;
export type DraftPlan = Draft['plan'];
export type ScorecardRow = z.infer<typeof scorecardShape>['rows'][number];

export const PAGE_SIZE = 20;
export const fetchExperiments = (cursor: string | undefined, signal: AbortSignal): Promise<ExperimentList> => api.get('/insight/experiments', { cursor, limit: PAGE_SIZE }, signal);
export const experimentQuery = (id: string) => queryOptions({ queryKey: ['experiments', 'one', id], retry: false, queryFn: ({ signal }) => api.get<ExperimentDetail>(`/insight/experiments/${id}`, undefined, signal) });
export const resultQuery = (id: string) => queryOptions({ queryKey: ['experiments', 'result', id], retry: false, queryFn: ({ signal }) => api.get<ResultDetail>(`/insight/experiments/${id}/result`, undefined, signal) });
export const scorecardQuery = queryOptions({ queryKey: ['experiments', 'scorecard'], queryFn: ({ signal }) => api.get<{ rows: ScorecardRow[] }>('/insight/experiments/scorecard', undefined, signal) });
/** A question that is a POST because an audience can be long; the answer before stays in sight while the next is counted. */
export const previewQuery = (body: Pick<Draft, 'plan' | 'startsOn'> & { audience?: Draft['audience']; experimentId?: string }) => queryOptions({
  queryKey: ['experimentPreview', body], staleTime: 60_000, placeholderData: keepPreviousData, retry: false, queryFn: () => api.post<Preview>('/insight/experiments/preview', body),
});
