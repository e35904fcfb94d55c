import { membersOf, registerEraser } from '../../customers/index.ts';
import type { Fact, Reaction } from '../../kernel/facts.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { ordersSince } from './queries/orders.ts';
import { forgetMessages, insertMessages, type NewMessage, webhookRows } from './store.ts';
import { bodyOf, type Telling, tellingOf } from './tellings.ts';

/** Events are stored before the fact that says so; how much earlier a slow store may have been at it. */
const STORED_BEFORE_MS = 60_000;

/** Orders that programs sent: each status once, whatever else is said of the order. What was filled in from long ago is no news. */
async function ordersTold(stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[]): Promise<Telling[]> {
  const told: Telling[] = [];
  for (const { payload, at } of facts.filter((fact) => fact.payload.backfill !== true)) {
    const members = await membersOf(stores, workspaceId, payload.customers as string[]);
    const owner = new Map([...members].flatMap(([customer, subjects]) => subjects.map((subject) => [subject, customer] as const)));
    const orders = await ordersSince(stores.ch, workspaceId, { subjects: [...owner.keys()], since: new Date(at.getTime() - STORED_BEFORE_MS) });
    for (const { subject, refundedMinor, ...order } of orders) {
      const customer = owner.get(subject) ?? subject;
      told.push({ kind: 'order.recorded', source: JSON.stringify([order.source, order.shop, order.orderNo, order.status, refundedMinor]), at, data: { customer, ...order, refundedMinor }, about: [customer, subject] });
    }
  }
  return told;
}

/** Writes down, for every address that asked for it, what is to be told. Sending is the postman's. */
export const tellWebhooks: Reaction = async (stores, workspaceId, facts) => {
  const hooks = (await stores.pg.tx(workspaceId, (tx) => webhookRows(tx, workspaceId))).filter(({ state }) => state === 'on');
  if (hooks.length === 0) return;
  const byEvents = facts.filter(({ kind }) => kind === 'events.recorded');
  const wantsOrders = hooks.some(({ kinds }) => kinds.includes('order.recorded'));
  const tellings = [...facts.flatMap(tellingOf), ...(wantsOrders ? await ordersTold(stores, workspaceId, byEvents) : [])];
  const messages = hooks.flatMap(({ id: webhookId, kinds, createdAt }) => tellings.filter(({ kind, at }) => kinds.includes(kind) && at >= createdAt)
    .map((one): NewMessage => ({ id: newId(), webhookId, source: one.source, kind: one.kind, body: bodyOf(one), about: one.about, at: one.at })));
  if (messages.length > 0) await stores.pg.tx(workspaceId, (tx) => insertMessages(tx, workspaceId, messages, { nextAt: stores.clock.now() }));
};

/** What was told of people goes with them; whoever was told keeps what they kept, and hears of the erasure. */
export const registerWebhookEraser = (): void => registerEraser({
  name: 'webhooks',
  inPostgres: async (tx, _, workspaceId, { subjects }) => ({ webhook_message: await forgetMessages(tx, workspaceId, subjects) }),
});
