import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Kill, runChild } from '../../../test/support/errand.ts';
import { atRisk, drinkers, foreseen, moveTo } from '../../../test/support/experimentWorld.ts';
import type { Does } from '../../../test/support/exportChild.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { PERMISSIONS } from '../../kernel/access/permissions.ts';
import { newId } from '../../kernel/ids.ts';
import { one, sql } from '../../kernel/sql.ts';
import { Plan } from './contract.ts';
import { newExperiment } from './experiments.ts';

const NOW = '2026-01-10T04:00:00Z';
let stores: TestStores;
let workspace: string;
let experiment: string;
let arms: { treated: string[]; control: string[] };

beforeAll(async () => {
  stores = await testStores(NOW);
  workspace = await testWorkspace(stores);
  await moveTo(stores, workspace, '2026-01-10');
  const people = await drinkers(stores, workspace, 100);
  await atRisk(stores, workspace, people);
  const plan = Plan.parse({ channels: [{ channel: 'wecom', costMinor: 0 }, { channel: 'sms', costMinor: 5 }] });
  experiment = (await newExperiment(stores, systemCaller(workspace, PERMISSIONS), { name: 'x', hypothesis: '', goalId: null, audience: { kind: 'customers', ids: people, label: '' }, plan, startsOn: '2026-01-11' })).id;
  arms = foreseen(people, experiment);
  // One process at a time has the embedded engine.
  await stores.ch.close();
});
afterAll(() => stores.close());

type Told = { files: string[]; copy: object[] };
const child = (does: Does, kill?: Kill): Promise<Told | 'killed'> => runChild<Told>('exportChild.ts', stores, NOW, { workspace, experiment, does }, kill);

/** What stands in Postgres: everything of a draw and of a sending, or nothing of it. */
const standing = () => stores.pg.tx(workspace, (tx) => one(tx, sql<{ drawn: number; people: number; twice: number; batches: string[]; sendings: number; audits: number; facts: number }>`
  select (select count(*) from experiment where drawn_at is not null) as drawn, (select count(*) from experiment_person) as people,
         (select count(*) from (select customer_id from experiment_person group by customer_id having count(distinct arm) > 1) as t) as twice,
         (select coalesce(array_agg(code order by made_at, code), '{}') from experiment_batch) as batches, (select count(*) from experiment_sending) as sendings,
         (select count(*) from audit where action = 'experiment.exported') as audits, (select count(*) from fact where kind = 'experiment.exported') as facts`));
const NOTHING = { drawn: 0, people: 0, twice: 0, batches: [], sendings: 0, audits: 0, facts: 0 };

test('R52: killed at any moment, an experiment is drawn or not, a file is handed out once with its line in the audit log or not at all, and asked for again it is the same', async () => {
  expect(await child(['draw'], { text: 'insert into experiment_draw', nth: 1 })).toBe('killed');
  expect(await standing()).toEqual(NOTHING);

  const wecom = { id: newId(), channel: 'wecom' } as const, sms = { id: newId(), channel: 'sms' } as const;
  expect(await child(['draw', wecom], { text: 'insert into experiment_sending', nth: 1 })).toBe('killed');
  const drawn = { ...NOTHING, drawn: 1, people: 100 };
  expect(await standing()).toEqual(drawn);
  expect(await child([wecom], { text: 'insert into fact', nth: 1 })).toBe('killed');
  expect(await standing()).toEqual(drawn);

  // Committed and not yet copied: the sending stands, though nobody got the file.
  expect(await child([wecom], { text: 'nextval(\'experiment_version\')', nth: 1 })).toBe('killed');
  const first = await standing();
  expect(first).toEqual({ ...drawn, batches: [expect.any(String)], sendings: expect.any(Number), audits: 1, facts: 1 });

  // In the middle of writing the second file, after the first was asked for again.
  expect(await child([wecom, sms], { text: 'with page as materialized', nth: 2 })).toBe('killed');
  const second = await standing();
  expect(second).toEqual({ ...first, batches: [...first.batches, expect.any(String)], sendings: arms.treated.length, audits: 2, facts: 2 });

  const again = await child(['drain', wecom, sms, wecom, sms]) as Told;
  expect(await standing()).toEqual(second);
  const [wecomFile, wecomPeople = '', smsFile, smsPeople = '', ...repeated] = again.files;
  expect(repeated).toEqual([wecomFile, wecomPeople, smsFile, smsPeople]);
  expect(`${wecomPeople} ${smsPeople}`.split(' ').sort()).toEqual([...arms.treated].sort());
  expect(again.copy).toEqual([{ arm: 'control', sent: 0, people: arms.control.length, persons: arms.control.length }, { arm: 'treated', sent: 1, people: arms.treated.length, persons: arms.treated.length }]);
}, 120_000);
