import { auditRoutes } from './routes/audit.ts';
import { dataKeyRoutes } from './routes/dataKeys.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { keyRoutes } from './routes/keys.ts';
import { memberRoutes } from './routes/members.ts';
import { sessionRoutes } from './routes/session.ts';
import { workspaceRoutes } from './routes/workspaces.ts';

export { type Export, recordExport, recordUnmask } from './exports.ts';
export { demandNoGuesser, noteGuess } from './lockout.ts';
export { createFirstOwner, type Founded, type FirstOwner, hasOwner } from './first.ts';
export { identifier } from './identify.ts';
export { membersOf } from './members.ts';
export { localToken, localTokenPath } from './local.ts';
export { userById, userNames } from './users.ts';
export { markSimulated, workspaceById, type Workspace } from './workspaces.ts';

/** Sign-in, workspaces, people, keys and the audit log. */
export const accessRoutes = [...sessionRoutes, ...workspaceRoutes, ...memberRoutes, ...invitationRoutes, ...keyRoutes, ...dataKeyRoutes, ...auditRoutes];
