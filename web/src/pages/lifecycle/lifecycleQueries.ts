import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';

export type StageLine = {
  stage: string; customers: number; before: number; reach: Record<string, number>; netMinor: number;
  states: { state: string; customers: number }[];
  needs: string; goal: string; kpi: string; ownerTeam: string; plays: { id: string; name: string; status: 'active' | 'paused' }[]; needsPlay: boolean;
};
/** How good the judgement was: its code, the sentence why, and the share of those called churned who came back. */
export type Verdict = { code: string; params: Record<string, number> };
export type Overview = { asOf: string; comparedTo: string; total: number; rulesVersion: number; stages: StageLine[]; verdict: Verdict; noChurn: string | null };
export type Flow = { from: string; to: string; cells: { from: string; to: string; customers: number }[]; start: Record<string, number>; end: Record<string, number>; joined: Record<string, number> };
export type Periods = { unit: string; periods: { from: string; active: number; fresh: number; retained: number; returning: number; lost: number }[] };

type Scope = Readonly<{ shop?: string | undefined }>;

export const overviewQuery = (scope: Scope) => queryOptions({ queryKey: ['lifecycle', 'overview', scope], queryFn: ({ signal }) => api.get<Overview>('/lifecycle/overview', scope, signal), placeholderData: keepPreviousData });
export const flowQuery = (days: { from?: string | undefined; to?: string | undefined; shop?: string | undefined }) => queryOptions({ queryKey: ['lifecycle', 'flow', days], queryFn: ({ signal }) => api.get<Flow>('/lifecycle/flow', days, signal), placeholderData: keepPreviousData });
export const periodsQuery = (unit: string, scope: Scope) => queryOptions({ queryKey: ['lifecycle', 'periods', unit, scope], queryFn: ({ signal }) => api.get<Periods>('/lifecycle/periods', { unit, ...scope }, signal), placeholderData: keepPreviousData });
