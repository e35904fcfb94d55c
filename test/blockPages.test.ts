import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person } from './support/app.ts';
import { type Served, served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';

/** Shared blocks as their author works on them, in a browser. */
let product: Served;
let walk: Walked;
let page: Page;
let operator: Person;

beforeAll(async () => {
  product = await served((stores) => testWorkspace(stores), '2026-03-02T02:00:00Z');
  operator = await person(product.stores, product.app, product.workspaceId, 'operator');
  walk = await walked(product, {});
  await walk.enter(operator);
  page = walk.page;
}, 120_000);
afterAll(() => walk?.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });
type View = { id: string; revision: number };

test('R72: a block is begun, put into a template from its list, and changed with what that would break in sight', async () => {
  await page.goto('/engage/templates/blocks?lang=en');
  await button('New block').click();
  const panel = page.getByRole('dialog');
  await panel.getByLabel('Name').fill('Legal line');
  await panel.getByLabel('Key').fill('legal');
  await panel.getByLabel('Text').fill('Licence 330106');
  await panel.getByRole('button', { name: 'New block' }).click();
  await page.getByText('Nothing uses it yet.').waitFor();

  const contents = [{ language: 'zh-CN', content: { channel: 'sms', text: '。拒收请回复R' } }];
  const { body: { id } } = await operator.call<View>('POST', '/api/v1/templates', { name: 'Spring tea', purpose: 'marketing', document: { language: 'zh-CN', variants: [{ key: 'all', contents }] } });
  await page.goto(`/engage/templates/${id}?lang=en`);
  await page.getByLabel('Text', { exact: true }).press('Control+Home');
  await button('Insert').click();
  await page.getByRole('menuitem', { name: 'Legal line' }).click();
  await page.getByText('Licence 330106。拒收请回复R').waitFor();
  await button('Save').click();
  await button('Publish').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Published, version 1').waitFor();

  await page.goto('/engage/templates/blocks?lang=en');
  await page.getByText('1 template').waitFor();
  await page.getByRole('link', { name: 'Legal line' }).click();
  await page.getByRole('region', { name: 'Used by' }).getByRole('link', { name: 'Spring tea' }).waitFor();
  await page.getByLabel('Text', { exact: true }).fill('【Shop】 Licence');
  await page.getByText('A published template could not be sent any more.').waitFor();
  expect(await button('Save').isDisabled()).toBe(true);
  await page.getByLabel('Text', { exact: true }).fill('Guaranteed, licence 330106');
  await page.getByLabel('Why the claim may stand').fill('by the office');
  await button('Save').click();
  await page.getByText('Version 2').waitFor();
  await button('History').click();
  await page.getByText('Saved in spite of forbidden claims: by the office').waitFor();
  expect((await operator.call<{ rows: { key: string; version: number }[] }>('GET', '/api/v1/blocks')).body.rows).toMatchObject([{ key: 'legal', version: 2 }]);
});
