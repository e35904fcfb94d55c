import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { JourneyState } from '../../../../src/engage/contract.ts';
import type { Approval, Attention, Enrolment, Faults, Journey, JourneyRow, Path, Playbook, Replay, Report, Version } from '../../../../src/engage/routes/contract.ts';
import { api, type Paged } from '../../lib/api.ts';
import type { ExperimentList } from '../experiments/experimentsQueries.ts';
import type { Decision } from '../reach/reachQueries.ts';

export type { Approval, Enrolment, Faults, Journey, JourneyRow, JourneyState, Path, Playbook, Replay, Report, Version };
export type Definition = Journey['draft'];

export const STATES = ['draft', 'live', 'paused', 'stopped'] as const satisfies readonly JourneyState[];
/** How somebody's way stands; of two that turned out to be one, the later is not told. */
export const STATUSES = ['inside', 'goal', 'done', 'exited', 'stopped'] as const satisfies readonly Enrolment['status'][];
/** What a write about journeys moves. */
export const JOURNEY_MOVES = ['journeys', 'lifecycle', 'care'] as const;
export const PAGE_SIZE = 50;
export const fetchJourneys = (state: string | undefined, cursor: string | undefined, signal: AbortSignal): Promise<Paged<JourneyRow>> => api.get('/journeys', { state, cursor, limit: PAGE_SIZE }, signal);
export const journeyQuery = (id: string) => queryOptions({ queryKey: ['journeys', 'one', id], retry: false, queryFn: ({ signal }) => api.get<Journey>(`/journeys/${id}`, undefined, signal) });
export const versionQuery = (id: string, version: number) => queryOptions({
  queryKey: ['journeys', 'version', id, version], staleTime: Number.POSITIVE_INFINITY, enabled: version > 0, retry: false, queryFn: ({ signal }) => api.get<Version>(`/journeys/${id}/versions/${version}`, undefined, signal),
});
/** What keeps a draft of this revision from being launched, and how many people it may reach. */
export const faultsQuery = (id: string, revision: number) => queryOptions({ queryKey: ['journeys', 'faults', id, revision], retry: false, queryFn: ({ signal }) => api.get<Faults>(`/journeys/${id}/faults`, undefined, signal) });
export const playbooksQuery = queryOptions({ queryKey: ['journeyPlaybooks'], staleTime: Number.POSITIVE_INFINITY, queryFn: ({ signal }) => api.get<{ rows: Playbook[] }>('/journey-playbooks', undefined, signal) });
export const approvalsQuery = (asked: { open?: 'true'; journey?: string }) => queryOptions({ queryKey: ['journeys', 'approvals', asked], queryFn: ({ signal }) => api.get<{ rows: Approval[] }>('/journey-approvals', asked, signal) });
export const attentionQuery = queryOptions({ queryKey: ['journeys', 'attention'], queryFn: ({ signal }) => api.get<Attention>('/journeys/attention', undefined, signal) });
export const settingQuery = queryOptions({ queryKey: ['journeys', 'setting'], queryFn: ({ signal }) => api.get<{ approvalPeople: number }>('/journey-settings', undefined, signal) });
/** What each journey's experiment measured, the newest fifty. */
export const effectsQuery = queryOptions({ queryKey: ['experiments', 'journeys'], staleTime: 60_000, queryFn: ({ signal }) => api.get<ExperimentList>('/insight/experiments', { limit: 50 }, signal) });
export const replayQuery = (id: string, revision: number, days: number) => queryOptions({
  queryKey: ['journeys', 'replay', id, revision, days], staleTime: 300_000, retry: false, gcTime: 600_000, placeholderData: keepPreviousData, queryFn: () => api.post<Replay>(`/journeys/${id}/replay`, { days }),
});
export const reportQuery = (id: string) => queryOptions({ queryKey: ['journeys', 'report', id], queryFn: ({ signal }) => api.get<Report>(`/journeys/${id}/report`, undefined, signal) });
export const pathQuery = (id: string, enrolment: string) => queryOptions({ queryKey: ['journeys', 'path', id, enrolment], retry: false, queryFn: ({ signal }) => api.get<Path>(`/journeys/${id}/enrolments/${enrolment}`, undefined, signal) });
export const journeysOfQuery = (customer: string) => queryOptions({ queryKey: ['journeys', 'of', customer], queryFn: ({ signal }) => api.get<{ rows: Enrolment[] }>(`/customers/${customer}/journeys`, { limit: 20 }, signal) });

type Asked = { status?: string | undefined; node?: string | undefined };
/** People of a journey, a page; how many there are in all is not counted. */
export async function fetchPeople(id: string, asked: Asked, cursor: string | undefined, signal: AbortSignal): Promise<Paged<Enrolment>> {
  const page = await api.get<{ rows: Enrolment[]; next: string | null }>(`/journeys/${id}/enrolments`, { ...asked, cursor, limit: PAGE_SIZE }, signal);
  return { ...page, total: { count: page.rows.length, over: page.next !== null } };
}
/** Journeys under way that people may be let into one by one. */
export const enterableQuery = queryOptions({
  queryKey: ['journeys', 'enterable'], staleTime: 60_000, queryFn: async ({ signal }) => (await api.get<Paged<JourneyRow>>('/journeys', { state: 'live', limit: 200 }, signal)).rows.filter(({ byHand }) => byHand),
});
/** What was proposed to somebody on this one way, and what became of it. */
export const messagesQuery = (enrolment: string) => queryOptions({ queryKey: ['reach', 'enrolment', enrolment], queryFn: ({ signal }) => api.get<Paged<Decision>>('/reach/decisions', { enrolment, limit: 100 }, signal) });
