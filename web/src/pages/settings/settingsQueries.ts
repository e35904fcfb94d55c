import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { promotionListShape } from '../../../../src/insight/contract.ts';
import type { apiKey, auditLine, auditVerdict, invitation, member, openSession, workspace } from '../../../../src/kernel/access/contract.ts';
import { api } from '../../lib/api.ts';

export type Member = z.infer<typeof member>;
export type Invitation = z.infer<typeof invitation>;
export type ApiKey = z.infer<typeof apiKey>;
export type AuditLine = z.infer<typeof auditLine>;
export type AuditVerdict = z.infer<typeof auditVerdict>;
export type Promotion = z.infer<typeof promotionListShape>['rows'][number];
export type OpenSession = z.infer<typeof openSession>;
export type Workspace = z.infer<typeof workspace>;
type Rows<T> = { rows: T[] };

const rowsQuery = <T>(path: string) => queryOptions({ queryKey: ['settings', path], queryFn: ({ signal }) => api.get<Rows<T>>(path, undefined, signal) });

export const membersQuery = rowsQuery<Member>('/members');
export const invitationsQuery = rowsQuery<Invitation>('/invitations');
export const keysQuery = rowsQuery<ApiKey>('/keys');
export const promotionsQuery = rowsQuery<Promotion>('/insight/promotions');
export const sessionsQuery = rowsQuery<OpenSession>('/session/all');
export const workspaceQuery = queryOptions({ queryKey: ['settings', 'workspace'], queryFn: ({ signal }) => api.get<Workspace>('/workspaces/current', undefined, signal) });
