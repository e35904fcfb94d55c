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

/** Set: many more trees, and others each time. */
const IS_LONG = process.env.PERENNIAL_LONG === '1';
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
  for (const table of ['customer_state', 'events', 'stage_now', 'subject_owner', 'segment_kept']) await ch.command(`TRUNCATE TABLE ${table}`);
  const row = { workspace: WORKSPACE, version: 1, deleted: 0 };
  await ch.insert('customer_state', people.map(({ activity: _, stages: __, kept: ___, createdOn, ...state }, at) => ({ created_on: createdOn, customer: idOf(at), ...row, ...state })));
  await ch.insert('events', people.flatMap((one, at) => one.activity.map(({ at: ms, ...line }, nth) => ({ ...row, subject: nth % 2 ? mergedInto(at) : idOf(at), message_id: String(nth), time: new Date(ms).toISOString(), kind: 'track', ...line }))));
  await ch.insert('stage_now', people.flatMap(({ stages }, at) => (stages.length === 0 ? [] : [{ ...row, customer: idOf(at), stages: stages.map(({ stage }) => stage), entered: stages.map(({ since }) => since), cycles: stages.map(({ cycle }) => cycle) }])));
  await ch.insert('segment_kept', people.flatMap(({ kept }, at) => kept.map((list, nth) => ({ workspace: WORKSPACE, list, anchor: nth % 2 ? mergedInto(at) : idOf(at) }))));
  await ch.insert('subject_owner', people.map((_, at) => ({ workspace: WORKSPACE, version: 1, subject: mergedInto(at), customer: idOf(at) })));
}

async function selected(tree: Tree, asOf: AsOf): Promise<string[]> {
  const { sql, params } = compile(tree, catalogue, asOf);
  const rows = await ch.rows<{ customer: string }>(sql, { workspace: WORKSPACE, ...params });
  return rows.map((row) => row.customer).sort();
}
/** The same of many trees at once, one list a tree, each half of the customers by itself. */
async function selectedOfMany(trees: readonly Tree[], asOf: AsOf): Promise<string[][]> {
  const rows = (await Promise.all([0, 1].map((nth) => {
    const { sql, params } = compileMany(trees, catalogue, asOf, { share: { nth, of: 2 } });
    return ch.rows<{ customer: string; trees: number[] }>(sql, { workspace: WORKSPACE, ...params });
  }))).flat();
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
    }), IS_LONG ? { numRuns: 200 } : { numRuns: 24, seed: 3 });
    for (const kind of ['event', 'sequence', 'unfollowed', 'stage'] as const) expect(told[kind] ?? 0).toBeGreaterThan(1);
  }, IS_LONG ? 600_000 : undefined);

  const hostileLeaves = (value: string, key: string): object[] => [
    { kind: 'field', field: key, test: { op: 'contains', value } }, { kind: 'tag', test: { op: 'any_of', values: [value] } },
    { kind: 'event', event: value, where: [{ property: value, test: { op: 'in', values: [value] } }], of: { measure: 'sum', property: value, test: { op: 'at_least', value: 1 } } },
    { kind: 'event', event: value, where: [{ property: value, test: { op: 'not_equals', value } }], window: { kind: 'recent', amount: 5, unit: 'minutes' }, of: { measure: 'distinct', property: value, test: { op: 'at_least', value: 1 } } },
    { kind: 'sequence', steps: [{ event: value, where: [{ property: value, test: { op: 'starts', value } }] }, { event: `${value}2`, where: [{ property: value, test: { op: 'starts', value } }], within: { amount: 5, unit: 'hours' } }], same: value },
    { kind: 'unfollowed', event: value, by: { event: `${value}2`, where: [{ property: value, test: { op: 'equals', value } }] }, within: { amount: 5, unit: 'minutes' }, same: value },
    { kind: 'stage', ask: 'is', stages: [value], day: '2026-01-01' }, { kind: 'stage', ask: 'entered', stages: [value], from: [value] }, { kind: 'stage', ask: 'lasted', stages: [value], test: { op: 'at_least', value: 3 } },
    { kind: 'consent', channel: value, purpose: value, state: 'given' }, { kind: 'consent', channel: value, purpose: value, state: 'unknown' },
  ];
  const treesOf = (value: string, key: string): Tree[] => [Tree.parse({ version: 1, root: { kind: 'and', of: hostileLeaves(value, key) } }), ...hostileLeaves(value, key).map((root) => Tree.parse({ version: 1, root }))];
  const textsOf = (value: string, key: string): string[] => [...treesOf(value, key).map((one) => compile(one, { fields: [{ key, type: 'text' }] }, AS_OF).sql), compileMany(treesOf(value, key), { fields: [{ key, type: 'text' }] }, NOON).sql];

  test('a hostile value or key in any slot changes no SQL text, of one tree or of many', () => {
    const calm = textsOf('calm', 'city');
    fc.assert(fc.property(word, word, (value, key) => key === 'name' || value.startsWith('$') || textsOf(value, key).every((text, at) => text === calm[at])));
  });
  test('a pattern, a span, a number, a day and a window of the same kind change none either', () => {
    const text = (pattern: string, n: number): string => compile(Tree.parse({ version: 1, root: { kind: 'and', of: [
      { kind: 'field', field: 'city', test: { op: 'matches', value: pattern } }, { kind: 'event', event: 'a', where: [{ property: 'p', test: { op: 'not_matches', value: pattern } }], window: { kind: 'rolling', days: n }, of: { measure: 'average', property: 'p', test: { op: 'at_least', value: n } } },
      { kind: 'sequence', steps: [{ event: 'a' }, { event: 'b' }], within: { amount: n, unit: 'minutes' } }, { kind: 'unfollowed', event: 'a', by: { event: 'b' }, within: { amount: n, unit: 'days' }, window: { kind: 'recent', amount: n, unit: 'hours' } },
      { kind: 'stage', ask: 'cycle', test: { op: 'is', value: n } },
    ] } }), catalogue, AS_OF).sql;
    expect(new Set([text("x' OR 1=1", 1), text('^{2'.slice(0, 1), 7), text("'\\);\\|", 999), text('\\{workspace:UUID\\}', 3)]).size).toBe(1);
  });
  test('an id of a segment reaches no statement: it is resolved or refused', () => {
    const named = Tree.parse({ version: 1, root: { kind: 'not', of: { kind: 'segment', segment: '00000000-0000-4000-8000-000000000001' } } });
    for (const read of [() => compile(named, catalogue, AS_OF), () => compileMany([named], catalogue, AS_OF), () => evaluate(named, NOBODY, AS_OF)]) expect(read).toThrow('condition.segment_unresolved');
  });
});

const field1 = (name: string, t: object): unknown => ({ version: 1, root: { kind: 'field', field: name, test: t } });
const leaf1 = (root: object): unknown => ({ version: 1, root });
const named = { ...catalogue, stages: [{ value: 'new' }], channels: [{ value: 'sms' }], segments: [] };
const codes = (input: unknown): string[] => faults(Tree.parse(input), named).map((fault) => `${fault.code} ${fault.pointer}`);

suite('what is refused', () => {
  test.each([
    ['an unknown field', field1('shoe_size', { op: 'is', value: 3 }), 'condition.unknown_field /root/field'],
    ['an operator of another type', field1('score', { op: 'contains', value: 'x' }), 'condition.operator /root/test/op'],
    ['a pattern on a sealed field', field1('phone', { op: 'starts', value: '138' }), 'condition.encrypted_field /root/test/op'],
    ['anything on a masked field', field1('salary', { op: 'present' }), 'condition.masked_field /root/field'],
    ['an option that does not exist', field1('stage', { op: 'in', values: ['king'] }), 'condition.unknown_option /root/test'],
    ['a pattern nobody can read', field1('city', { op: 'matches', value: '(' }), 'condition.pattern /root/test/value'],
    ['a pattern in a step', leaf1({ kind: 'sequence', steps: [{ event: 'a' }, { event: 'b', where: [{ property: 'p', test: { op: 'matches', value: '\\pL' } }] }] }), 'condition.pattern /root/steps/1/where/0/test/value'],
    ['a pattern in what did not follow', leaf1({ kind: 'unfollowed', event: 'a', by: { event: 'b', where: [{ property: 'p', test: { op: 'not_matches', value: '[' } }] }, within: { amount: 1, unit: 'hours' } }), 'condition.pattern /root/by/where/0/test/value'],
    ['a stage there is not', leaf1({ kind: 'stage', ask: 'entered', stages: ['new'], from: ['king'] }), 'condition.unknown_stage /root/from'],
    ['a channel there is not', leaf1({ kind: 'consent', channel: 'fax', state: 'given' }), 'condition.unknown_channel /root/channel'],
    ['a segment there is not', leaf1({ kind: 'segment', segment: '00000000-0000-4000-8000-000000000001' }), 'condition.segment_missing /root/segment'],
    ['a range that runs backwards', field1('score', { op: 'between', from: 3, to: 1 }), 'condition.order /root/test'],
  ])('%s is refused with a pointer', (_, input, expected) => {
    expect(codes(input)).toEqual([expected]);
    expect(() => check(Tree.parse(input), named)).toThrow(expected.split(' ')[0]);
  });

  test.each([
    ['an unknown operator', field1('score', { op: 'sleep', value: 1 })], ['a NUL', field1('city', { op: 'equals', value: 'a\0' })], ['half a surrogate', field1('city', { op: 'equals', value: '\ud800' })],
    ['an extra key', { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['a'] }, sql: '1' } }], ['another version', { version: 2, root: { kind: 'and', of: [] } }],
    ['a span before the first step', leaf1({ kind: 'sequence', steps: [{ event: 'a', within: { amount: 1, unit: 'hours' } }, { event: 'b' }] })],
    ['spans between steps and of the whole', leaf1({ kind: 'sequence', steps: [{ event: 'a' }, { event: 'b', within: { amount: 1, unit: 'hours' } }], within: { amount: 1, unit: 'days' } })],
    ['one step', leaf1({ kind: 'sequence', steps: [{ event: 'a' }] })], ['a span of nothing', leaf1({ kind: 'unfollowed', event: 'a', by: { event: 'b' }, within: { amount: 0, unit: 'minutes' } })],
    ['a stage entered in minutes', leaf1({ kind: 'stage', ask: 'entered', stages: ['new'], window: { kind: 'recent', amount: 5, unit: 'minutes' } })],
    ['a segment by another thing than an id', leaf1({ kind: 'segment', segment: "x' or 1=1" })], ['a pattern longer than 200', field1('city', { op: 'matches', value: 'a'.repeat(201) })],
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
  test('reads sequences, what was not followed, stages, consents and segments in three languages', () => {
    const told = (root: object): string[] => LANGUAGES.map((language) => describe(Tree.parse({ version: 1, root }), language, { fields: [], segments: [{ id: '00000000-0000-4000-8000-000000000001', label: 'VIP' }] }));
    expect(told({ kind: 'sequence', steps: [{ event: 'view' }, { event: 'cart', within: { amount: 30, unit: 'minutes' } }, { event: 'pay' }], same: 'sku', window: { kind: 'recent', amount: 6, unit: 'hours' } })).toEqual([
      '近 6 小时先“view”，30 分钟内再“cart”，再“pay”（sku相同）', '近 6 小時先「view」，30 分鐘內再「cart」，再「pay」（sku相同）', 'did “view”, then “cart” within 30 minutes, then “pay”, with the same sku in the last 6 hours']);
    expect(told({ kind: 'unfollowed', event: 'cart', by: { event: 'pay' }, within: { amount: 1, unit: 'days' }, window: { kind: 'rolling', days: 7 } })).toEqual([
      '近 7 天做过“cart”，但其后 1 天内没有“pay”', '近 7 天做過「cart」，但其後 1 天內沒有「pay」', 'did “cart” in the last 7 days without “pay” in the 1 day after']);
    expect(told({ kind: 'stage', ask: 'entered', stages: ['churned'], from: ['active', 'new'], window: { kind: 'calendar', unit: 'month', offset: 0 } })).toEqual(['本月由active或new进入churned', '本月由active或new進入churned', 'came into churned from active or new this month']);
    expect(told({ kind: 'not', of: { kind: 'consent', channel: 'sms', state: 'withdrawn' } })).toEqual(['不属于（已撤回sms（marketing））', '不屬於（已撤回sms（marketing））', 'not (withdrew marketing by sms)']);
    expect(told({ kind: 'segment', segment: '00000000-0000-4000-8000-000000000001' })).toEqual(['属于分群“VIP”', '屬於分眾「VIP」', 'in the segment “VIP”']);
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
