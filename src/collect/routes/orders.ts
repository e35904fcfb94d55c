import { Readable } from 'node:stream';
import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import { type Route, route } from '../../kernel/http/route.ts';
import { documentShape, figureShape, orderDetailShape, orderShape, reconcileShape } from '../contract.ts';
import { exportEvents, exportFacts } from '../export.ts';
import { EXPORTS } from '../queries/export.ts';
import { findOrders, orderDetail, ordersOf } from '../orders.ts';
import { documents, noteFigure, reconcile } from '../reconcile.ts';

const list = z.union([z.string(), z.array(z.string())]).optional().transform((given) => (given === undefined ? [] : [given].flat()));

export const orderRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/reconcile', summary: '对账: month × shop beside your own figures', tag: 'reconcile', permission: 'imports.read', query: z.object({ shop: list, source: list }), reply: reconcileShape },
    ({ stores, caller, query }) => reconcile(stores, caller, { shops: query.shop, sources: query.source })),
  route({ method: 'GET', url: '/api/v1/reconcile/documents', summary: 'The orders, refunds and adjustments behind a cell', tag: 'reconcile', permission: 'imports.read', query: z.object({ month: z.string().regex(/^\d{4}-\d{2}$/), shop: z.string().default(''), source: list, cursor: z.string().max(2000).optional() }), reply: z.object({ rows: z.array(documentShape), next: z.string().nullable() }) },
    ({ stores, caller, query }) => documents(stores, caller, { month: query.month, shop: query.shop, sources: query.source, cursor: query.cursor })),
  route({ method: 'PUT', url: '/api/v1/reconcile/figures', summary: 'Note or clear "my figure" in a cell', tag: 'reconcile', permission: 'imports.write', body: figureShape, reply: figureShape },
    async ({ stores, caller, body }) => {
      const { figure, ...cell } = body;
      await noteFigure(stores, caller, cell, figure);
      return body;
    }),
  route({ method: 'GET', url: '/api/v1/orders', summary: 'Orders of a customer, or of a number', tag: 'orders', permission: 'customers.read', query: z.object({ customer: z.guid().optional(), orderNo: z.string().max(200).optional(), cursor: z.string().max(2000).optional() }), reply: z.object({ rows: z.array(orderShape), next: z.string().nullable() }) },
    async ({ stores, caller, query: { customer, orderNo, cursor } }) => {
      if (customer) return ordersOf(stores, caller, customer, cursor);
      if (orderNo) return { rows: await findOrders(stores, caller, orderNo), next: null };
      throw new Refusal('orders.ask_by', {}, 400);
    }),
  route({ method: 'GET', url: '/api/v1/orders/detail', summary: 'One order with its lines and refunds', tag: 'orders', permission: 'customers.read', query: z.object({ source: z.string(), shop: z.string().default(''), orderNo: z.string() }), reply: orderDetailShape },
    ({ stores, caller, query }) => orderDetail(stores, caller, query)),
  route({ method: 'POST', url: '/api/v1/orders/export', summary: 'Orders, lines, refunds or costs as CSV or JSONL in our own template; needs a reason and is audited', tag: 'orders', permission: 'customers.export',
    body: z.object({ what: z.enum(EXPORTS), format: z.enum(['csv', 'jsonl']).default('csv'), reason: z.string().max(500), from: z.string().max(100).optional() }), reply: z.string() },
    async ({ stores, caller, body, reply }) => {
      const { what, format, reason, from } = body;
      const lines = await exportFacts(stores, caller, what, { format, reason, from });
      reply.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson').header('content-disposition', `attachment; filename="${what}.${format}"`).send(Readable.from(lines));
      return reply as unknown as string;
    }),
  route({ method: 'POST', url: '/api/v1/events/export', summary: 'Events of a source as calls of the Segment protocol, one a line; needs a reason and is audited', tag: 'orders', permission: 'customers.export',
    body: z.object({ from: z.string().min(1).max(100), reason: z.string().max(500) }), reply: z.string() },
    async ({ stores, caller, body, reply }) => {
      reply.type('application/x-ndjson').header('content-disposition', 'attachment; filename="events.jsonl"').send(Readable.from(await exportEvents(stores, caller, body)));
      return reply as unknown as string;
    }),
];
