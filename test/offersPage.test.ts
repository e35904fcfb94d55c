import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flushAll } from '../src/collect/index.ts';
import { flushMirror, resolve } from '../src/customers/index.ts';
import { drain } from '../src/kernel/facts.ts';
import { loop } from '../src/loop.ts';
import { exit, inARow, launched, wait } from './support/journeys.ts';
import { putOrders } from './support/orders.ts';
import { pictures, type Served, served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';

/** Trials, new products, and letting a customer into a journey by hand: on the pages, in a browser. */
let product: Served, walk: Walked, page: Page;
let customers: string[] = [];
const customerOf = (n: number): string => customers[n - 1] as string;

async function settled(): Promise<void> {
  await flushAll(product.stores);
  await drain(product.stores, loop);
  await flushMirror(product.stores, product.workspaceId);
}

beforeAll(async () => {
  product = await served((stores) => testWorkspace(stores), '2026-03-02T02:00:00Z');
  const { stores, workspaceId, owner } = product;
  const told = await resolve(stores, workspaceId, Array.from({ length: 50 }, (_, n) => ({ identifiers: [{ kind: 'phone' as const, value: `137000030${String(n).padStart(2, '0')}` }], at: stores.clock.now(), source: 'crm', name: `Guest ${n + 1}` })));
  customers = told.items.map(({ customer }) => customer);
  await putOrders(stores, workspaceId, [{ customer: customerOf(50), day: '2026-03-02', amount: 100 }]);
  for (const [n, customer] of customers.slice(0, 49).entries()) {
    await owner.call('POST', `/api/v1/customers/${customer}/trials`, { act: 'started', product: 'TEA-1' });
    if (n < 15) await owner.call('POST', `/api/v1/customers/${customer}/trials`, { act: 'converted', product: 'TEA-1' });
  }
  await launched(stores, workspaceId, inARow([{ kind: 'api' }], [wait('hour', 1, 'hours'), exit('end')]), 'Tea tasting');
  await settled();
  walk = await walked(product);
  await walk.enter(owner);
  page = walk.page;
}, 120_000);
afterAll(() => walk?.close());

test('R64: a trial begun and a demonstration booked on the customer’s page; the report says 50 trials, 15 paid, 30 %', async () => {
  await page.goto(`/customers/${customerOf(50)}?lang=en`);
  await page.getByRole('button', { name: 'Begin a trial' }).click();
  await page.getByLabel('Product number').fill('TEA-1');
  await page.getByRole('button', { name: 'Begin a trial' }).click();
  await page.getByText('Noted.').first().waitFor();
  await settled();
  await page.reload();
  await page.getByText('running, not used yet').waitFor();
  await page.getByRole('button', { name: 'Book a demonstration' }).click();
  expect(await page.getByRole('button', { name: 'Book a demonstration' }).isDisabled()).toBe(true);
  await page.getByLabel('Day of the demonstration').fill('Mar 9, 2026');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Book a demonstration' }).click();
  await page.getByText('Booked; the task stands on its day.').waitFor();
  expect((await product.owner.call<{ rows: { dueOn: string; code: string }[] }>('GET', `/api/v1/tasks?customerId=${customerOf(50)}`)).body.rows).toMatchObject([{ dueOn: '2026-03-09', code: 'task.demo' }]);
  await page.goto('/lifecycle/offers?lang=en');
  await page.getByText('Of 50 trials begun in these days 15 were paid.').waitFor();
  await page.getByRole('row', { name: /TEA-1 50 0 35 0 15 30\.0%/ }).waitFor();
  await page.screenshot({ path: join(pictures('offers'), 'report.png') });
});

test('R80: for owners of which products a new one is made is said, shown and taken back', async () => {
  await page.getByLabel('Number of the new product').fill('TEA-9');
  await page.getByLabel('For owners of').fill('TEA-1, TEA-2，TEA-1');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('row', { name: /TEA-9 — TEA-1, TEA-2/ }).waitFor();
  expect((await product.owner.call<{ rows: object[] }>('GET', '/api/v1/products/fits')).body.rows).toEqual([{ sku: 'TEA-9', name: '', owners: ['TEA-1', 'TEA-2'] }]);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No new product is made for anybody’s yet.').waitFor();
});

test('a customer is let into a journey from their own page; a second time the page says why not', async () => {
  await page.goto(`/customers/${customerOf(3)}?lang=en`);
  const choose = async () => {
    await page.getByRole('combobox', { name: 'Let into a journey …' }).click();
    await page.getByTitle('Tea tasting').last().click();
    await page.getByRole('button', { name: 'Let in' }).click();
  };
  await choose();
  await page.getByText('is inside.').first().waitFor();
  await choose();
  await page.getByText('is inside already.').waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
  expect(walk.thrown).toEqual([]);
});
