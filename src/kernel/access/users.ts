import { Refusal } from '../errors.ts';
import { newId, type UserId } from '../ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../sql.ts';
import type { Stores } from '../stores.ts';
import type { Language } from '../words/types.ts';
import { checkPassword, hashPassword } from './passwords.ts';

/** A staff account. It belongs to the installation and may be a member of several workspaces. */
export type User = { id: UserId; email: string; name: string; language: Language };
export type Account = { id: UserId; passwordHash: string; workspaces: number };
export type NewUser = { email: string; name: string; language: Language; password: string };

export const normalEmail = (email: string): string => email.trim().toLowerCase();

/** The account of a normalised address, with its hash and the number of workspaces it may enter. */
export const accountOf = ({ pg }: Stores, email: string): Promise<Account | undefined> => maybe(pg.global, sql<Account>`
  select id, password_hash as "passwordHash", (select count(*) from workspaces_of(u.id)) as workspaces
    from staff_user u
   where email = ${email}`);

export const userById = ({ pg }: Stores, userId: UserId): Promise<User> => one(pg.global, sql<User>`
  select id, email, name, language from staff_user where id = ${userId}`, 'user');

/** Names of people by id, for lists that hold ids only. */
export async function userNames({ pg }: Stores, userIds: readonly UserId[]): Promise<Map<UserId, string>> {
  const rows = await many(pg.global, sql<{ id: UserId; name: string }>`
    select id, coalesce(nullif(name, ''), email) as name from staff_user where id = any(${[...new Set(userIds)]}::uuid[])`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export const anyUser = async ({ pg }: Stores): Promise<boolean> =>
  (await one(pg.global, sql<{ some: boolean }>`select exists (select from staff_user) as some`)).some;

/** Makes an account inside the caller's transaction. Refuses `user.exists`, and passwords that are too short or long. */
export async function createUser(tx: Tx, at: Date, { email, name, language, password }: NewUser): Promise<UserId> {
  checkPassword(password);
  const id = newId();
  const hash = await hashPassword(password);
  const made = await maybe(tx, sql<{ id: UserId }>`
    insert into staff_user (id, email, name, language, password_hash, password_changed_at, created_at)
    values (${id}, ${normalEmail(email)}, ${name}, ${language}, ${hash}, ${at}, ${at})
    on conflict (email) do nothing returning id`);
  if (!made) throw new Refusal('user.exists', {}, 409);
  return id;
}

export const setProfile = ({ pg }: Stores, userId: UserId, { name, language }: Partial<Pick<User, 'name' | 'language'>>): Promise<number> =>
  run(pg.global, sql`
    update staff_user
       set name     = coalesce(${name ?? null}, name),
           language = coalesce(${language ?? null}, language)
     where id = ${userId}`);

export const setLastWorkspace = ({ pg }: Stores, userId: UserId, workspaceId: string): Promise<number> =>
  run(pg.global, sql`update staff_user set last_workspace = ${workspaceId} where id = ${userId}`);

export async function savePassword(tx: Tx, at: Date, userId: UserId, password: string): Promise<void> {
  checkPassword(password);
  await run(tx, sql`
    update staff_user set password_hash = ${await hashPassword(password)}, password_changed_at = ${at} where id = ${userId}`);
}
