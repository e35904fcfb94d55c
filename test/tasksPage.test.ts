import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolve } from '../src/customers/index.ts';
import { type Person, person } from './support/app.ts';
import { pictures, type Served, served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';

/** Tasks done by an agent on a telephone. */
let product: Served;
let walk: Walked;
let page: Page;
let agent: Person;

beforeAll(async () => {
  product = await served((stores) => testWorkspace(stores), '2026-03-02T02:00:00Z');
  const { stores, app, workspaceId } = product;
  agent = await person(stores, app, workspaceId, 'agent');
  const people = await resolve(stores, workspaceId, ['Lin Mei', 'Wang Tao'].map((name, i) => ({ identifiers: [{ kind: 'phone', value: `1370000200${i}` }], at: stores.clock.now(), source: 'crm', name })));
  const [lin, wang] = people.items.map(({ customer }) => customer);
  await agent.call('POST', '/api/v1/tasks', { text: 'Ask about the new tea', customerId: lin, dueOn: '2026-03-01', assignee: `user:${agent.userId}` });
  await agent.call('POST', '/api/v1/tasks', { text: 'Ring about the parcel', customerId: wang, dueOn: '2026-03-02' });
  walk = await walked(product, { viewport: { width: 390, height: 844 } });
  await walk.enter(agent);
  page = walk.page;
}, 120_000);
afterAll(() => walk?.close());

const item = (name: string) => page.getByRole('listitem', { name });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const isWide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

test('R57: on a telephone an agent notes attempts until the task returns to the pool, takes another and hands it over', async () => {
  await page.goto('/tasks?lang=en');
  const tea = item('Ask about the new tea');
  await tea.getByText('overdue since').waitFor();
  expect(await isWide()).toBe(false);
  for (const says of ['Due again tomorrow.', 'Due again tomorrow.', '3 attempts without an answer']) {
    await tea.getByRole('button', { name: 'Note an attempt' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText(says).waitFor();
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.waitFor({ state: 'hidden' });
  }
  await page.getByText('Nothing to do.').waitFor();
  await button('Resting 1').click();
  await tea.getByText('rests until').waitFor();
  expect(await tea.getByRole('button', { name: 'Take it' }).isDisabled()).toBe(true);
  await button('Pool 1').click();
  const parcel = item('Ring about the parcel');
  await parcel.getByRole('button', { name: 'Take it' }).click();
  await button('Mine 1').click();
  await parcel.getByRole('button', { name: /^Hand over/ }).click();
  await page.getByRole('dialog').getByRole('combobox').click();
  await page.getByText('The pool: anybody may take it').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click();
  await button('Pool 1').click();
  await parcel.getByRole('button', { name: /^Done/ }).click();
  await page.getByText('The pool is empty.').waitFor();
  expect(await isWide()).toBe(false);
  expect(walk.thrown).toEqual([]);
  await page.screenshot({ path: join(pictures('tasks'), 'pool-390.png') });
});
