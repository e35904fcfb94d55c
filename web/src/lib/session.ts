import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { Session as SessionReply } from '../../../src/kernel/access/contract.ts';
import { api } from './api.ts';

export type Session = SessionReply;
export type Permission = Session['permissions'][number];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.get<Session>('/session', undefined, signal),
  staleTime: 60_000,
  retry: false,
});

/** Who is signed in, what they may do, and the workspace they look at; always there inside the shell. */
export const useSession = (): Session => useSuspenseQuery(sessionQuery).data;

/** May the one who is signed in do this? */
export const useMay = (): ((permission: string) => boolean) => {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission as Permission);
};

export const useCurrency = (): string => useSession().workspace.currency;

export type Shop = { key: string; name: string };
/** The data's own newest day of one source; `stale` when it is twice its usual interval late (数据断流). */
export type SourceDay = { source: string; name: string; day: string | null; stale: boolean };
/** How far the data reach: the day that stands for "today", each source behind it, and the shops seen. */
export type DataState = { until: string | null; sources: SourceDay[]; shops: Shop[] };

export const dataQuery = queryOptions({ queryKey: ['data'], queryFn: ({ signal }) => api.get<DataState>('/data', undefined, signal), staleTime: 60_000 });

const NO_DATA: DataState = { until: null, sources: [], shops: [] };
export const useData = (): DataState => useQuery(dataQuery).data ?? NO_DATA;
