import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type * as contract from '../../../../src/lifecycle/contract.ts';
import { api } from '../../lib/api.ts';

export type Overview = contract.Overview;
export type Report = contract.Report;
export type Flow = z.infer<typeof contract.flowReply>;
export type Periods = z.infer<typeof contract.periodsReply>;
export type Matrix = z.infer<typeof contract.matrixReply>;
export type Ladder = z.infer<typeof contract.ladderReply>;
export type Lifetimes = z.infer<typeof contract.lifetimeReply>;

/** Whom a page of the lifecycle looks at: the shop in the bar; consumers or business buyers, a saved filter or a tag where it is asked. */
export type Scope = Readonly<{ shop?: string | undefined; people?: string | undefined; segment?: string | undefined; tag?: string | undefined }>;
export const scopeIn = ({ shop, people }: Readonly<Record<string, string>>): Scope => ({ shop, people });

const asking = <T>(name: string, path: string, query: Readonly<Record<string, string | undefined>> = {}) => queryOptions({
  queryKey: ['lifecycle', name, query], queryFn: ({ signal }) => api.get<T>(path, query, signal), placeholderData: keepPreviousData,
});

export const overviewQuery = (scope: Scope) => asking<Overview>('overview', '/lifecycle/overview', scope);
export const matrixQuery = asking<Matrix>('matrix', '/lifecycle/matrix');
export const flowQuery = (scope: Scope, days: { from?: string | undefined; to?: string | undefined } = {}) => asking<Flow>('flow', '/lifecycle/flow', { ...scope, ...days });
export const periodsQuery = (by: string, scope: Scope) => asking<Periods>('periods', '/lifecycle/periods', { by, ...scope });
export const ladderQuery = (scope: Scope) => asking<Ladder>('ladder', '/lifecycle/ladder', scope);
export const lifetimeQuery = (by: string, scope: Scope) => asking<Lifetimes>('lifetime', '/lifecycle/lifetime', { by, ...scope });

const HUNDRED = 100;

/** How good the label 流失 was on past days, as a word and a sentence with its numbers. */
export function verdictOf({ verdict, reason, called, judged, returnShare, horizonDays }: Report): { word: string; why: string; params: Record<string, number> } {
  const params = { called, days: judged.length, percent: Math.round((returnShare ?? 0) * HUNDRED), horizonDays };
  return { word: `verdict.${verdict}`, why: reason ? `no_churn.${reason}` : `verdict.${verdict}.why`, params };
}
