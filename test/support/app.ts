import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { buildApp } from '../../src/app.ts';
import type { StaffRole } from '../../src/kernel/access/permissions.ts';
import { openSession } from '../../src/kernel/access/sessions.ts';
import { addMember } from '../../src/kernel/access/workspaces.ts';
import type { FrontOptions } from '../../src/kernel/http/front.ts';
import { newId } from '../../src/kernel/ids.ts';
import { run, sql } from '../../src/kernel/sql.ts';
import type { Stores } from '../../src/kernel/stores.ts';

/** The whole server over test stores, without a port. */
export const testApp = (stores: Stores, front: FrontOptions = {}): Promise<FastifyInstance> =>
  buildApp(stores, { log: pino({ level: process.env.TEST_LOG ?? 'silent' }), readiness: { ready: true }, front });

export type Reply<T = Record<string, unknown>> = { status: number; body: T; headers: Record<string, unknown> };
export type Person = {
  userId: string;
  cookie: string;
  call<T = Record<string, unknown>>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: unknown, headers?: Record<string, string>): Promise<Reply<T>>;
};

/** A member of staff in a role, with an open session (no password is ever asked). */
export async function person(stores: Stores, app: FastifyInstance, workspaceId: string, role: StaffRole, { shops = [] as string[] } = {}): Promise<Person> {
  const userId = newId();
  const now = stores.clock.now();
  await run(stores.pg.global, sql`
    insert into staff_user (id, email, name, language, password_hash, password_changed_at, last_workspace, created_at)
    values (${userId}, ${`${role}-${userId}@example.test`}, ${role}, 'en', '', ${now}, ${workspaceId}, ${now})`);
  await stores.pg.tx(workspaceId, (tx) => addMember(tx, now, { workspaceId, userId, role, shops }));
  const token = await openSession(stores, userId, { address: '127.0.0.1', agent: 'test' });
  const cookie = `perennial_session=${token}`;
  return { userId, cookie, call: (method, url, body, headers) => call(app, method, url, body, { cookie, ...headers }) };
}

/** One request as a browser of ours sends it. */
export async function call<T = Record<string, unknown>>(app: FastifyInstance, method: InjectOptions['method'], url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply<T>> {
  const reply = await app.inject({ method, url, headers: { 'x-perennial': '1', ...headers }, ...(body === undefined ? {} : { payload: body as object }) } as InjectOptions);
  const json = /^application\/(?:problem\+)?json/.test(String(reply.headers['content-type'] ?? ''));
  return { status: reply.statusCode, body: (json ? reply.json() : reply.body) as T, headers: reply.headers };
}
