import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Acquisition, AdviceReply, Clv, CostLine, CustomerLedger, CustomersReply, EntriesReply, LedgersReply, PlanLine, Referrals, Scores, Tiers, ValueScore } from '../../../../src/lifecycle/money/contract.ts';
import { api } from '../../lib/api.ts';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';

export type { Acquisition, AdviceReply, Clv, CostLine, CustomerLedger, EntriesReply, PlanLine, Referrals, Scores, Tiers, ValueScore };
export type Ledgers = LedgersReply;
export type LedgerLine = LedgersReply['rows'][number];
export type CustomerLine = CustomersReply['rows'][number];

type Query = Readonly<Record<string, string | number | undefined>>;
const asking = <T>(name: string, path: string, query: Query = {}) => queryOptions({
  queryKey: ['money', name, query], queryFn: ({ signal }) => api.get<T>(path, query, signal), placeholderData: keepPreviousData,
});
/** A list that grows by pages. */
const growing = <T>(name: string, path: string, query: Query) => infiniteQueryOptions({
  queryKey: ['money', name, query], initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) => api.get<{ rows: T[]; next: string | null }>(path, { ...query, cursor: pageParam }, signal), getNextPageParam: ({ next }) => next ?? undefined,
});

export const ledgersQuery = (scope: Scope, by: string) => asking<Ledgers>('ledgers', '/lifecycle/ledger', { ...scope, by });
export const ledgerCustomersQuery = (scope: Scope, pick: Query) => growing<CustomerLine>('ledger-customers', '/lifecycle/ledger/customers', { ...scope, ...pick, limit: 20 });
export const customerLedgerQuery = (id: string) => asking<CustomerLedger>(`ledger-${id}`, `/lifecycle/customers/${id}/ledger`);
export const entriesQuery = (id: string, line: string) => growing<EntriesReply['rows'][number]>(`entries-${id}`, `/lifecycle/customers/${id}/ledger/entries`, { line, limit: 20 });
export const valueScoreQuery = (id: string) => asking<ValueScore>(`value-score-${id}`, `/lifecycle/customers/${id}/value-score`);
export const acquisitionQuery = asking<Acquisition>('acquisition', '/lifecycle/acquisition');
export const costsQuery = (pick: Query) => growing<CostLine>('costs', '/lifecycle/costs', { ...pick, limit: 20 });
export const clvQuery = (scope: Scope, unit: string) => asking<Clv>('clv', '/lifecycle/clv', { ...scope, unit });
export const referralsQuery = asking<Referrals>('referrals', '/lifecycle/referral-value');
export const scoresQuery = (scope: Scope) => asking<Scores>('scores', '/lifecycle/value-scores', scope);
export const tiersQuery = (scope: Scope, by: string, assumed: Query) => asking<Tiers>('tiers', '/lifecycle/budget/tiers', { ...scope, by, ...assumed });
export const plansQuery = asking<{ rows: PlanLine[] }>('plans', '/lifecycle/budget/plans');
