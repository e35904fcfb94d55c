import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { dataDayShape } from '../../../src/collect/contract.ts';
import type { dimensionsShape } from '../../../src/insight/contract.ts';
import type { Session as SessionReply } from '../../../src/kernel/access/contract.ts';
import { api } from './api.ts';
import { useSourceName } from './names.ts';

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

const dataDayQuery = queryOptions({ queryKey: ['data-day'], queryFn: ({ signal }) => api.get<z.infer<typeof dataDayShape>>('/data-day', undefined, signal), staleTime: 60_000 });

/** Shops, channels and events that were seen, and the days there are. */
export type Dimensions = z.infer<typeof dimensionsShape>;
export const dimensionsQuery = queryOptions({ queryKey: ['dimensions'], queryFn: ({ signal }) => api.get<Dimensions>('/insight/dimensions', undefined, signal), staleTime: 60_000 });

export type Shop = { key: string; name: string };
/** How far the data reach: the day that stands for "today" (数据截至; null where there are none, or it has not been heard yet), each source behind it, and the shops seen. */
export type DataState = { isHeard: boolean; until: string | null; sources: z.infer<typeof dataDayShape>['sources']; shops: Shop[] };

export function useData(): DataState {
  const may = useMay();
  const sourceName = useSourceName();
  const { data } = useQuery(dataDayQuery);
  const dimensions = useQuery({ ...dimensionsQuery, enabled: may('customers.read') });
  const shops = (dimensions.data?.shops ?? []).filter((shop) => shop !== '').map((shop) => ({ key: shop, name: shop }));
  return { isHeard: data !== undefined, until: data?.day ?? null, sources: (data?.sources ?? []).map((source) => ({ ...source, name: sourceName(source.name) })), shops };
}
