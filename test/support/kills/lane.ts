import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Dice, dice } from '../seed.ts';
import type { Boundary, Hold, Site } from './boundaries.ts';
import { startImport } from './boundaries.ts';
import { adminOf, begin, copyOf, type Folder, kill, openFolder, prepare, type Server, startServer, stranger, until, type Way } from './installation.ts';
import { countAll, drained, type Faults, type Figures, quickFaults, rowsOf } from './invariants.ts';
import { type Door, type Ledger, newLedger, sendAgain, startLoad } from './load.ts';

/** A start after a kill: how long it took, how much of that others had the processors, and what it did meanwhile. */
export type Recovery = Pick<Server, 'startedMs' | 'starvedMs' | 'story'>;

/** One installation that is killed again and again, and everything known of it. */
export type Lane = { seed: number; folder: Folder; server: Server; neighbour: Record<string, string>; ledger: Ledger; die: Dice; other: ChildProcess; round: number; recoveries: Recovery[]; postgresWas: Record<Way, number> };

/** Installations alike, each with a seed of its own: one is made, and copied while it stands still; on servers there is one. */
export async function openLanes(seed: number, many: number, { onServers = false } = {}): Promise<Lane[]> {
  const folder = await prepare('kills', { onServers }), opened = await openFolder(folder), admin = await adminOf(folder);
  const neighbour = await rowsOf(opened, admin, folder.neighbour);
  await admin.end();
  await opened.close();
  // Only a process that ends by itself leaves the compiled sources to those that are killed.
  await stop(await startServer(folder));
  const folders = [folder, ...Array.from({ length: many - 1 }, () => copyOf(folder))];
  return Promise.all(folders.map(async (own, nth): Promise<Lane> => ({
    seed: seed + nth, folder: own, server: await startServer(own), neighbour, ledger: newLedger(), die: dice(seed + nth), other: stranger(), round: 0, recoveries: [], postgresWas: { orphaned: 0, killed: 0, replaced: 0 },
  })));
}

async function stop({ child }: Server): Promise<void> {
  child.process.kill('SIGTERM');
  expect(await child.exit).toBe(0);
}

export async function closeLane({ server, other, folder }: Lane): Promise<void> {
  if (server.child.process.exitCode === null) server.child.process.kill('SIGINT');
  await server.child.exit;
  other.kill('SIGKILL');
  await folder.servers?.stop();
  folder.remove();
}

const doorOf = ({ server, folder }: Lane): Door => ({ url: server.url, writeKey: folder.writeKey });

/** An act that leaves a line in the audit log, said again and again while the server lives. */
async function clerk({ server, folder, ledger }: Lane, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    const told = await server.api.patch(`/api/v1/sources/${folder.sourceId}`, { name: `shop ${n}` }).then(() => true, () => false);
    if (!told) return;
    ledger.renamed++;
    await sleep(60);
  }
}

type Death = { at: string; held?: readonly Hold[]; /** So many of the starts that follow are killed too, before they have answered. */ again?: number };

/** How many kills it were. */
async function killAndRestart(lane: Lane, { at, held = [], again = 0 }: Death): Promise<number> {
  const { die, folder, other } = lane;
  const way: Way = !folder.servers && die.chance(0.3) ? die.pick(['killed', 'replaced']) : 'orphaned', early = die.chance(0.5);
  await kill(folder, lane.server.child, way, other);
  lane.postgresWas[way]++;
  if (early) await Promise.all(held.map(({ letGo }) => letGo()));
  let kills = 1;
  for (; die.random() < again; kills++) {
    const starting = begin(folder);
    await sleep(die.between(0, 2_500));
    await kill(folder, starting, 'orphaned', other);
  }
  lane.server = await startServer(folder);
  const { startedMs, starvedMs, story } = lane.server;
  lane.recoveries.push({ startedMs, starvedMs, story: `kill ${lane.round} of PERENNIAL_SEED=${lane.seed}: "${at}", Postgres ${way}, ${kills} kills, locks let go ${early ? 'before' : 'after'}\n${story}` });
  await Promise.all(held.map(({ letGo }) => letGo()));
  return kills;
}

/** Under load to the boundary, killed there, started again, what was not answered sent again, everything dealt with, counted. */
export async function dieAt(lane: Lane, { name, reach, proven }: Boundary): Promise<void> {
  const { folder, ledger, die, server } = lane, prefix = `r${++lane.round}`, look = await adminOf(folder), load = startLoad(doorOf(lane), ledger, die, prefix);
  let over = false;
  const clerking = clerk(lane, () => over);
  const site: Site = { folder, server, ledger, load, die, look, held: [], prefix };
  try {
    await until('an answer', async () => load.acknowledged() > 0);
    await reach(site);
  } finally {
    // Wherever it stands: the next one begins with a server that runs.
    await killAndRestart(lane, { at: name, held: site.held });
    over = true;
    await Promise.all([load.stop(), clerking, look.end().catch(() => undefined)]);
  }
  Object.assign(site, { look: await adminOf(folder), server: lane.server });
  try {
    if (proven) expect(await proven(site), `${name}: killed elsewhere (PERENNIAL_SEED=${lane.seed}, kill ${lane.round})`).toBe(true);
    await sendAgain(doorOf(lane), ledger, die);
    await drained(lane.server, site.look);
    expect(await quickFaults(folder, lane.server, site.look, ledger), `${name} (PERENNIAL_SEED=${lane.seed}, kill ${lane.round})`).toEqual([]);
  } finally {
    await site.look.end();
  }
}

/** Under load, killed whenever it happens to be: while it works, or while it starts. How many kills it were. */
export async function dieAnywhere(lane: Lane): Promise<number> {
  const { folder, server, ledger, die } = lane, prefix = `x${++lane.round}`, load = startLoad(doorOf(lane), ledger, die, prefix);
  let over = false;
  const clerking = clerk(lane, () => over);
  if (die.chance(0.1)) void startImport({ folder, server, ledger, die, prefix });
  await sleep(die.between(0, 1_500));
  const kills = await killAndRestart(lane, { at: 'random', again: 0.5 });
  over = true;
  await Promise.all([load.stop(), clerking]);
  await sendAgain(doorOf(lane), ledger, die);
  return kills;
}

/** Everything dealt with and counted, with the server going on. */
export async function countNow(lane: Lane, when: string): Promise<void> {
  const look = await adminOf(lane.folder);
  await drained(lane.server, look);
  expect(await quickFaults(lane.folder, lane.server, look, lane.ledger), `${when} (PERENNIAL_SEED=${lane.seed})`).toEqual([]);
  await look.end();
}

/** Everything dealt with, the server stopped, and both stores counted row by row. */
export async function stopAndCount(lane: Lane): Promise<{ faults: Faults; figures: Figures }> {
  await countNow(lane, 'at the end');
  await stop(lane.server);
  // Whoever got the number of a Postgres that is no more was left in peace, and nobody was told of a fault of ours.
  expect([lane.other.exitCode, lane.other.signalCode]).toEqual([null, null]);
  expect([...lane.ledger.statuses.keys()].filter((status) => status !== 200 && status !== 0)).toEqual([]);
  return countAll(lane.folder, lane.ledger, lane.neighbour);
}
