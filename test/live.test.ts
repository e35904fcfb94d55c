import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSource, flush, newWriteKey, startFlusher } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { drain } from '../src/kernel/facts.ts';
import { loop } from '../src/loop.ts';
import { type Served, served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';

/** The tile that moves, the live view and the way back from quarantine, as people use them. */
const NOW = '2026-11-22T08:00:30Z';
let product: Served;
let walk: Walked;
let key = '';
let stop: () => Promise<void> = async () => undefined;

const send = (batch: object[]) => fetch(`${product.url}/v1/batch`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, body: JSON.stringify({ batch }) });

beforeAll(async () => {
  product = await served((stores) => testWorkspace(stores), NOW);
  const { stores, workspaceId, owner } = product;
  const caller = systemCaller(workspaceId);
  key = (await newWriteKey(stores, caller, (await addSource(stores, caller, { key: 'shop', name: 'Shop', kind: 'behaviour', shop: '', channel: '', currency: '' })).id)).key;
  await send([{ type: 'track', event: 'Order Completed', userId: 'first', messageId: 'first', properties: { order_id: 'O-first', total: 10 } }]);
  await flush(stores, workspaceId);
  await drain(stores, loop);
  stop = startFlusher(stores, pino({ level: 'silent' })).stop;
  walk = await walked(product);
  await walk.enter(owner);
});
afterAll(async () => {
  await stop();
  await walk?.close();
});

test('R54: the tile on the workbench changes within ten seconds of 60 events, orders and new customers with it', async () => {
  const { page } = walk;
  await page.goto('/?lang=en');
  const tile = async (name: string) => Number(await page.locator(`[data-pulse="${name}"]`).textContent());
  await page.waitForSelector('[data-pulse="events"]');
  expect([await tile('events'), await tile('orders'), await tile('customers')]).toEqual([1, 1, 1]);
  const started = performance.now();
  await send([...Array.from({ length: 55 }, (_, i) => ({ type: 'track', event: 'Tea Viewed', userId: 'first', messageId: `v${i}` })), ...Array.from({ length: 5 }, (_, i) => ({ type: 'track', event: 'Order Completed', userId: `buyer${i}`, messageId: `o${i}`, properties: { order_id: `O${i}`, total: 10 } }))]);
  await expect.poll(() => tile('events'), { timeout: 10_000, interval: 100 }).toBe(61);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect([await tile('orders'), await tile('customers')]).toEqual([6, 6]);
});

test('a developer finds why an event did not appear, mends it, and sees it stored', async () => {
  const { page } = walk;
  await send([{ type: 'track', userId: 'first', messageId: 'lost-1', properties: { a: 1 } }]);
  await page.goto('/settings/events?lang=en');
  await page.getByRole('searchbox').fill('lost-1');
  const row = page.locator('table.data tbody tr', { hasText: 'Refused' });
  await row.click();
  await page.getByRole('link', { name: 'Mend and send again' }).click();
  await page.locator('table.data tbody tr', { hasText: 'lost-1' }).click();
  const text = page.locator('.event-text');
  await text.fill((await text.inputValue()).replace('"type": "track"', '"type": "track", "event": "Found Again"'));
  await page.getByRole('button', { name: 'Try again' }).last().click();
  await page.goto('/settings/events?lang=en');
  await page.locator('table.data tbody tr', { hasText: 'Found Again' }).filter({ hasText: 'Stored' }).waitFor({ timeout: 10_000 });
  await page.goto('/settings/schema?lang=en');
  await page.locator('table.data tbody tr', { hasText: 'Found Again' }).click();
  await page.locator('.side-panel code', { hasText: 'a' }).waitFor();
});
