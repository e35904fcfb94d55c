import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { NOBODY, type WorkspaceId } from '../../kernel/ids.ts';
import { seeded } from '../../kernel/random.ts';
import { type Sum, sumsOf } from './reconcile.ts';

const EVERYTHING = { shops: [], sources: [] };
let stores: TestStores, workspace: WorkspaceId;
beforeAll(async () => void (stores = await testStores()));
afterAll(() => stores.close());

test('of a workspace where nothing was sold there are no months, and the total is zero', async () => {
  expect(await sumsOf(stores.ch, await testWorkspace(stores), EVERYTHING)).toEqual({ rows: [], total: { orders: 0, documents: 0, buyers: 0, people: 0, paidMinor: 0, refundsMinor: 0, netMinor: 0, nobodysMinor: 0 } });
});

test('documents are told apart by number: orders, refunds and adjustments that share one are one document, in each month and shop and over all', async () => {
  workspace = await testWorkspace(stores);
  const random = seeded(19), no = (): string => `D${Math.floor(random() * 40)}`, day = (): string => `2025-0${1 + Math.floor(random() * 3)}-1${Math.floor(random() * 9)}`, shop = (): string => (random() < 0.5 ? 'A' : 'B');
  const who = (): string => (random() < 0.1 ? NOBODY : customerOf(1 + Math.floor(random() * 20)));
  const made = <T>(count: number, one: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));
  await stores.ch.insert('orders', made(60, (at) => ({ workspace, source: 'test', shop: shop(), order_no: at < 30 ? `D${at}` : `N${at}`, version: 1, subject: who(), status: random() < 0.8 ? 'paid' : 'unpaid', day: day(), amount: 100, refunded: random() < 0.2 ? 40 : 0 })));
  await stores.ch.insert('refunds', made(50, (at) => ({ workspace, source: random() < 0.7 ? 'test' : 'till', shop: shop(), refund_no: `R${at}`, version: 1, order_no: random() < 0.2 ? `N${at}` : '', document_no: no(), subject: who(), day: day(), amount: 10, status: 'done' })));
  await stores.ch.insert('order_lines', made(40, (at) => ({ workspace, source: 'test', shop: shop(), order_no: no(), sku: `S${at}`, version: 1, subject: who(), day: day(), amount: -5, loose: random() < 0.5 ? 1 : 0 })));
  const plain = `select source, toString(shop) as shop, order_no as document_no, day, toInt64(if(status = 'paid', amount - refunded, 0)) as net from orders final where workspace = {workspace:UUID}
    union all select source, toString(shop), document_no, day, toInt64(-amount) from refunds final where workspace = {workspace:UUID} and order_no = ''
    union all select source, toString(shop), order_no, min(day), toInt64(sum(amount)) from order_lines final where workspace = {workspace:UUID} and loose group by source, shop, order_no, subject`;
  const pick = ({ documents, netMinor }: Sum) => ({ documents, netMinor }), sums = 'uniqExact((source, shop, document_no)) as documents, sum(net) as netMinor';
  for (const [scope, where] of [[EVERYTHING, 'true'], [{ shops: ['A'], sources: ['test'] }, "shop = 'A' and source = 'test'"]] as const) {
    const [told, wanted, [total]] = await Promise.all([
      sumsOf(stores.ch, workspace, scope),
      stores.ch.rows<Sum>(`select formatDateTime(day, '%Y-%m') as month, shop, ${sums} from (${plain}) where ${where} group by month, shop order by month, shop`, { workspace }),
      stores.ch.rows<Sum>(`select ${sums} from (${plain}) where ${where}`, { workspace }),
    ]);
    expect(told.rows.map(({ month, shop: name, ...sum }) => ({ month, shop: name, ...pick(sum) }))).toEqual(wanted);
    expect(pick(told.total)).toEqual(total);
    expect(told.total.documents).toBeLessThan(told.rows.reduce((sum, { documents }) => sum + documents, 0));
  }
});
