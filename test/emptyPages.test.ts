import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAGES } from '../web/src/pageList.ts';
import { PARTS } from './support/drawing.ts';
import { served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';

/** What somebody sees who has made a workspace and brought nothing into it: every page says so, and what to do. */
let walk: Walked;

beforeAll(async () => {
  const product = await served((stores) => testWorkspace(stores), '2026-07-16T04:00:00Z');
  walk = await walked(product);
  await walk.enter(product.owner);
}, 120_000);
afterAll(() => walk?.close());

/** Every page that needs nothing to be there, by its address. */
const ADDRESSES = [...PAGES.map(({ path }) => path).filter((path) => !path.includes('$')), ...PARTS];

test('no page of an empty workspace fails, waits for ever or is wider than a window', async () => {
  const { page, thrown } = walk, faults: string[] = [];
  expect(ADDRESSES.length).toBeGreaterThan(40);
  for (const path of ADDRESSES) {
    await page.goto(path);
    await page.waitForSelector('#page h1');
    await page.waitForFunction(() => document.querySelector('.skeleton') === null, undefined, { timeout: 20_000 }).catch(() => faults.push(`${path} waits`));
    for (const said of await page.locator('.empty[role=alert], .failure').allInnerTexts()) faults.push(`${path}: ${said}`);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) faults.push(`${path} is wider than ${width}`);
    }
  }
  expect([...faults, ...thrown]).toEqual([]);
}, 240_000);
