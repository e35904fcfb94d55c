import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedOfRun } from '../seed.ts';
import { BOUNDARIES } from './boundaries.ts';
import { type Faults, type Figures, PROMISES } from './invariants.ts';
import { closeLane, countNow, dieAnywhere, dieAt, type Lane, openLanes, type Recovery, stopAndCount } from './lane.ts';

const READY_SECONDS_MAX = 30;

/** How often each boundary, how many kills at moments nobody chose, over how many installations at once; on servers, or with both stores in the folder; where the result is written down, if at all. */
export type Plan = { name: string; lanes: number; rounds: number; random: number; onServers: boolean; result: string | null };

const secondsOf = (ms: number): number => Math.round(ms / 100) / 10;
/** The promise is of two cores to itself: what the main thread waited for a processor, others had (its own stores among them, a little). All other waiting counts. */
const ownMs = ({ startedMs, starvedMs }: Recovery): number => startedMs - starvedMs;
const NONE: Recovery = { startedMs: 0, starvedMs: 0, story: '' };

const sumOf = (all: readonly Figures[]): Figures => all.reduce((sum, one) => ({ sent: sum.sent + one.sent, acknowledged: sum.acknowledged + one.acknowledged, stored: sum.stored + one.stored, duplicates: sum.duplicates + one.duplicates }), { sent: 0, acknowledged: 0, stored: 0, duplicates: 0 });
const sumUp = <Key extends string>(all: readonly Record<Key, number>[]): Record<Key, number> =>
  all.reduce((sum, one) => Object.fromEntries(Object.entries<number>(one).map(([key, n]) => [key, n + (sum[key as Key] ?? 0)])) as Record<Key, number>, {} as Record<Key, number>);

/** Kills the real server at every boundary of an event's way and counts what is left: the tests of one file. */
export function killTable({ name, lanes: many, rounds, random: wanted, onServers, result: file }: Plan): void {
  const begunMs = performance.now(), seed = seedOfRun(name);
  const done = new Map<string, number>(BOUNDARIES.map((one) => [one.name, 0]));
  let lanes: Lane[] = [], random = 0;

  beforeAll(async () => { lanes = await openLanes(seed, many, { onServers }); }, 600_000);
  afterAll(async () => void (await Promise.all(lanes.map(closeLane))), 120_000);

  /** Whoever is free takes the next piece, as long as there is one. */
  const share = async (takes: () => boolean, work: (lane: Lane) => Promise<void>): Promise<void> =>
    void (await Promise.all(lanes.map(async (lane) => { while (takes()) await work(lane); })));
  const tell = (text: string): void => { if (file) console.log(`${new Date().toISOString()} ${text}`); };

  test.each(BOUNDARIES)('killed at "$name": what was acknowledged is there once, and everything goes on', async (boundary) => {
    let left = rounds;
    await share(() => left-- > 0, async (lane) => {
      await dieAt(lane, boundary);
      done.set(boundary.name, (done.get(boundary.name) ?? 0) + 1);
      tell(`${boundary.name} ${done.get(boundary.name)}: ready after ${Math.round(lane.server.startedMs)} ms`);
    });
  }, 180_000 * rounds);

  /** Of the long run alone: too long for every day. */
  test.runIf(wanted > 0)('killed a hundred times whenever it happens to be', async () => {
    await share(() => random < wanted, async (lane) => {
      const kills = await dieAnywhere(lane);
      random += kills;
      tell(`at random ${random}: ready after ${Math.round(lane.server.startedMs)} ms`);
      if (lane.round % 5 === 0) await countNow(lane, `after ${random} kills at random`);
    });
  }, 3_600_000);

  test('after all of it both stores are counted, and every promise holds', async () => {
    const counted: Awaited<ReturnType<typeof stopAndCount>>[] = [];
    // One process has one event store open at a time.
    for (const lane of lanes) counted.push(await stopAndCount(lane));
    const faults = Object.fromEntries(Object.keys(PROMISES).map((key) => [key, counted.flatMap((one) => one.faults[key as keyof Faults])])) as Faults;
    const recoveries = lanes.flatMap((lane) => lane.recoveries), longest = recoveries.reduce((most, one) => (ownMs(one) > ownMs(most) ? one : most), NONE);
    const result = {
      date: new Date().toISOString(), seed, node: process.version, cpus: availableParallelism(), minutes: Math.round((performance.now() - begunMs) / 6_000) / 10,
      green: Object.values(faults).every((list) => list.length === 0) && [...done.values()].every((times) => times >= rounds) && random >= wanted && ownMs(longest) < READY_SECONDS_MAX * 1_000,
      kills: { ...Object.fromEntries(done), 'at random': random }, ...(onServers ? {} : { postgres: sumUp(lanes.map(({ postgresWas }) => postgresWas)) }), events: sumOf(counted.map(({ figures }) => figures)),
      promises: Object.fromEntries(Object.entries(PROMISES).map(([key, text]) => [`${key}: ${text}`, faults[key as keyof Faults]])), longestRecoverySeconds: secondsOf(ownMs(longest)), longestRecoverySecondsOnTheWall: secondsOf(Math.max(0, ...recoveries.map(({ startedMs }) => startedMs))),
    };
    console.log(JSON.stringify(result));
    if (file) {
      const path = resolve(import.meta.dirname, '../../results', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
    }
    expect(faults, `PERENNIAL_SEED=${seed}`).toEqual(Object.fromEntries(Object.keys(PROMISES).map((key) => [key, []])));
    expect(ownMs(longest), longest.story).toBeLessThan(READY_SECONDS_MAX * 1_000);
    expect(result.green).toBe(true);
  }, 600_000);
}
