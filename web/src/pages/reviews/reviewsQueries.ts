import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { limitsShape, reviewsShape } from '../../../../src/customers/contract.ts';
import { api } from '../../lib/api.ts';

type Reviews = z.infer<typeof reviewsShape>;
/** An identifier beside which several customers stand. */
export type Review = Reviews['rows'][number];
export const PAGE_SIZE = 20;

export const fetchReviews = (cursor: string | undefined, signal: AbortSignal): Promise<Reviews> => api.get('/identity/reviews', { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) }, signal);

/** How many wait for somebody to decide. */
export const openReviewsQuery = queryOptions({ queryKey: ['reviews', 'open'], queryFn: ({ signal }) => api.get<Reviews>('/identity/reviews', { limit: 1 }, signal) });

export type Limits = z.infer<typeof limitsShape>;
export const limitsQuery = queryOptions({ queryKey: ['settings', 'identity-limits'], queryFn: ({ signal }) => api.get<Limits>('/identity/limits', undefined, signal) });
