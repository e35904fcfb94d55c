import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ForecastReply } from '../../../../src/insight/forecasts/contract.ts';
import { api } from '../../lib/api.ts';

export type Forecast = ForecastReply;
export type Made = NonNullable<Forecast['forecast']>;

export const forecastQuery = (asked: { series: string; horizon: string; shop?: string | undefined }) => queryOptions({
  queryKey: ['insight', 'forecasts', asked], queryFn: ({ signal }) => api.get<Forecast>('/insight/forecasts', asked, signal), placeholderData: keepPreviousData,
});
