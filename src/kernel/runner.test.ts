import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { announce, drain, type Fact, type Loop, type Reaction, waitingReactions } from './facts.ts';
import type { WorkspaceId } from './ids.ts';

let stores: TestStores;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  stores = await testStores();
  workspaceId = await testWorkspace(stores);
});
afterAll(() => stores.close());

const say = (kind: string) => (name: string): Promise<void> => stores.pg.tx(workspaceId, (tx) => announce(tx, stores.clock, workspaceId, kind, { name }));
const tell = say('kettle.boiled'), fill = say('cup.filled');

test('before each unhurried turn the others are heard again; what may not take a turn keeps its facts', async () => {
  const heard: string[] = [];
  const note = (who: string) => async (_: unknown, __: unknown, facts: readonly { payload: { name?: unknown } }[]): Promise<void> => void heard.push(`${who}: ${facts.map(({ payload }) => String(payload.name)).join(' ')}`);
  const loop: Loop = { 'kettle.boiled': {
    pour: note('pour'),
    tidy: async (...given) => { await note('tidy')(...given); if (!heard.includes('pour: b')) await tell('b'); },
    count: note('count'), rest: note('rest'),
  } };
  const pace = { isUnhurried: (reaction: string) => reaction !== 'pour', may: (reaction: string) => reaction !== 'rest' };
  await tell('a');
  await drain(stores, loop, { pace });
  expect(heard.slice(0, 4)).toEqual(['pour: a', 'tidy: a', 'pour: b', 'count: a b']);
  expect(heard).toEqual(['pour: a', 'tidy: a', 'pour: b', 'count: a b', 'tidy: b']);
  expect(await waitingReactions(stores.pg, loop)).toEqual(['rest']);
  await drain(stores, loop);
  expect(heard.at(-1)).toBe('rest: a b');
});

test('a fact that several reactions of a round hear is read once, and one that comes meanwhile is heard by those after', async () => {
  const heard: [string, readonly Fact[]][] = [];
  const note = (who: string): Reaction => async (_, __, facts) => void heard.push([who, facts]);
  const loop: Loop = { 'cup.filled': {
    drink: async (...given) => { await note('drink')(...given); if (heard.length === 1) await fill('second'); },
    wash: note('wash'),
  } };
  await fill('first');
  await drain(stores, loop);
  const [[, drunk] = [], [, washed] = []] = heard;
  expect(drunk).toHaveLength(1);
  expect(washed?.map(({ payload }) => payload.name)).toEqual(['first', 'second']);
  expect(washed?.[0]).toBe(drunk?.[0]);
  expect(heard.map(([who]) => who)).toEqual(['drink', 'wash', 'drink']);
});

test('a reaction that fails holds up nobody after it, keeps its facts and is tried again; with a store away all wait', async () => {
  const heard: string[] = [];
  let fault: Error | undefined = new Error('spilt');
  const loop: Loop = { 'kettle.boiled': {
    pour: async () => { heard.push('pour'); if (fault) throw fault; },
    sip: async () => void heard.push('sip'),
    wash: async () => void heard.push('wash'),
  } };
  const pace = { isUnhurried: (reaction: string) => reaction === 'wash', may: () => true };
  await tell('c');
  await expect(drain(stores, loop, { pace })).rejects.toMatchObject({ message: 'spilt', reaction: 'pour' });
  // Once each, though the unhurried one lets the others be heard again before it.
  expect(heard).toEqual(['pour', 'sip', 'wash']);
  expect(await waitingReactions(stores.pg, loop)).toEqual(['pour']);
  await tell('d');
  fault = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  await expect(drain(stores, loop, { pace })).rejects.toBe(fault);
  expect(heard.slice(3)).toEqual(['pour']);
  fault = undefined;
  await drain(stores, loop, { pace });
  expect(heard.slice(4)).toEqual(['pour', 'sip', 'wash']);
  expect(await waitingReactions(stores.pg, loop)).toEqual([]);
});
