import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { cycleShape } from '../../../../src/insight/experiments/contract.ts';
import { api } from '../../lib/api.ts';

export type Cycle = z.infer<typeof cycleShape>;
const SHOWN = 3;

/** The last three cycles of a goal, newest first. */
export const cyclesQuery = (goalId: string) => queryOptions({ queryKey: ['insight', 'cycles', goalId], queryFn: ({ signal }) => api.get<{ rows: Cycle[] }>('/insight/cycles', { goalId, limit: SHOWN }, signal) });
