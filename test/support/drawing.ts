import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flush } from '../../src/collect/index.ts';
import { resolve } from '../../src/customers/index.ts';
import { newId, type WorkspaceId } from '../../src/kernel/ids.ts';
import { LANGUAGES } from '../../src/kernel/words/index.ts';
import { runScoring } from '../../src/lifecycle/index.ts';
import { deliverDue, type Intent, propose } from '../../src/reach/index.ts';
import { PAGES } from '../../web/src/pageList.ts';
import { words } from '../../web/src/words/index.ts';
import { type Opened, openBrowser } from './browser.ts';
import { sampleWorkspace, SAMPLE_NOW } from './sample.ts';
import { pictures, type Served, served } from './served.ts';
import { writtenTemplate } from './writtenTemplate.ts';

/** Pages as people see them: drawn from the simulated shop in every language and width and in both themes, looked at by axe and kept as pictures. */
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }] as const;
const PATIENCE_MS = 30_000;
/** A word that is missing shows as its key: any text that looks like the key of a known area. */
const areas = new Set(Object.keys(words).map((key) => key.split('.')[0] ?? ''));
const keyLike = new RegExp(`\\b(?:${[...areas].join('|')})\\.[a-z_]+(?:\\.[a-z_]+)*\\b`, 'g');
/** The checker itself, as its Playwright wrapper brings it. */
const { source: axeSource } = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))('axe-core') as { source: string };

type Fault = string;
type Violation = { id: string; impact: string | null; nodes: { html: string }[] };

/** What axe is asked: all of it, contrast alone, or all but contrast. Colours change with the theme, and no rule of theirs knows a language. */
type Asked = 'all' | 'contrast' | 'structure';
const ASKED: Readonly<Record<Asked, object>> = { all: {}, contrast: { runOnly: ['color-contrast'] }, structure: { rules: { 'color-contrast': { enabled: false } } } };
/** Put into a page once, asked as often as the page changes; rules whose breach is never serious, of which no fault is made, are left out. */
async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { _audit: { rules: { id: string; impact: string | null }[] }; configure(spec: object): void } };
    axe.configure({ rules: axe._audit.rules.filter(({ impact }) => impact === 'minor' || impact === 'moderate').map(({ id }) => ({ id, enabled: false })) });
  });
}
const seriousOf = async (page: Page, what: Asked): Promise<Fault[]> => {
  const violations = await page.evaluate(async (asked) => {
    const { axe } = window as unknown as { axe: { run(of: Document, options: object): Promise<{ violations: Violation[] }> } };
    return (await axe.run(document, { resultTypes: ['violations'], ...asked })).violations;
  }, ASKED[what]);
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
};

/** What a page says in place of itself, or of a part of it, when that failed. */
const failuresOf = (page: Page): Promise<string[]> => page.locator('.empty[role=alert], .failure').allInnerTexts();

async function faultsOf(page: Page, what: Asked = 'all'): Promise<Fault[]> {
  const seen = await page.evaluate(() => {
    const main = document.querySelector('#page');
    return { wide: document.documentElement.scrollWidth - innerWidth, inner: main ? main.scrollWidth - main.clientWidth : 0, text: document.body.innerText };
  });
  const missing = [...new Set(seen.text.match(keyLike) ?? [])].filter((key) => !/\.(com|cn|test|csv|md)$/.test(key) && !(`event.${key}` in words));
  return [...(seen.wide > 0 ? [`wider than the window by ${seen.wide}`] : []), ...(seen.inner > 0 ? [`page wider than its frame by ${seen.inner}`] : []), ...(await failuresOf(page)).map((text) => `failed: ${text}`), ...missing.map((key) => `missing word ${key}`), ...(await seriousOf(page, what))];
}

/** Nothing on its way any more, and no grey lines where text will stand. */
async function settled(page: Page, underWay: () => number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (let calm = 0; calm < 3; calm = underWay() === 0 && (await page.locator('.skeleton').count()) === 0 ? calm + 1 : 0) {
    if (performance.now() > until) throw new Error(`${page.url()} is still loading after ${PATIENCE_MS / 1000} s`);
    await page.waitForTimeout(20);
  }
}

/** Down to the end and up again, as a reader goes: parts below the window are drawn when they are seen. */
const scrollThrough = (page: Page): Promise<void> => page.evaluate(async () => {
  const frame = document.querySelector('.page-scroll');
  for (let at = 0; frame && at < frame.scrollHeight; at += 600) {
    frame.scrollTop = at;
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
  }
  if (frame) frame.scrollTop = 0;
});

/** Drawn to the last change: two frames without one, and nothing still moving. */
const drawn = (page: Page): Promise<void> => page.evaluate(async () => {
  const moving = (): boolean => document.getAnimations().some(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
  for (let calm = 0; calm < 2; calm = moving() ? 0 : calm + 1) await new Promise((seen) => requestAnimationFrame(seen));
});

/** What is on its way, from now on. */
function requestsOf(page: Page): { underWay: () => number; stop: () => void } {
  const requests = new Set<Request>();
  const begun = (request: Request): void => void requests.add(request);
  const ended = (request: Request): void => void requests.delete(request);
  page.on('request', begun).on('requestfinished', ended).on('requestfailed', ended);
  return { underWay: () => requests.size, stop: () => void page.off('request', begun).off('requestfinished', ended).off('requestfailed', ended) };
}

/** Chooses a language as people do, in the bar; nothing to do where the page speaks it. */
async function speak(page: Page, language: string): Promise<void> {
  if ((await page.evaluate(() => document.documentElement.lang)) === language) return;
  await page.locator('.bar-language').click();
  await page.locator(`.ant-dropdown:visible [lang="${language}"]`).click();
  await page.waitForFunction((wanted) => document.documentElement.lang === wanted && document.querySelector('.ant-dropdown:not(.ant-dropdown-hidden)') === null, language);
}

/**
 * Names and roles are asked in every language and width, contrast in every width and theme: in one language a page, which is another one from page to page,
 * since working out what stands behind every word takes longer than everything else together. The dark theme, which changes colours alone, is drawn in that language.
 */
type Look = { theme: 'light' | 'dark'; asked: Asked };
const looksOf = (isOfContrast: boolean): readonly Look[] => (isOfContrast ? [{ theme: 'light', asked: 'all' }, { theme: 'dark', asked: 'contrast' }] : [{ theme: 'light', asked: 'structure' }]);
let drawnPages = 0;

/** One load a page; languages, themes and widths are changed on what is drawn, as people do: in the bar, when their system grows dark, by turning a phone. */
async function draw(page: Page, path: string): Promise<Fault[]> {
  const faults: Fault[] = [];
  const onError = (error: Error): void => void faults.push(`thrown: ${error.message.slice(0, 200)}`);
  page.on('pageerror', onError);
  const { underWay, stop } = requestsOf(page);
  const contrastIn = LANGUAGES[drawnPages % LANGUAGES.length];
  // A page begins in the language the one before ended in.
  const spoken = drawnPages++ % 2 === 0 ? LANGUAGES : [...LANGUAGES].reverse();
  const name = path.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '').slice(0, 60) || 'home';
  await page.setViewportSize(SIZES[0]);
  await page.goto(path);
  await page.waitForSelector('#page h1, #page table');
  await bringAxe(page);
  for (const language of spoken) {
    await page.setViewportSize(SIZES[0]);
    await speak(page, language);
    await settled(page, underWay);
    await scrollThrough(page);
    await settled(page, underWay);
    for (const { theme, asked } of looksOf(language === contrastIn)) for (const size of SIZES) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(size);
      await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
      await drawn(page);
      await page.screenshot({ path: join(pictures('pages'), `${name}.${language}.${size.width}.${theme}.jpeg`), quality: 80 });
      for (const fault of await faultsOf(page, asked)) faults.push(`${language} ${size.width} ${theme}: ${fault}`);
    }
  }
  page.off('pageerror', onError);
  stop();
  return faults;
}

/** Parts of a page with an address of their own: each is drawn as pages are. */
export const PARTS = [...['ledger', 'cost', 'clv', 'score', 'budget'].map((view) => `/lifecycle/value?view=${view}`), '/lifecycle/churn?view=plan&costMinor=200', '/lifecycle/model?kind=churn', '/engage/channels?view=suppressions', '/engage/decisions?period=all'];

/** What the shop alone does not bring: segments, and telephones that several customers have parcels sent to. */
async function shelves({ stores, workspaceId, owner }: Served): Promise<void> {
  const stage = { kind: 'field', field: 'stage', test: { op: 'in', values: ['at_risk', 'churned'] } };
  const bought = { kind: 'event', event: 'order.paid', window: { kind: 'rolling', days: 365 }, of: { measure: 'count', test: { op: 'at_least', value: 3 } } };
  await owner.call('POST', '/api/v1/segments', { name: '老客待唤回', description: '新茶到店先通知', tree: { version: 1, root: { kind: 'and', of: [stage, bought] } } });
  await owner.call('POST', '/api/v1/segments', { name: '近一年三单', tree: { version: 1, root: bought } });
  await resolve(stores, workspaceId, ['林小满', '林小满', '陈立夏', '王白露', '周秋分'].map((name, at) => ({
    name, at: new Date('2026-07-01T00:00:00Z'), source: 'tmall', identifiers: [{ kind: 'buyer_id', scope: 'tmall', value: `neighbour-${at}` }, { kind: 'receiver_phone', value: at < 2 ? '13700001111' : '13700002222' }],
  })));
}

/** Ways to send that reach nobody, somebody left alone, a topic, and messages that are decided: some leave, some do not. */
async function sendsMessages({ stores, workspaceId, owner }: Served, template: string): Promise<void> {
  for (const channel of ['email', 'sms']) await owner.call('POST', '/api/v1/reach/accounts', { channel, provider: 'sandbox', name: channel });
  await owner.call('POST', '/api/v1/reach/suppressions', { kind: 'email', value: 'nobody@tea.example', reason: '来电要求' });
  await owner.call('POST', '/api/v1/reach/groups', { key: 'new-tea', name: '新茶上市' });
  const { body: { rows } } = await owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers?limit=24&sort=net_minor');
  const dueAt = stores.clock.now(), source = { kind: 'campaign' as const, id: 'spring', version: 1, step: 'first', enrolment: null };
  await stores.pg.tx(workspaceId, (tx) => propose(tx, stores, workspaceId, rows.map(({ id: customer }, i): Intent =>
    ({ id: newId(), customer, source, channel: i % 3 ? 'email' : 'best', purpose: i % 4 ? 'marketing' : 'transactional', template: { id: template, version: null }, params: { items: [{ name: '明前龙井 50g', price_minor: 16_800, url: 'https://shop.example/1' }] }, priority: 0, ifBlocked: i % 2 ? 'drop' : 'queue', dueAt, expiresAt: null }))));
  await deliverDue(stores);
}

/** Some events over HTTP: stored, a repeat, a refused one. */
async function sendsEvents({ stores, app, workspaceId, owner }: Served): Promise<void> {
  const { body: { id } } = await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'web-shop', name: '官网', kind: 'behaviour' });
  const { body: { key } } = await owner.call<{ key: string }>('POST', `/api/v1/sources/${id}/key`);
  const viewed = (i: number) => ({ type: 'track', event: 'Tea Viewed', anonymousId: `visitor-${i % 5}`, messageId: `seen-${i % 11}`, properties: { sku: 'T1', price: i % 3 ? 12.5 : '12.5' } });
  const batch = [...Array.from({ length: 12 }, (_, i) => viewed(i)), { type: 'track', userId: 'u1', messageId: 'refused', properties: { price: 1e20 } }];
  await app.inject({ method: 'POST', url: '/v1/batch', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, payload: { batch } });
  await flush(stores, workspaceId);
}

/** Draws every page; a `$name` in an address is filled with something the shop has. One file does it, begun first: two would simulate, import and score the shop twice. */
export function drawPages(): void {
  let product: Served;
  let browser: Opened;
  const slots = new Map<string, string>();

  beforeAll(async () => {
    product = await served(sampleWorkspace, SAMPLE_NOW);
    await runScoring(product.stores, product.workspaceId as WorkspaceId, 'import');
    browser = await openBrowser({ baseURL: product.url });
    const [name, value] = product.owner.cookie.split('=') as [string, string];
    await browser.context.addCookies([{ name, value, url: product.url }]);
    const first = async (url: string): Promise<string> => (await product.owner.call<{ rows: { id: string }[] }>('GET', url)).body.rows[0]?.id ?? '';
    const account = await product.owner.call<{ id: string }>('POST', '/api/v1/accounts', { name: '春山酒店' });
    await shelves(product);
    await sendsEvents(product);
    slots.set('/customers/$id', await first('/api/v1/customers?limit=1&sort=net_minor'));
    slots.set('/import/$id', await first('/api/v1/imports'));
    slots.set('/insight/experiments/$id', await first('/api/v1/insight/experiments'));
    slots.set('/accounts/$id', account.body.id);
    const template = await writtenTemplate(product.owner);
    await sendsMessages(product, template);
    slots.set('/engage/templates/$id', template);
    slots.set('/engage/templates/blocks/$id', await first('/api/v1/blocks'));
    slots.set('/engage/journeys/$id', (await product.owner.call<{ id: string }>('POST', '/api/v1/journey-playbooks/save_by_reason', { templates: { save_offer: template } })).body.id);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await product?.close();
  });

  test('what is too wide, unsaid or unreadable is seen', async () => {
    await browser.page.goto('/my-account?lang=en');
    await browser.page.waitForSelector('#page h1');
    await bringAxe(browser.page);
    await browser.page.evaluate(() => document.querySelector('#page')?.insertAdjacentHTML('beforeend', '<p style="width: 3000px; color: #eee; background: #fff">kit.nothing</p><img src="/mark.svg"><p class="failure">Nothing came.</p>'));
    expect((await faultsOf(browser.page)).map((fault) => fault.replace(/ by \d+|:.*/s, ''))).toEqual(['page wider than its frame', 'failed', 'missing word kit.nothing', 'color-contrast', 'image-alt']);
  });

  test.each([...PAGES.map(({ path }) => path), ...PARTS])('%s fits its window, says every word and is accessible: in every language, wide and narrow, by day and in the dark', async (pattern) => {
    expect(await draw(browser.page, pattern.replace(/\$\w+/, () => slots.get(pattern) ?? ''))).toEqual([]);
  });
}
