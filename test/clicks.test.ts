import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { savePassword } from '../src/kernel/access/users.ts';
import { person } from './support/app.ts';
import { SAMPLE_NOW, sampleWorkspace, storyless } from './support/sample.ts';
import { type Served, served } from './support/served.ts';
import { type Walked, walked } from './support/walked.ts';

const CUSTOMERS = 600;
const PASSWORD = 'a quiet afternoon';
const EVIL = '<img src=x onerror=window.pwned=1>';
const FILE = [
  'order_no,order_status,paid_at,amount_paid,phone,customer_name',
  `CLICK-1,paid,2026-07-01 10:00:00,88.00,13900001234,${EVIL}`,
  'CLICK-2,paid,2026-07-02 10:00:00,120.50,13900005678,Mei Lin',
  'CLICK-3,paid,2026-07-03 10:00:00,64.00,13900005678,Mei Lin',
].join('\n');

type Row = { id: string; name: string; identifiers: { kind: string; shown: string }[] };

let product: Served;
let walk: Walked;
let page: Page;
let people: Row[] = [];

beforeAll(async () => {
  product = await served((stores) => sampleWorkspace(stores, CUSTOMERS, storyless), SAMPLE_NOW);
  const { stores, owner } = product;
  await stores.pg.global.transaction().execute((tx) => savePassword(tx, stores.clock.now(), owner.userId as never, PASSWORD));
  people = (await owner.call<{ rows: Row[] }>('GET', '/api/v1/customers?limit=100&clear=true')).body.rows;
  walk = await walked(product, { works: storyless });
  page = walk.page;
}, 240_000);

afterAll(() => walk?.close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const heading = (name: string | RegExp) => page.getByRole('heading', { name, exact: true });
const said = (text: string | RegExp) => page.getByText(text).first().waitFor();
const withPhone = (): Row[] => people.filter(({ name, identifiers }) => name !== '' && identifiers.some(({ kind }) => kind === 'phone') && identifiers.some(({ kind }) => kind === 'member_no'));
const value = ({ identifiers }: Row, wanted: string): string => identifiers.find(({ kind }) => kind === wanted)?.shown ?? '';
const one = (at: number): Row => withPhone()[at] ?? expect.fail('the sample has people with telephone and member number');

test('a wrong password is refused in words, the right one opens the door and leads back to the page asked for', async () => {
  await page.goto('/customers');
  const email = (await product.owner.call<{ user: { email: string } }>('GET', '/api/v1/session')).body.user.email;
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await button('Sign in').click();
  await page.getByRole('alert').filter({ hasText: 'E-mail and password do not fit.' }).waitFor();
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  await page.waitForURL('**/customers');
});

test('a telephone’s last digits find the customer from any page', async () => {
  const wanted = one(0);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(value(wanted, 'phone').slice(-4));
  await page.getByRole('option').filter({ hasText: wanted.name }).first().click();
  await heading(wanted.name).waitFor();
  await heading('What happened').waitFor();
});

test('a stage of the overview opens its people, and back leads to the overview', async () => {
  await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Stages' }).click();
  const stage = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Churned/ }) });
  const count = (await stage.getByRole('link').first().innerText()).trim();
  await stage.getByRole('link').first().click();
  await page.waitForURL(/\/customers\?stage=churned/);
  expect(await page.getByRole('group', { name: 'Stage' }).getByRole('button', { pressed: true }).innerText()).toBe('Churned');
  await said(new RegExp(`\\b${count}\\b`));
  await page.goBack();
  await page.waitForURL('**/lifecycle');
  await stage.getByRole('link').first().waitFor();
});

test('a condition is added to the sentence, is kept in the address, and can be taken away', async () => {
  await page.goto('/customers');
  await button(/condition$/).click();
  await page.getByLabel('What', { exact: true }).selectOption('field:order_count');
  await page.getByLabel('Comparison').selectOption('at_least');
  await page.getByLabel('Value', { exact: true }).fill('9');
  await button('Apply').click();
  await page.waitForURL(/where=/);
  await page.reload();
  await page.getByRole('button', { name: /Orders.*9/ }).waitFor();
  await button('clear').click();
  await page.waitForURL((url) => !url.search.includes('where'));
});

test('a note stands in the timeline, a tag is given and taken, consent and a field are written', async () => {
  await page.goto(`/customers/${one(0).id}`);
  await page.getByLabel('Write a note').fill('Asked for a smaller tin.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('listitem').filter({ hasText: 'Asked for a smaller tin.' }).waitFor();
  await page.getByLabel('Tag name').fill('Likes small tins');
  await button('Make and give').click();
  await button('Take the tag Likes small tins away').click();
  await button('Take the tag Likes small tins away').waitFor({ state: 'detached' });
  await button('change · Consent: Calls').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await said('Consent noted.');
  await button('Edit').click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Country').fill('Utopia');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('definition').filter({ hasText: 'Utopia' }).waitFor();
});

test('identifiers are masked until somebody who may asks to see them', async () => {
  const phone = value(one(0), 'phone');
  expect(await page.getByText(phone).count()).toBe(0);
  await button('Show in full').click();
  await page.getByText(phone).waitFor();
  await button('Mask again').click();
  await page.getByText(phone).waitFor({ state: 'detached' });
});

test('two customers become one after a look at both, and two again when it is undone', async () => {
  const other = one(1);
  await button('Merge').click();
  await page.getByLabel('Find the other record').fill(value(other, 'member_no'));
  await page.getByRole('dialog').getByRole('button', { name: other.name }).click();
  expect(await page.getByRole('columnheader').allInnerTexts()).toEqual([one(0).name, other.name]);
  await page.getByLabel('Why?').fill('the same person, said so by telephone');
  await button('Merge into one').click();
  await said('Now one customer.');
  await page.getByText(value(other, 'member_no')).first().waitFor();
  await button('Undo the merge').click();
  await page.getByRole('dialog').getByLabel('Why?').fill('a father and a son');
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the merge' }).click();
  await said('Two customers again.');
  await page.goto(`/customers/${other.id}`);
  await heading(other.name).waitFor();
});

test('a dropped file becomes an import with its report, and its money stands in the reconciliation', async () => {
  await page.goto('/import');
  const files = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'clicks.csv', { type: 'text/csv' }));
    return data;
  }, FILE);
  await page.getByText('Drop order files here').dispatchEvent('drop', { dataTransfer: files });
  const source = page.getByRole('combobox', { name: 'Source' });
  await source.fill('Clicks');
  await button('Import 1 file').click();
  await heading('The import is done').waitFor({ timeout: 30_000 });
  await page.getByRole('link', { name: 'compare with your books' }).click();
  await heading('Reconciliation').waitFor();
  await page.goto('/reconcile?source=clicks');
  await said(/272\.50/);
});

test('a name that is a program stays a name', async () => {
  await page.goto('/customers?q=1234');
  await page.getByRole('link', { name: EVIL }).first().click();
  await heading(EVIL).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('13900001234');
  await page.getByRole('option').filter({ hasText: EVIL }).first().waitFor();
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
});

test('a goal is set and stands in the list with its gap', async () => {
  await page.goto('/insight/goals');
  await button('Set a goal').first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Half come back');
  await form.getByLabel('Target').fill('50');
  // As impatient people press it.
  await form.getByRole('button', { name: 'Save' }).dblclick();
  await heading('Half come back').waitFor();
  expect((await product.owner.call<{ rows: { name: string }[] }>('GET', '/api/v1/insight/goals')).body.rows.filter(({ name }) => name === 'Half come back')).toHaveLength(1);
  const goal = page.getByRole('listitem').filter({ has: heading('Half come back') });
  await goal.getByText(/^At this pace .* by /).waitFor();
  await goal.getByRole('heading', { name: /^Forecast for .* \(.* to .*\)/ }).waitFor();
  await goal.getByText(/^Owner: nobody yet/).waitFor();
  await goal.getByRole('button', { name: 'Choose' }).click();
  await form.getByLabel('Owner').click();
  await page.locator('.ant-select-item-option').first().click();
  await form.getByRole('button', { name: 'Save' }).click();
  await goal.getByText(/^Owner: owner/).waitFor();
});

test('value is narrowed to a tag, the address says so, and it is cleared again', async () => {
  await page.goto('/lifecycle/value');
  await page.getByLabel('Tag', { exact: true }).selectOption('模拟数据');
  await page.waitForURL(/tag=/);
  await page.getByRole('button', { name: 'clear' }).click();
  await page.waitForURL((url) => !url.searchParams.has('tag'));
});

test('language and theme are kept when the page is read anew', async () => {
  await page.getByRole('button', { name: /Language/ }).click();
  await page.getByRole('menuitem', { name: '繁體中文' }).click();
  await page.locator('html[lang="zh-TW"]').waitFor();
  await page.getByRole('button', { name: /^外觀/ }).click();
  await page.getByRole('menuitem', { name: '深色' }).click();
  await page.reload();
  await page.locator('html[lang="zh-TW"][data-theme="dark"]').waitFor();
});

test('a role sees no way to what is closed to it, and is told so where it goes by address', async () => {
  const agent = await person(product.stores, product.app, product.workspaceId, 'agent');
  await walk.enter(agent);
  await page.goto('/?lang=en');
  const rail = page.getByRole('navigation', { name: 'Main navigation' });
  await rail.getByRole('link', { name: 'People' }).waitFor();
  expect(await rail.getByRole('link').allInnerTexts()).not.toContain('Settings');
  expect(await rail.getByRole('link').allInnerTexts()).not.toContain('Insight');
  await page.goto('/settings/members?lang=en');
  await heading('This page is not open to your role').waitFor();
  await page.goto(`/customers/${one(0).id}?lang=en`);
  await button('Edit').waitFor();
  expect(await button('Merge').count() + (await button('Show in full').count())).toBe(0);
});

test('no page threw while all this was done', () => expect(walk.thrown).toEqual([]));
