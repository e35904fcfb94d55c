import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../seed.ts';

/** One request to the door, and what it says: ids of events that can be stored, orders by number, orders taken back whole. */
export type Body = {
  path: string; payload: string | Uint8Array; events: string[]; users: string[]; refused: number;
  orders: { no: string; minor: number; lines: number }[]; refunds: string[];
  state: 'unknown' | 'acknowledged'; sent: number;
};

/** Everything that was sent, and what was answered. */
export type Ledger = { bodies: Body[]; statuses: Map<number, number>; renamed: number; imports: { path: string; orders: number; minor: number; state: 'asked' | 'accepted' }[] };
export const newLedger = (): Ledger => ({ bodies: [], statuses: new Map(), renamed: 0, imports: [] });

type Call = { type: string; messageId?: string; userId?: string; event?: string; timestamp?: string; properties?: object; traits?: object };

const EVENTS = ['Product Viewed', 'Product Added', 'Cart Viewed', 'Checkout Started', '浏览商品'];
/** Of what a shop sends: so much of it are orders, people, orders taken back in the same breath, and events nobody can take. */
const SHARES = { order: 0.15, refunded: 0.4, person: 0.12, refused: 0.04, stranger: 0.3 };

/** Makes the next body of a shop: new and known people, orders with lines, some taken back whole, some events that will be refused. */
export function bodyMaker({ below, between, chance, pick }: Dice, prefix: string): () => Body {
  let nth = 0;
  const says = (body: Body, calls: Call[]): void => {
    const messageId = `${prefix}-${++nth}`, userId = chance(SHARES.stranger) ? `${prefix}-u${nth}` : `u${below(60)}`, timestamp = new Date().toISOString();
    if (chance(SHARES.refused)) {
      calls.push({ type: 'track', messageId, userId, event: '', timestamp });
      body.refused++;
      return;
    }
    body.events.push(messageId);
    body.users.push(userId);
    if (chance(SHARES.person)) return void calls.push({ type: 'identify', messageId, userId, timestamp, traits: { name: `Lin ${nth}`, plan: pick(['green', 'black', 'white']) } });
    if (!chance(SHARES.order)) return void calls.push({ type: 'track', messageId, userId, event: pick(EVENTS), timestamp, properties: { sku: `tea-${below(20)}`, price: between(1, 99) } });
    const no = `N${messageId}`, products = Array.from({ length: between(1, 4) }, (_, i) => ({ sku: `tea-${i}`, name: `Tea ${i}`, price: between(1, 200), quantity: between(1, 3) }));
    const total = products.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    calls.push({ type: 'track', messageId, userId, event: 'Order Completed', timestamp, properties: { order_id: no, total, products } });
    body.orders.push({ no, minor: total * 100, lines: products.length });
    if (!chance(SHARES.refunded)) return;
    body.events.push(`${messageId}r`);
    body.refunds.push(no);
    calls.push({ type: 'track', messageId: `${messageId}r`, userId, event: 'Order Refunded', timestamp, properties: { order_id: no } });
  };
  return () => {
    const body: Body = { path: '/v1/batch', payload: '', events: [], users: [], refused: 0, orders: [], refunds: [], state: 'unknown', sent: 0 };
    const calls: Call[] = [];
    for (let left = chance(0.1) ? 1 : between(2, 40); left > 0; left--) says(body, calls);
    const [first] = calls;
    const text = JSON.stringify(first && calls.length === 1 ? first : { batch: calls, sentAt: new Date().toISOString() });
    if (first && calls.length === 1) body.path = `/v1/${first.type}`;
    body.payload = chance(0.2) ? gzipSync(text) : text;
    return body;
  };
}

export type Door = { url: string; writeKey: string };

/** Sends one body; whether it was acknowledged. */
export async function send(door: Door, ledger: Ledger, body: Body): Promise<boolean> {
  body.sent++;
  const headers = { authorization: `Basic ${Buffer.from(`${door.writeKey}:`).toString('base64')}`, 'content-type': 'application/json', ...(typeof body.payload === 'string' ? {} : { 'content-encoding': 'gzip' }) };
  const status = await fetch(new URL(body.path, door.url), { method: 'POST', headers, body: body.payload as string }).then(async (reply) => { await reply.arrayBuffer(); return reply.status; }, () => 0);
  ledger.statuses.set(status, (ledger.statuses.get(status) ?? 0) + 1);
  if (status === 200) body.state = 'acknowledged';
  return status === 200;
}

export type Load = { acknowledged(): number; stop(): Promise<void> };

/** More than this at once would only lengthen the way to the boundary; then they come at leisure, so that a server that is waited for at its next batch has one. */
const BODIES_OF_ONE = 20;
const LEISURE_MS = 1_000;

/** Senders that go on until they are stopped or the server dies; now and then one repeats a body that was acknowledged, as clients do. */
export function startLoad(door: Door, ledger: Ledger, die: Dice, prefix: string, senders = 2): Load {
  let going = true, acknowledged = 0;
  const work = async (nth: number): Promise<void> => {
    const next = bodyMaker(die, `${prefix}${nth}`);
    for (let sent = 1; going; sent++) {
      const old = die.chance(0.08) ? die.pick(ledger.bodies) : undefined;
      const body = old?.state === 'acknowledged' ? old : next();
      if (body !== old) ledger.bodies.push(body);
      if (await send(door, ledger, body)) acknowledged++;
      else return;
      await sleep(sent < BODIES_OF_ONE ? die.between(0, 30) : LEISURE_MS);
    }
  };
  const done = Promise.all(Array.from({ length: senders }, (_, nth) => work(nth)));
  return { acknowledged: () => acknowledged, stop: async () => { going = false; await done; } };
}

/** What a client does when the server is back: bodies without an answer are sent again under the same ids, but some clients never come back. */
export async function sendAgain(door: Door, ledger: Ledger, { chance }: Dice): Promise<void> {
  for (const body of ledger.bodies.filter(({ state, sent }) => state === 'unknown' && sent < 2)) {
    if (chance(0.25)) body.sent = 2;
    else if (!(await send(door, ledger, body))) throw new Error('a body sent again was not taken');
  }
}
