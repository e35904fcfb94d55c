import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiAt } from '../src/cli/connect.ts';
import { cli, contentsOf, type Running, startProduct, stopAll } from './support/children.ts';
import { startSender } from './support/sender.ts';
import { roomyFolder } from './support/servers.ts';
import { canMount, type SmallDisk, smallDisk } from './support/smallDisk.ts';

/** A store without room for another byte. Mounting a small disk takes root on Linux: elsewhere these tests are skipped, and counted so. */
const MEGABYTES = { postgres: 320, clickhouse: 192 };
type Store = keyof typeof MEGABYTES;

describe.skipIf(!canMount())('a full disk', () => {
  const folder = roomyFolder('full'), data = join(folder.dir, 'data');
  const disks = {} as Record<Store, SmallDisk>;
  let running: Running, writeKey: string, acknowledged = 0;

  beforeAll(async () => {
    for (const store of ['postgres', 'clickhouse'] as const) disks[store] = smallDisk(join(data, store), MEGABYTES[store]);
    running = await startProduct(['--empty', '--data', data, '--port', '0']);
    const api = apiAt(running.url, readFileSync(join(data, 'cli.token'), 'utf8').trim(), async () => undefined);
    const { id } = await api.post<{ id: string }>('/api/v1/sources', { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
    ({ key: writeKey } = await api.post<{ key: string }>(`/api/v1/sources/${id}/key`, {}));
  }, 120_000);
  afterAll(async () => {
    for (const disk of Object.values(disks)) disk.free();
    await stopAll();
    for (const disk of Object.values(disks)) disk.remove();
    folder.remove();
  });

  const asked = async (path: string): Promise<{ status: number; body: string }> => {
    const reply = await fetch(new URL(path, running.url), { signal: AbortSignal.timeout(10_000) });
    return { status: reply.status, body: await reply.text() };
  };
  async function until(what: string, isSo: () => Promise<boolean> | boolean, ms = 40_000): Promise<void> {
    for (const begun = performance.now(); !(await isSo()); await sleep(100)) {
      if (performance.now() - begun > ms) throw new Error(`not in ${ms} ms: ${what}\n${running.output().slice(-3_000)}`);
    }
  }
  const isReady = async (): Promise<boolean> => (await asked('/readyz')).status === 200;
  const nothingWaits = async (): Promise<boolean> => /perennial_backlog\{part="bodies"\} 0\n/.test((await asked('/metrics')).body);
  const sending = (prefix: string) => startSender({ url: running.url, writeKey, prefix });
  const done = async (sender: ReturnType<typeof sending>): Promise<void> => {
    await sender.finish();
    acknowledged += sender.acknowledged();
    expect(sender.faults).toEqual([]);
    expect([...sender.statuses.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
  };
  const examined = (): { name: string; level: string; says: string }[] => (JSON.parse(cli(data, ['doctor']).out) as { checks: { name: string; level: string; says: string }[] }).checks;

  test.each([['clickhouse', 'ClickHouse'], ['postgres', 'Postgres']] as const)('%s: it says so to watchers and to the doctor, loses nothing that was acknowledged, and goes on when there is room again', async (store, name) => {
    const sender = sending(`${store}-`);
    try {
      await until('events flow', () => sender.acknowledged() > 50);
      disks[store].fill();
      await until('it is noticed', async () => (await asked('/readyz')).status === 503);
      const unready = JSON.parse((await asked('/readyz')).body) as { code: string; facts: { stores?: string } };
      expect([unready.code, unready.facts.stores]).toEqual(['server.disk_full', name]);
      const checks = examined(), found = (what: string) => checks.find((one) => one.name === what);
      expect(found('room')).toMatchObject({ level: 'fail', says: expect.stringContaining(name) });
      expect(found('disk')).toMatchObject({ level: 'fail', says: expect.stringContaining(store) });
      if (store === 'clickhouse') {
        // What comes in is kept by Postgres until there is room.
        const before = sender.acknowledged();
        await until('events are still taken', () => sender.acknowledged() > before + 50);
      } else await until('senders are told to wait', () => (sender.statuses.get(503) ?? 0) > 0);
    } finally {
      disks[store].free();
    }
    await until('ready again', isReady);
    const after = sender.acknowledged();
    await until('events flow again', () => sender.acknowledged() > after + 50);
    await done(sender);
    await until('nothing waits', nothingWaits);
  }, 120_000);

  test('a Postgres that ends without having been told to is begun again by itself', async () => {
    const sender = sending('killed-');
    await until('events flow', () => sender.acknowledged() > 50);
    const pid = Number(readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await until('it is missed', async () => (sender.statuses.get(503) ?? 0) > 0);
    await until('ready again', isReady);
    const after = sender.acknowledged();
    await until('events flow again', () => sender.acknowledged() > after + 50);
    await done(sender);
    await until('nothing waits', nothingWaits);
    expect(Number(readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])).not.toBe(pid);
  }, 120_000);

  test('after all of it every event that was acknowledged is stored, once', async () => {
    expect(await running.stop()).toBe(0);
    expect(acknowledged).toBeGreaterThan(300);
    expect(Number(contentsOf(data)['ch.events']?.split(' ')[0])).toBe(acknowledged);
  }, 60_000);
});
