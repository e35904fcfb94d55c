import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { newWriteKey, addSource } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { createFirstOwner } from '../src/kernel/access/index.ts';
import { readConfig } from '../src/kernel/config.ts';
import { maybe, sql } from '../src/kernel/sql.ts';
import { startServer } from '../src/server.ts';
import { percentile, report } from './support.ts';

/** From the reply to an order sent over HTTP until the customer's stage stands in Postgres, on the whole running product. */
const P95_MS = 2_000;
const ORDERS = 60;
const ORDERS_WARM = 5;

const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
const clock = { now: () => new Date() };
const running = await startServer(readConfig(['--data', join(folder, 'data'), '--port', '0']), { clock, log: pino({ level: 'error' }), pid: process.pid });
try {
  const { stores, url } = running;
  const { workspaceId } = await createFirstOwner(stores, { email: 'bench@example.test', workspace: { name: 'Bench', timezone: 'Asia/Shanghai', currency: 'CNY', language: 'en' } });
  const caller = systemCaller(workspaceId);
  const source = await addSource(stores, caller, { key: 'shop', name: 'Shop', kind: 'orders', shop: '', channel: '', currency: '' });
  const { key } = await newWriteKey(stores, caller, source.id);
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

  const assessed = (orders: number): Promise<{ done: boolean } | undefined> => stores.pg.tx(workspaceId, (tx) => maybe(tx, sql<{ done: boolean }>`
    select count(*) filter (where stage = 'new' and order_count = 1) >= ${orders} as done from customer where workspace_id = ${workspaceId} and merged_into is null`));

  const waits: number[] = [];
  for (let i = 0; i < ORDERS + ORDERS_WARM; i++) {
    const body = { messageId: `m${i}`, userId: `u${i}`, event: 'Order Completed', timestamp: clock.now().toISOString(), properties: { order_id: `O${i}`, total: 100 + i, currency: 'CNY' } };
    const reply = await fetch(`${url}/v1/track`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`the door refused: ${reply.status} ${await reply.text()}`);
    const accepted = performance.now();
    while (!(await assessed(i + 1))?.done) await new Promise((again) => setTimeout(again, 10));
    if (i >= ORDERS_WARM) waits.push(performance.now() - accepted);
  }
  console.log(`  p50 ${percentile(waits, 0.5).toFixed(0)} ms, p95 ${percentile(waits, 0.95).toFixed(0)} ms, most ${Math.max(...waits).toFixed(0)} ms over ${waits.length} orders`);
  report({ name: 'order accepted over HTTP to the customer’s new stage, p95', value: percentile(waits, 0.95), unit: 'ms', threshold: P95_MS, better: 'less' });
} finally {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
}
