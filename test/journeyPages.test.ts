import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolve } from '../src/customers/index.ts';
import type { WorkspaceId } from '../src/kernel/ids.ts';
import { reassess } from '../src/lifecycle/index.ts';
import { type Person, person } from './support/app.ts';
import { exit, happen, inARow, launched, settle, wait } from './support/journeys.ts';
import { type Served, served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';
import { writtenTemplate } from './support/writtenTemplate.ts';

const NAMES = ['林小满', '陈立夏', '周白露'];
const WIDE = { width: 1440, height: 900 }, PHONE = { width: 390, height: 844 };

let product: Served, walk: Walked, operator: Person, manager: Person;
let people: string[] = [];
let id = '';

const go = (path: string) => walk.page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=en`);
const button = (name: string | RegExp) => walk.page.getByRole('button', { name, exact: typeof name === 'string' });
const dialog = () => walk.page.getByRole('dialog');
const says = (text: string | RegExp) => walk.page.getByText(text).first().waitFor();

beforeAll(async () => {
  product = await served((stores) => testWorkspace(stores), '2026-07-16T04:00:00Z');
  const { stores, app, workspaceId, owner } = product;
  [operator, manager] = [await person(stores, app, workspaceId, 'operator'), await person(stores, app, workspaceId, 'manager')];
  await writtenTemplate(owner);
  await owner.call('PUT', '/api/v1/journey-settings', { approvalPeople: 2 });
  await resolve(stores, workspaceId as WorkspaceId, NAMES.map((name, n) => ({ name, at: new Date('2026-07-01T00:00:00Z'), source: 'tmall', identifiers: [{ kind: 'phone', value: `1370000111${n}` }] })));
  people = (await owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers')).body.rows.map((row) => row.id);
  await reassess(stores, workspaceId as WorkspaceId, people as never, '2026-07-15');
  for (const customer of people) await happen(stores, workspaceId, customer, 'cart.added', { sku: 'tea' }, { at: new Date('2026-07-14T02:00:00Z') });
  await settle(stores);
  walk = await walked(product);
  await walk.enter(operator);
}, 120_000);

afterAll(async () => {
  await walk?.close();
  expect(walk.thrown).toEqual([]);
});

test('a journey is begun from a ready one with a template of the workspace, and its past is walked before it is launched', async () => {
  const { page } = walk;
  await go('/engage/journeys');
  await button('New journey').first().click();
  await button(/^Cart left behind/).click();
  await page.getByLabel('Template: Cart reminder').click();
  await page.locator('.ant-select-item-option[title="春茶上新"]').click();
  await button('Draw it').click();
  await page.waitForURL(/\/engage\/journeys\/[0-9a-f-]{36}/);
  id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await button('Replay').click();
  await says(/in the last 28 days, 3 people would have entered \(3 times\)/);
  await says(/prove/);
});

test('R142: it asks for a yes, which whoever asked cannot give; a manager gives it on a phone, and it goes live', async () => {
  const { page } = walk;
  await button('Launch').click();
  await dialog().getByLabel('What should they know?').fill('One reminder a day');
  await dialog().getByRole('button', { name: 'Ask for approval' }).click();
  await go('/engage/approvals');
  await says('You drew this or asked for it, so somebody else has to answer.');
  expect(await button('Approve').count()).toBe(0);
  await walk.enter(manager);
  await page.setViewportSize(PHONE);
  await go('/engage/approvals');
  await says('One reminder a day');
  await says('1. Wait 20 minutes');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.getByLabel(/^Note/).fill('Good');
  await button('Approve').click();
  await says('Nothing waits for an answer.');
  await walk.enter(operator);
  await page.setViewportSize(WIDE);
  await go(`/engage/journeys/${id}`);
  await says(/approved this draft/);
  await button('Launch').click();
  await dialog().getByRole('button', { name: 'Launch' }).click();
  await says('“Cart left behind” is live.');
});

test('R18: people come in and stand where they stand; a pause is said on the list and on the stage', async () => {
  const { page } = walk, { stores, workspaceId } = product;
  stores.clock.advance(60_000);
  for (const customer of people.slice(0, 2)) await happen(stores, workspaceId, customer, 'cart.added', { sku: 'cup' });
  await settle(stores);
  await go(`/engage/journeys/${id}?view=people`);
  await page.getByRole('row', { name: /Wait 20 minutes/ }).nth(1).waitFor();
  await page.getByRole('row', { name: /Wait 20 minutes/ }).first().click();
  await says('Stands here now: Wait 20 minutes');
  await go('/engage/journeys');
  await button('Actions for Cart left behind').click();
  await page.getByRole('menuitem', { name: 'Pause' }).click();
  await says(/2 people inside wait where they are/);
  await dialog().getByRole('button', { name: 'Pause' }).click();
  await says('“Cart left behind” is paused.');
  await go('/lifecycle');
  await says('none active now');
  expect(await page.getByRole('link', { name: 'Cart left behind' }).getAttribute('href')).toBe(`/engage/journeys/${id}`);
  await go('/');
  await says('“Cart left behind” is paused; 2 people wait inside');
});

test('R52: without a hold-out no lift is shown, and why', async () => {
  const { stores, workspaceId } = product;
  const bare = await launched(stores, workspaceId, inARow([{ kind: 'api' }], [wait('day', 1, 'days'), exit('end')]), 'Bare');
  await operator.call('POST', `/api/v1/journeys/${bare}/enrolments`, { people: [{ customer: people[0] }] });
  await go(`/engage/journeys/${bare}?view=effect`);
  await says(/Nobody is held out, so no lift is shown/);
  expect(await walk.page.locator('.verdict-plot').count()).toBe(0);
});

test('what a message costs is said in the sending rules, also below the smallest coin, and taken back', async () => {
  const { page } = walk, { owner } = product, prices = async () => (await owner.call<{ rules: { prices: Record<string, number> } }>('GET', '/api/v1/reach/rules')).body.rules.prices;
  await go('/engage/rules');
  await says('results count messages as free');
  await page.getByLabel('Add the cost of a channel').selectOption({ label: 'SMS' });
  await page.getByLabel('Cost of a message by SMS, in CNY').fill('0.045');
  await button('Save').click();
  await says('Saved; in force from the next decision');
  expect(await prices()).toEqual({ sms: 4.5 });
  await page.reload();
  expect(await page.getByLabel('Cost of a message by SMS, in CNY').inputValue()).toBe('0.045');
  await page.getByRole('region', { name: 'What messages cost' }).getByRole('button', { name: 'Remove SMS' }).click();
  await button('Save').click();
  await says('results count messages as free');
  await expect.poll(prices).toEqual({});
});
