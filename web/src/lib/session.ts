import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { api } from './api.ts';

export type Shop = { key: string; name: string };
/** The data's own newest day of one source; `stale` when it is twice its usual interval late (数据断流). */
export type DataDay = { source: string; name: string; day: string | null; stale: boolean };

/** Who is signed in, what they may do, and the workspace they look at. */
export type Session = {
  user: { id: string; name: string; email: string };
  role: string;
  permissions: string[];
  workspace: { id: string; name: string; currency: string; zone: string };
  workspaces: { id: string; name: string }[];
  shops: Shop[];
  dataUntil: string | null;
  sources: DataDay[];
  customers: number;
};

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.get<Session>('/session', undefined, signal),
  staleTime: 60_000,
  retry: false,
});

/** The session of a page inside the shell, where it is always there. */
export const useSession = (): Session => useSuspenseQuery(sessionQuery).data;
export const useSessionIfAny = () => useQuery(sessionQuery);

/** May the one who is signed in do this? `owner` may do everything. */
export const useMay = (): ((permission: string) => boolean) => {
  const { permissions } = useSession();
  return (permission) => permissions.includes('*') || permissions.includes(permission);
};
