import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownClickHouse, roomyFolder } from '../../../test/support/servers.ts';
import { recorded } from '../backup/recorded.ts';
import { type ClickHouse, openClickHouse } from './index.ts';
import { rowReader } from './rowReader.ts';

const folder = roomyFolder('lasting'), LIMIT = `toString(getSetting('max_execution_time'))`;
let server: Awaited<ReturnType<typeof ownClickHouse>>;
const PLACES = ['in process', 'in process, written down', 'over a network'] as const;
let open: Record<(typeof PLACES)[number], ClickHouse>;

beforeAll(async () => {
  server = await ownClickHouse(join(folder.dir, 'server'));
  const raw = openClickHouse(join(folder.dir, 'clickhouse'));
  open = { 'in process': raw, 'in process, written down': recorded(raw, folder.dir, () => new Date()).ch, 'over a network': openClickHouse(server.url) };
});
afterAll(async () => {
  await Promise.all([open['in process'], open['over a network']].map((ch) => ch.close()));
  await server.stop();
  folder.remove();
});

test.each(PLACES)('a pass over everybody may take half an hour, what somebody waits for two minutes: %s', async (where) => {
  const ch = open[where], answer = async (): Promise<string | undefined> => (await ch.rows<{ most: string }>(`select ${LIMIT} as most, ${Math.random()} as anew`))[0]?.most;
  await ch.command('create or replace table noted (most String, takes String) engine = MergeTree order by takes');
  // More than there are sessions, each of which remembers what it was told last.
  for (let round = 0; round < 8; round++) {
    expect(rowReader(await ch.bytes(`select ${LIMIT} as most`, { most: 'String' })).text()).toBe('1800');
    expect(await answer()).toBe('120');
  }
  await ch.command(`insert into noted select ${LIMIT}, 'pass'`, {}, 'pass');
  await ch.command(`insert into noted select ${LIMIT}, 'answer'`);
  expect(await ch.rows('select * from noted order by takes')).toEqual([{ most: '120', takes: 'answer' }, { most: '1800', takes: 'pass' }]);
});
