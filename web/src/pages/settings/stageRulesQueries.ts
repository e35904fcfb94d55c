import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { matrixReply, modelsReply, rulesListReply, rulesReply } from '../../../../src/lifecycle/contract.ts';
import { api } from '../../lib/api.ts';

export type Rules = z.infer<typeof rulesReply>;
export type RulesLine = z.infer<typeof rulesListReply>['rows'][number];
export type CategoryRules = Rules['categories'][number];
export type Cuts = CategoryRules['groups'][number];
export type Models = z.infer<typeof modelsReply>;
export type Matrix = z.infer<typeof matrixReply>;

/** Above this share of "churned" people who bought again, a judged day is marked. */
export const RETURNED_TOO_OFTEN = 0.15;

const rulesKey = ['settings', 'lifecycle'] as const;

export const rulesListQuery = queryOptions({ queryKey: [...rulesKey, 'rules'], queryFn: ({ signal }) => api.get<{ rows: RulesLine[] }>('/lifecycle/rules', undefined, signal) });
export const rulesQuery = (version: string) => queryOptions({ queryKey: [...rulesKey, 'rules', version], queryFn: ({ signal }) => api.get<Rules>(`/lifecycle/rules/${version}`, undefined, signal) });
export const modelsQuery = queryOptions({ queryKey: [...rulesKey, 'models'], queryFn: ({ signal }) => api.get<Models>('/lifecycle/models', undefined, signal) });
export const matrixQuery = queryOptions({ queryKey: [...rulesKey, 'matrix'], queryFn: ({ signal }) => api.get<Matrix>('/lifecycle/matrix', undefined, signal) });
