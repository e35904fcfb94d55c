import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSource } from '../collect/index.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { PERMISSIONS } from '../kernel/access/permissions.ts';
import { newId } from '../kernel/ids.ts';
import { seal } from '../kernel/seal.ts';
import { run, sql } from '../kernel/sql.ts';
import { call, type Person, person, testApp } from '../../test/support/app.ts';
import { bareOf, type Filled, operationsOf, slotsOf } from '../../test/support/slots.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { type Identifier, resolve } from './index.ts';

/** What a role that sees 138****0000 can find out: nothing beyond it, whichever route it tries. */
let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let customer: string;

const SECRET = { phone: '13812340000', member: '13998760001', email: 'secret.person@hidden.example', birthday: '1988-08-08', id: 'ID-SECRET-77', address: 'Secret Lane 5', motto: 'secretmotto' };
const LEAK = new RegExp(Object.values(SECRET).join('|').replaceAll('.', '\\.'));

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  await owner.call('POST', '/api/v1/fields', { key: 'motto', label: 'motto', type: 'text', section: 'private' });
  const identifiers: Identifier[] = [{ kind: 'phone', value: SECRET.phone }, { kind: 'member_no', value: SECRET.member }, { kind: 'email', value: SECRET.email }, { kind: 'receiver_phone', value: '13712340000' }];
  const traits = { birthday: SECRET.birthday, id_number: SECRET.id, address: SECRET.address, motto: SECRET.motto };
  customer = (await resolve(stores, ws, [{ identifiers, at: stores.clock.now(), source: 'shop', name: 'Masked Person', traits }])).items[0]?.customer as string;
  await addSource(stores, systemCaller(ws), { key: 'files', name: 'Files', kind: 'orders', shop: '', channel: '', currency: 'CNY' });
  const id = newId();
  const row = { header: ['phone', 'note'], cells: [SECRET.phone, `call ${SECRET.phone} or ${SECRET.email}`] };
  const keys = await stores.keys.of(ws);
  await stores.pg.tx(ws, (tx) => run(tx, sql`
    insert into quarantine (workspace_id, id, source, file, line, code, rejects, sealed, created_at)
    values (${ws}, ${id}, 'files', 'f.csv', 2, 'row.broken', '[]', ${seal(keys, JSON.stringify(row), `quarantine:${id}`)}, ${stores.clock.now()})`));
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const tests = (guess: string) => [
  ...['equals', 'not_equals', 'contains', 'not_contains', 'starts', 'not_starts'].map((op) => ({ op, value: guess })), { op: 'in', values: [guess] }, { op: 'any_of', values: [guess] },
  { op: 'on', day: '1988-08-08' }, { op: 'before', day: '1990-01-01' }, { op: 'between_days', from: '1980-01-01', to: '1990-01-01' }, { op: 'anniversary', days: 300 }, { op: 'present' }, { op: 'empty' },
];
const treeOf = (field: string, test: object) => ({ version: 1, root: { kind: 'and', of: [{ kind: 'field', field, test }] } });
const scopeOf = (tree: object) => ({ from: '2026-01-01', to: '2026-01-10', population: { kind: 'tree', tree } });
/** Every question that takes a filter. */
const questions = (tree: object, name: string) => [
  ['/api/v1/customers/query', { tree, sort: 'name', limit: 1 }], ['/api/v1/segments/preview', { tree }], ['/api/v1/segments/ids', { tree }], ['/api/v1/segments', { name, tree }],
  ['/api/v1/insight/figures', { metrics: [{ id: 'customers' }], scope: scopeOf(tree) }], ['/api/v1/insight/cohorts', { unit: 'month', scope: scopeOf(tree) }],
] as const;
const REFUSED = ['condition.masked_field', 'condition.encrypted_field', 'condition.unknown_field'];

const PREFIXES = ['138', '13812', '1381234', '13812340', '1381234000', 'secret', 'secret.person', 'hidden.example', 'ID-SECRET', 'Secret Lane', 'secretmotto', '1988-08'];

test.each(['operator', 'agent', 'analyst', 'developer'] as const)('R139: no reading route tells the role %s what is masked', async (role) => {
  const who = await person(stores, app, ws, role);
  const reads = [
    '/api/v1/customers', `/api/v1/customers/${customer}`, `/api/v1/customers/${customer}/timeline`, `/api/v1/customers/${customer}/merges`, `/api/v1/customers/${customer}/traits`,
    `/api/v1/customers/${customer}/subjects`, '/api/v1/identity/reviews', '/api/v1/quarantine', '/api/v1/tasks', '/api/v1/accounts', '/api/v1/imports', '/api/v1/fields', '/api/v1/tags', '/api/v1/segments', '/api/v1/audit', '/api/v1/erasures', '/api/v1/data-keys',
  ];
  const seen = await Promise.all(reads.map(async (url) => ({ url, reply: await who.call('GET', url) })));
  expect(seen.filter(({ reply }) => LEAK.test(JSON.stringify(reply.body))).map(({ url }) => url)).toEqual([]);
  expect(seen.filter(({ reply }) => reply.status === 200).length).toBeGreaterThan(6);
  const head = (await who.call<{ identifiers: { kind: string; shown: string; masked: boolean }[] }>('GET', `/api/v1/customers/${customer}`)).body.identifiers;
  expect(head.map(({ kind, shown, masked }) => [kind, shown, masked])).toEqual([['member_no', '139****0001', true], ['phone', '138****0000', true], ['email', 's***@hidden.example', true], ['receiver_phone', '137****0000', true]]);
  for (const url of ['/api/v1/customers?clear=true', `/api/v1/customers/${customer}?clear=true`]) expect((await who.call('GET', url)).status).toBe(403);
  expect((await who.call('POST', '/api/v1/customers/export', { reason: 'curious', customers: [customer] })).status).toBe(403);
});

test('R139: a search by a piece of what is masked finds nobody and counts nobody, and answers as it does to nonsense', async () => {
  const who = await person(stores, app, ws, 'operator');
  const ask = async (q: string) => (await who.call<{ rows: unknown[]; total: { count: number } }>('GET', `/api/v1/customers?q=${encodeURIComponent(q)}`)).body;
  for (const q of PREFIXES) expect({ q, ...(await ask(q)) }).toMatchObject({ q, rows: [], total: { count: 0 } });
  // The whole number finds its owner: that is how a customer at the counter is found; so does the tail, which the mask shows anyway.
  expect((await ask(SECRET.phone)).total.count).toBe(1);
  expect((await ask('0000')).total.count).toBe(1);
});

test('R139: the ten thousand numbers behind a mask cannot be tried one by one', async () => {
  const who = await person(stores, app, ws, 'agent');
  const tries = Array.from({ length: 60 }, (_, i) => `138${String(5_000 + i)}0000`);
  const statuses: number[] = [];
  for (const q of tries) statuses.push((await who.call('GET', `/api/v1/customers?q=${q}`)).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(30);
  expect(statuses.slice(30).every((status) => status === 429)).toBe(true);
  expect((await who.call('GET', `/api/v1/customers?q=${SECRET.phone}`)).status).toBe(429);
  expect((await who.call('GET', '/api/v1/customers?q=Masked')).status).toBe(200);
  expect((await owner.call('GET', `/api/v1/customers?q=${SECRET.phone}`)).status).toBe(200);
  stores.clock.advance(16 * 60_000);
  expect((await who.call('GET', `/api/v1/customers?q=${SECRET.phone}`)).status).toBe(200);
});

test('R139: no filter, sort, count, segment, metric or experiment takes a masked or sealed field', async () => {
  const who = await person(stores, app, ws, 'operator');
  const faults: string[] = [];
  for (const [field, guess] of [['birthday', SECRET.birthday], ['motto', SECRET.motto], ['address', SECRET.address], ['id_number', SECRET.id], ['phone', SECRET.phone], ['email', SECRET.email]] as const) {
    for (const test of tests(guess)) {
      for (const [url, body] of questions(treeOf(field, test), `${field} ${test.op}`)) {
        const reply = await who.call('POST', url, body);
        if (!REFUSED.includes(String(reply.body.code))) faults.push(`${field} ${test.op} ${url}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 120)}`);
        if (LEAK.test(JSON.stringify(reply.body))) faults.push(`${field} ${test.op} ${url} tells`);
      }
    }
    for (const url of [`/api/v1/customers?sort=${field}`, `/api/v1/customers?sort=${field}&direction=asc`]) if ((await who.call('GET', url)).status !== 400) faults.push(`sorted by ${field}`);
  }
  expect(faults.slice(0, 5)).toEqual([]);
  // The eyes of this test are open: the same questions about a field in clear are answered.
  for (const [url, body] of questions(treeOf('city', { op: 'equals', value: 'x' }), 'city')) expect({ url, status: (await who.call('POST', url, body)).status }).toEqual({ url, status: url.endsWith('segments') ? 201 : 200 });
  expect((await who.call('PATCH', `/api/v1/customers/${customer}`, { fields: { birthday: 'x' } })).body).toMatchObject({ code: 'field.hidden' });
});

test('R139: every route there is, asked about this person and through every place that takes a filter: what is masked stays masked, also in the files of who may export and not unmask', async () => {
  const operations = operationsOf((await app.inject('/api/openapi.json')).json());
  const who = await person(stores, app, ws, 'operator');
  const { body: { secret } } = await owner.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'export', scopes: PERMISSIONS.filter((one) => !['customers.unmask', 'keys.write', 'members.write'].includes(one)) });
  const key: Person = { ...who, call: (method, url, body) => call(app, method, url, body, { authorization: `Bearer ${secret}` }) };
  const faults: string[] = [];
  const statuses: number[] = [];
  const ask = async (by: Person, { method, url, query, body }: Filled): Promise<{ status: number; body: { code?: string } }> => {
    const reply = await by.call(method, `${url}${query ? `?${query}` : ''}`, body);
    statuses.push(reply.status);
    if (LEAK.test(JSON.stringify(reply.body))) faults.push(`${method} ${url} ${query} tells`);
    if (reply.status >= 500) faults.push(`${method} ${url} ${reply.status}`);
    return reply;
  };
  const asked = operations.filter(({ reads, path, method }) => (reads || /export|exchange/.test(path)) && !/sample|webhook|backup/.test(path) && !(method === 'delete'));
  for (const operation of asked) for (const by of [who, key]) {
    const slots = slotsOf(operation);
    for (const slot of slots) await ask(by, slot.fill(customer));
    if (slots.length === 0) await ask(by, bareOf(operation));
  }
  for (const body of [{ reason: 'curious' }, { reason: 'curious', customers: [customer] }, { reason: 'curious', clear: true }, { reason: 'curious', what: 'orders' }]) for (const url of ['/api/v1/customers/export', '/api/v1/customers/exchange', '/api/v1/orders/export', '/api/v1/events/export', '/api/v1/lifecycle/at-risk/export', `/api/v1/lifecycle/customers/${customer}/score/export`]) await ask(key, { method: 'POST', url, query: '', body });
  const doors = operations.flatMap((operation) => slotsOf(operation, 'tree'));
  let open = 0;
  for (const door of doors) {
    if ((await ask(who, door.fill(treeOf('city', { op: 'equals', value: 'x' })))).status < 300) open++;
    for (const [field, guess] of [['birthday', SECRET.birthday], ['motto', SECRET.motto], ['phone', SECRET.phone], ['email', SECRET.email]] as const) for (const test of [{ op: 'equals', value: guess }, { op: 'present' }]) {
      const { status, body } = await ask(who, door.fill(treeOf(field, test)));
      if (status < 400 || (status !== 404 && status !== 403 && !REFUSED.includes(String(body.code)))) faults.push(`${door.name} ${field} ${test.op}: ${status} ${body.code}`);
    }
  }
  expect(faults.slice(0, 10)).toEqual([]);
  expect([doors.length > 16, open > 10, statuses.filter((status) => status === 200).length > 100]).toEqual([true, true, true]);
}, 180_000);

test('R139: a row put aside is shown masked to who may not see numbers, and sent back as shown it is the row it was', async () => {
  const who = await person(stores, app, ws, 'operator');
  const { rows: [row] } = (await who.call<{ rows: { id: string; cells: string[] }[] }>('GET', '/api/v1/quarantine')).body;
  expect(row?.cells).toEqual(['****0000', 'call ****0000 or s***@hidden.example']);
  expect((await owner.call<{ rows: { cells: string[] }[] }>('GET', '/api/v1/quarantine')).body.rows[0]?.cells[0]).toBe(SECRET.phone);
  await who.call('POST', '/api/v1/quarantine/replay', { rows: [{ id: row?.id, cells: { phone: '****0000' } }] });
  expect((await owner.call<{ rows: { cells: string[] }[] }>('GET', '/api/v1/quarantine')).body.rows[0]?.cells[0]).toBe(SECRET.phone);
});
