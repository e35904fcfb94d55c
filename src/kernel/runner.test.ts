import pino from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { factsReadable, type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { announce, drain, type Fact, type Loop, type Reaction, waitingReactions } from './facts.ts';
import type { WorkspaceId } from './ids.ts';
import { resting, startRunner } from './runner.ts';

let stores: TestStores;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  stores = await testStores();
  workspaceId = await testWorkspace(stores);
});
afterAll(() => stores.close());

const say = (kind: string) => async (name: string): Promise<void> => {
  await stores.pg.tx(workspaceId, (tx) => announce(tx, stores.clock, workspaceId, kind, { name }));
  await factsReadable(stores);
};
const tell = say('kettle.boiled'), fill = say('cup.filled');

const by = (...names: string[]) => (reaction: string): boolean => names.includes(reaction);

test('what may not take a turn keeps its facts', async () => {
  const heard: string[] = [];
  const note = (who: string): Reaction => async (_, __, facts) => void heard.push(`${who}: ${facts.map(({ payload }) => String(payload.name)).join(' ')}`);
  const loop: Loop = { 'kettle.boiled': { pour: note('pour'), count: note('count'), rest: note('rest') } };
  await tell('a');
  await drain(stores, loop, { may: by('pour', 'count') });
  expect(heard).toEqual(['pour: a', 'count: a']);
  expect(await waitingReactions(stores.pg, loop)).toEqual(['rest']);
  await drain(stores, loop);
  expect(heard.at(-1)).toBe('rest: a');
});

test('nobody waits for an unhurried reaction: it goes beside the others, and hears together of what came while it rested', async () => {
  const heard: string[] = [];
  const begun = Promise.withResolvers<void>(), tidied = Promise.withResolvers<void>();
  const names = (facts: readonly Fact[]): string => facts.map(({ payload }) => String(payload.name)).join(' ');
  const loop: Loop = { 'tray.laid': {
    tidy: async (_, __, facts) => { begun.resolve(); await tidied.promise; heard.push(`tidy: ${names(facts)}`); },
    serve: async (_, __, facts) => void heard.push(`serve: ${names(facts)}`),
  } };
  const until = (told: string): Promise<void> => vi.waitUntil(() => heard.includes(told), 50_000).then(() => undefined);
  const lay = say('tray.laid'), runner = startRunner(stores, loop, pino({ level: 'silent' }), { unhurried: new Set(['tidy']), restMs: Infinity });
  onTestFinished(async () => { tidied.resolve(); await runner.stop(); });
  await lay('a');
  await Promise.all([until('serve: a'), begun.promise]);
  await lay('b');
  await until('serve: b');
  await lay('c');
  await until('serve: c');
  tidied.resolve();
  await until('tidy: a');
  expect(await waitingReactions(stores.pg, loop)).toEqual(['tidy']);
  await runner.stop();
  await drain(stores, loop);
  expect(heard).toEqual(['serve: a', 'serve: b', 'serve: c', 'tidy: a', 'tidy: b c']);
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
  await tell('c');
  await expect(drain(stores, loop)).rejects.toMatchObject({ message: 'spilt', reaction: 'pour' });
  expect(heard).toEqual(['pour', 'sip', 'wash']);
  expect(await waitingReactions(stores.pg, loop)).toEqual(['pour']);
  await tell('d');
  fault = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  await expect(drain(stores, loop)).rejects.toBe(fault);
  expect(heard.slice(3)).toEqual(['pour']);
  fault = undefined;
  await drain(stores, loop);
  expect(heard.slice(4)).toEqual(['pour', 'sip', 'wash']);
  expect(await waitingReactions(stores.pg, loop)).toEqual([]);
});

test('an unhurried reaction takes a tenth of the time while others have work, resting a minute at most, and a quarter when they have none, resting no longer than its rest', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let isBusy = true;
  const { may, worked } = resting(1_000, () => isBusy);
  const after = (ms: number): boolean => { vi.advanceTimersByTime(ms); return may('tidy'); };
  const work = (): void => { vi.advanceTimersByTime(300); worked('tidy', 300); };
  expect(after(0)).toBe(true);
  work();
  expect(after(2_600)).toBe(false);
  expect(after(200)).toBe(true);
  work();
  isBusy = false;
  expect(after(600)).toBe(false);
  expect(after(200)).toBe(true);
  vi.advanceTimersByTime(50);
  worked('tidy', 50);
  expect(after(100)).toBe(false);
  expect(after(60)).toBe(true);
  // A turn longer than the longest rest is followed by one all the same.
  isBusy = true;
  vi.advanceTimersByTime(70_000);
  worked('tidy', 70_000);
  expect(after(59_000)).toBe(false);
  expect(after(2_000)).toBe(true);
});
