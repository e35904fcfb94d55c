import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type * as contract from '../../../../src/lifecycle/scoring/contract.ts';
import { api } from '../../lib/api.ts';

export type { ChurnReport, Coded, ModelLine, ScoreOdds, ScoreReason, ValueReport } from '../../../../src/lifecycle/scoring/contract.ts';
export type Scoring = z.infer<typeof contract.scoringReply>;
export type AtRisk = z.infer<typeof contract.atRiskReply>;
export type RiskGroup = z.infer<typeof contract.groupReply>;
export type AtRiskRow = AtRisk['rows'][number];
export type SavePlan = z.infer<typeof contract.planReply>;
export type ExitTable = z.infer<typeof contract.exitTableReply>;
export type Told = z.infer<typeof contract.modelReply>;
export type Policy = z.infer<typeof contract.policyReply>;
export type PriceUse = Policy['priceUses'][number];
export type CustomerScore = z.infer<typeof contract.customerScoreReply>;

/** While a model is being fitted the page asks again this often. */
const WATCH_MS = 1_500;

export const scoringQuery = queryOptions({
  queryKey: ['scoring', 'state'], queryFn: ({ signal }) => api.get<Scoring>('/lifecycle/scoring', undefined, signal),
  refetchInterval: ({ state }) => (state.data?.running ? WATCH_MS : false),
});

/** Whom the pages look at where nothing else is asked: business buyers stand apart. */
export const CONSUMERS = 'consumers';

/** Whom the page looks at, as the address says it. */
export const atRiskFilters = ({ shop, people, segment, tag, rfm, stage, because, method, leastChurn, horizonMost }: Readonly<Record<string, string>>) => ({ shop, people: people || CONSUMERS, segment, tag, rfm, stage, because, method, leastChurn, horizonMost });
export type AtRiskFilters = ReturnType<typeof atRiskFilters>;

export const fetchAtRisk = (filters: AtRiskFilters, cursor: string | undefined, limit: number, signal: AbortSignal): Promise<AtRisk> => api.get('/lifecycle/at-risk', { ...filters, cursor, limit }, signal);

export const groupQuery = (asked: AtRiskFilters) => queryOptions({ queryKey: ['scoring', 'group', asked], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<RiskGroup>('/lifecycle/at-risk/group', asked, signal) });

export type PlanAsked = Partial<Record<'shop' | 'people' | 'segment' | 'tag' | 'rfm' | 'capacity' | 'costMinor' | 'moneyMinor' | 'savedShare', string | undefined>>;
export const planQuery = (asked: PlanAsked) => queryOptions({ queryKey: ['scoring', 'plan', asked], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<SavePlan>('/lifecycle/at-risk/plan', asked, signal) });

type People = { shop?: string | undefined; people?: string | undefined };
export const exitTableQuery = (scope: People) => queryOptions({ queryKey: ['scoring', 'exits', scope], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<ExitTable>('/lifecycle/exit-reasons', scope, signal) });

export const modelQuery = (kind: contract.ModelLine['kind'], number: string | undefined) => queryOptions({
  queryKey: ['scoring', 'model', kind, number ?? ''], queryFn: ({ signal }) => api.get<Told>(`/lifecycle/models/${kind}`, { number }, signal),
});

export const policyQuery = queryOptions({ queryKey: ['scoring', 'policy'], queryFn: ({ signal }) => api.get<Policy>('/lifecycle/scoring/policy', undefined, signal) });

export const customerScoreQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'score'], queryFn: ({ signal }) => api.get<CustomerScore>(`/lifecycle/customers/${id}/score`, undefined, signal) });
