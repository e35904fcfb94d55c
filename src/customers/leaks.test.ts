import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSource, flushAll, lookAtFiles, newWriteKey, runImport, startImport } from '../collect/index.ts';
import { buildApp } from '../app.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { openLog } from '../kernel/log.ts';
import { superuser } from '../kernel/postgres/embedded.ts';
import { person } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';

/** Fifty telephones and e-mails go in by every way there is; afterwards neither store, no log and no job holds one of them to be read. */
const PHONES = Array.from({ length: 25 }, (_, n) => `1${[3, 5, 7, 8, 9][n % 5]}${String(8_111_000_37 + n * 7_919).padStart(9, '4').slice(0, 9)}`);
const MAILS = Array.from({ length: 25 }, (_, n) => `seeded.person${n}@leak-${n}.example`);
const phone = (n: number): string => PHONES[n] as string;
const mail = (n: number): string => MAILS[n] as string;
const SEEDS = [...PHONES, ...MAILS];

let stores: TestStores;
let log = '';

beforeAll(async () => { stores = await testStores(); });
afterAll(() => stores.close());

/** Ways in over the wire: what a page, a form or a careless developer puts where. */
const EVENTS = [
  { type: 'identify', userId: 'u0', messageId: 'e0', traits: { phone: phone(0), email: mail(0), nickname: `call me ${phone(1)}`, contact: { mobile: phone(2), mail: mail(1) }, backup_mail: mail(2) } },
  { type: 'identify', userId: 'u9', messageId: 'e9', traits: { remark: 'none' } }, { type: 'identify', userId: 'u10', messageId: 'e10', traits: { remark: `or ${phone(20)}`, name: phone(21) } },
  { type: 'track', event: 'Form Sent', userId: 'u1', messageId: 'e1', properties: { form: { fields: [{ label: 'tel', value: phone(3) }, { label: 'mail', value: mail(3) }] }, deep: { a: { b: { c: `+86 ${phone(4)}` } } } } },
  { type: 'track', event: 'Message', userId: 'u2', messageId: 'e2', properties: { text: `Ring ${phone(5).slice(0, 3)}-${phone(5).slice(3, 7)}-${phone(5).slice(7)} or write to ${mail(4)}.`, number: Number(phone(6)) } },
  { type: 'track', event: `Called ${phone(7)}`, anonymousId: 'a3', messageId: 'e3', context: { traits: { email: mail(5), phone: phone(8) }, page: { url: `https://x.example/a?email=${encodeURIComponent(mail(6))}&tel=${phone(9)}`, referrer: `https://y.example/?e=${mail(7)}` }, campaign: { name: `for ${mail(8)}` } } },
  { type: 'page', name: `Profile of ${mail(9)}`, userId: 'u4', messageId: 'e4', properties: { url: `https://x.example/?email=${mail(10)}`, search: `?phone=%2B86${phone(10)}`, title: phone(11) } },
  { type: 'track', event: 'Order Completed', userId: 'u5', messageId: 'e5', properties: { order_id: 'L1', total: 5, currency: 'CNY', coupon: `C-${phone(12)}`, note: `leave with ${mail(11)}`, receiver_phone: phone(13), shipping: { phone: phone(14) } } },
  { type: 'group', userId: 'u6', groupId: 'g', messageId: 'e6', traits: { owner_mail: mail(12), tel: phone(15) } },
  { type: 'identify', messageId: 'e7', traits: { email: mail(13) } }, { type: 'nonsense', userId: phone(16), messageId: 'e8', properties: { mail: mail(14) } },
];

const CUSTOMERS = ['会员号,姓名,手机号,邮箱,备注', `K1,李一,${phone(17)},${mail(15)},请打 ${phone(18)}`, `K2,${phone(19)},,${mail(16)},`, `K3,王三,12,${mail(17)},x`];
const ORDERS = ['order_no,paid_at,phone,receiver_phone,sku,quantity,line_amount,buyer_message', `P1,2025-12-01 10:00:00,${phone(22)},${phone(23)},T1,1,10.00,mail me ${mail(18)}`, `P2,not a day,${phone(24)},,T1,1,9.00,${mail(19)}`];

/** Without order numbers: they are made of who bought. */
const TILL = ['created_at,phone,amount_paid', `2025-12-02 10:00:00,${phone(22)},12.00`, `2025-12-02 11:00:00,${phone(23)},8.00`];

async function bringIn(): Promise<void> {
  const ws = await testWorkspace(stores);
  const me = systemCaller(ws);
  const app = await buildApp(stores, { log: openLog('trace', new Writable({ write: (chunk, _, done) => { log += String(chunk); done(); } }) as never), readiness: { ready: true } });
  const { key } = await newWriteKey(stores, me, (await addSource(stores, me, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: 'CNY' })).id);
  const post = (url: string, payload: string | object) => app.inject({ method: 'POST', url, headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'application/json' }, payload });
  expect((await post('/v1/batch', { batch: EVENTS })).statusCode).toBe(200);
  await post('/v1/batch', `{"batch": broken ${mail(20)}`);
  await flushAll(stores);
  const folder = mkdtempSync(join(tmpdir(), 'perennial-leaks-'));
  for (const [name, rows] of [['customers.csv', CUSTOMERS], ['orders.csv', ORDERS], ['till.csv', TILL]] as const) {
    const path = join(folder, name);
    writeFileSync(path, `${rows.join('\n')}\n`);
    const options = { source: 'files', shop: '', channel: '' };
    const look = await lookAtFiles(stores, ws, [{ path, name, upload: '' }], options);
    await runImport(stores, ws, await startImport(stores, me, [{ path, mapping: look.files[0]?.mapping as NonNullable<(typeof look.files)[0]>['mapping'] }], options));
  }
  const owner = await person(stores, app, ws, 'owner');
  const { body: account } = await owner.call<{ id: string }>('POST', '/api/v1/accounts', { name: 'Firm' });
  expect((await owner.call('POST', `/api/v1/accounts/${account.id}/contacts`, { name: '联系人', role: 'buyer', phone: phone(0), email: mail(21) })).status).toBe(201);
  await owner.call('POST', '/api/v1/fields', { key: 'hobby', label: 'hobby', type: 'text' });
  const { rows } = (await owner.call<{ rows: { id: string }[] }>('GET', `/api/v1/customers?q=${phone(17)}`)).body;
  expect(rows).toHaveLength(1);
  await owner.call('PATCH', `/api/v1/customers/${rows[0]?.id}`, { name: `Li ${phone(1)}`, fields: { hobby: `tea, ${mail(22)}`, address: `Road 1, ${phone(2)}` } }, { 'idempotency-key': 'leak' });
  await owner.call('GET', `/api/v1/customers?q=${mail(23)}`);
  await owner.call('POST', `/api/v1/customers/${mail(24)}/erase`, { reason: 'no such person' });
  await owner.call('GET', `/api/v1/customers?sort=${phone(3)}`);
  await app.close();
}

const found = (text: string): string[] => SEEDS.filter((seed) => text.includes(seed));
/** Files below a folder as bytes; strings of ASCII stand in them as they are. */
function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const info = statSync(path, { throwIfNoEntry: false });
    if (info?.isDirectory()) yield* filesBelow(path);
    else if (info && info.size > 0) yield path;
  }
}

test('R138: of fifty seeded telephones and e-mails neither store, no log line and no job holds one to be read', async () => {
  await bringIn();
  const admin = new pg.Client({ ...(stores.pg.connections.owner as pg.ClientConfig), user: superuser });
  await admin.connect();
  const leaks: string[] = [];
  const look = (where: string, text: string): void => { for (const seed of found(text)) leaks.push(`${where}: ${seed} …${text.slice(Math.max(0, text.indexOf(seed) - 90), text.indexOf(seed) + 30)}`); };
  const { rows: tables } = await admin.query<{ name: string }>("select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname in ('public', 'graphile_worker')");
  expect(tables.length).toBeGreaterThan(40);
  let rows = 0;
  for (const { name } of tables) {
    const { rows: own } = await admin.query<{ t: string }>(`select t::text as t from ${name} t`);
    rows += own.length;
    look(`postgres ${name}`, own.map(({ t }) => t).join('\n'));
  }
  expect(rows).toBeGreaterThan(100);
  const inCh = await stores.ch.rows<{ name: string }>("select name from system.tables where database = currentDatabase() and engine like '%MergeTree'");
  for (const { name } of inCh) look(`clickhouse ${name}`, JSON.stringify(await stores.ch.rows(`select * from ${name}`)));
  expect((await stores.ch.rows<{ n: number }>('select count() as n from events'))[0]?.n).toBeGreaterThan(8);
  await admin.query('checkpoint');
  const { rows: [place] } = await admin.query<{ dir: string; oid: number }>("select current_setting('data_directory') as dir, oid from pg_database where datname = current_database()");
  await admin.end();
  const { dir, oid } = place as { dir: string; oid: number };
  const folders = [join(dir, 'base', String(oid)), join(dir, 'pg_wal'), join(stores.files.dataDir, 'clickhouse')];
  let bytes = 0;
  for (const folder of folders) for (const path of filesBelow(folder)) {
    const content = readFileSync(path);
    bytes += content.length;
    look(`file ${path.slice(folder.length)}`, content.toString('latin1'));
  }
  expect(bytes).toBeGreaterThan(5_000_000);
  look('log', log);
  expect([...new Set(leaks)]).toEqual([]);
});
