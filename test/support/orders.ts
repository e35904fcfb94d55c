import { newId } from '../../src/kernel/ids.ts';
import { run, sql } from '../../src/kernel/sql.ts';
import type { Stores } from '../../src/kernel/stores.ts';

export type TestOrder = { customer: string; day: string; amount: number; shop?: string; channel?: string; refunded?: number; status?: string; b2b?: number; full_refund?: string };
export type TestEvent = { customer: string; time: string; event: string; shop?: string; channel?: string; properties?: Record<string, unknown> };

/** A customer id that counts: the nth customer of a test. */
export const customerOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** People of a test as the identity store knows them, each owning the subject of their own id. */
export const putPeople = ({ pg, clock }: Stores, workspace: string, ids: readonly string[]): Promise<void> => pg.tx(workspace, async (tx) => {
  for (const id of ids) {
    await run(tx, sql`insert into customer (workspace_id, id, name, created_at) values (${workspace}, ${id}, ${id}, ${clock.now()})`);
    await run(tx, sql`insert into subject (workspace_id, id, kind, customer_id, acts, sealed_in, sealed_at) values (${workspace}, ${id}, 'member_no', ${id}, true, ${id}, 0)`);
  }
});

/** Orders straight into the analytics store, as collect would have written them. */
export async function putOrders({ ch }: Stores, workspace: string, orders: readonly TestOrder[]): Promise<void> {
  await ch.insert('orders', orders.map((order, at) => ({
    workspace, source: 'test', shop: order.shop ?? 'A', order_no: `N${String(at).padStart(7, '0')}-${newId()}`, version: 1, deleted: 0, subject: order.customer,
    status: order.status ?? 'paid', ordered_at: `${order.day} 04:00:00.000`, paid_at: `${order.day} 04:00:00.000`, day: order.day, currency: 'CNY', amount: order.amount,
    original_amount: order.amount, original_currency: 'CNY', refunded: order.refunded ?? 0, full_refund: order.full_refund ?? '', channel: order.channel ?? '', b2b: order.b2b ?? 0,
  })));
}

/** Refunds that no order holds. */
export async function putRefunds({ ch }: Stores, workspace: string, refunds: readonly { customer: string; day: string; amount: number; status?: string; shop?: string }[]): Promise<void> {
  await ch.insert('refunds', refunds.map((refund) => ({
    workspace, source: 'test', shop: refund.shop ?? 'A', refund_no: newId(), version: 1, deleted: 0, order_no: '', subject: refund.customer, day: refund.day,
    refunded_at: `${refund.day} 05:00:00.000`, amount: refund.amount, status: refund.status ?? 'done',
  })));
}

/** Events straight into the analytics store; `time` as 'YYYY-MM-DD hh:mm:ss' in UTC, which is also the day here. */
export async function putEvents({ ch }: Stores, workspace: string, events: readonly TestEvent[]): Promise<void> {
  await ch.insert('events', events.map((event) => ({
    workspace, subject: event.customer, time: event.time, message_id: newId(), version: 1, deleted: 0, kind: 'track', event: event.event, source: 'test',
    shop: event.shop ?? '', channel: event.channel ?? '', day: event.time.slice(0, 10), properties: event.properties ?? {},
  })));
}

export type TestState = { customer: string; name?: string; texts?: Record<string, string>; numbers?: Record<string, number>; days?: Record<string, string>; lists?: Record<string, string[]>; tags?: string[]; reach?: string[] };

/** Customers as the mirror shows them to conditions and reports. */
export async function putStates({ ch }: Stores, workspace: string, states: readonly TestState[]): Promise<void> {
  await ch.insert('customer_state', states.map((state) => ({
    workspace, customer: state.customer, version: 1, deleted: 0, name: state.name ?? '', created_on: '2020-01-01', texts: state.texts ?? {}, numbers: state.numbers ?? {},
    days: state.days ?? {}, lists: state.lists ?? {}, tags: state.tags ?? [], reach: state.reach ?? [],
  })));
}

/** Whole stage histories, as lifecycle records them. */
export async function putStages({ ch }: Stores, workspace: string, histories: readonly { customer: string; stages: string[]; entered: string[] }[]): Promise<void> {
  await ch.insert('stage_now', histories.map((one) => ({
    workspace, customer: one.customer, version: 1, deleted: 0, as_of: '2026-01-10', rules_version: 1, stages: one.stages, entered: one.entered, cycles: one.stages.map(() => 1),
  })));
}
