import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { homeShape } from '../../../../src/insight/contract.ts';
import { api } from '../../lib/api.ts';

export type Home = z.infer<typeof homeShape>;

export const homeQuery = (days: number, shop: string | undefined) => queryOptions({
  queryKey: ['home', days, shop ?? ''], queryFn: ({ signal }) => api.get<Home>('/insight/home', { days, shop }, signal), placeholderData: keepPreviousData,
});
