import { AxeBuilder } from '@axe-core/playwright';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../src/kernel/words/index.ts';

import { PAGES } from '../web/src/pageList.ts';
import { words } from '../web/src/words/index.ts';
import { type Opened, openBrowser } from './support/browser.ts';
import { sampleWorkspace, SAMPLE_NOW } from './support/sample.ts';
import { pictures, type Served, served } from './support/served.ts';

const WIDTHS = [1440, 390] as const;
const THEMES = ['light', 'dark'] as const;
/** A word that is missing shows as its key: any text that looks like the key of a known area. */
const areas = new Set(Object.keys(words).map((key) => key.split('.')[0] ?? ''));
const keyLike = new RegExp(`\\b(?:${[...areas].join('|')})\\.[a-z_]+(?:\\.[a-z_]+)*\\b`, 'g');

let product: Served;
let browser: Opened;
/** Something to show on the pages of one thing. */
const slots = new Map<string, string>();

beforeAll(async () => {
  product = await served(sampleWorkspace, SAMPLE_NOW);
  browser = await openBrowser({ baseURL: product.url });
  const [name, value] = product.owner.cookie.split('=') as [string, string];
  await browser.context.addCookies([{ name, value, url: product.url }]);
  const first = async (url: string): Promise<string> => (await product.owner.call<{ rows: { id: string }[] }>('GET', url)).body.rows[0]?.id ?? '';
  const account = await product.owner.call<{ id: string }>('POST', '/api/v1/accounts', { name: '春山酒店' });
  slots.set('/customers/$id', await first('/api/v1/customers?limit=1&sort=net_minor'));
  slots.set('/import/$id', await first('/api/v1/imports'));
  slots.set('/accounts/$id', account.body.id);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await product?.close();
});

type Fault = string;

async function faultsOf(page: Page): Promise<Fault[]> {
  const seen = await page.evaluate(() => {
    const main = document.querySelector('#page');
    return { wide: document.documentElement.scrollWidth - innerWidth, inner: main ? main.scrollWidth - main.clientWidth : 0, text: document.body.innerText };
  });
  const missing = [...new Set(seen.text.match(keyLike) ?? [])].filter((key) => !/\.(com|cn|test|csv|md)$/.test(key));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
  return [...(seen.wide > 0 ? [`wider than the window by ${seen.wide}`] : []), ...(seen.inner > 0 ? [`page wider than its frame by ${seen.inner}`] : []), ...missing.map((key) => `missing word ${key}`), ...serious];
}

async function draw(page: Page, path: string, language: string, theme: string): Promise<Fault[]> {
  const thrown: Fault[] = [];
  const onError = (error: Error): void => void thrown.push(`thrown: ${error.message.slice(0, 200)}`);
  page.on('pageerror', onError);
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  await page.addInitScript((chosen) => localStorage.setItem('perennial.theme', chosen), theme);
  await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
  await page.waitForSelector('#page h1, #page table');
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  const faults: Fault[] = [];
  const name = path.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '').slice(0, 60) || 'home';
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(pictures('pages'), `${name}.${language}.${width}.${theme}.png`) });
    for (const fault of await faultsOf(page)) faults.push(`${width} ${theme}: ${fault}`);
  }
  page.off('pageerror', onError);
  return [...thrown, ...faults];
}

describe.each(PAGES.map(({ path }) => path))('page %s', (pattern) => {
  test.each(LANGUAGES)('in %s fits its window, says every word and is accessible, wide and narrow, light and dark', async (language) => {
    const page = await browser.context.newPage();
    const path = pattern.includes('$') ? pattern.replace(/\$\w+/, slots.get(pattern) ?? '') : pattern;
    const faults: Fault[] = [];
    for (const theme of THEMES) faults.push(...(await draw(page, path, language, theme)));
    await page.close();
    expect(faults).toEqual([]);
  });
});
