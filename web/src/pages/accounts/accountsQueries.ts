import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { accountPageShape, accountsShape, tasksShape, timelineShape } from '../../../../src/customers/contract.ts';
import { own } from '../../../../src/kernel/own.ts';
import { api } from '../../lib/api.ts';

export type AccountRow = z.infer<typeof accountsShape>['rows'][number];
export type Account = z.infer<typeof accountPageShape>;
export type People = Account['people'];
export type Task = z.infer<typeof tasksShape>['rows'][number];
type TimelinePage = z.infer<typeof timelineShape>;
export type TimelineEntry = TimelinePage['rows'][number];
export type Contact = Account['contacts'][number];

export const PAGE_SIZE = 50;
type Accounts = z.infer<typeof accountsShape>;
/** A page of companies, their owners by name. */
export async function fetchAccounts(q: string, cursor: string | undefined, signal: AbortSignal): Promise<Omit<Accounts, 'people'>> {
  const { people, rows, ...page } = await api.get<Accounts>('/accounts', { q, cursor, limit: PAGE_SIZE }, signal);
  return { ...page, rows: rows.map((row) => ({ ...row, owner: nameIn(people, row.owner) })) };
}
export const accountQuery = (id: string) => queryOptions({ queryKey: ['account', id], queryFn: ({ signal }) => api.get<Account>(`/accounts/${id}`, undefined, signal) });

/** What a write about a company may have moved: the list, and all about one, which begins with its key. */
export const ACCOUNT_MOVES = ['accounts', 'account'] as const;

export const tasksQuery = (id: string) => queryOptions({ queryKey: ['account', id, 'tasks'], queryFn: ({ signal }) => api.get<z.infer<typeof tasksShape>>('/tasks', { accountId: id }, signal) });

const LINES = 40;
export const accountTimelineQuery = (id: string, kinds: string) => infiniteQueryOptions({
  queryKey: ['account', id, 'timeline', kinds], initialPageParam: '',
  queryFn: ({ pageParam, signal }) => api.get<TimelinePage>(`/accounts/${id}/timeline`, { cursor: pageParam, kinds, limit: LINES }, signal),
  getNextPageParam: ({ next }) => next,
});

/** An owner or author as people know them: by name; a program by nothing. */
export const nameIn = (people: People, author: string): string => own(people, author) ?? (/^(user|key|system):/.test(author) ? '' : author);
