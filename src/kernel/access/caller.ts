import { Refusal } from '../errors.ts';
import type { WorkspaceId } from '../ids.ts';
import type { Language } from '../words/types.ts';
import type { Permission, StaffRole } from './permissions.ts';

/** Who acts: a member of staff, a key of a program, or the system itself. */
export type Actor = { kind: 'user' | 'key' | 'system'; id: string };

/** Who asks, in which workspace, and what they may do there. `shops` empty means every shop. */
export type Caller = {
  workspaceId: WorkspaceId;
  actor: Actor;
  role: StaffRole | 'key' | 'system';
  permissions: ReadonlySet<Permission>;
  shops: readonly string[];
  language: Language;
  /** The session it came by; absent for keys and the system. */
  sessionId?: string;
};

/** The caller of work that the product starts by itself. */
export const systemCaller = (workspaceId: WorkspaceId, permissions: readonly Permission[] = []): Caller => ({
  workspaceId, actor: { kind: 'system', id: 'perennial' }, role: 'system', permissions: new Set(permissions), shops: [], language: 'en',
});

export const may = (caller: Caller, permission: Permission): boolean => caller.permissions.has(permission);

/** Refuses `access.forbidden` (403), naming the permission that is missing. */
export function demand(caller: Caller, permission: Permission): void {
  if (!may(caller, permission)) throw new Refusal('access.forbidden', { permission }, 403);
}
