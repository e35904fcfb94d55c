import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { fitsShape, reportShape, trialsShape } from '../../../../src/lifecycle/offers/contract.ts';
import { api } from '../../lib/api.ts';

export type TrialReport = z.infer<typeof reportShape>;
export type Trial = z.infer<typeof trialsShape>['rows'][number];
export type Fit = z.infer<typeof fitsShape>['rows'][number];

export const trialReportQuery = (days: { from?: string | undefined; to?: string | undefined }) => queryOptions({ queryKey: ['offers', 'trials', days], queryFn: ({ signal }) => api.get<TrialReport>('/trials/report', days, signal) });
export const fitsQuery = queryOptions({ queryKey: ['offers', 'fits'], queryFn: ({ signal }) => api.get<{ rows: Fit[] }>('/products/fits', undefined, signal) });
export const trialsQuery = (customer: string) => queryOptions({ queryKey: ['customer', customer, 'trials'], queryFn: ({ signal }) => api.get<{ rows: Trial[] }>(`/customers/${customer}/trials`, undefined, signal) });
