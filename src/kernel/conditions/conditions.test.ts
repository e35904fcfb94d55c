import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe as suite, expect, test } from 'vitest';
import { AS_OF, catalogue, historic, NOON, person, tree, word } from '../../../test/support/conditions.ts';
import { type ClickHouse, openClickHouse } from '../clickhouse/index.ts';
import { migrateClickHouse } from '../migrate.ts';
import { LANGUAGES } from '../words/index.ts';
import { type AsOf, check, type Condition, compile, compileMany, describe, evaluate, faults, needsOf, NOBODY, peopleOf, type Person, Tree } from './index.ts';

const WORKSPACE = '00000000-0000-0000-0000-0000000000aa';

// ── a real ClickHouse with the product's schema; what people did stands there as events ──
const folder = mkdtempSync(join(tmpdir(), 'conditions-'));
let ch: ClickHouse;

beforeAll(async () => {
  ch = openClickHouse(folder);
  await migrateClickHouse(ch);
});
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});

const idOf = (at: number): string => `00000000-0000-0000-0000-${String(at + 1).padStart(12, '0')}`;

/** Every second thing somebody did carries a subject that was merged into them. */
const mergedInto = (at: number): string => idOf(at + 1000);

async function put(people: readonly Person[]): Promise<void> {
  for (const table of ['customer_state', 'events', 'stage_now', 'subject_owner']) await ch.command(`TRUNCATE TABLE ${table}`);
  const row = { workspace: WORKSPACE, version: 1, deleted: 0 };
  await ch.insert('customer_state', people.map(({ activity: _, stages: __, createdOn, ...state }, at) => ({ created_on: createdOn, customer: idOf(at), ...row, ...state })));
  await ch.insert('events', people.flatMap((one, at) => one.activity.map(({ at: ms, ...line }, nth) => ({ ...row, subject: nth % 2 ? mergedInto(at) : idOf(at), message_id: String(nth), time: new Date(ms).toISOString(), kind: 'track', ...line }))));
  await ch.insert('stage_now', people.flatMap(({ stages }, at) => (stages.length === 0 ? [] : [{ ...row, customer: idOf(at), stages: stages.map(({ stage }) => stage), entered: stages.map(({ since }) => since), cycles: stages.map(({ cycle }) => cycle) }])));
  await ch.insert('subject_owner', people.map((_, at) => ({ workspace: WORKSPACE, version: 1, subject: mergedInto(at), customer: idOf(at) })));
}

async function selected(tree: Tree, asOf: AsOf): Promise<string[]> {
  const { sql, params } = compile(tree, catalogue, asOf);
  const rows = await ch.rows<{ customer: string }>(sql, { workspace: WORKSPACE, ...params });
  return rows.map((row) => row.customer).sort();
}
/** The same of many trees at once, one list a tree. */
async function selectedOfMany(trees: readonly Tree[], asOf: AsOf): Promise<string[][]> {
  const { sql, params } = compileMany(trees, catalogue, asOf);
  const rows = await ch.rows<{ customer: string; trees: number[] }>(sql, { workspace: WORKSPACE, ...params });
  return trees.map((_, at) => rows.filter(({ trees: fits }) => fits.includes(at)).map(({ customer }) => customer).sort());
}
const evaluated = (tree: Tree, people: readonly Person[], asOf: AsOf): string[] => people.flatMap((one, at) => (evaluate(tree, one, asOf) ? [idOf(at)] : []));

suite('one tree, many readings', () => {
  test('the compiled SQL, alone and with others, and the evaluator, given people or their rows, select the same, on random trees and histories', async () => {
    const told: Record<string, number> = {};
    const trees = fc.tuple(fc.array(tree, { minLength: 2, maxLength: 2 }), fc.array(historic, { minLength: 5, maxLength: 5 })).map(([mixed, single]) => [...mixed, ...single]);
    await fc.assert(fc.asyncProperty(fc.array(person, { minLength: 4, maxLength: 16 }), trees, fc.constantFrom<AsOf>(AS_OF, NOON), async (people, trees, asOf) => {
      await put(people);
      const ids = people.map((_, at) => idOf(at));
      const [together, loaded, ...alone] = await Promise.all([selectedOfMany(trees, asOf), peopleOf(ch, WORKSPACE, ids, needsOf(...trees), asOf), ...trees.map((one) => selected(one, asOf))]);
      for (const [nth, one] of trees.entries()) {
        const mine = evaluated(one, people, asOf);
        expect(alone[nth]).toEqual(mine);
        expect(together[nth]).toEqual(mine);
        expect([...loaded].filter(([, person]) => evaluate(one, person, asOf)).map(([id]) => id).sort()).toEqual(mine);
        if (mine.length > 0 && mine.length < people.length) told[one.root.kind] = (told[one.root.kind] ?? 0) + 1;
      }
    }), { numRuns: 30 });
    for (const kind of ['event', 'sequence', 'unfollowed', 'stage'] as const) expect(told[kind] ?? 0).toBeGreaterThan(0);
  });

  test('a hostile value or key changes no SQL text', () => {
    const outline = (value: string, key: string): string => compile(Tree.parse({
      version: 1,
      root: { kind: 'and', of: [
        { kind: 'field', field: key, test: { op: 'contains', value } }, { kind: 'tag', test: { op: 'any_of', values: [value] } },
        { kind: 'event', event: value, where: [{ property: value, test: { op: 'in', values: [value] } }], of: { measure: 'sum', property: value, test: { op: 'at_least', value: 1 } } },
      ] },
    }), { fields: [{ key, type: 'text' }] }, AS_OF).sql;
    const calm = outline('calm', 'city');
    fc.assert(fc.property(word, word, (value, key) => key === 'name' || value.startsWith('$') || outline(value, key) === calm));
  });
});

const field1 = (name: string, t: object): unknown => ({ version: 1, root: { kind: 'field', field: name, test: t } });
const codes = (input: unknown): string[] => faults(Tree.parse(input), catalogue).map((fault) => `${fault.code} ${fault.pointer}`);

suite('what is refused', () => {
  test.each([
    ['an unknown field', field1('shoe_size', { op: 'is', value: 3 }), 'condition.unknown_field /root/field'],
    ['an operator of another type', field1('score', { op: 'contains', value: 'x' }), 'condition.operator /root/test/op'],
    ['a pattern on a sealed field', field1('phone', { op: 'starts', value: '138' }), 'condition.encrypted_field /root/test/op'],
    ['anything on a masked field', field1('salary', { op: 'present' }), 'condition.masked_field /root/field'],
    ['an option that does not exist', field1('stage', { op: 'in', values: ['king'] }), 'condition.unknown_option /root/test'],
    ['a range that runs backwards', field1('score', { op: 'between', from: 3, to: 1 }), 'condition.order /root/test'],
  ])('%s is refused with a pointer', (_, input, expected) => {
    expect(codes(input)).toEqual([expected]);
    expect(() => check(Tree.parse(input), catalogue)).toThrow(expected.split(' ')[0]);
  });

  test.each([
    ['an unknown operator', field1('score', { op: 'sleep', value: 1 })], ['a NUL', field1('city', { op: 'equals', value: 'a\0' })], ['half a surrogate', field1('city', { op: 'equals', value: '\ud800' })],
    ['an extra key', { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['a'] }, sql: '1' } }], ['another version', { version: 2, root: { kind: 'and', of: [] } }],
    ['an infinite number', field1('score', { op: 'is', value: Number.POSITIVE_INFINITY })],
    ['a deep tree', { version: 1, root: Array.from({ length: 5000 }).reduce<object>((of) => ({ kind: 'not', of }), { kind: 'and', of: [] }) }],
  ])('%s does not parse', (_, input) => expect(Tree.safeParse(input).success).toBe(false));
});

suite('the sentence', () => {
  const spoken = Tree.parse({ version: 1, root: { kind: 'and', of: [
    { kind: 'field', field: 'stage', test: { op: 'in', values: ['new', 'churned'] } },
    { kind: 'or', of: [{ kind: 'field', field: 'net_minor', test: { op: 'at_least', value: 120_000 } }, { kind: 'tag', test: { op: 'any_of', values: ['VIP'] } }] },
    { kind: 'event', event: 'order.paid', window: { kind: 'rolling', days: 90 }, of: { measure: 'count', test: { op: 'is', value: 0 } } },
  ] } });
  test('reads in three languages', () => {
    expect(LANGUAGES.map((language) => describe(spoken, language, catalogue))).toEqual([
      '阶段是New、churned之一，且（net_minor不少于 1,200，或标签含VIP任一），且近 90 天没有“order.paid”',
      '階段是New、churned之一，且（net_minor至少 1,200，或標籤含VIP任一），且近 90 天沒有「order.paid」',
      'Stage is one of New, churned and (net_minor is at least 1,200 or tag has any of VIP) and did not “order.paid” in the last 90 days',
    ]);
  });
  test('has words for every tree there can be', () => {
    fc.assert(fc.property(tree, fc.constantFrom(...LANGUAGES), (one, language) => !describe(one, language, catalogue).includes('condition.')));
  });
});

test('an anniversary on the 29th of February is kept on the 28th in common years', () => {
  const born: Person = { ...NOBODY, days: { birthday: '1988-02-29' } };
  const root: Condition = { kind: 'field', field: 'birthday', test: { op: 'anniversary', days: 0 } };
  expect(['2026-02-27', '2026-02-28', '2026-03-01', '2028-02-28', '2028-02-29'].map((day) => evaluate({ version: 1, root }, born, day))).toEqual([false, true, false, false, true]);
});
