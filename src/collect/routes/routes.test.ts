import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { PERMISSIONS } from '../../kernel/access/permissions.ts';
import { mount } from '../../kernel/http/mount.ts';
import { sendProblem } from '../../kernel/http/problem.ts';
import type { z } from 'zod';
import type { orderDetailShape, previewShape } from '../contract.ts';
import { collectRoutes, type ImportView, openCollect, type Reconciled, runImport } from '../index.ts';

let stores: TestStores;
let app: FastifyInstance;
let caller: Caller;
beforeAll(async () => {
  stores = await testStores();
  app = fastify({ logger: false });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  await openCollect(app, stores);
  mount(app, stores, async () => caller, collectRoutes);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});
beforeEach(async () => { caller = systemCaller(await testWorkspace(stores), PERMISSIONS); });

async function call<Body = Record<string, unknown>>(method: 'GET' | 'POST' | 'PUT', url: string, payload?: object): Promise<{ status: number; body: Body }> {
  const reply = await app.inject({ method, url: `/api/v1${url}`, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, body: (reply.body.startsWith('{') ? reply.json() : reply.body) as Body };
}

/** Hands files over as a browser does. */
async function upload(files: Record<string, string>): Promise<string[]> {
  const mark = 'x-boundary';
  const parts = Object.entries(files).map(([name, text]) => `--${mark}\r\ncontent-disposition: form-data; name="files"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`);
  const reply = await app.inject({ method: 'POST', url: '/api/v1/imports/uploads', headers: { 'content-type': `multipart/form-data; boundary=${mark}` }, payload: `${parts.join('')}--${mark}--\r\n` });
  expect(reply.statusCode).toBe(201);
  return (reply.json() as { uploads: { id: string }[] }).uploads.map(({ id }) => id);
}

const OPTIONS = { source: 'own' };
async function importing(files: Record<string, string>): Promise<{ preview: z.output<typeof previewShape>; done: ImportView }> {
  const uploads = (await upload(files)).map((id) => ({ id }));
  const preview = await call<z.output<typeof previewShape>>('POST', '/imports/preview', { uploads, options: OPTIONS });
  expect(preview.status).toBe(200);
  const started = await call<ImportView>('POST', '/imports', { uploads: preview.body.files.map(({ upload: id, mapping }) => ({ id, mapping })), options: OPTIONS });
  expect([started.status, started.body.status]).toEqual([202, 'waiting']);
  await runImport(stores, caller.workspaceId, started.body.id);
  return { preview: preview.body, done: (await call<ImportView>('GET', `/imports/${started.body.id}`)).body };
}

const ORDERS = ['order_no,shop,order_status,created_at,paid_at,amount_paid,phone,customer_name', 'N1,West,done,2025-12-01 10:00:00,2025-12-01 10:00:00,30.00,13800000001,Li', 'N2,East,paid,2025-12-02 10:00:00,2025-12-02 10:00:00,5.00,13800000002,Wu'].join('\n');
const LINES = ['order_no,shop,sku,product_name,quantity,line_amount', 'N1,West,T1,Tea,1,10.00', 'N1,West,T1,Tea,1,10.00', 'N1,West,T2,Pot,1,10.00', 'N2,East,T1,Tea,1,5.00'].join('\n');
const REFUNDS = ['refund_no,order_no,shop,refunded_at,refund_amount,refund_status', 'F1,N1,West,2025-12-05 10:00:00,10.00,done'].join('\n');

test('files dropped together are one import: previewed, started, reported, reconciled beside one’s own figures', async () => {
  const { preview, done } = await importing({ 'orders.csv': ORDERS, 'lines.csv': LINES, 'refunds.csv': REFUNDS });
  expect(preview.files.map(({ roles }) => roles[0])).toEqual(['order', 'line', 'refund']);
  expect(done).toMatchObject({ status: 'finished', report: { rowsRead: 7, orders: { added: 2 }, lines: { added: 4 }, refunds: { added: 1 }, netMinor: 2500, customers: { created: 2 } } });
  await call('PUT', '/reconcile/figures', { month: '2025-12', shop: 'West', measure: 'net', figure: 2100 });
  const { body } = await call<Reconciled>('GET', '/reconcile');
  expect(body.rows.map(({ shop, netMinor, refundsMinor, figures }) => [shop, netMinor, refundsMinor, figures])).toEqual([['East', 500, 0, {}], ['West', 2000, 1000, { net: 2100 }]]);
  expect((await call('GET', '/reconcile/documents?month=2025-12&shop=West')).body.rows).toMatchObject([{ documentNo: 'N1', netMinor: 2000 }]);
  const { body: detail } = await call<z.output<typeof orderDetailShape>>('GET', '/orders/detail?source=own&shop=West&orderNo=N1');
  expect([detail.lines.length, detail.refunds.length, detail.order.refundedMinor]).toEqual([3, 1, 1000]);
  expect((await call('GET', `/orders?customer=${detail.order.customer}`)).body.rows).toHaveLength(1);
  expect((await call('GET', '/data-day')).body.day).toBe('2025-12-05');
});

test('R13: what was exported gives the same orders, lines, refunds and customers in an empty workspace', async () => {
  await importing({ 'orders.csv': ORDERS, 'lines.csv': LINES, 'refunds.csv': REFUNDS });
  const before = (await call<Reconciled>('GET', '/reconcile')).body;
  const files: Record<string, string> = {};
  for (const what of ['orders', 'lines', 'refunds']) {
    const { status, body } = await call<string>('POST', '/orders/export', { what, reason: 'move' });
    expect(status).toBe(200);
    files[`${what}.csv`] = body;
  }
  caller = systemCaller(await testWorkspace(stores), PERMISSIONS);
  const { done } = await importing(files);
  expect(done.report).toMatchObject({ orders: { added: 2 }, lines: { added: 4 }, refunds: { added: 1 }, customers: { created: 2 } });
  expect((await call('GET', '/reconcile')).body).toMatchObject({ total: before.total });
});

test('an unknown body field, a missing mapping and a foreign upload are refused by code', async () => {
  expect((await call('POST', '/sources', { key: 'a', name: 'A', kind: 'orders', extra: 1 })).status).toBe(400);
  const [id] = await upload({ 'orders.csv': ORDERS });
  caller = systemCaller(await testWorkspace(stores), PERMISSIONS);
  expect((await call('POST', '/imports/preview', { uploads: [{ id }], options: OPTIONS })).body.code).toBe('upload.not_found');
});
