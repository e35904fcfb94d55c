import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { QuarantineView, RecipeView } from '../../../../src/collect/contract.ts';
import { api } from '../../lib/api.ts';

export type { QuarantineView, RecipeView } from '../../../../src/collect/contract.ts';
export type QuarantineFilters = { importId?: string | undefined; code?: string | undefined; state?: string | undefined; cursor?: string | undefined };
export type QuarantinePage = { rows: QuarantineView[]; next: string | null; counts: { code: string; count: number }[] };

export const quarantineQuery = (filters: QuarantineFilters) => queryOptions({ queryKey: ['quarantine', filters], queryFn: ({ signal }) => api.get<QuarantinePage>('/quarantine', filters, signal), placeholderData: keepPreviousData });
export const recipesQuery = queryOptions({ queryKey: ['recipes'], queryFn: ({ signal }) => api.get<{ rows: RecipeView[] }>('/recipes', undefined, signal), refetchInterval: 30_000 });
