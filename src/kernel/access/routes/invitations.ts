import { z } from 'zod';
import { route } from '../../http/route.ts';
import * as contract from '../contract.ts';
import { setSessionCookie } from '../cookie.ts';
import { accept, type Invitation, invite, openInvitations, readOffer, withdraw } from '../invitations.ts';
import { personOf, placeOf } from './session.ts';

const tag = 'invitations';
const told = (invitation: Invitation) => ({ ...invitation, createdAt: invitation.createdAt.toISOString(), expiresAt: invitation.expiresAt.toISOString() });
const limit = { max: 60, perSeconds: 60 };

export const invitationRoutes = [
  route({
    method: 'GET', url: '/api/v1/invitations', summary: 'Invitations not yet accepted', tag, permission: 'members.read', reply: z.object({ rows: z.array(contract.invitation) }),
  }, async ({ stores, caller }) => ({ rows: (await openInvitations(stores, caller.workspaceId)).map(told) })),
  route({
    method: 'POST', url: '/api/v1/invitations', summary: 'Invite a person; the token of the link is shown once', tag, permission: 'members.write',
    body: contract.newInvitation, status: 201, reply: contract.madeInvitation,
  }, async ({ stores, caller, body }) => {
    personOf(caller);
    const { invitation, token } = await invite(stores, caller, body);
    return { invitation: told(invitation), token };
  }),
  route({
    method: 'DELETE', url: '/api/v1/invitations/:id', summary: 'Withdraw an invitation', tag, permission: 'members.write', params: z.strictObject({ id: contract.uuid }), status: 204, reply: z.null(),
  }, async ({ stores, caller, params }) => {
    await withdraw(stores, caller, params.id);
    return null;
  }),
  route({
    method: 'POST', url: '/api/v1/invitations/open', summary: 'What an invitation link offers', tag, permission: 'public', limit, body: contract.invitationToken, reply: contract.offer,
  }, async ({ stores, body }) => {
    const offer = await readOffer(stores, body.token);
    return { ...offer, expiresAt: offer.expiresAt.toISOString() };
  }),
  route({
    method: 'POST', url: '/api/v1/invitations/accept', summary: 'Accept an invitation: new people choose a password, others give theirs', tag, permission: 'public', limit,
    body: contract.acceptance, status: 201, reply: z.object({ workspaceId: contract.uuid }),
  }, async ({ stores, body, request, reply }) => {
    const { session, workspaceId } = await accept(stores, body, placeOf(request));
    setSessionCookie(request, reply, session);
    return { workspaceId };
  }),
];
