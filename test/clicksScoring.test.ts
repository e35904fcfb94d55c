import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { person } from './support/app.ts';
import { SAMPLE_NOW, sampleWorkspace, storyless } from './support/sample.ts';
import { type Served, served } from './support/served.ts';
import { type Walked, walked } from './support/walked.ts';

/** Whom to save, why, and how far that can be trusted, walked by an operator in a real browser. */
const CUSTOMERS = 600;
const SCORED_WITHIN = 90_000;

type Row = { customerId: string; name: string; churn: number; atRiskMinor: number };

let product: Served;
let walk: Walked;
let page: Page;

beforeAll(async () => {
  product = await served((stores) => sampleWorkspace(stores, CUSTOMERS, storyless), SAMPLE_NOW);
  const { stores, app, workspaceId } = product;
  walk = await walked(product, { works: storyless });
  await walk.enter(await person(stores, app, workspaceId, 'manager'));
  page = walk.page;
}, 240_000);

afterAll(() => walk?.close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const heading = (name: string | RegExp) => page.getByRole('heading', { name, exact: true });
const figure = (name: string): Promise<string> => page.locator('.key-figure').filter({ hasText: name }).locator('.figure').innerText();
const asked = async <T>(path: string): Promise<T> => (await product.owner.call<T>('GET', `/api/v1${path}`)).body;
const atRisk = async (): Promise<Row[]> => (await asked<{ rows: Row[] }>('/lifecycle/at-risk?people=consumers&limit=200')).rows;

test('the churn page comes to its list by itself once the import has been scored, greatest value at risk first', async () => {
  await expect.poll(async () => (await atRisk()).length, { timeout: SCORED_WITHIN, interval: 500 }).toBeGreaterThan(10);
  await page.goto('/lifecycle/churn?lang=en');
  await heading('Whom to save this week').waitFor();
  const rows = await atRisk();
  expect(rows.map(({ atRiskMinor }) => atRiskMinor)).toEqual(rows.map(({ atRiskMinor }) => atRiskMinor).toSorted((a, b) => b - a));
  const shown = page.locator('tbody tr[data-row]');
  await shown.first().waitFor();
  expect(await shown.evaluateAll((lines) => lines.map((line) => line.getAttribute('data-row')))).toEqual(rows.slice(0, 25).map(({ customerId }) => customerId));
  await heading(new RegExp(`^${(await asked<{ total: { customers: number } }>('/lifecycle/at-risk?people=consumers')).total.customers} customers have`)).waitFor();
}, 150_000);

test('the sentence narrows the list, stands in the address, and can be cleared', async () => {
  await page.getByLabel('Risk', { exact: true }).selectOption('0.9');
  await page.waitForURL(/leastChurn=0\.9/);
  const least = (await asked<{ total: { customers: number } }>('/lifecycle/at-risk?people=consumers&leastChurn=0.9')).total.customers;
  await heading(new RegExp(`^${least} customers? ha(?:s|ve)`)).waitFor();
  await button('clear').click();
  await page.waitForURL((url) => !url.search.includes('leastChurn'));
});

test('a customer of the list tells risk, three reasons and value with its interval; why shows how it came about; back leads to the list', async () => {
  const [first] = await atRisk();
  await page.locator('tbody tr[data-row]').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/customers/${first?.customerId}*`);
  const score = page.locator('.score');
  await score.getByText(`${Math.round((first?.churn ?? 0) * 100)}%`).first().waitFor();
  expect(await score.locator('.score-reasons li').count()).toBeGreaterThanOrEqual(3);
  await heading(/^Still a customer with/).waitFor();
  await button('Why this score?').click();
  const panel = page.getByRole('dialog');
  expect(await panel.locator('.contributions li').count()).toBeGreaterThanOrEqual(3);
  await panel.getByLabel('Not based on my traits').click();
  await page.getByText('Noted; the next scoring follows it.').first().waitFor();
  await panel.getByText(/^Scored by what they did alone/).waitFor();
  await panel.getByLabel('What for?').fill('asked by the person on the telephone');
  const [file] = await Promise.all([page.waitForEvent('download'), panel.getByRole('button', { name: 'Export the explanation' }).click()]);
  expect(file.suggestedFilename()).toBe('explanation.txt');
  await page.keyboard.press('Escape');
  await page.goBack();
  await heading('Whom to save this week').waitFor();
});

test('capacity and cost make another plan, which leads to a hold-out of the same people', async () => {
  const room = page.getByLabel('Room this week, people');
  await room.fill('12');
  await room.press('Enter');
  await page.waitForURL(/capacity=12/);
  const cost = page.getByLabel('Cost of one attempt');
  await cost.fill('2');
  await cost.press('Enter');
  await page.waitForURL(/costMinor=200/);
  const plan = await asked<{ chosen: Row[]; gainMinor: number; beyondCapacity: number }>('/lifecycle/at-risk/plan?people=consumers&capacity=12&costMinor=200');
  await expect.poll(() => figure('No room for')).toBe(plan.beyondCapacity.toLocaleString('en'));
  expect(await figure('Save first')).toBe(String(plan.chosen.length));
  await button(`Save first (${plan.chosen.length})`).click();
  await heading(new RegExp(`^Saving these ${plan.chosen.length} first`)).waitFor();
  await expect.poll(() => page.locator('tbody tr[data-row]').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-row')))).toEqual(plan.chosen.map(({ customerId }) => customerId));
  await button('Prove it with a hold-out').click();
  await page.waitForURL(/\/insight\/experiments\/new\?.*from=plan/);
  expect(new URL(page.url()).searchParams.get('capacity')).toBe('12');
  await page.goBack();
  await heading('Whom to save this week').waitFor();
});

test('the model page says first whether the model is used, shows its proof, and trains again with a further version', async () => {
  await page.getByRole('link', { name: 'How far can this be trusted?' }).click();
  await heading(/^(?:Usable|Not usable)/).waitFor();
  await heading('Three ways to say who leaves').waitFor();
  await button(/^Value: what they will bring/).click();
  await heading('Data used').scrollIntoViewIfNeeded();
  await heading('Parameters, and what they mean').waitFor();
  await page.getByRole('columnheader', { name: 'Standard error' }).waitFor();
  const before = (await asked<{ history: { number: number }[] }>('/lifecycle/models/value')).history.length;
  await button('Train again').click();
  await page.getByText('Training begins; the page follows it.').first().waitFor();
  await expect.poll(async () => (await asked<{ history: { state: string }[] }>('/lifecycle/models/value')).history.filter(({ state }) => !['waiting', 'running'].includes(state)).length, { timeout: SCORED_WITHIN, interval: 500 }).toBe(before + 1);
  await page.getByRole('link', { name: `Version ${before + 1}`, exact: true }).waitFor();
}, 150_000);

test('R130: a price use asked for by one waits for another, and the asker is told so', async () => {
  await heading('What scores may be used for').scrollIntoViewIfNeeded();
  await button('Ask for a price use').click();
  await page.getByLabel('Which price, and why?').fill('Birthday discount, ten per cent at most');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByText('You asked for it; another person decides.').waitFor();
  expect(await button('Approve').count()).toBe(0);
});

test('no page threw while all this was done', () => expect(walk.thrown).toEqual([]));
