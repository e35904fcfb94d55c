import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDelimited } from './support/delimited.ts';
import { PAGES } from '../web/src/pageList.ts';
import { PARTS } from './support/drawing.ts';
import { HOSTILE, importHostile, plant, plantPlans, sendHostile } from './support/hostile.ts';
import { type Served, served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';

let product: Served;
let walk: Walked;
let page: Page;
let importId: string;
let experiment: string;
let accounts: string[] = [];
let customers: string[] = [];
/** What must stay empty whatever is drawn. */
const seen: string[] = [];
let shown = '';

beforeAll(async () => {
  product = await served((stores) => testWorkspace(stores), '2026-07-16T04:00:00Z');
  const imported = await importHostile(product);
  importId = imported.importId;
  const { owner, url } = product;
  customers = (await owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers?limit=100')).body.rows.map(({ id }) => id);
  expect(customers.length).toBeGreaterThan(HOSTILE.length / 2);
  const { account, faults, taken } = await plant(product, customers[0] as string);
  expect(faults).toEqual([]);
  expect(taken).toBeGreaterThan(HOSTILE.length * 9);
  await sendHostile(product);
  const grown = await plantPlans(product, { account, customers: customers.slice(4), mapping: imported.mapping });
  expect(grown.faults).toEqual([]);
  expect(grown.taken).toBeGreaterThan(HOSTILE.length * 9);
  experiment = grown.experiment;
  accounts = (await owner.call<{ rows: { id: string; contacts: number }[] }>('GET', '/api/v1/accounts?limit=50')).body.rows.sort((a, b) => b.contacts - a.contacts).map(({ id }) => id);
  walk = await walked(product);
  await walk.enter(owner);
  // Runs before anything of the page, by the browser itself: the page's own policy does not touch it.
  await walk.context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`)));
  walk.context.on('request', (request) => void (/^(?:data|blob):/.test(request.url()) || new URL(request.url()).host === new URL(url).host || seen.push(`left for ${request.url()}`)));
  page = walk.page;
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', ({ message }) => seen.push(`thrown ${message.slice(0, 200)}`));
  page.on('console', (message) => void (/policy/i.test(message.text()) && seen.push(message.text().slice(0, 300))));
  page.on('popup', () => seen.push('a window was opened'));
}, 300_000);
afterAll(() => walk?.close());

/** What ran, and what of the texts became more than text. */
const standing = () => page.evaluate(() => ({
  ran: (window as unknown as { __ran?: number }).__ran ?? 0,
  // The page's own elements hold none of these.
  alive: [...document.querySelectorAll('#page script, #page iframe, #page object, #page embed, #page style, #page meta, #page img[src="x"], [onerror], [onload], [onclick], a[href^="javascript:" i], form[action]')].map((one) => one.outerHTML.slice(0, 120)),
  wide: document.documentElement.scrollWidth - innerWidth,
  text: document.body.innerText,
}));

async function draw(path: string): Promise<string[]> {
  seen.length = 0;
  await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=en`);
  await page.waitForSelector('#page h1, #page table');
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  await page.waitForTimeout(100);
  const { ran, alive, wide, text } = await standing();
  shown += `\n${text}`;
  return [...seen, ...(ran ? [`a text ran as a script (${ran})`] : []), ...alive, ...(wide > 0 ? [`wider than the window by ${wide}`] : []), ...(await page.locator('.empty[role=alert]').allInnerTexts()).map((text) => `the page failed: ${text}`)].map((fault) => `${path}: ${fault}`);
}

const paths = (): string[] => [
  ...PAGES.filter(({ path }) => !path.includes('$')).map(({ path }) => path), `/import/${importId}`, `/insight/experiments/${experiment}`, ...PARTS, ...customers.slice(0, 4).map((id) => `/customers/${id}`), ...accounts.slice(0, 2).map((id) => `/accounts/${id}`),
  ...PAGES.filter(({ path }) => path.includes('$') && !/^\/(?:import|customers|accounts|insight\/experiments)\//.test(path)).map(({ path }) => path.replace(/\$\w+/, customers[0] as string)),
];

test('whatever customers, files and staff write stays text on every page: nothing runs, nothing is asked of others', async () => {
  const faults: string[] = [];
  for (const path of paths()) faults.push(...(await draw(path)));
  expect(faults).toEqual([]);
  const flat = shown.replace(/\s+/g, ' ');
  const missing = HOSTILE.filter((text) => !flat.includes(text.replace(/\s+/g, ' ').trim()));
  expect(missing).toEqual([]);
}, 90_000);

/** Scripts from us alone, nothing written into a page or made of a text; styles may be inline, since the component library writes them as it runs. */
const STRICT = [/script-src 'self'(?:;|$)/, /script-src-attr 'none'/, /default-src 'self'/, /object-src 'none'/, /base-uri 'none'/, /frame-ancestors 'none'/, /form-action 'self'/, /connect-src 'self'(?:;|$)/];

test('pages that are not of the app, documentation and the reference of the API: the same policy, and nothing of them breaks it', async () => {
  const faults: string[] = [];
  for (const path of ['/docs', '/docs/stages', '/docs/problems', '/api/reference/', '/sign-in', '/invitation/prn_nothing', `/docs/${encodeURIComponent(HOSTILE[0] as string)}`, `/${encodeURIComponent(HOSTILE[1] as string)}`]) {
    seen.length = 0;
    const reply = await page.goto(path);
    await page.locator(path === '/api/reference/' ? '.opblock' : 'h1, form, main, body').first().waitFor();
    await page.waitForTimeout(100);
    const policy = reply?.headers()['content-security-policy'] ?? '';
    faults.push(...seen.filter((one) => !/^thrown/.test(one)).map((one) => `${path}: ${one}`), ...STRICT.filter((part) => !part.test(policy)).map((part) => `${path}: ${part}`));
    if (/script-src[^;]*unsafe|unsafe-eval/.test(policy) || (await standing()).ran > 0) faults.push(`${path}: ${policy}`);
  }
  expect(faults).toEqual([]);
});

test('the same in the search box and on the page of an invitation', async () => {
  const faults = await draw(`/customers/${customers[1]}`);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('javascript');
  await page.getByRole('dialog').getByRole('option').filter({ hasText: 'javascript:' }).first().waitFor();
  await page.keyboard.press('Escape');
  const { body: { token } } = await product.owner.call<{ token: string }>('POST', '/api/v1/invitations', { email: 'new@example.test', role: 'analyst' });
  const inside = await standing();
  await page.goto(`/invitation/${token}?lang=en`);
  await page.getByText(HOSTILE[0] as string).first().waitFor();
  const outside = await standing();
  expect([...faults, ...seen, ...inside.alive, ...outside.alive, inside.ran + outside.ran]).toEqual([0]);
});

test('this test would see it: markup made of a text is found, stopped by the policy, and told', async () => {
  await draw('/customers');
  seen.length = 0;
  await page.evaluate((texts) => { for (const text of texts) document.querySelector('#page')?.insertAdjacentHTML('beforeend', text); }, HOSTILE.filter((text) => !text.includes('refresh')));
  await page.waitForTimeout(300);
  const { alive, ran } = await standing();
  expect(alive.length).toBeGreaterThan(5);
  expect(seen.some((one) => one.startsWith('policy: '))).toBe(true);
  // Even then nothing runs: that is what the policy is for.
  expect([ran, seen.filter((one) => /^(?:dialog|a window)/.test(one))]).toEqual([0, []]);
});

const FORMULA = /^\s*[=+\-@|%\t\r]/;
const isNumber = (cell: string): boolean => /^-?\d+(?:\.\d+)?$/.test(cell);
test.each(['customers', 'orders', 'lines', 'refunds'] as const)('no cell of exported %s is a formula, and every amount stays a number', async (what) => {
  const { status, body, headers } = await product.owner.call<string>('POST', what === 'customers' ? '/api/v1/customers/export' : '/api/v1/orders/export', what === 'customers' ? { reason: 'a test' } : { what, reason: 'a test' });
  expect([status, headers['x-content-type-options'], headers['cache-control']]).toEqual([200, 'nosniff', 'no-store']);
  const [head = [], ...rows] = readDelimited(body);
  expect(rows.length).toBeGreaterThan(HOSTILE.length / 2);
  expect([...new Set(rows.map((row) => row.length))]).toEqual([head.length]);
  expect([head, ...rows].flat().filter((cell) => FORMULA.test(cell) && !isNumber(cell))).toEqual([]);
  const amounts = { customers: 'Net revenue', orders: 'amount_paid', lines: 'line_amount', refunds: 'refund_amount' }[what];
  const at = head.indexOf(amounts);
  if (at >= 0) expect(rows.map((row) => row[at] ?? '').filter((cell) => cell !== '' && !isNumber(cell))).toEqual([]);
  else expect(what).toBe('customers');
});
