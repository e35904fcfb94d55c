import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolve } from '../src/customers/index.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { newId } from '../src/kernel/ids.ts';
import { superuser } from '../src/kernel/postgres/embedded.ts';
import { call, type Person, person, testApp } from './support/app.ts';
import { FOREIGN, HOSTILE, importHostile, plant, plantPlans, sendHostile } from './support/hostile.ts';
import { type Operation, operationsOf, type Slot, slotsOf } from './support/slots.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let owners: pg.Client;
let theirs: string;
let me: Person;
let bearer: string;
let operations: Operation[];
const TEXTS = HOSTILE.slice(0, 4);

beforeAll(async () => {
  stores = await testStores('2026-07-16T04:00:00Z');
  app = await testApp(stores);
  owners = new pg.Client({ ...(stores.pg.connections.owner as pg.ClientConfig), user: superuser });
  await owners.connect();
  const mine = await testWorkspace(stores);
  theirs = await testWorkspace(stores);
  me = await person(stores, app, mine, 'owner');
  bearer = `Bearer ${(await me.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'k', scopes: PERMISSIONS })).body.secret}`;
  const product = { stores, app, url: '', workspaceId: theirs, owner: await person(stores, app, theirs, 'owner'), close: async () => undefined };
  const { mapping } = await importHostile(product);
  const customers = (await product.owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers?limit=100')).body.rows.map(({ id }) => id);
  await product.owner.call('POST', '/api/v1/invitations', { email: 'invited@example.test', role: 'analyst' });
  await resolve(stores, theirs, [0, 1, 2, 3].map((n) => ({ name: `Neighbour ${n}`, at: stores.clock.now(), source: 'tmall', identifiers: [{ kind: 'buyer_id', scope: 'tmall', value: `neighbour-${n}` }, { kind: 'receiver_phone', value: '13700002222' }] })));
  const { account } = await plant(product, customers[0] as string, TEXTS);
  await sendHostile(product, TEXTS);
  await plantPlans(product, { account, customers, mapping }, TEXTS);
  operations = operationsOf((await app.inject('/api/openapi.json')).json());
}, 180_000);
afterAll(async () => {
  await owners.end();
  await app.close();
  await stores.close();
});

/** All that both stores hold of a workspace, as text, table by table. */
async function heldOf(workspace: string): Promise<Record<string, string>> {
  const { rows: tables } = await owners.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'idempotency' order by 1`);
  const held: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await owners.query<{ text: string | null }>(`select string_agg(t::text, E'\n' order by t::text) as text from "${name}" t where workspace_id = $1`, [workspace]);
    if (rows[0]?.text) held[name] = rows[0].text;
  }
  const engine = await stores.ch.rows<{ name: string; engine: string }>("select name, engine from system.tables where database = currentDatabase() and engine like '%MergeTree' and name in (select table from system.columns where database = currentDatabase() and name = 'workspace')");
  for (const { name, engine: kind } of engine) {
    const rows = await stores.ch.rows(`select * from ${name} ${kind === 'MergeTree' ? '' : 'final'} where workspace = {workspace:UUID}`, { workspace });
    if (rows.length > 0) held[`clickhouse ${name}`] = rows.map((row) => JSON.stringify(row)).sort().join('\n');
  }
  return held;
}

/** One id of every kind of thing the other workspace has. */
async function idsOf(workspace: string): Promise<Map<string, string>> {
  const { rows: tables } = await owners.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype
      join pg_attribute w on w.attrelid = c.oid and w.attname = 'workspace_id' where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`);
  const found = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await owners.query<{ id: string }>(`select id from "${name}" where workspace_id = $1 order by id desc limit 1`, [workspace]);
    if (rows[0]) found.set(name, rows[0].id);
  }
  const { rows: [member] } = await owners.query<{ id: string }>('select user_id as id from member where workspace_id = $1', [workspace]);
  return found.set('member', member?.id ?? '').set('workspace', workspace);
}

let turn = 0;
type Answer = { status: number; code: string; body: string };
async function ask({ method, url, query, body }: ReturnType<Slot['fill']>): Promise<Answer> {
  const address = `${url}${query ? `?${query}` : ''}`;
  // From many addresses: doors that open so often a minute for one are not what is asked here.
  const from = { 'x-forwarded-for': `203.0.${turn++ % 200}.${turn % 250}` };
  const byKey = await call<{ code?: string }>(app, method, address, body, { authorization: bearer, ...from });
  const reply = byKey.body?.code === 'access.person_only' ? await me.call<{ code?: string }>(method, address, body, from) : byKey;
  return { status: reply.status, code: reply.body?.code ?? '', body: JSON.stringify(reply.body) };
}

/** What may differ between two answers to the same question asked twice: ids, instants, sealed tokens. */
const bare = (text: string): string => text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{24,}|\d{4}-\d\d-\d\dT[\d:.]+Z|req-\w+/g, '*');

test('every route × every place for an id, with ids of another workspace: answered as ids of nobody, nothing of theirs told or changed', async () => {
  const [before, ids] = [await heldOf(theirs), await idsOf(theirs)];
  expect([...ids.keys()].length).toBeGreaterThan(25);
  expect(Object.keys(before).filter((name) => name.startsWith('clickhouse')).length).toBeGreaterThan(5);
  const slots = operations.flatMap((operation) => slotsOf(operation));
  expect(slots.length).toBeGreaterThan(110);
  expect([...new Set(slots.map(({ where }) => where))].sort()).toEqual(['body', 'path', 'query']);
  const faults: string[] = [];
  let asked = 0;
  const check = async (slot: Slot): Promise<void> => {
    const nobody = await ask(slot.fill(newId()));
    for (const [kind, id] of ids) {
      const answer = await ask(slot.fill(id));
      asked++;
      const at = `${slot.name} ${kind} ${id}`;
      if (slot.where === 'path' ? answer.status < 400 || answer.status >= 500 : answer.status >= 500) faults.push(`${at}: ${answer.status} ${answer.body.slice(0, 200)}`);
      if (`${answer.status} ${answer.code}` !== `${nobody.status} ${nobody.code}`) faults.push(`${at}: ${answer.status} ${answer.code}, an id of nobody ${nobody.status} ${nobody.code}`);
      else if (slot.reads && bare(answer.body) !== bare(nobody.body)) faults.push(`${at}: ${bare(answer.body).slice(0, 200)}, an id of nobody ${bare(nobody.body).slice(0, 200)}`);
      if (answer.body.includes(FOREIGN) || answer.body.includes('__ran')) faults.push(`${at} tells of theirs: ${answer.body.slice(0, 300)}`);
    }
  };
  for (let at = 0; at < slots.length; at += 6) await Promise.all(slots.slice(at, at + 6).map(check));
  expect(faults.slice(0, 20)).toEqual([]);
  expect(asked).toBeGreaterThan(3_000);
  expect(await heldOf(theirs)).toEqual(before);
}, 600_000);

test('what is named by words is looked for at home: keys, shops, order numbers, sources and tags of another workspace are nobody’s', async () => {
  const names = ['t0', HOSTILE[1] as string, `${HOSTILE[0]}0`];
  // Of the same length and marks, so that only who has it can make a difference.
  const turned = (name: string): string => name.replace(/[a-z]/gi, (letter) => (/[z]/i.test(letter) ? 'q' : String.fromCharCode(letter.charCodeAt(0) + 1)));
  const faults: string[] = [];
  const slots = operations.filter(({ method }) => method === 'get').flatMap((operation) => slotsOf(operation, 'text'));
  expect(slots.length).toBeGreaterThan(40);
  for (const slot of slots) {
    for (const name of names) {
      const [nobody, answer] = [await ask(slot.fill(turned(name))), await ask(slot.fill(name))];
      const tells = answer.body.replaceAll(JSON.stringify(name).slice(1, -1), '');
      if (answer.status !== nobody.status || tells.includes(FOREIGN) || tells.includes('__ran')) faults.push(`${slot.name} ${name}: ${answer.status} ${answer.body.slice(0, 200)}, nobody’s ${nobody.status}`);
    }
  }
  expect(faults.slice(0, 10)).toEqual([]);
}, 300_000);

test('naming another workspace in the header opens nothing, whatever is asked', async () => {
  const faults: string[] = [];
  for (const { method, path, public: open } of operations) {
    if (open) continue;
    const url = path.replace(/\{\w+\}/g, '018f0000-0000-7000-8000-000000000000');
    for (const headers of [{ authorization: bearer }, { cookie: me.cookie }] as Record<string, string>[]) {
      const { status, body } = await call<{ code: string }>(app, method.toUpperCase() as 'GET', url, undefined, { ...headers, 'x-workspace': theirs, 'x-forwarded-for': `198.51.100.${turn++ % 250}` });
      if (status !== 404 || body.code !== 'workspace.not_found') faults.push(`${method} ${url}: ${status}`);
    }
  }
  expect(faults).toEqual([]);
});
