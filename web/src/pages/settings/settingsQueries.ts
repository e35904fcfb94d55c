import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { promotionListShape } from '../../../../src/insight/contract.ts';
import type { erasureShape, erasuresShape } from '../../../../src/customers/contract.ts';
import type { apiKey, auditLine, auditVerdict, dataKeys, invitation, member, openSession, workspace } from '../../../../src/kernel/access/contract.ts';
import { api } from '../../lib/api.ts';

export type Member = z.infer<typeof member>;
export type Invitation = z.infer<typeof invitation>;
export type ApiKey = z.infer<typeof apiKey>;
export type AuditLine = z.infer<typeof auditLine>;
export type AuditVerdict = z.infer<typeof auditVerdict>;
export type Promotion = z.infer<typeof promotionListShape>['rows'][number];
export type OpenSession = z.infer<typeof openSession>;
export type Workspace = z.infer<typeof workspace>;
export type DataKeys = z.infer<typeof dataKeys>;
export type Erasure = z.infer<typeof erasureShape>;
type Rows<T> = { rows: T[] };

const rowsQuery = <T>(path: string) => queryOptions({ queryKey: ['settings', path], queryFn: ({ signal }) => api.get<Rows<T>>(path, undefined, signal) });

export const membersQuery = rowsQuery<Member>('/members');
export const invitationsQuery = rowsQuery<Invitation>('/invitations');
export const keysQuery = rowsQuery<ApiKey>('/keys');
export const promotionsQuery = rowsQuery<Promotion>('/insight/promotions');
export const sessionsQuery = rowsQuery<OpenSession>('/session/all');
export const workspaceQuery = queryOptions({ queryKey: ['settings', 'workspace'], queryFn: ({ signal }) => api.get<Workspace>('/workspaces/current', undefined, signal) });

const WATCH_MS = 1_500;
/** Looked at again while a rotation is under way. */
export const dataKeysQuery = queryOptions({
  queryKey: ['settings', 'data-keys'], queryFn: ({ signal }) => api.get<DataKeys>('/data-keys', undefined, signal),
  refetchInterval: ({ state }) => (state.data?.rotation && state.data.rotation.state !== 'finished' ? WATCH_MS : false),
});
export const erasuresQuery = queryOptions({
  queryKey: ['settings', 'erasures'], queryFn: ({ signal }) => api.get<z.infer<typeof erasuresShape>>('/erasures', undefined, signal),
  refetchInterval: ({ state }) => (state.data?.rows.some((row) => row.state === 'erasing') ? WATCH_MS : false),
});
export const erasureQuery = (id: string) => queryOptions({
  queryKey: ['settings', 'erasure', id], queryFn: ({ signal }) => api.get<Erasure>(`/erasures/${id}`, undefined, signal), refetchInterval: ({ state }) => (state.data?.state === 'finished' ? false : WATCH_MS),
});
