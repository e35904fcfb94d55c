import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Definition } from '../src/engage/core/definition.ts';
import { resolve } from '../src/customers/index.ts';
import type { WorkspaceId } from '../src/kernel/ids.ts';
import { person } from './support/app.ts';
import { type Served, served } from './support/served.ts';
import { testWorkspace } from './support/stores.ts';
import { type Walked, walked } from './support/walked.ts';
import { writtenTemplate } from './support/writtenTemplate.ts';

type Journey = { id: string; revision: number; holdOutReason: string; draft: Definition };

let product: Served;
let walk: Walked;
let template = '';
let id = '';

beforeAll(async () => {
  product = await served((stores) => testWorkspace(stores), '2026-07-16T04:00:00Z');
  const { stores, workspaceId, owner } = product;
  template = await writtenTemplate(owner);
  await resolve(stores, workspaceId as WorkspaceId, [{ name: '林小满', at: new Date('2026-07-01T00:00:00Z'), source: 'tmall', identifiers: [{ kind: 'phone', value: '13700001111' }] }]);
  id = (await owner.call<Journey>('POST', '/api/v1/journey-playbooks/onboarding', { name: 'Welcome' })).body.id;
  walk = await walked(product);
  await walk.enter(owner);
}, 120_000);

afterAll(() => walk?.close());

const kept = async (): Promise<Journey> => (await product.owner.call<Journey>('GET', `/api/v1/journeys/${id}`)).body;
/** What the server holds, once the drawing has saved itself. */
const held = <T>(ask: (journey: Journey) => T) => expect.poll(async () => ask(await kept()), { timeout: 8_000, interval: 100 });
const nodeOf = ({ draft }: Journey, name: string) => draft.nodes.find((node) => node.id === name);
const waysOf = ({ draft }: Journey): string[] => draft.edges.map(({ from, port, to }) => `${from}:${port}>${to}`).toSorted();
const button = (name: string | RegExp) => walk.page.getByRole('button', { name });
const card = (node: string) => walk.page.locator(`[data-mark="node:${node}"]`);
const panel = (name: string) => walk.page.getByRole('complementary', { name });
/** Saves at once rather than after a pause. */
const keep = () => walk.page.keyboard.press('Control+s');
const saved = () => walk.page.locator('.jc-saving[data-state="saved"]').waitFor();
const open = async (): Promise<void> => {
  await walk.page.goto(`/engage/journeys/${id}?lang=en`);
  await walk.page.locator('[data-mark="door"]').waitFor();
};

async function add(way: string, kind: string): Promise<void> {
  await walk.page.locator(`[data-way="way:${way}"]`).click();
  await walk.page.getByRole('group', { name: 'Add a step' }).getByRole('button', { name: kind }).click();
}

test('a wait and a message are put on a way of a ready journey; the server holds exactly that definition', async () => {
  const before = await kept();
  await open();
  await button('3 things to put right').waitFor();
  await add('welcome:next', 'Wait a while');
  await panel('Wait a while').getByLabel('How long').fill('3');
  await add('wait:next', 'Send a message');
  await panel('Send a message').getByLabel('Template', { exact: true }).selectOption({ label: '春茶上新' });
  await held((journey) => nodeOf(journey, 'send')).toMatchObject({ kind: 'send', template: { id: template, version: null }, channel: 'best', purpose: 'marketing' });
  const after = await kept();
  expect(nodeOf(after, 'wait')).toEqual({ id: 'wait', kind: 'wait', for: { amount: 3, unit: 'days' } });
  expect(waysOf(after)).toEqual([...waysOf(before).filter((way) => way !== 'welcome:next>day'), 'welcome:next>wait', 'wait:next>send', 'send:next>day'].toSorted());
  expect({ ...after.draft, nodes: [], edges: [] }).toEqual({ ...before.draft, nodes: [], edges: [] });
  await saved();
});

test('undo and redo by keys, saved as it stands, and there again after a reload', async () => {
  const { page } = walk;
  await page.keyboard.press('Escape');
  await panel('Send a message').waitFor({ state: 'detached' });
  for (let count = 0; count < 4; count++) await page.keyboard.press('Control+z');
  await card('wait').waitFor({ state: 'detached' });
  expect(await card('send').count()).toBe(0);
  expect(await button('Undo').isDisabled()).toBe(true);
  for (let count = 0; count < 3; count++) await page.keyboard.press('Control+Shift+z');
  await card('send').getByText('Send: choose a template').waitFor();
  await page.keyboard.press('Control+Shift+z');
  await card('send').getByText('Send “春茶上新”').waitFor();
  await page.keyboard.press('Control+s');
  await saved();
  await open();
  await card('send').getByText('Send “春茶上新”').waitFor();
  await card('wait').getByText('Wait 3 days').waitFor();
});

test('what stands in the way is said on the step and in a list that leads there', async () => {
  const { page } = walk;
  expect(await card('welcome').innerText()).toContain('Choose a template for this message');
  await button('3 things to put right').click();
  await panel('3 things to put right').getByRole('button').filter({ hasText: 'Choose a template' }).first().click();
  const form = panel('Send a message');
  await form.getByText('Choose a template for this message').waitFor();
  await form.getByLabel('Template', { exact: true }).selectOption({ label: '春茶上新' });
  await button('2 things to put right').waitFor();
  await page.keyboard.press('Escape');
  await keep();
  await saved();
});

test('with keys alone: along the graph, a step added, opened, closed and deleted', async () => {
  const { page } = walk;
  const before = await kept();
  await page.locator('[data-mark="door"]').focus();
  for (const [key, at] of [['ArrowDown', 'node:welcome'], ['ArrowDown', 'node:wait'], ['ArrowUp', 'node:welcome']] as const) {
    await page.keyboard.press(key);
    await page.waitForFunction((mark) => document.activeElement?.getAttribute('data-mark') === mark, at);
  }
  await page.keyboard.press('a');
  await page.waitForFunction(() => document.activeElement?.classList.contains('jc-kind'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await panel('Task for a person').waitFor();
  await card('task').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-mark') === 'node:task');
  await page.keyboard.press('Enter');
  await panel('Task for a person').getByLabel('What is to be done').fill('Ring and greet');
  await keep();
  await held((journey) => nodeOf(journey, 'task')).toMatchObject({ text: 'Ring and greet' });
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-mark') === 'node:task');
  await page.keyboard.press('Delete');
  await card('task').waitFor({ state: 'detached' });
  await keep();
  await held(({ draft }) => draft).toEqual(before.draft);
  await saved();
});

test('another share held out is kept once it is said why', async () => {
  const { page } = walk;
  await page.locator('[data-mark="door"]').click();
  const rules = panel('Rules of this journey');
  await rules.getByLabel('Held out, for comparison').fill('20');
  await page.locator('.jc-saving[data-state="reason"]').waitFor();
  await rules.getByLabel('Why this share').fill('a small list');
  await keep();
  await held(({ draft, holdOutReason }) => [draft.holdOut, holdOutReason]).toEqual([0.2, 'a small list']);
  await page.keyboard.press('Escape');
  await saved();
});

test('the end of a way is dragged to another step', async () => {
  const { page } = walk;
  await button('All of it').click();
  const to = await card('start').boundingBox() ?? expect.fail('a card has a place'), end = await card('wait').boundingBox() ?? expect.fail('a card has a place');
  // The end of a line is taken hold of right above the step it leads to.
  await page.mouse.move(end.x + end.width / 2, end.y - end.height / 4);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y - 20, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y - 2, { steps: 4 });
  await page.mouse.up();
  await keep();
  await held((journey) => journey.draft.edges.find(({ from }) => from === 'welcome')?.to).toBe('start');
  await card('wait').getByText('Nobody can come to this step').waitFor({ state: 'attached' });
  await button('Undo').click();
  await keep();
  await held((journey) => journey.draft.edges.find(({ from }) => from === 'welcome')?.to).toBe('wait');
  await saved();
});

test('somebody else was faster: that is said; theirs is taken, and undo brings one’s own back', async () => {
  const { page } = walk;
  const { revision, draft } = await kept();
  await product.owner.call('PATCH', `/api/v1/journeys/${id}`, { revision, definition: { ...draft, reentry: 'year' } });
  await add('day:next', 'Wait until a time');
  await keep();
  await page.getByText('Somebody else has changed this draft meanwhile.').waitFor();
  await button(/^Take theirs/).click();
  await card('wait_until').waitFor({ state: 'detached' });
  await page.locator('[data-mark="door"]').getByText('once a year').waitFor();
  await button('Undo').click();
  await card('wait_until').waitFor();
  await keep();
  await saved();
  expect([nodeOf(await kept(), 'wait_until')?.kind, (await kept()).draft.reentry]).toEqual(['wait_until', 'once']);
});

test('the draft is walked as a chosen customer: the way lights up with what would be done', async () => {
  const { page } = walk;
  await button('Try as a customer').click();
  const tried = panel('Try as a customer');
  await tried.getByRole('combobox').fill('林小满');
  await page.getByTitle('林小满').first().click();
  await tried.getByRole('button', { name: 'Walk' }).click();
  await tried.getByText('Came to an end').waitFor();
  const { draft } = await kept();
  expect(await tried.locator('.jc-steps > li').count()).toBe(draft.nodes.length);
  expect(await tried.getByText('would do: Send a message').count()).toBe(draft.nodes.filter(({ kind }) => kind === 'send').length);
  expect(await page.locator('.jc-line.lit').count()).toBe(draft.edges.length + 2);
  await page.keyboard.press('Escape');
});

test('a narrow window shows the same graph as a list, with the same forms', async () => {
  const { page } = walk;
  await page.setViewportSize({ width: 390, height: 844 });
  const list = page.getByRole('list', { name: 'Journey as a drawing' });
  await list.locator('[data-mark="node:wait"]').click();
  const form = page.getByRole('dialog');
  await form.getByLabel('How long').fill('5');
  await keep();
  await held((journey) => nodeOf(journey, 'wait')).toMatchObject({ for: { amount: 5, unit: 'days' } });
  await form.getByRole('button', { name: 'Close' }).click();
  await list.getByText('Wait 5 days').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('whoever may only look sees the drawing and nothing to change it with', async () => {
  const { page } = walk;
  const analyst = await person(product.stores, product.app, product.workspaceId, 'analyst');
  await walk.enter(analyst);
  await open();
  await card('welcome').click();
  await panel('Send a message').getByLabel('Channel').waitFor();
  expect([await page.locator('.jc-plus').count(), await panel('Send a message').getByLabel('Channel').isDisabled(), await button('Undo').count()]).toEqual([0, true, 0]);
  expect(walk.thrown).toEqual([]);
});
