import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiAt } from '../src/cli/connect.ts';
import { readEverything, writeEverything } from '../src/cli/exchange.ts';
import { localToken } from '../src/kernel/access/index.ts';
import { TAKEN } from '../src/product/exchange/taken.ts';
import { deliverDue } from '../src/reach/index.ts';
import { advanceDue } from '../src/engage/index.ts';
import { OPTED_OUT, STATES } from './support/acting.ts';
import { many, run, sql } from '../src/kernel/sql.ts';
import { startWorks, type Works } from '../src/works.ts';
import { person, testApp } from './support/app.ts';
import { fillEverything } from './support/everything.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let works: Works;
let from: string;
let into: string;
const folder = mkdtempSync(join(tmpdir(), 'perennial-parts-'));
const [out, again] = [join(folder, 'out'), join(folder, 'again')];
const api = (workspace: string): Api => apiAt(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, localToken(stores.files), async () => undefined, workspace);

async function caughtUp(source: Api): Promise<void> {
  for (let left = 1; left > 0; await sleep(50)) {
    const { backlog } = await source.get<{ backlog: Record<'bodies' | 'facts', { waiting: number }> }>('/api/v1/operations');
    left = backlog.bodies.waiting + backlog.facts.waiting;
  }
}

let answer: { left: unknown[]; invited: { email: string }[] };
beforeAll(async () => {
  stores = await testStores('2026-04-01T04:00:00Z');
  [from, into] = [await testWorkspace(stores), await testWorkspace(stores)];
  app = await testApp(stores);
  await app.listen({ host: '127.0.0.1', port: 0 });
  works = await startWorks(stores, { shared: false, leaseSeconds: 60, name: 'test' }, pino({ level: 'silent' }));
  const owner = await person(stores, app, from, 'owner');
  await fillEverything({ stores, app, api: api(from), workspace: from, owner, folder, settled: () => caughtUp(api(from)) });
  await caughtUp(api(from));
  await writeEverything(api(from), out, { reason: 'moving house', clear: true, now: stores.clock.now() });
  ({ answer } = (await readEverything(api(into), out)) as { answer: typeof answer });
  await caughtUp(api(into));
  await writeEverything(api(into), again, { reason: 'to compare', clear: true, now: stores.clock.now() });
}, 120_000);
afterAll(async () => {
  await works.stop();
  await app.close();
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Columns that whoever brings a setting in is the author of: who set it and when. */
const WHO = ['owner', 'author', 'changed_by', 'changed_at', 'created_at', 'updated_at', 'noted_by', 'noted_at'];
/** What is said to the API anew, and beside its author and day does not come with it. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  workspace_setting: ['name'], fx_rate: [], field: [], promotion: [], tag: ['refreshed_at'], segment: [], stage_strategy: [], scoring_policy: [], risk_rule: [], money_setting: [], benchmark_line: [], reconcile_figure: [],
  // Days known so far and scales are worked out anew, as are the shares of a programme.
  lifecycle_setting: ['rfm_as_of', 'rfm_scales', 'assessed_as_of'], layer_setting: ['learned', 'as_of', 'measured_at'], touch_policy: ['looked_at'], core_programme: ['entry_cut', 'stay_cut', 'judged_on'],
};
/** What acts on people comes held (src/product/exchange/held.ts), and what means something only where it was made is made anew: columns that differ, and why. */
const HELD: Readonly<Record<string, readonly string[]>> = {
  journey: ['state', 'paused_at'], journey_approval: ['digest', 'decision', 'decided_by', 'decided_at'], channel_account: ['state', 'paused_reason'],
  message: ['state', 'reason', 'params', 'account_id'],
};
/** What cannot be brought back as it was, and why; everything else is. */
const NOT_BROUGHT: Readonly<Record<string, string>> = {
  'records.core_member.jsonl': 'who is in a programme is judged anew from the same orders and rules',
  'records.import_recipe.jsonl': 'a recipe names folders and files of the other machine',
  'members.jsonl': 'nobody can be given a password: whoever worked there is invited',
  'records.cost_entry.jsonl': 'typed costs are typed anew, under numbers of their own (costs.typed.jsonl holds the same, and is compared)',
};
/** Every look at segments here adds lines of its own; those of there are all among them. */
const GROWS = ['segments.history.jsonl'];
/** Of one suppressed address nobody there had, only a digest was known, under a key that stays. */
const UNKNOWN = 1;

/** Leave to let a price depend on a score is two people's, who may not work here. */
const ENDED = 'price_use';

type Row = Record<string, unknown>;
const rowsOf = (dir: string, name: string): Row[] => (readdirSync(dir).includes(name) ? readFileSync(join(dir, name), 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Row) : []);
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Ids of here by those of there: customers came under their ids, settings under their names. */
function idsOfThere(): Map<string, string> {
  const olds = new Set(rowsOf(out, 'customers.jsonl').map(({ id }) => String(id)));
  const people = rowsOf(again, 'customers.jsonl').flatMap(({ id, identifiers }) => (identifiers as { kind: string; value: string }[]).filter(({ value }) => olds.has(value)).map(({ value }): [string, string] => [String(id), value]));
  const named = (['tag', 'segment', 'promotion', 'core_programme'] as const).flatMap((table) => {
    const nameOf = (row: Row): string => String(row.key ?? row.name);
    const there = new Map(rowsOf(out, `records.${table}.jsonl`).map((row) => [nameOf(row), String(row.id)]));
    return rowsOf(again, `records.${table}.jsonl`).map((row): [string, string] => [String(row.id), there.get(nameOf(row)) ?? '']);
  });
  return new Map([...people, ...named]);
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)])) : value;
};

/**
 * The files as they should be alike. Not compared: since when a customer is known here.
 */
function contentOf(dir: string, name: string, ids: ReadonlyMap<string, string>): string[] {
  const table = /^records\.(\w+)\.jsonl$/.exec(name)?.[1] ?? '';
  const olds = new Set(ids.values());
  const here = (text: string): string => text.replace(UUID, (id) => ids.get(id) ?? id);
  if (!name.endsWith('.jsonl')) return readFileSync(join(dir, name), 'utf8').split('\n').map(here).sort();
  return rowsOf(dir, name).flatMap((row) => {
    if (table === 'suppression' && (row.address as { value: string | null } | null)?.value === null) return [];
    const without = [...(HELD[table] ?? []), ...(SAID[table] ? [...WHO, ...SAID[table]] : []), ...(name === 'customers.jsonl' ? ['createdAt'] : [])];
    const kept = Object.fromEntries(Object.entries(row).filter(([key]) => !without.includes(key)));
    if (name === 'customers.jsonl') kept.identifiers = (row.identifiers as { kind: string; value: string; scope: string }[]).filter(({ value }) => !olds.has(value)).map((one) => JSON.stringify(one)).sort();
    // Advisers of there do not work here.
    if (table === 'touch_policy') kept.policy = { ...(row.policy as object), agents: [] };
    if (table === ENDED && (row.state === 'approved' || row.state === 'asked')) kept.state = 'ended';
    return [here(JSON.stringify(sorted(kept)))];
  }).sort();
}

test('R13: every part of an export comes back with an equal count and equal content, or stands in the list of what cannot', async () => {
  const { parts } = await api(from).get<{ parts: string[] }>('/api/v1/exchange/parts');
  const ids = idsOfThere();
  expect(answer.left).toEqual([{ what: 'suppression', name: String(UNKNOWN), code: 'exchange.address_unknown' }]);
  // A part without a row would prove nothing.
  const written = readdirSync(out);
  expect(parts.filter((name) => /^records|^experiments|^segments|^members|^customers/.test(name) && !written.includes(name)), 'parts nothing was put into').toEqual([]);
  const brought = parts.filter((name) => !(name in NOT_BROUGHT));
  const there = (name: string): string[] => contentOf(out, name, new Map([...ids.values()].map((id) => [id, id])));
  for (const name of brought.filter((one) => written.includes(one))) {
    if (GROWS.includes(name)) expect(contentOf(again, name, ids), name).toEqual(expect.arrayContaining(there(name)));
    else expect(contentOf(again, name, ids), name).toEqual(there(name));
  }
  expect(readdirSync(again).filter((name) => !written.includes(name))).toEqual([]);
  expect(Object.keys(NOT_BROUGHT).filter((name) => !parts.includes(name))).toEqual([]);
});

test('R13: members come back as invitations, and nothing was started, sent or asked by bringing anything in', async () => {
  expect(answer.invited.map(({ email }) => email).sort()).toEqual(rowsOf(out, 'members.jsonl').map(({ email }) => String(email)).sort());
  const counts = async (workspace: string) => stores.pg.tx(workspace, (tx) => many(tx, sql<{ tasks: number; mails: number; batches: number }>`
    select (select count(*) from task where workspace_id = ${workspace}) as tasks, (select count(*) from fact where workspace_id = ${workspace} and kind in ('task.raised', 'experiment.exported', 'experiment.settled')) as mails,
           (select count(*) from experiment_batch where workspace_id = ${workspace}) as batches`));
  const [[there], [here]] = [await counts(from), await counts(into)];
  expect(here).toEqual({ ...there, mails: 0 });
});

test('service tiers come whole, with the segments they are of by the ids of here, and advisers who do not work here stay behind; cuts of layers are learned anew from the rules that came', async () => {
  const [policy = {}] = rowsOf(again, 'records.touch_policy.jsonl'), [layers] = rowsOf(again, 'records.layer_setting.jsonl');
  const { tiers, agents } = policy.policy as { tiers: { key: string; segment: string | null }[]; agents: unknown[] };
  const segments = new Map(rowsOf(again, 'records.segment.jsonl').map(({ id, name }) => [String(id), name]));
  expect([tiers.map(({ key, segment }) => [key, segment && segments.get(segment)]), agents]).toEqual([[['best', 'Bought lately'], ['all', null]], []]);
  expect(rowsOf(out, 'records.touch_policy.jsonl')).toMatchObject([{ policy: { agents: [{ cap: 5 }] } }]);
  expect([layers?.rules, layers?.as_of, layers?.learned]).toEqual([expect.objectContaining({ windowDays: 200, levelHighMinor: 50_000 }), expect.any(String), expect.any(Object)]);
});

type Way = { channel: string; act: string; reason: string | null };
const wayOf = async (phone: string): Promise<Way | undefined> => {
  const { rows: [found] } = await api(into).get<{ rows: { id: string }[] }>(`/api/v1/customers?limit=1&q=${phone}`);
  return (await api(into).get<{ ways: Way[] }>(`/api/v1/reach/may?customer=${found?.id}`)).ways.find(({ channel }) => channel === 'sms');
};

test('R13: whoever opted out there is refused here, and nothing that waited there ever leaves here: messages, journeys and connections are held', async () => {
  const rows = <Row>(statement: ReturnType<typeof sql<Row>>): Promise<Row[]> => stores.pg.tx(into, (tx) => many(tx, statement));
  expect(await wayOf(OPTED_OUT.phone)).toMatchObject({ act: 'refuse', reason: 'suppressed' });
  expect((await wayOf('13800139016'))?.reason).not.toBe('suppressed');
  const persons = rowsOf(again, 'records.suppression.jsonl').filter(({ customer_id: id, lifted_at: lifted }) => id !== null && lifted === null);
  expect(persons).toHaveLength(1);
  expect((await api(into).get<{ ways: Way[] }>(`/api/v1/reach/may?customer=${String(persons[0]?.customer_id)}`)).ways.find(({ channel }) => channel === 'sms')).toMatchObject({ act: 'refuse', reason: 'suppressed' });
  expect(await rows(sql<{ left: number }>`select count(*)::int as left from subscription s join subscription_group g on g.workspace_id = s.workspace_id and g.id = s.group_id where s.workspace_id = ${into} and g.key = ${OPTED_OUT.topic} and s.state = 'left'`)).toEqual([{ left: 1 }]);
  const states = (): Promise<{ state: string; reason: string | null; count: number }[]> => rows(sql`select state, reason, count(*)::int as count from message where workspace_id = ${into} group by 1, 2 order by 1, 2`);
  const before = await states();
  expect(before.filter(({ state }) => ['waiting', 'deferred', 'sending'].includes(state))).toEqual([]);
  expect(before.reduce((sum, { count }) => sum + count, 0)).toBe(STATES.length);
  expect(before).toEqual(expect.arrayContaining([{ state: 'withdrawn', reason: 'moved', count: 2 }, { state: 'unknown', reason: 'moved', count: 1 }]));
  expect(await rows(sql`select state from journey where workspace_id = ${into}`)).toEqual([{ state: 'paused' }]);
  expect(await rows(sql`select distinct state, paused_reason as reason from channel_account where workspace_id = ${into}`)).toEqual([{ state: 'paused', reason: 'moved' }]);
  // Everybody who is in the segment of its entry is noted: whoever lets the journey go on lets in nobody who was there.
  const [noted] = await rows(sql<{ noted: number }>`select count(*)::int as noted from journey_member where workspace_id = ${into}`);
  expect(noted?.noted).toBeGreaterThan(0);
  stores.clock.advance(400 * 86_400_000);
  await advanceDue(stores);
  await deliverDue(stores);
  expect(await states()).toEqual(before);
  expect(await rows(sql`select status, count(*)::int as count from enrolment where workspace_id = ${into} group by 1 order by 1`)).toEqual([{ status: 'done', count: 1 }, { status: 'inside', count: 2 }]);
  stores.clock.advance(-400 * 86_400_000);
  const [account] = rowsOf(again, 'records.channel_account.jsonl');
  expect(Object.keys(account ?? {})).not.toContain('sealed');
});

test('R13: taken twice, every table is the same as once', async () => {
  const takes = [...Object.keys(TAKEN.before), ...Object.keys(TAKEN.after)].filter((table) => !['field', 'tag', 'core_programme', 'cost_entry'].includes(table));
  for (const table of takes) {
    const rows = rowsOf(again, `records.${table}.jsonl`);
    if (rows.length > 0) await api(into).post('/api/v1/exchange/rows', { table, rows, first: true });
    const count = await stores.pg.tx(into, (tx) => many(tx, sql<{ count: number }>`select count(*) as count from ${sql.table(table)} where workspace_id = ${into}`));
    expect([table, count[0]?.count]).toEqual([table, rows.length]);
  }
});

test('a row that no contract would take is refused with its table, row and column; none of its request is kept, and only owners bring rows in', async () => {
  const bad = async (table: string, row: Row): Promise<unknown> => api(into).post('/api/v1/exchange/rows', { table, rows: [row] }).then(() => 'taken', ({ code, facts }: { code: string; facts: unknown }) => ({ code, facts }));
  const [goal] = rowsOf(out, 'records.goal.jsonl');
  expect(await bad('goal', { ...goal, scope: { from: 'DROP TABLE customer' } })).toMatchObject({ code: 'exchange.row_invalid', facts: { table: 'goal', row: 1 } });
  expect(await bad('segment_version', { segment_id: goal?.id, version: 9, tree: { version: 1, root: { kind: 'sql', text: '1=1' } }, author: 'x', at: '2026-01-01T00:00:00Z' })).toMatchObject({ code: 'exchange.row_invalid' });
  expect(await bad('audit', {})).toMatchObject({ code: 'body.invalid' });
  expect(await bad('tag', { id: goal?.id, key: 'live', name: 'live', archived_at: null })).toMatchObject({ code: 'exchange.row_invalid' });
  const manager = await person(stores, app, into, 'manager');
  expect((await manager.call('POST', '/api/v1/exchange/rows', { table: 'note', rows: [{}] })).body).toMatchObject({ code: 'exchange.owner_only' });
  // Every column of jsonb that is written has a shape; one that has none stays behind.
  const tables = { ...TAKEN.first, ...TAKEN.before, ...TAKEN.after } as Record<string, { json?: object }>;
  const columns = await stores.pg.tx(into, (tx) => many(tx, sql<{ table: string; column: string }>`select table_name as table, column_name as column from information_schema.columns where table_schema = 'public' and data_type = 'jsonb'`));
  expect(columns.filter(({ table, column }) => table in tables && !(column in (tables[table]?.json ?? {})))).toEqual([]);
  expect(await stores.pg.tx(into, (tx) => run(tx, sql`select 1 from segment_version where workspace_id = ${into} and version = 9`))).toBe(0);
});
