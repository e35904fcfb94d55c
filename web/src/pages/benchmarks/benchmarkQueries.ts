import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type * as contract from '../../../../src/insight/benchmarks/contract.ts';
import { api } from '../../lib/api.ts';

export type Library = z.infer<typeof contract.benchmarksShape>;
export type Figure = Library['rows'][number];
export type Line = Library['lines'][number];
export type ChurnYears = z.infer<typeof contract.churnYearsShape>;
export type CostSplit = z.infer<typeof contract.costSplitShape>;
export type Satisfaction = z.infer<typeof contract.satisfactionShape>;

export const BENCHMARKS_KEY = 'benchmarks';
const asking = <T>(path: string, query: Readonly<Record<string, string | undefined>> = {}) =>
  queryOptions({ queryKey: [BENCHMARKS_KEY, path, query], queryFn: ({ signal }) => api.get<T>(`/insight/benchmarks${path}`, query, signal) });

export const libraryQuery = asking<Library>('');
export const churnYearsQuery = (shop: string | undefined) => asking<ChurnYears>('/churn', { shop });
export const costSplitQuery = asking<CostSplit>('/costs');
export const satisfactionQuery = asking<Satisfaction>('/satisfaction');
