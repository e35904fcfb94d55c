import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Identifier, resolve } from '../src/customers/index.ts';
import { person } from './support/app.ts';
import { SAMPLE_NOW, sampleWorkspace, storyless } from './support/sample.ts';
import { pictures, type Served, served } from './support/served.ts';
import { type Walked, walked } from './support/walked.ts';

/** Segments, the review queue and parting, done by an operator in a real browser. */
let product: Served;
let walk: Walked;
let page: Page;

const buyer = (value: string): Identifier => ({ kind: 'buyer_id', scope: 'tmall:1', value });
const phone = (value: string): Identifier => ({ kind: 'phone', value });
const receiver = (value: string): Identifier => ({ kind: 'receiver_phone', value });
const PEOPLE: readonly { identifiers: Identifier[]; name: string }[] = [
  { identifiers: [buyer('rose'), receiver('13700001111')], name: 'Rose Hill' }, { identifiers: [buyer('rose-2'), receiver('13700001111')], name: 'Rose Hill' },
  { identifiers: [buyer('ivy'), receiver('13700002222')], name: 'Ivy Green' }, { identifiers: [buyer('oak'), receiver('13700002222')], name: 'Oak Green' }, { identifiers: [buyer('elm'), receiver('13700002222')], name: 'Elm Green' },
  { identifiers: [buyer('fern'), phone('13900003333')], name: 'Fern Dale' }, { identifiers: [buyer('moss'), phone('13900003333')], name: 'Moss Dale' },
];

beforeAll(async () => {
  product = await served((stores) => sampleWorkspace(stores, 400, storyless), SAMPLE_NOW);
  const { stores, app, workspaceId } = product;
  await resolve(stores, workspaceId, PEOPLE.map((one) => ({ at: new Date('2026-07-01T00:00:00Z'), source: 'tmall', ...one })));
  walk = await walked(product, { works: storyless });
  await walk.enter(await person(stores, app, workspaceId, 'operator'));
  page = walk.page;
}, 240_000);

afterAll(() => walk?.close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const heading = (name: string | RegExp) => page.getByRole('heading', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const said = (text: string | RegExp) => page.getByText(text).first().waitFor();
const headcount = async (): Promise<string> => /[\d,]+/.exec(await page.getByRole('navigation', { name: 'Pages', exact: true }).innerText())?.[0] ?? '';

test('R23: a filter of the list is saved as a segment, whose address shows the same people', async () => {
  await page.goto('/customers?stage=active&lang=en');
  await page.getByRole('row').nth(3).waitFor();
  const people = await headcount();
  await button('save as segment').click();
  await dialog().getByText(`${people} people fit today`).waitFor();
  await dialog().getByLabel('Name').fill('Active tea friends');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/segment=[0-9a-f-]{36}$/);
  await said('Active tea friends');
  await page.reload();
  await said('Active tea friends');
  await page.getByRole('row').nth(3).waitFor();
  expect(await headcount()).toBe(people);
});

test('R23: the list says when its conditions are no longer the segment’s, puts them back, or keeps the change', async () => {
  await page.getByRole('group', { name: 'Stage' }).getByRole('button', { name: 'Mature' }).click();
  await said('(changed, not saved)');
  await button('take the change back').click();
  await page.getByText('(changed, not saved)').waitFor({ state: 'detached' });
  await button(/condition$/).click();
  await page.getByLabel('What', { exact: true }).selectOption('field:order_count');
  await page.getByLabel('Comparison').selectOption('at_least');
  await page.getByLabel('Value', { exact: true }).fill('4');
  await button('Apply').click();
  await said('(changed, not saved)');
  await button('save the change').click();
  await page.waitForURL((url) => !url.search.includes('where'));
  await page.getByText('(changed, not saved)').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /Orders.*4/ }).waitFor();
});

test('R23: the segments page names each with its sentence, people and reach; it is renamed, walked to by keyboard, and deleted', async () => {
  await page.goto('/segments?lang=en');
  const row = page.getByRole('row').filter({ hasText: 'Active tea friends' });
  await row.getByText(/Stage is one of Active and Orders is at least 4/).waitFor();
  await row.getByText('operator', { exact: false }).waitFor();
  const people = await row.getByRole('link', { name: /^\d+$/ }).innerText();
  expect(people).toMatch(/^\d+$/);
  await row.getByText(/Phone, with consent/).waitFor();
  await button('Edit the segment Active tea friends').click();
  await dialog().getByText('Version 2').waitFor();
  await dialog().getByLabel('Name').fill('Regulars');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row').filter({ hasText: 'Regulars' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/customers\?segment=/);
  const address = page.url();
  await page.getByRole('row').nth(1).waitFor();
  expect(await headcount()).toBe(people);
  await page.goto('/segments?lang=en');
  await button('Edit the segment Regulars').click();
  await dialog().getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete the segment Regulars?' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('row').filter({ hasText: 'Regulars' }).waitFor({ state: 'detached' });
  await page.goto(address);
  await said('This segment does not exist.');
  await said('This segment was deleted');
});

test('R4: two of one name at one address are merged from the queue, with what they are together told before', async () => {
  await page.goto('/reviews?lang=en');
  const review = page.getByRole('listitem', { name: '137****1111' });
  await review.getByText('and they have the same name').waitFor();
  await review.getByRole('button', { name: 'One person: merge…' }).click();
  await dialog().getByText(/under 2 identifiers/).waitFor();
  await dialog().getByLabel('Why?').fill('she told us herself');
  await dialog().getByRole('button', { name: 'Merge into one' }).click();
  await review.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'open the record' }).click();
  await heading('Rose Hill').waitFor();
  for (const shown of ['rose', 'rose-2']) await page.getByRole('definition').getByText(shown, { exact: true }).waitFor();
});

test('R4: of three at one address two are chosen to be looked at; said to be different people, they leave the queue', async () => {
  await page.goto('/reviews?lang=en');
  const review = page.getByRole('listitem', { name: '137****2222' });
  const merge = review.getByRole('button', { name: 'One person: merge…' });
  expect(await merge.isDisabled()).toBe(true);
  await review.getByRole('checkbox', { name: 'Choose Ivy Green' }).check();
  await review.getByRole('checkbox', { name: 'Choose Oak Green' }).check();
  await merge.click();
  expect((await dialog().getByRole('columnheader').allInnerTexts()).sort()).toEqual(['Ivy Green', 'Oak Green']);
  await page.keyboard.press('Escape');
  await review.getByRole('button', { name: 'Different people' }).click();
  await said('Kept apart: later data will not join them either.');
  await said('Nothing to review');
  // An operator reads the limits and does not set them.
  expect(await page.getByLabel('Phone', { exact: true }).isDisabled()).toBe(true);
});

test('R4: a household’s shared telephone is parted in two, told before it is done, and both are linked afterwards', async () => {
  const { rows } = (await product.owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers?q=13900003333')).body;
  await page.goto(`/customers/${rows[0]?.id}?lang=en`);
  await button('Part').click();
  const box = (shown: string) => dialog().getByRole('checkbox', { name: new RegExp(`${shown}\\b`) });
  await box('fern').check();
  await box('moss').check();
  await dialog().getByRole('checkbox').nth(2).check();
  await said('Leave the customer at least one identifier.');
  await dialog().getByRole('checkbox').nth(2).uncheck();
  await box('fern').uncheck();
  const after = dialog().getByRole('region', { name: 'Two customers afterwards' });
  await after.getByText('Fern Dale').waitFor();
  await after.getByText('Moss Dale').waitFor();
  expect(await dialog().getByText('139****3333').count()).toBeGreaterThan(0);
  await dialog().getByLabel('Why?').fill('two sisters, one telephone');
  await dialog().getByRole('button', { name: 'Part in two' }).click();
  await dialog().getByText('Now two customers.').waitFor();
  await dialog().getByRole('link', { name: 'Open Moss Dale' }).click();
  await heading('Moss Dale').waitFor();
  await page.getByRole('definition').getByText('moss', { exact: true }).waitFor();
  expect(await page.getByText('fern', { exact: true }).count()).toBe(0);
  await page.goto(`/customers/${rows[0]?.id}?lang=en`);
  const own = await page.getByRole('heading', { level: 1 }).innerText();
  // By key: parts that are drawn when seen move what stands below them.
  await page.getByRole('link', { name: 'the other customer' }).press('Enter');
  await heading(own === 'Fern Dale' ? 'Moss Dale' : 'Fern Dale').waitFor();
});

test('R141: a person is erased on their page after it was said what goes and what stays; the receipt stays under encryption and erasure', async () => {
  await walk.enter(product.owner);
  const { rows } = (await product.owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers?sort=order_count&direction=desc&limit=1')).body;
  await page.goto(`/customers/${rows[0]?.id}?lang=en`);
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  await button('Erase').click();
  await dialog().getByText(`${name} asked to be forgotten`).waitFor();
  const go = dialog().getByRole('button', { name: 'Erase for good' });
  await dialog().getByLabel('Why?').fill('a letter of 3 July');
  expect(await go.isDisabled()).toBe(true);
  await dialog().getByRole('checkbox').check();
  await page.screenshot({ path: join(pictures('privacy'), 'erase.png') });
  await go.click();
  await said(/keys destroyed \d+ .*orders made nobody’s \d+/);
  await page.getByRole('link', { name: 'Encryption & erasure' }).last().click();
  const row = page.getByRole('row').filter({ hasText: 'a letter of 3 July' });
  await row.getByText(/identifiers \d/).waitFor();
  expect(await row.innerText()).not.toContain(name);
  await page.goto(`/customers/${rows[0]?.id}?lang=en`);
  await said(/does not exist|no such customer/i);
});

test('R138: keys are rotated from the settings, with progress, and the page tells when', async () => {
  await page.goto('/settings/privacy?lang=en');
  await said('It has never been rotated.');
  await button('Rotate now').click();
  await page.getByRole('tooltip').or(dialog()).getByRole('button', { name: 'Rotate now' }).click();
  await said(/Key 2 is in use; last rotated/);
  await said(/encrypted anew, old key destroyed/);
  for (const [width, language] of [[1440, 'en'], [390, 'zh-CN']] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/reviews?lang=${language}`);
    await page.locator('.limits input').first().waitFor();
    await page.screenshot({ path: join(pictures('privacy'), `limits.${width}.png`) });
  }
  for (const [width, language] of [[1440, 'zh-CN'], [390, 'en']] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/settings/privacy?lang=${language}`);
    await page.getByRole('table').waitFor();
    await page.screenshot({ path: join(pictures('privacy'), `settings.${width}.png`) });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('an agent sees the segments without a way to change them, and neither the queue nor a way to part', async () => {
  await product.owner.call('POST', '/api/v1/segments', { name: 'Everybody', tree: { version: 1, root: { kind: 'and', of: [] } } });
  await walk.enter(await person(product.stores, product.app, product.workspaceId, 'agent'));
  await page.goto('/segments?lang=en');
  await page.getByRole('row').filter({ hasText: 'Everybody' }).waitFor();
  expect(await button(/^Edit|^New segment/).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Identity review' }).count()).toBe(0);
  await page.goto('/reviews?lang=en');
  await heading('This page is not open to your role').waitFor();
  const { rows } = (await product.owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers?q=Fern')).body;
  await page.goto(`/customers/${rows[0]?.id}?lang=en`);
  await button('Edit').waitFor();
  expect(await button('Part').count()).toBe(0);
  await page.goto('/customers?stage=active&lang=en');
  await page.getByRole('row').nth(1).waitFor();
  expect(await button('save as segment').count()).toBe(0);
});

test('no page threw while all this was done', () => expect(walk.thrown).toEqual([]));
