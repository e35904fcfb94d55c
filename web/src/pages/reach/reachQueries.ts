import { queryOptions, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type * as contract from '../../../../src/reach/contract.ts';
import { api } from '../../lib/api.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';

export type RulesReply = z.infer<typeof contract.rulesReply>;
export type Rules = RulesReply['rules'];
export type Decision = z.infer<typeof contract.decisionShape>;
type DecisionDetail = z.infer<typeof contract.decisionDetail>;
export type Counts = z.infer<typeof contract.countsReply>;
export type Suppression = z.infer<typeof contract.suppressionShape>;
export type Group = z.infer<typeof contract.groupShape>;
export type Provider = z.infer<typeof contract.providerShape>;
export type Account = z.infer<typeof contract.accountShape>;
type Broadcast = z.infer<typeof contract.broadcastShape>;
export type Health = z.infer<typeof contract.healthShape>;
export type May = z.infer<typeof contract.mayReply>;

const DAY_MS = 86_400_000;
export const LATELY_DAYS = 28;
/** The instant so many days ago, at the beginning of the reader's day: the same all day long, so that what was asked is not asked anew. */
export function sinceDays(days: number): string {
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  return new Date(today.getTime() - (days - 1) * DAY_MS).toISOString();
}

export const rulesQuery = queryOptions({ queryKey: ['reach', 'rules'], queryFn: ({ signal }) => api.get<RulesReply>('/reach/rules', undefined, signal) });
export type Asked = { source?: string | undefined; from?: string | undefined; to?: string | undefined };
export const countsQuery = (asked: Asked) => queryOptions({ queryKey: ['reach', 'counts', asked], queryFn: ({ signal }) => api.get<Counts>('/reach/counts', asked, signal) });
export const decisionQuery = (id: string) => queryOptions({ queryKey: ['reach', 'decision', id], queryFn: ({ signal }) => api.get<DecisionDetail>(`/reach/decisions/${id}`, undefined, signal) });
export const providersQuery = queryOptions({ queryKey: ['reach', 'providers'], queryFn: ({ signal }) => api.get<{ rows: Provider[] }>('/reach/providers', undefined, signal), staleTime: 300_000 });
export const channelAccountsQuery = queryOptions({ queryKey: ['reach', 'accounts'], queryFn: ({ signal }) => api.get<{ rows: Account[] }>('/reach/accounts', undefined, signal) });
export const broadcastsQuery = (account: string) => queryOptions({ queryKey: ['reach', 'broadcasts', account], queryFn: ({ signal }) => api.get<{ rows: Broadcast[] }>(`/reach/accounts/${account}/broadcasts`, undefined, signal), retry: false });
export const groupsQuery = queryOptions({ queryKey: ['reach', 'groups'], queryFn: ({ signal }) => api.get<{ rows: Group[] }>('/reach/groups', undefined, signal) });
export const healthQuery = queryOptions({ queryKey: ['reach', 'sources'], queryFn: ({ signal }) => api.get<{ rows: Health[] }>('/reach/sources', undefined, signal) });
export const mayQuery = (customer: string) => queryOptions({ queryKey: ['customer', customer, 'may'], queryFn: ({ signal }) => api.get<May>('/reach/may', { customer }, signal) });

type Named = { rows: { id: string; name: string }[] };
const templateNamesQuery = queryOptions({ queryKey: ['templates', 'names'], queryFn: ({ signal }) => api.get<Named>('/templates', undefined, signal), staleTime: 60_000 });
export const journeyNamesQuery = queryOptions({ queryKey: ['journeys', 'names'], queryFn: ({ signal }) => api.get<Named>('/journeys', { limit: 200 }, signal), staleTime: 60_000, retry: false });

/** What a template is called; '' while it is not known, or where it was put away. */
export function useTemplateName(): (id: string) => string {
  const { data } = useQuery({ ...templateNamesQuery, enabled: useMay()('reach.read') });
  return (id) => data?.rows.find((one) => one.id === id)?.name ?? '';
}

/** Who wanted a message: a journey by its name, everything else by its kind and its own id; an id of ours that has no name for this reader says nothing. */
export function useSourceWords(): (source: { kind: string; id: string }) => string {
  const t = useT();
  const { data } = useQuery({ ...journeyNamesQuery, enabled: useMay()('engage.read') });
  return ({ kind, id }) => {
    const name = data?.rows.find((one) => one.id === id)?.name ?? (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? '' : id);
    const of = isKnown(`decisions.source.${kind}`) ? t(`decisions.source.${kind}`) : kind;
    return name === '' ? of : t('decisions.source', { kind: of, name });
  };
}
