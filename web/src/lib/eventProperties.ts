import { useQuery } from '@tanstack/react-query';
import type { EventProperty } from '../../../src/collect/contract.ts';
import { ORDER_PROPERTIES } from '../../../src/collect/core/orderProperties.ts';
import { api } from './api.ts';
import { useMay } from './session.ts';

const NONE: readonly string[] = [];

/** The properties that events of a name brought lately, the most frequent first; none where the role may not see events. */
export function useEventProperties(event: string): readonly string[] {
  const may = useMay()('imports.read'), own = Object.hasOwn(ORDER_PROPERTIES, event) ? ORDER_PROPERTIES[event] : undefined;
  const seen = useQuery({
    queryKey: ['schema', 'track', event], enabled: may && event !== '' && own === undefined, staleTime: 300_000,
    queryFn: ({ signal }) => api.get<{ newest: number; rows: EventProperty[] }>('/events/schema/properties', { kind: 'track', event }, signal),
  });
  return own ?? seen.data?.rows.map(({ property }) => property) ?? NONE;
}
