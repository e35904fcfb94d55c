import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { PolicyReply, touchReply } from '../../../../src/lifecycle/touch/contract.ts';
import { api } from '../../lib/api.ts';
import type { Speak } from '../../lib/language.tsx';

export type Policy = PolicyReply['policy'];
export type Tier = Policy['tiers'][number];
export type { PolicyReply };
export type Touch = z.infer<typeof touchReply>;

export const policyQuery = queryOptions({ queryKey: ['touch', 'policy'], queryFn: ({ signal }) => api.get<PolicyReply>('/touch/policy', undefined, signal) });
export const touchQuery = (id: string) => queryOptions({ queryKey: ['customer', id, 'touch'], queryFn: ({ signal }) => api.get<Touch>(`/touch/customers/${id}`, undefined, signal) });
export const segmentNamesQuery = queryOptions({ queryKey: ['segments', 'names'], queryFn: ({ signal }) => api.get<{ rows: { id: string; name: string }[] }>('/segments', undefined, signal) });
export const numberFieldsQuery = queryOptions({ queryKey: ['fields', 'numbers'], queryFn: async ({ signal }) => (await api.get<{ rows: { key: string; type: string; label: string | null }[] }>('/fields', undefined, signal)).rows.filter(({ type }) => type === 'number' || type === 'money') });

const HOUR = 60, DAY = 1_440;
const STARTS: readonly { key: string; human: Tier['human']; offer: Tier['offer']; first: number; solved: number }[] = [
  { key: 'high', human: 'adviser', offer: 'gift', first: HOUR, solved: 8 * HOUR }, { key: 'standard', human: 'pool', offer: 'service', first: 8 * HOUR, solved: 2 * DAY }, { key: 'low', human: 'none', offer: 'discount', first: DAY, solved: 3 * DAY },
];
/** The three tiers a workspace without any is offered; segments are still to be chosen. */
export const startingTiers = (t: Speak): Tier[] => STARTS.map(({ key, human, offer, first, solved }) => ({ key, name: t(`touch.start.${key}`), segment: null, sla: { firstReplyMinutes: first, resolveMinutes: solved }, channels: null, human, offer, capMinor: null }));
/** A key for a tier that has none of these. */
export const freshKey = (taken: readonly string[]): string => { for (let n = 1; ; n++) if (!taken.includes(`tier_${n}`)) return `tier_${n}`; };
