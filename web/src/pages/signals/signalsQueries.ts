import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type * as contract from '../../../../src/lifecycle/signals/contract.ts';
import { api } from '../../lib/api.ts';

export type Risks = z.infer<typeof contract.risksShape>;
export type Risk = Risks['rows'][number];
export type RiskRule = z.infer<typeof contract.riskRuleShape>;
export type Programme = z.infer<typeof contract.programmeShape>;
export type CoreMembers = z.infer<typeof contract.coreMembersShape>;
export type CoreLog = z.infer<typeof contract.coreLogShape>;
export type Engagement = z.infer<typeof contract.engagementShape>;
export type CustomerEngagement = z.infer<typeof contract.customerEngagementShape>;
export type Acts = CustomerEngagement['advocacy']['acts'];

const KEY = 'signals';
const asking = <T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}) =>
  queryOptions({ queryKey: [KEY, path, query], queryFn: ({ signal }) => api.get<T>(path, query, signal), placeholderData: keepPreviousData });

export const countsQuery = asking<Risks>('/lifecycle/risks', { limit: 1 });
export const rulesQuery = asking<{ rows: RiskRule[] }>('/lifecycle/risk-rules');
export const programmesQuery = asking<{ rows: Programme[] }>('/lifecycle/core-programmes');
export const coreLogQuery = (id: string, limit: number) => asking<CoreLog>(`/lifecycle/core-programmes/${id}/log`, { limit });
export const engagementQuery = (shop: string | undefined) => asking<Engagement>('/lifecycle/engagement', { shop });
export const customerEngagementQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'engagement'], queryFn: ({ signal }) => api.get<CustomerEngagement>(`/lifecycle/customers/${id}/engagement`, undefined, signal) });
