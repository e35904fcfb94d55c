import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addSource, flush, newWriteKey } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { call, type Person, person, testApp } from './support/app.ts';
import { importHostile } from './support/hostile.ts';
import { customerOf, putOrders, putStates } from './support/orders.ts';
import { type Filled, operationsOf, type Slot, slotsOf } from './support/slots.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let other: string;
let owner: Person;
let writeKey: string;
const CANARY = 'canary-4711';

beforeAll(async () => {
  stores = await testStores();
  [workspace, other] = [await testWorkspace(stores), await testWorkspace(stores)];
  app = await testApp(stores);
  owner = await person(stores, app, workspace, 'owner');
  await putOrders(stores, workspace, [1, 2, 3].map((n) => ({ customer: customerOf(n), day: '2025-12-05', amount: n * 100 })));
  await putStates(stores, workspace, [1, 2, 3].map((n) => ({ customer: customerOf(n), name: `N${n}`, reach: ['sms'] })));
  await putOrders(stores, other, [{ customer: customerOf(9), day: '2025-12-05', amount: 900 }]);
  await putStates(stores, other, [{ customer: customerOf(9), name: CANARY, reach: ['sms'] }]);
  const caller = systemCaller(workspace, PERMISSIONS);
  const { id } = await addSource(stores, caller, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  ({ key: writeKey } = await newWriteKey(stores, caller, id));
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Body = Record<string, unknown>;
const everybody = { version: 1, root: { kind: 'and', of: [] } };

test('the ids of a filter are read page by page to the end, and only with a cursor of that list', async () => {
  const ask = (more: Body) => owner.call<{ ids: string[]; next: string | null; code?: string }>('POST', '/api/v1/segments/ids', { tree: everybody, ...more });
  const all = (await ask({ limit: 10_000 })).body.ids;
  const paged: string[] = [];
  for (let next: string | null | undefined; next !== null; ) {
    const { status, body } = await ask({ limit: 20, ...(next ? { cursor: next } : {}) });
    expect(status).toBe(200);
    paged.push(...body.ids);
    next = body.next;
  }
  expect(paged).toEqual(all);
  const foreign = (await owner.call<{ next: string }>('POST', '/api/v1/customers/query', { tree: everybody, sort: 'name', direction: 'asc', limit: 1 })).body.next;
  for (const cursor of [foreign, customerOf(1), 'x']) expect((await ask({ cursor })).status).toBe(400);
});

test('what every object inherits is a name like any other: of a field, an event, a trait, a header', async () => {
  const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'prototype', '__defineGetter__'];
  for (const [at, name] of names.entries()) {
    const context = { traits: { [name]: 'x', phone: '13912340000' } };
    const bodies: [string, Body][] = [
      ['track', { userId: `p${at}`, event: name, messageId: `proto-${at}`, timestamp: '2026-01-14T10:00:00Z', properties: { order_id: name, total: 5, [name]: 1 }, context }], ['identify', { userId: `p${at}`, messageId: `proto-i${at}`, traits: { [name]: 'x', [`${name}.${name}`]: 'y' } }],
    ];
    for (const [endpoint, body] of bodies) {
      const reply = await app.inject({ method: 'POST', url: `/v1/${endpoint}`, headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }, payload: JSON.stringify(body) });
      expect([name, endpoint, reply.statusCode]).toEqual([name, endpoint, 200]);
    }
    for (const body of [{ key: name, label: name, type: 'text' }, { label: name, type: 'enum', options: [name] }]) expect([name, (await owner.call('POST', '/api/v1/fields', body)).status < 500]).toEqual([name, true]);
    expect((await owner.call('POST', '/api/v1/customers/query', { tree: { version: 1, root: { kind: 'field', field: name, test: { op: 'present' } } }, sort: 'name', direction: 'asc', limit: 5 })).status).toBeLessThan(500);
  }
  await flush(stores, workspace);
  const kept = await stores.ch.rows<{ id: string }>("select message_id as id from events final where workspace = {workspace:UUID} and match(message_id, '^proto-[0-9]+$')", { workspace });
  // Assigning to __proto__ replaces what an object is: such events wait in quarantine, all others are stored.
  expect(kept).toHaveLength(names.length - 1);
  const { rows } = (await owner.call<{ rows: { event: unknown }[] }>('GET', '/api/v1/quarantine?code=event.key_forbidden')).body;
  expect(rows.flatMap(({ event }) => String(event).match(/proto-i?\d+/) ?? []).sort()).toEqual(['proto-4', 'proto-i4']);
  expect((await owner.call('GET', '/api/v1/segments/words')).status).toBe(200);
  expect((await owner.call('POST', '/api/v1/customers/export', { reason: 'a test' })).status).toBe(200);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

/** In every text below: a statement that holds it has taken in what somebody wrote. */
const MARK = 'zq9';
const folder = mkdtempSync(join(tmpdir(), 'perennial-attack-'));
const [secretFile, outFile] = [join(folder, 'secret.csv'), join(folder, 'out.csv')];
const SECRET = 'secret-of-a-file-8812';
const PLAIN = 'plainword';
const IS_LONG = process.env.PERENNIAL_LONG === '1';
const TEXTS_A_SLOT = 2;

/** Breaking out of every slot a statement might have: quotes of both stores and their look-alikes, parameters, comments, places of formats, functions that reach outside. */
const INJECTIONS = [
  `' or '${MARK}'='${MARK}`, `'; drop table customer; --${MARK}`, `\\' or 1=1 --${MARK}`, `"${MARK}`, `\`${MARK}\``, `＇ or ʼ1ʼ＝＇1 ${MARK}`, `{workspace:UUID}{${MARK}:String}`, `$1 %s ${MARK}`, `${MARK}') union all select name from customer_state --`,
  `file('${secretFile}')${MARK}`, `' into outfile '${outFile}' --${MARK}`, `'); copy (select 1) to program 'touch ${outFile}'; --${MARK}`, `'||pg_read_file('${secretFile}')||'${MARK}`, `url('http://127.0.0.1:9/${MARK}')`, `/*${MARK}*/`, `a'], map('${MARK}','y')['`,
  `{{${MARK}.constructor}}\${${MARK}}<%=${MARK}%>`, `\u0000' or 1=1 ${MARK}`,
  // What the engine reads inside a name of a JSON column even where it is bound; the second one ended the process.
  `sku.:\`Array(JSON)\`.${MARK}`, `:\`String\`${MARK}`, `^\`${MARK}\``,
];
const fieldIs = (field: string, test: unknown) => ({ version: 1, root: { kind: 'field', field, test } });
const event = (name: string, where: unknown[] = [], of: unknown = { measure: 'count', test: { op: 'at_least', value: 1 } }) => ({ version: 1, root: { kind: 'event', event: name, where, window: { kind: 'ever' }, of } });

/** Every slot of the tree with the text in it. */
const trees = (text: string): unknown[] => [
  fieldIs(text, { op: 'equals', value: 'x' }), fieldIs('city', { op: text, value: 'x' }), fieldIs('city', { op: 'equals', value: text }), fieldIs('city', { op: 'contains', value: text }), fieldIs('city', { op: 'not_starts', value: text }), fieldIs('city', { op: 'in', values: [text, `${text}2`] }), fieldIs('stage', { op: 'in', values: [text] }), fieldIs('name', { op: 'equals', value: text }),
  fieldIs('last_on', { op: 'on', day: text }), fieldIs('last_on', { op: 'within_last', days: text }), fieldIs('order_count', { op: 'is', value: text }), { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: [text] } } }, { version: 1, root: { kind: text, of: [] } }, { version: text, root: everybody.root },
  event(text), event('order.paid', [{ property: text, test: { op: 'equals', value: 'x' } }]), event('order.paid', [{ property: `a.${text}`, test: { op: 'greater', value: 1 } }]), event('order.paid', [{ property: '$shop', test: { op: 'equals', value: text } }]), event('order.paid', [{ property: 'sku', test: { op: 'not_in', values: [text] } }]),
  event('order.paid', [], { measure: 'distinct', property: text, test: { op: 'at_least', value: 1 } }), event('order.paid', [], { measure: 'sum', property: text, test: { op: 'at_least', value: 1 } }), event('order.paid', [], { measure: text, test: { op: 'at_least', value: 1 } }),
  fieldIs('city', { op: 'matches', value: text }), event('order.paid', [{ property: 'sku', test: { op: 'not_matches', value: text } }]), event('order.paid', [], { measure: 'average', property: text, test: { op: 'at_least', value: 1 } }),
  ...[text, 'order.paid'].flatMap((name) => [
    { kind: 'sequence', steps: [{ event: name }, { event: 'view', where: [{ property: text, test: { op: 'equals', value: text } }], within: { amount: 5, unit: 'minutes' } }], same: text },
    { kind: 'unfollowed', event: name, by: { event: 'view', where: [{ property: 'sku', test: { op: 'contains', value: text } }] }, within: { amount: 5, unit: 'minutes' }, same: text },
  ]).map((root) => ({ version: 1, root })),
  ...[
    { kind: 'unfollowed', event: 'order.paid', by: { event: 'view' }, within: { amount: text, unit: text } }, { kind: 'sequence', steps: [{ event: 'order.paid' }, { event: 'view' }], window: { kind: 'recent', amount: text, unit: text } },
    { kind: 'stage', ask: 'is', stages: [text], day: text }, { kind: 'stage', ask: 'is', stages: [text] }, { kind: 'stage', ask: 'entered', stages: ['new'], from: [text] }, { kind: 'stage', ask: text, stages: ['new'] },
    { kind: 'consent', channel: text, state: 'given' }, { kind: 'consent', channel: 'sms', purpose: text, state: 'unknown' }, { kind: 'segment', segment: text },
  ].map((root) => ({ version: 1, root })),
  { version: 1, root: { ...event('order.paid').root, window: { kind: 'calendar', unit: text, offset: 0 } } }, { version: 1, root: { ...event('order.paid').root, window: { kind: 'days', from: text, to: text } } },
];

/** Every statement that reached a store since the last look, as its text. */
const statements = new Set<string>();
function watchStores(): () => void {
  const { ch } = stores;
  const heard = <A extends unknown[], R>(work: (query: string, ...rest: A) => R) => (query: string, ...rest: A): R => { statements.add(query); return work(query, ...rest); };
  Object.assign(ch, { rows: heard(ch.rows), bytes: heard(ch.bytes), command: heard(ch.command), insert: heard(ch.insert), insertRows: heard(ch.insertRows) });
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    statements.add(typeof given[0] === 'string' ? given[0] : String((given[0] as { text?: string } | null)?.text));
    return (query as (...all: unknown[]) => unknown).apply(this, given);
  } as never);
  return () => spy.mockRestore();
}
const { query } = pg.Client.prototype;

const told = (reply: string, text: string): string => reply.replaceAll(JSON.stringify(text).slice(1, -1), '');
const TELLS = new RegExp(`${CANARY}|${SECRET}|DB::Exception|syntax error at|system\\.tables|root:x:|pg_catalog`);
/** What would take time and says nothing: passwords, whole recalculations, what leaves the machine. */
const LEFT_OUT = /session|password|invitations|backups|sample|recalibrate|\/run$|webhooks|exchange|\/export/;

test('no text in any slot of any route becomes part of a statement: filters, sorts, metrics, cohorts, funnels, imports, recipes, saved filters, goals, experiments', async () => {
  writeFileSync(secretFile, `a,b\n${SECRET},1\n`);
  const operations = operationsOf((await app.inject('/api/openapi.json')).json()).filter(({ path }) => !LEFT_OUT.test(path));
  const bearer = `Bearer ${(await owner.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'k', scopes: PERMISSIONS })).body.secret}`;
  const count = async (): Promise<number> => (await owner.call<{ total: { count: number } }>('POST', '/api/v1/customers/query', { tree: everybody, sort: 'name', direction: 'asc', limit: 5 })).body.total.count;
  const before = await count();
  const faults: string[] = [];
  let answered = 0;
  const ask = async ({ method, url, query: asked, body }: Filled, text: string): Promise<void> => {
    const { status, body: reply } = await call(app, method, `${url}${asked ? `?${asked}` : ''}`, body, { authorization: bearer, 'x-forwarded-for': `203.0.113.${answered++ % 250}` });
    const rest = told(JSON.stringify(reply), text);
    if (status >= 500) faults.push(`${status} ${method} ${url} ${asked} ${JSON.stringify(body)?.slice(0, 300)}`);
    else if (TELLS.test(rest)) faults.push(`told too much: ${method} ${url} ${rest.slice(0, 300)}`);
  };
  const [slots, doors] = [operations.flatMap((operation) => slotsOf(operation, 'value')), operations.flatMap((operation) => slotsOf(operation, 'tree'))];
  expect([slots.length > 600, doors.length > 16]).toEqual([true, true]);
  const stop = watchStores();
  const inTurns = async (work: readonly (() => Promise<unknown>)[]): Promise<void> => { for (let at = 0; at < work.length; at += 8) await Promise.all(work.slice(at, at + 8).map((one) => one())); };
  /** A slot of a tree goes through three doors of its own; a slot of its own meets some of the texts, every text some hundred slots. */
  const doorOf = (slot: number, step: number): Slot => doors[(slot * 3 + step) % doors.length] as Slot;
  const textOf = (slot: number, step: number): string => INJECTIONS[(slot * 5 + step * 4) % INJECTIONS.length] as string;
  const each = IS_LONG ? INJECTIONS.length : TEXTS_A_SLOT;
  await inTurns([...slots.map((slot) => () => ask(slot.fill(PLAIN), PLAIN)), ...trees(PLAIN).flatMap((tree, slot) => [0, 1, 2].map((step) => () => ask(doorOf(slot, step).fill(tree), PLAIN)))]);
  const plain = new Set(statements);
  statements.clear();
  await inTurns([
    ...slots.flatMap((slot, at) => Array.from({ length: each }, (_, step) => () => ask(slot.fill(textOf(at, step)), textOf(at, step)))),
    ...INJECTIONS.flatMap((text, turn) => trees(text).map((tree, slot) => () => ask(doorOf(slot, turn % 3).fill(tree), text))),
  ]);
  stop();
  expect(faults.slice(0, 10)).toEqual([]);
  expect([...statements].filter((one) => one.includes(MARK))).toEqual([]);
  expect(plain.size).toBeGreaterThan(200);
  // Other texts, the same statements: only a name that no path of a column can hold is asked for in another form.
  expect([...statements].filter((one) => !plain.has(one)).length).toBeLessThan(plain.size / 6);
  expect(answered).toBeGreaterThan(3_000);
  expect(readdirSync(folder)).toEqual(['secret.csv']);
  expect(await count()).toBeGreaterThanOrEqual(before);
}, IS_LONG ? 1_800_000 : 600_000);

test('files whose names, headings and cells are commands: stored as the text they are, nothing is read, written or run', async () => {
  writeFileSync(secretFile, `a,b\n${SECRET},1\n`);
  const texts = INJECTIONS.map((text) => text.replaceAll('\u0000', ''));
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const rows = texts.map((text, n) => [`139${String(20_000_000 + n)}`, text, '2025-12-01', text, text].map(cell).join(','));
  const orders = texts.map((text, n) => [`Z${n}${text}`, text, 'paid', '2025-12-05 10:00:00', '9.00', `139${String(20_000_000 + n)}`, text, text].map(cell).join(','));
  const stop = watchStores();
  statements.clear();
  const product = { stores, app, owner, workspaceId: workspace, url: '', close: async () => undefined };
  const { importId } = await importHostile(product, {
    [`file('${secretFile}').csv`]: ['phone,name,since,city,tier', ...rows].join('\n'), [`../../'); drop table customer; --${MARK}.csv`]: [`order_no,shop,order_status,paid_at,amount_paid,phone,channel,${cell(texts[3] as string)}`, ...orders].join('\n'),
  }, { source: 'files', shop: texts[0], channel: texts[1] });
  stop();
  expect([...statements].filter((one) => one.includes(MARK))).toEqual([]);
  const { body: { report, files } } = await owner.call<{ report: { orders: { added: number }; customers: { created: number } }; files: { name: string }[] }>('GET', `/api/v1/imports/${importId}`);
  expect([report.orders.added, report.customers.created]).toEqual([texts.length, texts.length]);
  expect(files.map(({ name }) => name).filter((name) => /\.\.\//.test(name))).toEqual([]);
  // A quote in front is how a sheet says that text follows; all else stays.
  const kept = texts.map((text) => text.replace(/^'/, '').trim());
  const { rows: people } = (await owner.call<{ rows: { name: string }[] }>('GET', '/api/v1/customers?limit=200')).body;
  expect(people.map(({ name }) => name)).toEqual(expect.arrayContaining(kept));
  const shops = await stores.ch.rows<{ shop: string }>("select distinct shop from orders final where workspace = {workspace:UUID} and startsWith(order_no, 'Z')", { workspace });
  expect(shops.map(({ shop }) => shop).sort()).toEqual(kept.sort());
  expect(JSON.stringify([people, report])).not.toContain(SECRET);
  expect(readdirSync(folder)).toEqual(['secret.csv']);
});
