import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { EventName, EventProperty, FoundMessage, LiveEvent, Pulse } from '../../../../src/collect/contract.ts';
import { api } from '../../lib/api.ts';

export type { EventName, EventProperty, LiveEvent, Pulse } from '../../../../src/collect/contract.ts';
export type LiveFilters = { source?: string | undefined; state?: string | undefined; search?: string | undefined };

const AGAIN_MS = 2_500;

export const liveQuery = (filters: LiveFilters, paused: boolean) => queryOptions({
  queryKey: ['live', filters], queryFn: ({ signal }) => api.get<{ rows: LiveEvent[] }>('/events/live', filters, signal), placeholderData: keepPreviousData, refetchInterval: paused ? false : AGAIN_MS,
});
export const pulseQuery = queryOptions({ queryKey: ['pulse'], queryFn: ({ signal }) => api.get<Pulse>('/events/pulse', undefined, signal), refetchInterval: AGAIN_MS });
export const foundQuery = (messageId: string) => queryOptions({ queryKey: ['found', messageId], queryFn: ({ signal }) => api.get<{ rows: FoundMessage[] }>('/events/find', { messageId }, signal), enabled: messageId !== '' });
export const schemaQuery = queryOptions({ queryKey: ['schema'], queryFn: ({ signal }) => api.get<{ rows: EventName[] }>('/events/schema', undefined, signal) });
export const propertiesQuery = ({ kind, event }: { kind: string; event: string }) => queryOptions({
  queryKey: ['schema', kind, event], queryFn: ({ signal }) => api.get<{ newest: number; rows: EventProperty[] }>('/events/schema/properties', { kind, event }, signal), enabled: kind !== '',
});
