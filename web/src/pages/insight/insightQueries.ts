import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { cohortsShape, dimensionsShape, funnelShape, GoalForecastReply, goalListShape, metricShape, metricsShape, seriesShape } from '../../../../src/insight/contract.ts';
import { api } from '../../lib/api.ts';

export type Dimensions = z.infer<typeof dimensionsShape>;
export type Cohorts = z.infer<typeof cohortsShape>;
export type Funnel = z.infer<typeof funnelShape>;
export type Goals = z.infer<typeof goalListShape>;
export type Goal = Goals['rows'][number];
export type GoalForecast = GoalForecastReply;
export type Metrics = z.infer<typeof metricsShape>;
export type Metric = z.infer<typeof metricShape>;
export type Series = z.infer<typeof seriesShape>;

/** Whose doings a question is about, as the address says it. */
export type ScopeFilters = { from: string; to: string; shop?: string | undefined; b2b?: string | undefined };

export const scopeOf = ({ from, to, shop, b2b }: ScopeFilters) => ({ from, to, shops: shop ? [shop] : [], withoutB2b: b2b === 'no' });

export const dimensionsQuery = queryOptions({ queryKey: ['insight', 'dimensions'], queryFn: ({ signal }) => api.get<Dimensions>('/insight/dimensions', undefined, signal), staleTime: 60_000 });

/** Questions are POSTs because a scope can be long; they change nothing, so they are kept like any read. */
const question = <T>(path: string, body: object) => queryOptions({ queryKey: ['insight', path, body], queryFn: () => api.post<T>(path, body), placeholderData: keepPreviousData });

export const cohortsQuery = (body: object) => question<Cohorts>('/insight/cohorts', body);
export const funnelQuery = (body: object) => question<Funnel>('/insight/funnel', body);
export const seriesQuery = (body: object) => question<Series>('/insight/series', body);

export const goalsQuery = (closed: boolean) => queryOptions({ queryKey: ['insight', 'goals', closed], queryFn: ({ signal }) => api.get<Goals>('/insight/goals', { closed: String(closed) }, signal) });
export const goalForecastQuery = (id: string) => queryOptions({ queryKey: ['insight', 'goals', 'forecast', id], queryFn: ({ signal }) => api.get<GoalForecast>(`/insight/goals/${id}/forecast`, undefined, signal) });
export const metricsQuery = queryOptions({ queryKey: ['insight', 'metrics'], queryFn: ({ signal }) => api.get<Metrics>('/insight/metrics', undefined, signal) });
export const metricQuery = (id: string) => queryOptions({ queryKey: ['insight', 'metrics', id], queryFn: ({ signal }) => api.get<Metric>(`/insight/metrics/${id}`, undefined, signal) });
