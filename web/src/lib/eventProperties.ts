import { useQuery } from '@tanstack/react-query';
import type { EventProperty } from '../../../src/collect/contract.ts';
import { api } from './api.ts';
import { useMay } from './session.ts';

/** Properties every purchase and refund has; what else orders carried is not listed. */
const OF_ORDERS: Readonly<Record<string, readonly string[]>> = { 'order.paid': ['order_no', 'coupon', 'promo', 'province', 'city'], 'order.refunded': ['order_no', 'sku', 'reason'] };
const NONE: readonly string[] = [];

/** The properties that events of a name brought lately, the most frequent first; none where the role may not see events. */
export function useEventProperties(event: string): readonly string[] {
  const may = useMay()('imports.read'), own = Object.hasOwn(OF_ORDERS, event) ? OF_ORDERS[event] : undefined;
  const seen = useQuery({
    queryKey: ['schema', 'track', event], enabled: may && event !== '' && own === undefined, staleTime: 300_000,
    queryFn: ({ signal }) => api.get<{ newest: number; rows: EventProperty[] }>('/events/schema/properties', { kind: 'track', event }, signal),
  });
  return own ?? seen.data?.rows.map(({ property }) => property) ?? NONE;
}
