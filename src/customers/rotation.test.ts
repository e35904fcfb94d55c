import type { FastifyInstance } from 'fastify';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { newId } from '../kernel/ids.ts';
import { keyring } from '../kernel/keys.ts';
import { placeOf } from '../kernel/personSeal.ts';
import { rotate } from '../kernel/rotation/index.ts';
import { sealedPlaces } from '../kernel/rotation/places.ts';
import { open, seal } from '../kernel/seal.ts';
import { many, run, sql } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { resolve } from './index.ts';
import { PERSONAL } from './queries/sealed.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
/** Another process on the same Postgres: it learns of new keys by looking. */
let other: Stores;

beforeAll(async () => {
  stores = await testStores();
  other = { ...stores, keys: keyring(stores.pg, Buffer.alloc(32, 7), () => stores.clock.now(), 200) };
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const phoneOf = (n: number): string => `138${String(10_000_000 + n).padStart(8, '0')}`;
const arrive = (by: Stores, from: number, count: number) => resolve(by, ws, Array.from({ length: count }, (_, i) => ({
  identifiers: [{ kind: 'phone' as const, value: phoneOf(from + i) }, { kind: 'email' as const, value: `p${from + i}@x.com` }],
  at: stores.clock.now(), source: 'shop', name: `P${from + i}`, traits: { address: `Road ${from + i}` },
})), { mirror: 'later' });

/** Ids of the data keys that blobs of a table are sealed with; -1: a person's own. */
const keysIn = async (table: string, column = 'sealed'): Promise<number[]> => {
  const rows = await stores.pg.tx(ws, (tx) => many(tx, sql<{ sealed: Buffer }>`select ${sql.ref(column)} as sealed from ${sql.table(table)} where ${sql.ref(column)} is not null`));
  return [...new Set(rows.map(({ sealed }) => (placeOf(sealed) ? -1 : sealed.readUInt32BE())))].sort();
};
const dataKeys = async (): Promise<number[]> => (await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: number }>`select key_id as id from workspace_key where workspace_id = ${ws} and purpose = 'data' order by 1`))).map(({ id }) => id);
const putAside = async (by: Stores): Promise<string> => {
  const id = newId();
  const keys = await by.keys.of(ws);
  await stores.pg.tx(ws, (tx) => run(tx, sql`
    insert into quarantine (workspace_id, id, source, file, line, code, rejects, sealed, created_at)
    values (${ws}, ${id}, 's', 'f', 1, 'c', '[]', ${seal(keys, 'a row', `quarantine:${id}`)}, ${stores.clock.now()})`));
  return id;
};
const clearOf = async (customer: string): Promise<string> => JSON.stringify((await owner.call('GET', `/api/v1/customers/${customer}?clear=true`)).body);

/** Blobs as they were before people had keys of their own. */
async function asBefore(customer: string, value: string): Promise<void> {
  const keys = await stores.keys.of(ws);
  await stores.pg.tx(ws, (tx) => run(tx, sql`update subject set sealed = ${seal(keys, JSON.stringify([value]), `subject:${ws}:${customer}`)} where workspace_id = ${ws} and id = ${customer}`));
}

test('R138: data keys are rotated while people are written and read by two processes; the old key is destroyed and nothing is lost', async () => {
  const people = (await arrive(stores, 0, 400)).items.map(({ customer }) => customer);
  await asBefore(people[0] as string, '+8613810000000');
  const aside = [await putAside(stores)];
  await owner.call('PATCH', `/api/v1/customers/${people[1]}`, { fields: { id_number: 'ID-77' } }, { 'idempotency-key': 'rotated' });
  expect(await keysIn('subject')).toEqual([-1, 1]);
  const started = await owner.call<{ id: string }>('POST', '/api/v1/data-keys/rotation');
  expect(started.status).toBe(202);
  expect((await owner.call('POST', '/api/v1/data-keys/rotation')).body).toMatchObject({ code: 'keys.rotating' });
  let under = true, reads = 0, writes = 0;
  const reader = async (): Promise<void> => {
    for (let i = 0; under; i = (i + 37) % 400) {
      expect(await clearOf(people[i] as string)).toContain(phoneOf(i));
      reads++;
    }
  };
  const writer = async (by: Stores, from: number): Promise<void> => {
    for (let at = from; under; at += 3) {
      people.push(...(await arrive(by, at, 3)).items.map(({ customer }) => customer));
      aside.push(await putAside(by));
      writes++;
      await turn();
    }
  };
  const work = Promise.all([reader(), writer(stores, 1_000), writer(other, 500_000)]);
  await rotate(stores, ws, started.body.id);
  under = false;
  await work;
  expect(reads).toBeGreaterThan(5);
  expect(writes).toBeGreaterThan(5);
  expect(await dataKeys()).toEqual([2]);
  expect({ people: await keysIn('person_key'), subject: await keysIn('subject'), customer: await keysIn('customer', 'taught_sealed'), own: await keysIn('customer'), aside: await keysIn('quarantine'), replies: await keysIn('idempotency', 'reply') })
    .toEqual({ people: [2], subject: [-1], customer: [], own: [-1], aside: [2], replies: [2] });
  for (const customer of [people[0], people[1], people[399], people.at(-1)]) expect(await clearOf(customer as string)).toMatch(/138\d{8}/);
  const rows = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string; sealed: Buffer }>`select id, sealed from quarantine where id = any (${aside}::uuid[])`));
  const keys = await other.keys.of(ws);
  expect(rows.map(({ id, sealed }) => open(keys, sealed, `quarantine:${id}`))).toEqual(aside.map(() => 'a row'));
  expect((await owner.call('PATCH', `/api/v1/customers/${people[1]}`, { fields: { id_number: 'ID-77' } }, { 'idempotency-key': 'rotated' })).status).toBe(200);
});

test('R138: the page of keys tells what came of it, both ends stand in the audit log, and a late write with the old key is refused', async () => {
  expect((await owner.call('GET', '/api/v1/data-keys')).body).toMatchObject({ key: 2, rotation: { state: 'finished' } });
  const { rotation } = (await owner.call<{ rotation: { total: number; done: number } }>('GET', '/api/v1/data-keys')).body;
  expect(rotation.done).toBeGreaterThan(15);
  expect(rotation.total).toBe(rotation.done);
  const lines = await stores.pg.tx(ws, (tx) => many(tx, sql<{ action: string; actor: string; detail: object }>`select action, actor_id as actor, detail from audit where action like 'keys.%' order by seq`));
  expect(lines).toMatchObject([{ action: 'keys.rotate', actor: owner.userId }, { action: 'keys.rotated', actor: owner.userId, detail: { destroyed: [1], sealed: rotation.done } }]);
  const late = { data: new Map([[1, Buffer.alloc(32, 1)]]), newest: 1, index: Buffer.alloc(32) };
  await expect(putAside({ ...stores, keys: { ...stores.keys, of: async () => late } })).rejects.toMatchObject({ code: 'PK001' });
  expect((await (await person(stores, app, ws, 'manager')).call('POST', '/api/v1/data-keys/rotation')).status).toBe(403);
});

test('R138: wherever something is sealed with a data key, the store itself refuses what comes late', async () => {
  // Blobs of people stand under keys of their own, which are sealed in person_key.
  const own = new Set<string>(PERSONAL.map(({ name }) => name)), tables = sealedPlaces().filter(({ name }) => !own.has(name)).map(({ name }) => name.split('.')[0]);
  const held = await many(stores.pg.global, sql<{ table: string }>`select distinct tgrelid::regclass::text as table from pg_trigger where tgname like 'living_key%'`);
  expect([...new Set(tables)].sort()).toEqual(held.map(({ table }) => table).sort());
});

test('R138: a rotation killed in the middle goes on where it was, and may run twice at once', async () => {
  const { id } = (await owner.call<{ id: string }>('POST', '/api/v1/data-keys/rotation')).body;
  const killed = new AbortController();
  const first = rotate(stores, ws, id, killed.signal);
  setTimeout(() => killed.abort(), 2 * stores.keys.freshMs + 30);
  await expect(first).rejects.toThrow();
  expect((await dataKeys())).toEqual([2, 3]);
  await Promise.all([rotate(stores, ws, id), rotate(other, ws, id)]);
  expect(await dataKeys()).toEqual([3]);
  expect(await keysIn('person_key')).toEqual([3]);
  const [one] = (await arrive(other, 0, 1)).items;
  expect(await clearOf(one?.customer as string)).toContain(phoneOf(0));
});
