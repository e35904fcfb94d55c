import { announce } from '../facts.ts';
import { audit } from '../audit.ts';
import { Refusal } from '../errors.ts';
import { newId, type UserId, type WorkspaceId } from '../ids.ts';
import { many, one, run, sql, type Tx } from '../sql.ts';
import type { Stores } from '../stores.ts';
import type { Language } from '../words/types.ts';
import type { Caller } from './caller.ts';
import type { StaffRole } from './permissions.ts';

/** A business whose customers are held apart from every other's. `timezone` is an IANA zone, `currency` ISO 4217. */
export type Workspace = { id: WorkspaceId; name: string; timezone: string; currency: string; language: Language; simulated: boolean };
export type WorkspaceSettings = Pick<Workspace, 'name' | 'timezone' | 'currency' | 'language'>;
export type MyWorkspace = { id: WorkspaceId; name: string; role: StaffRole; simulated: boolean };

export function checkSettings({ timezone, currency }: Partial<WorkspaceSettings>): void {
  try {
    if (timezone) new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw new Refusal('workspace.timezone_unknown', { timezone });
  }
  if (currency && !Intl.supportedValuesOf('currency').includes(currency)) throw new Refusal('workspace.currency_unknown', { currency });
}

export const workspaceById = ({ pg }: Stores, workspaceId: WorkspaceId): Promise<Workspace> => one(pg.global, sql<Workspace>`
  select id, name, timezone, currency, language, simulated from workspace where id = ${workspaceId}`, 'workspace');

export const workspacesOf = ({ pg }: Stores, userId: UserId): Promise<MyWorkspace[]> => many(pg.global, sql<MyWorkspace>`
  select id, name, role, simulated from workspaces_of(${userId})`);

/** The workspace's row alone; members come after, inside its own transaction. */
export async function insertWorkspace({ pg, clock }: Stores, settings: WorkspaceSettings): Promise<WorkspaceId> {
  checkSettings(settings);
  const id = newId();
  await run(pg.global, sql`
    insert into workspace (id, name, timezone, currency, language, created_at)
    values (${id}, ${settings.name}, ${settings.timezone}, ${settings.currency}, ${settings.language}, ${clock.now()})`);
  return id;
}

export const addMember = (tx: Tx, at: Date, member: { workspaceId: WorkspaceId; userId: UserId; role: StaffRole; shops: readonly string[] }): Promise<number> => run(tx, sql`
  insert into member (workspace_id, user_id, role, shops, joined_at)
  values (${member.workspaceId}, ${member.userId}, ${member.role}, ${[...member.shops]}, ${at})
  on conflict do nothing`);

/** Makes a workspace whose owner is the one who asks. */
export async function createWorkspace(stores: Stores, userId: UserId, settings: WorkspaceSettings): Promise<Workspace> {
  const workspaceId = await insertWorkspace(stores, settings);
  await stores.pg.tx(workspaceId, async (tx) => {
    await addMember(tx, stores.clock.now(), { workspaceId, userId, role: 'owner', shops: [] });
    await audit(tx, stores.clock, { workspaceId, actor: { kind: 'user', id: userId } }, { action: 'workspace.create', target: workspaceId });
  });
  return workspaceById(stores, workspaceId);
}

/** Labels a workspace's data as simulated, for ever: it is shown beside its name on every page. */
export const markSimulated = ({ pg }: Stores, { workspaceId }: Caller): Promise<number> => run(pg.global, sql`
  update workspace set simulated = true where id = ${workspaceId}`);

/** Changes what is given and leaves the rest; announces `workspace.changed` with the names of the changed settings. */
export async function changeSettings(stores: Stores, caller: Caller, given: Partial<WorkspaceSettings>): Promise<Workspace> {
  checkSettings(given);
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    await run(tx, sql`
      update workspace
         set name     = coalesce(${given.name ?? null}, name),
             timezone = coalesce(${given.timezone ?? null}, timezone),
             currency = coalesce(${given.currency ?? null}, currency),
             language = coalesce(${given.language ?? null}, language)
       where id = ${workspaceId}`);
    await announce(tx, stores.clock, workspaceId, 'workspace.changed', { settings: Object.keys(given) });
    await audit(tx, stores.clock, caller, { action: 'workspace.change', target: workspaceId, detail: given });
  });
  return workspaceById(stores, workspaceId);
}
