import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSource } from '../../src/collect/index.ts';
import { refreshSources } from '../../src/collect/freshness.ts';
import { systemCaller } from '../../src/kernel/access/caller.ts';
import { createFirstOwner } from '../../src/kernel/access/index.ts';
import { readConfig } from '../../src/kernel/config.ts';
import { addDays, dayIn } from '../../src/kernel/day.ts';
import { openFiles } from '../../src/kernel/files.ts';
import type { WorkspaceId } from '../../src/kernel/ids.ts';
import { openStores } from '../../src/kernel/open.ts';
import { refreshStatistics } from '../../src/kernel/postgres/statistics.ts';
import type { Stores } from '../../src/kernel/stores.ts';
import { timed } from '../support.ts';
import { settled, writeDeeds } from './deeds.ts';
import { writePeople } from './people.ts';
import '../../src/app.ts';

export type Size = { people: number; events: number; days: number };
export type Shop = { folder: string; workspaceId: WorkspaceId; size: Size; kept: boolean };
const ZONE = 'Asia/Shanghai', SOURCE = 'shop', MADE = 'scale.json';
const clock = { now: () => new Date() };

async function fill(stores: Stores, size: Size): Promise<WorkspaceId> {
  const { workspaceId } = await createFirstOwner(stores, { email: 'bench@example.test', workspace: { name: 'Bench', timezone: ZONE, currency: 'CNY', language: 'en' } });
  await addSource(stores, systemCaller(workspaceId), { key: SOURCE, name: 'Shop', kind: 'orders', shop: '', channel: '', currency: '' });
  const told = (what: string, all: number) => (done: number): void => { if (done % (all / 10) === 0) console.log(`  ${done.toLocaleString('en')} ${what}`); };
  const people = await timed(() => writePeople(stores, workspaceId, size.people, told('customers', size.people)));
  const deeds = await timed(() => writeDeeds(stores, workspaceId, { ...size, last: addDays(dayIn(ZONE, clock.now()), -1) }, told('events', size.events)));
  await refreshSources(stores, workspaceId, [SOURCE]);
  await refreshStatistics(stores, workspaceId, []);
  await settled(stores);
  console.log(`  customers written in ${people.seconds.toFixed(0)} s, events in ${deeds.seconds.toFixed(0)} s`);
  return workspaceId;
}

/** The shop in a data folder of its own; in that of PERENNIAL_SCALE_DATA it is kept, and found again by the next run. */
export async function openShop(size: Size): Promise<Shop> {
  const asked = process.env.PERENNIAL_SCALE_DATA, folder = asked ?? mkdtempSync(join(tmpdir(), 'perennial-scale-')), made = join(folder, MADE);
  mkdirSync(folder, { recursive: true });
  if (existsSync(made)) return { folder, kept: true, ...(JSON.parse(readFileSync(made, 'utf8')) as Pick<Shop, 'workspaceId' | 'size'>) };
  const { stores, close } = await openStores(readConfig(['--data', folder], {}), openFiles(folder), clock);
  try {
    const workspaceId = await fill(stores, size);
    writeFileSync(made, JSON.stringify({ workspaceId, size }));
    return { folder, workspaceId, size, kept: asked !== undefined };
  } finally {
    await close();
  }
}
