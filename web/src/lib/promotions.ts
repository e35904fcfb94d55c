import { queryOptions, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { promotionListShape } from '../../../src/insight/contract.ts';
import { api } from './api.ts';
import { useMay } from './session.ts';

const promotionsQuery = queryOptions({ queryKey: ['promotions', 'names'], queryFn: ({ signal }) => api.get<z.infer<typeof promotionListShape>>('/insight/promotions', undefined, signal), staleTime: 300_000 });

/** What a promotion is called, by its id; '' where it is not known. */
export function usePromotionName(): (id: string) => string {
  const { data } = useQuery({ ...promotionsQuery, enabled: useMay()('insight.read') });
  return (id) => data?.rows.find((promotion) => promotion.id === id)?.name ?? '';
}
