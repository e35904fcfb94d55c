import type { Definition } from '../../../../../src/engage/core/definition.ts';
import type { Trial } from '../../../../../src/engage/routes/contract.ts';
import { api } from '../../../lib/api.ts';
import type { Journey } from '../journeyQueries.ts';

export type { Journey, Trial };

/** What is changed of a draft, with the revision that was read. */
export type Change = { revision: number; definition: Definition; holdOutReason?: string };
export const saveDraft = (id: string, change: Change): Promise<Journey> => api.patch<Journey>(`/journeys/${id}`, change);

export type Pretence = { customer: string; at: string | null; conditions: Record<string, boolean>; happens: Record<string, number> };
export const tryAs = (id: string, pretence: Pretence): Promise<Trial> => api.post<Trial>(`/journeys/${id}/try`, pretence);
