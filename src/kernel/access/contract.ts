import { z } from 'zod';
import { LANGUAGES } from '../words/types.ts';
import { PERMISSIONS, STAFF_ROLES } from './permissions.ts';

/** An instant as ISO 8601 in UTC. */
export const instant = z.iso.datetime();
export const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

export const language = z.enum(LANGUAGES);
export const staffRole = z.enum(STAFF_ROLES);
export const permission = z.enum(PERMISSIONS);

const email = z.email().max(254);
const password = z.string().min(1).max(200);
const personName = z.string().trim().max(100);
const shops = z.array(z.string().min(1).max(200)).max(500);

export const workspaceSettings = z.strictObject({
  name: z.string().trim().min(1).max(100),
  timezone: z.string().min(1).max(64),
  currency: z.string().regex(/^[A-Z]{3}$/),
  language,
});
export const workspace = z.object({ ...workspaceSettings.shape, id: uuid, simulated: z.boolean() });
export const myWorkspace = z.object({ id: uuid, name: z.string(), role: staffRole, simulated: z.boolean() });

/** Who is signed in, what they may do, and the workspace they look at. `shops` empty means every shop. */
export const session = z.object({
  user: z.object({ id: uuid, email: z.string(), name: z.string(), language }).nullable(),
  role: z.enum([...STAFF_ROLES, 'key', 'system']),
  permissions: z.array(permission),
  shops: z.array(z.string()),
  workspace,
  workspaces: z.array(myWorkspace),
});
export type Session = z.infer<typeof session>;

export const signIn = z.strictObject({ email: z.string().trim().min(1).max(254), password });
export const profileChange = z.strictObject({ name: personName.optional(), language: language.optional() });
export const passwordChange = z.strictObject({ current: password, next: password });
export const workspaceChoice = z.strictObject({ workspaceId: uuid });
export const openSession = z.object({ id: uuid, address: z.string(), agent: z.string(), createdAt: instant, seenAt: instant, current: z.boolean() });

export const member = z.object({ userId: uuid, email: z.string(), name: z.string(), role: staffRole, shops: z.array(z.string()), joinedAt: instant });
export const memberChange = z.strictObject({ role: staffRole.optional(), shops: shops.optional() });

export const invitation = z.object({ id: uuid, email: z.string(), role: staffRole, shops: z.array(z.string()), invitedBy: uuid, createdAt: instant, expiresAt: instant });
export const newInvitation = z.strictObject({ email, role: staffRole, shops: shops.default([]) });
/** `token` is shown this once: the link is /invitation/<token>. */
export const madeInvitation = z.object({ invitation, token: z.string() });
export const invitationToken = z.strictObject({ token: z.string().min(1).max(200) });
export const offer = z.object({ workspace: z.string(), email: z.string(), role: staffRole, expiresAt: instant });
export const acceptance = z.strictObject({ token: z.string().min(1).max(200), password, name: personName.default(''), language: language.default('zh-CN') });

export const apiKey = z.object({ id: uuid, name: z.string(), prefix: z.string(), scopes: z.array(permission), createdBy: uuid, createdAt: instant, lastUsedAt: instant.nullable() });
export const newKey = z.strictObject({ name: z.string().trim().min(1).max(100), scopes: z.array(permission).min(1) });
/** `secret` is shown this once. */
export const madeKey = z.object({ key: apiKey, secret: z.string() });

/** The data key that seals what is personal. `rotation`: the newest one; of `total` blobs `done` are sealed with the new key. */
export const dataKeys = z.object({
  key: z.number().int(), madeAt: instant,
  rotation: z.object({ id: uuid, state: z.enum(['spreading', 'sealing', 'finished']), total: z.number().int(), done: z.number().int(), startedAt: instant, finishedAt: instant.nullable() }).nullable(),
});
export const startedRotation = z.object({ id: uuid });

export const auditLine = z.object({
  seq: z.number().int(), at: instant, actorKind: z.string(), actorId: z.string(), actor: z.string(),
  action: z.string(), target: z.string(), detail: z.record(z.string(), z.unknown()),
});
export const auditFilter = z.strictObject({
  action: z.string().regex(/^[a-z_.]{1,60}$/).optional(),
  actor: z.string().max(60).optional(),
  from: instant.optional(),
  to: instant.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const auditVerdict = z.object({ lines: z.number().int(), intact: z.boolean(), brokenAt: z.number().int().nullable() });
