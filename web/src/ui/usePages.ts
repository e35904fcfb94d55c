import { keepPreviousData, type QueryKey, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Paged } from '../lib/api.ts';

export type Pages<T> = {
  query: UseQueryResult<Paged<T>>;
  /** Counting from 0. */
  page: number;
  forward: (() => void) | undefined;
  back: (() => void) | undefined;
};

/**
 * A list paged by the server's cursors. Whatever the list depends on (filters, sort) belongs in `key`: when it changes,
 * the list begins again at its first page.
 */
export function usePages<T>(key: QueryKey, fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Paged<T>>, enabled = true): Pages<T> {
  const name = JSON.stringify(key);
  const [trail, setTrail] = useState<{ name: string; cursors: string[] }>({ name, cursors: [] });
  const cursors = trail.name === name ? trail.cursors : [];
  useEffect(() => setTrail((now) => (now.name === name ? now : { name, cursors: [] })), [name]);
  const cursor = cursors.at(-1);
  const query = useQuery({ queryKey: [...key, cursor ?? null], queryFn: ({ signal }) => fetchPage(cursor, signal), placeholderData: keepPreviousData, enabled });
  const next = query.data?.next;
  return {
    query,
    page: cursors.length,
    forward: next && !query.isPlaceholderData ? () => setTrail({ name, cursors: [...cursors, next] }) : undefined,
    back: cursors.length > 0 ? () => setTrail({ name, cursors: cursors.slice(0, -1) }) : undefined,
  };
}
