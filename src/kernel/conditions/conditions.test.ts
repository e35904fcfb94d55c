import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe as suite, expect, test } from 'vitest';
import { type ClickHouse, openClickHouse } from '../clickhouse/index.ts';
import { addDays, type Day } from '../day.ts';
import { migrateClickHouse } from '../migrate.ts';
import { LANGUAGES } from '../words/index.ts';
import { type Activity, type Catalogue, check, type Condition, compile, describe, evaluate, faults, type Person, Tree } from './index.ts';

const AS_OF: Day = '2026-03-01';
const WORKSPACE = '00000000-0000-0000-0000-0000000000aa';
const HOSTILE = ["'", "x' OR 1=1 --", '\\', '{workspace:UUID}', '`;DROP TABLE customer_state', '__proto__', '中文"', 'a.b', '%_', '\n\t'];

const catalogue: Catalogue = {
  fields: [
    { key: 'name', type: 'text' }, { key: 'city', type: 'text' }, { key: "we'ird\\{x:String}", type: 'text' }, { key: '__proto__', type: 'text' },
    { key: 'stage', type: 'enum', label: { en: 'Stage', 'zh-CN': '阶段', 'zh-TW': '階段' }, options: [{ value: 'new', label: 'New' }, { value: 'churned' }, { value: 'active' }] },
    { key: 'score', type: 'number' }, { key: 'net_minor', type: 'money' }, { key: 'member', type: 'boolean' },
    { key: 'birthday', type: 'day' }, { key: 'first_on', type: 'day' }, { key: 'likes', type: 'multi' }, { key: 'reach', type: 'multi' }, { key: 'created_on', type: 'day' },
    { key: 'phone', type: 'text', encrypted: true }, { key: 'salary', type: 'number', masked: true },
  ],
};

// ── random trees, people and histories, small enough that matches are common ──
const words = fc.constantFrom('2026-01-01', '2026-01-01T00:00:00Z', 'new', 'active', 'Hangzhou', 'hang', 'HZ', '', ...HOSTILE);
const word = fc.oneof(words.filter((w) => w !== ''), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((s) => s.isWellFormed() && !s.includes('\0')));
const numbers = fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constantFrom(0.5, -1.25, 1e9));
const days = fc.oneof(fc.integer({ min: -400, max: 40 }).map((n) => addDays(AS_OF, n)), fc.constantFrom('1988-02-29', '1990-03-05', '2290-12-31', '1900-01-01'));
const span = fc.integer({ min: 0, max: 400 });
const ordered = <T extends number | string>(one: fc.Arbitrary<T>) => fc.tuple(one, one).map(([a, b]) => (a <= b ? { from: a, to: b } : { from: b, to: a }));

const textTest = fc.oneof(
  fc.record({ op: fc.constantFrom('equals' as const, 'not_equals' as const, 'contains' as const, 'not_contains' as const, 'starts' as const, 'not_starts' as const), value: word }),
  fc.record({ op: fc.constantFrom('in' as const, 'not_in' as const), values: fc.array(word, { minLength: 1, maxLength: 3 }) }),
  fc.record({ op: fc.constantFrom('empty' as const, 'present' as const) }));
const numberTest = fc.oneof(
  fc.record({ op: fc.constantFrom('is' as const, 'is_not' as const, 'greater' as const, 'at_least' as const, 'less' as const, 'at_most' as const), value: numbers }),
  ordered(numbers).map((range) => ({ op: 'between' as const, ...range })));
const dayTest = fc.oneof(
  fc.record({ op: fc.constantFrom('on' as const, 'before' as const, 'after' as const), day: days }),
  ordered(days).map((range) => ({ op: 'between_days' as const, ...range })),
  fc.record({ op: fc.constantFrom('within_last' as const, 'not_within_last' as const, 'within_next' as const, 'older_than' as const, 'anniversary' as const), days: span }));
const bare = fc.record({ op: fc.constantFrom('empty' as const, 'present' as const) });
const listTest = fc.record({ op: fc.constantFrom('any_of' as const, 'all_of' as const, 'none_of' as const), values: fc.array(word, { minLength: 1, maxLength: 3 }) });
const optionTest = fc.record({ op: fc.constantFrom('in' as const, 'not_in' as const), values: fc.subarray(['new', 'churned', 'active'], { minLength: 1 }) });
const window = fc.oneof(
  fc.constant({ kind: 'ever' as const }), fc.integer({ min: 1, max: 400 }).map((n) => ({ kind: 'rolling' as const, days: n })),
  fc.record({ kind: fc.constant('calendar' as const), unit: fc.constantFrom('week' as const, 'month' as const, 'quarter' as const, 'year' as const), offset: fc.integer({ min: -3, max: 0 }) }),
  ordered(days).map((range) => ({ kind: 'days' as const, ...range })));
/** Names that the engine would read as a type or a sub-object of a value. */
const ENGINE_SYNTAX = ['code.:`String`', ':`String`', '^`sku`', 'rate.:`Array(JSON)`.x', 'colour.:`Nope`'];
const property = fc.constantFrom('sku', 'price', 'gift', "o'dd", ...ENGINE_SYNTAX, '$shop', '$channel', '$source', '$amount');
const measured = fc.oneof(
  fc.record({ measure: fc.constantFrom('count' as const, 'days' as const), test: numberTest }),
  fc.record({ measure: fc.constantFrom('sum' as const, 'distinct' as const), property, test: numberTest }),
  fc.record({ measure: fc.constantFrom('first' as const, 'last' as const), test: dayTest }));

const field = (key: string, tests: fc.Arbitrary<object>) => tests.map((t) => ({ kind: 'field', field: key, test: t }));
const leaf: fc.Arbitrary<object> = fc.oneof(
  ...['name', 'city', "we'ird\\{x:String}", '__proto__'].map((key) => field(key, textTest)),
  field('stage', optionTest), ...['score', 'net_minor'].map((key) => field(key, fc.oneof(numberTest, bare))),
  field('member', fc.record({ op: fc.constantFrom('yes', 'no', 'empty', 'present') })),
  ...['birthday', 'first_on'].map((key) => field(key, fc.oneof(dayTest, bare))), field('likes', fc.oneof(listTest, bare)), field('reach', fc.oneof(listTest, bare)), field('created_on', fc.oneof(dayTest, bare)),
  listTest.map((t) => ({ kind: 'tag', test: t })),
  ...[1, 2, 3].map(() => fc.record({
    kind: fc.constant('event'), event: fc.constantFrom('order.paid', "vi'ew\\"), window, of: measured,
    where: fc.array(fc.record({ property, test: fc.oneof(textTest, numberTest, fc.record({ op: fc.constantFrom('yes', 'no') })) }), { maxLength: 2 }),
  })));
const { node } = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf,
    fc.record({ kind: fc.constantFrom('and', 'or'), of: fc.array(tie('node'), { maxLength: 3 }) }), tie('node').map((of) => ({ kind: 'not', of }))),
}));
const tree = node.map((root) => Tree.parse({ version: 1, root }));

const activity: fc.Arbitrary<Activity> = fc.record({
  day: fc.integer({ min: -300, max: 3 }).map((n) => addDays(AS_OF, n)), event: fc.constantFrom('order.paid', "vi'ew\\"), source: fc.constantFrom('tmall', 'jd'), shop: words, channel: fc.constantFrom('live', ''),
  amount: fc.option(fc.integer({ min: -500, max: 500 })),
  properties: fc.dictionary(fc.constantFrom('sku', 'price', 'gift', "o'dd", ...ENGINE_SYNTAX), fc.oneof(word, fc.integer({ min: -2, max: 5 }), fc.boolean(), fc.constantFrom('1.5', '12', 'inf', '0x10', ' 1', '1_0', 2.25, '2026-01-01', '2026-01-01T00:00:00Z')), { maxKeys: 3 }),
});
const map = <T>(keys: string[], value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 });
const person: fc.Arbitrary<Person> = fc.record({
  name: words, createdOn: days, reach: fc.subarray(['new', 'HZ']), texts: map(['city', 'stage', "we'ird\\{x:String}", 'constructor'], words), numbers: fc.record({ score: numbers, net_minor: numbers, member: fc.constantFrom(0, 1) }, { requiredKeys: [] }),
  days: map(['birthday', 'first_on'], days), lists: map(['likes'], fc.array(words, { maxLength: 3 })), tags: fc.array(words, { maxLength: 3 }), activity: fc.array(activity, { maxLength: 6 }),
});

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

async function put(people: readonly Person[]): Promise<void> {
  await ch.command('TRUNCATE TABLE customer_state');
  await ch.command('TRUNCATE TABLE events');
  await ch.insert('customer_state', people.map(({ activity: _, createdOn, ...state }, at) => ({ created_on: createdOn, workspace: WORKSPACE, customer: idOf(at), version: 1, deleted: 0, ...state })));
  await ch.insert('events', people.flatMap((one, at) => one.activity.map((line, nth) => ({ workspace: WORKSPACE, subject: idOf(at), message_id: String(nth), time: `${line.day} 00:00:00`, version: 1, deleted: 0, kind: 'track', ...line }))));
}

async function selected(tree: Tree): Promise<string[]> {
  const { sql, params } = compile(tree, catalogue, AS_OF);
  const rows = await ch.rows<{ customer: string }>(sql, { workspace: WORKSPACE, ...params });
  return rows.map((row) => row.customer).sort();
}
const evaluated = (tree: Tree, people: readonly Person[]): string[] => people.flatMap((one, at) => (evaluate(tree, one, AS_OF) ? [idOf(at)] : []));

suite('one tree, two readings', () => {
  test('the compiled SQL and the evaluator select the same people, on random trees and histories', async () => {
    let some = 0;
    await fc.assert(fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 12 }), fc.array(tree, { minLength: 4, maxLength: 4 }), async (people, trees) => {
      await put(people);
      for (const one of trees) {
        const mine = evaluated(one, people);
        expect(await selected(one)).toEqual(mine);
        if (mine.length > 0 && mine.length < people.length) some++;
      }
    }), { numRuns: 60 });
    expect(some).toBeGreaterThan(30);
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
  const born: Person = { name: '', createdOn: '2020-01-01', reach: [], texts: {}, numbers: {}, days: { birthday: '1988-02-29' }, lists: {}, tags: [], activity: [] };
  const root: Condition = { kind: 'field', field: 'birthday', test: { op: 'anniversary', days: 0 } };
  expect(['2026-02-27', '2026-02-28', '2026-03-01', '2028-02-28', '2028-02-29'].map((day) => evaluate({ version: 1, root }, born, day))).toEqual([false, true, false, false, true]);
});
