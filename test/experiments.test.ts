import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imports, lookAtFiles, runImport, startImport } from '../src/collect/index.ts';
import { ownersOf } from '../src/customers/index.ts';
import { armOf } from '../src/insight/core/experiment/index.ts';
import type { ResultReply } from '../src/insight/experiments/contract.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { addDays } from '../src/kernel/day.ts';
import { drain } from '../src/kernel/facts.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { loop } from '../src/loop.ts';
import { type Person, person } from './support/app.ts';
import { readDelimited } from './support/delimited.ts';
import { SAMPLE_NOW, sampleWorkspace } from './support/sample.ts';
import { pictures, type Served, served } from './support/served.ts';
import { type Walked, walked } from './support/walked.ts';

const CUSTOMERS = 900;
const BOUGHT = { version: 1, root: { kind: 'event', event: 'order.paid', window: { kind: 'ever' }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } } };
const ASK = '/api/v1/insight/experiments';

let product: Served;
let walk: Walked;
let page: Page;
let owner: Person;

beforeAll(async () => {
  product = await served((stores) => sampleWorkspace(stores, CUSTOMERS), SAMPLE_NOW);
  await product.owner.call('POST', '/api/v1/segments', { name: 'Tea drinkers', tree: BOUGHT });
  walk = await walked(product, { acceptDownloads: true });
  page = walk.page;
  await signIn();
}, 240_000);

afterAll(() => walk?.close());

/** The owner at the browser; sessions end while the clock runs ahead. */
async function signIn(): Promise<void> {
  const { stores, app, workspaceId } = product;
  owner = await person(stores, app, workspaceId, 'owner');
  await walk.enter(owner);
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const idNow = (): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

/** The next order file: some buyers, each once, and an order so late that every window is over. */
async function bringOrders(phones: readonly string[], from: string): Promise<void> {
  const { stores, workspaceId } = product;
  const folder = mkdtempSync(join(tmpdir(), 'perennial-walk-'));
  const path = join(folder, 'orders.csv');
  const rows = [...phones.map((phone, n) => [`WALK-${from}-${n}`, addDays(from, n % 14), phone]), [`WALK-${from}-late`, addDays(from, 60), '13900009999']];
  writeFileSync(path, ['order_no,order_status,paid_at,amount_paid,phone', ...rows.map(([no, day, phone]) => `${no},paid,${day} 10:00:00,128.00,${phone}`)].join('\n'));
  const options = { source: `walk-${from}`, shop: 'S1', channel: '' };
  const { files: [file] } = await lookAtFiles(stores, workspaceId, [{ path, name: 'orders.csv', upload: '' }], options);
  stores.clock.set(new Date(`${addDays(from, 61)}T04:00:00Z`));
  await runImport(stores, workspaceId, await startImport(stores, systemCaller(workspaceId, PERMISSIONS), [{ path, mapping: file?.mapping as never }], options));
  rmSync(folder, { recursive: true });
  await drain(stores, loop);
  await signIn();
}

/** Telephones of some who were held out: they buy as well, only less: enough of them to be judged, so few that no draw hides it. */
async function phonesOfControl(id: string): Promise<string[]> {
  const ids = await product.stores.pg.tx(product.workspaceId, (tx) => many(tx, sql<{ id: string }>`select customer_id as id from experiment_person where experiment_id = ${id} and arm = 'control' order by customer_id limit 24`));
  const profiles = await Promise.all(ids.map((one) => owner.call<{ identifiers: { kind: string; shown: string }[] }>('GET', `/api/v1/customers/${one.id}?clear=true`)));
  return profiles.flatMap(({ body }) => body.identifiers.filter(({ kind }) => kind === 'phone').slice(0, 1).map(({ shown }) => shown));
}

const overflow = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test.each([1440, 390])('from a segment to what it brought, at %i px: draw, hand the files out, bring the orders, read the verdict', async (width) => {
  const shots = pictures('experiments');
  await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
  await page.goto('/segments');
  await page.getByRole('link', { name: 'Prove it with a hold-out: Tea drinkers' }).click();
  await page.getByRole('heading', { name: 'New experiment' }).waitFor();
  await page.getByLabel('Name').fill(`Walk at ${width}`);
  await page.getByLabel('Hypothesis').fill('A letter is enough.');
  await page.getByText(/people can be drawn/).waitFor();
  await page.screenshot({ path: join(shots, `form.${width}.png`) });
  await button('Register and draw').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Register and draw' }).click();
  await page.getByRole('heading', { name: `Walk at ${width}` }).waitFor();
  await page.getByText('What was registered').waitFor();
  const id = idNow();
  const { startsOn } = (await owner.call<{ startsOn: string }>('GET', `${ASK}/${id}`)).body;

  const files: string[][] = [];
  for (let left = await button('Export').count(); left > 0; left--) {
    await button('Export').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('a walk through the product');
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export and record as sent' }).click()]);
    files.push(...readDelimited(readFileSync((await download.path()) ?? '', 'utf8')).slice(1));
    await dialog.waitFor({ state: 'detached' });
  }
  const { arms } = (await owner.call<{ arms: { arm: string; customers: number; sent: number }[] }>('GET', `${ASK}/${id}`)).body;
  const treated = arms.find(({ arm }) => arm === 'treated');
  expect([files.length, treated?.sent]).toEqual([treated?.customers, treated?.customers]);
  await page.getByText('Nothing has been sent yet').waitFor({ state: 'detached' });

  const reached = files.map((cells) => cells[2] ?? '').filter((contact) => /^\+?[\d ]{8,}$/.test(contact));
  await bringOrders([...reached.slice(0, Math.round(files.length * 0.5)), ...await phonesOfControl(id)], startsOn);
  await page.goto(`/insight/experiments/${id}`);
  await page.getByText('It brought buyers').first().waitFor();
  // Behind the number of buyers stand as many people.
  const bought = page.getByRole('button', { name: /^Treated: buyers: / });
  const people = (await bought.innerText()).trim();
  await bought.click();
  await page.getByRole('dialog').getByText(new RegExp(`\\b${people}\\b`)).first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(/^Settled .*, on data up to/).waitFor();
  expect(await page.getByText(/A report without a control would claim/).count()).toBe(1);
  await page.screenshot({ path: join(shots, `result.${width}.png`) });
  expect(await overflow()).toBe(0);
  await page.goto('/insight/experiments');
  await page.getByText(`Walk at ${width}`).first().waitFor();
  expect(await overflow()).toBe(0);
  expect(walk.thrown).toEqual([]);
});

test('R52: the shop’s past experiments: honest draws, and what they brought comes from orders of a file', async () => {
  const { stores, workspaceId } = product;
  const { rows } = (await owner.call<{ rows: { id: string; name: string; plan: { holdOut: number }; phase: string; arms: { arm: string; sent: number }[]; result: ResultReply }[] }>('GET', ASK)).body;
  const past = rows.filter(({ name }) => !name.startsWith('Walk'));
  const [letter, winback] = past;
  expect(past.map(({ phase }) => phase)).toEqual(['settled', 'settled']);
  const brought = await stores.ch.rows<{ customer: string; file: string }>("select subject as customer, toString(import_id) as file from orders final where workspace = {w:UUID} and startsWith(order_no, 'SIM-')", { w: workspaceId });
  const drawn = (id = '') => stores.pg.tx(workspaceId, (tx) => many(tx, sql<{ customer: string; arm: string; sent: boolean }>`
    select s.customer_id as customer, p.arm, x.customer_id is not null as sent from experiment_person p join subject s on s.id = p.customer_id
      left join experiment_sending x on x.experiment_id = p.experiment_id and x.customer_id = p.customer_id where p.experiment_id = ${id}`));
  for (const one of past) {
    const people = await drawn(one.id);
    expect(people.length).toBeGreaterThan(100);
    expect(people.filter(({ customer, arm }) => armOf({ salt: one.id, holdOut: one.plan.holdOut, variants: [{ key: 'treated', weight: 1 }] }, customer) !== arm)).toEqual([]);
  }
  // The true effect is 11 % of those sent something: whoever ordered for it was sent something, and as many as chance allows (5 σ).
  const sent = new Set((await drawn(winback?.id)).filter((one) => one.sent).map(({ customer }) => customer));
  const owners = await ownersOf(stores, workspaceId, brought.map(({ customer }) => customer));
  expect(brought.filter(({ customer }) => !sent.has(owners.get(customer) ?? customer))).toEqual([]);
  expect(Math.abs(brought.length - 0.11 * sent.size)).toBeLessThan(5 * Math.sqrt(0.11 * 0.89 * sent.size));
  const files = (await imports(stores, workspaceId)).rows.find(({ id }) => id === brought[0]?.file)?.files.map(({ name }) => name);
  expect([files, new Set(brought.map(({ file }) => file)).size]).toEqual([['simulated-effect-orders.csv', 'simulated-effect-lines.csv'], 1]);
  expect(letter?.arms.find(({ arm }) => arm === 'treated')?.sent).toBeGreaterThan(0);
  expect(winback?.result.arms.find(({ arm }) => arm === 'treated')?.orders).toBeGreaterThanOrEqual(brought.length);
});

test('the goals page tells the last cycles with what each measured', async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/insight/goals');
  await page.getByRole('button', { name: 'Cycle 2' }).waitFor();
  await page.getByText(/^Learned: /).waitFor();
  await page.screenshot({ path: join(pictures('experiments'), 'goals.1440.png') });
  expect(walk.thrown).toEqual([]);
});
