import type { z } from 'zod';
import type { reviewsShape } from '../../../../src/customers/contract.ts';
import { api } from '../../lib/api.ts';

type Reviews = z.infer<typeof reviewsShape>;
/** An identifier beside which several customers stand. */
export type Review = Reviews['rows'][number];
export const PAGE_SIZE = 20;

export const fetchReviews = (cursor: string | undefined, signal: AbortSignal): Promise<Reviews> => api.get('/identity/reviews', { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) }, signal);
