import fc from 'fast-check';
import { type Activity, type Catalogue, CONSENT_LISTS, type Moment, type Person, Tree } from '../../src/kernel/conditions/index.ts';
import { addDays, type Day } from '../../src/kernel/day.ts';

/** Random filters, people and histories, small enough that matches are common. */
export const AS_OF: Day = '2026-03-01';
/** Noon of the day, so that some of what happened on it is still to come. */
export const NOON: Moment = { day: AS_OF, at: Date.parse(`${AS_OF}T12:00:00Z`) };
const HOSTILE = ["'", "x' OR 1=1 --", '\\', '{workspace:UUID}', '`;DROP TABLE customer_state', '__proto__', '中文"', 'a.b', '%_', '\n\t'];

export const catalogue: Catalogue = {
  fields: [
    { key: 'name', type: 'text' }, { key: 'city', type: 'text' }, { key: "we'ird\\{x:String}", type: 'text' }, { key: '__proto__', type: 'text' },
    { key: 'stage', type: 'enum', label: { en: 'Stage', 'zh-CN': '阶段', 'zh-TW': '階段' }, options: [{ value: 'new', label: 'New' }, { value: 'churned' }, { value: 'active' }] },
    { key: 'score', type: 'number' }, { key: 'net_minor', type: 'money' }, { key: 'member', type: 'boolean' },
    { key: 'birthday', type: 'day' }, { key: 'first_on', type: 'day' }, { key: 'likes', type: 'multi' }, { key: 'reach', type: 'multi' }, { key: 'created_on', type: 'day' },
    { key: 'phone', type: 'text', encrypted: true }, { key: 'salary', type: 'number', masked: true },
  ],
};

const words = fc.constantFrom('2026-01-01', '2026-01-01T00:00:00Z', 'new', 'active', 'Hangzhou', 'hang', 'HZ', '', ...HOSTILE);
export const word = fc.oneof(words.filter((w) => w !== ''), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((s) => s.isWellFormed() && !s.includes('\0')));
const numbers = fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constantFrom(0.5, -1.25, 1e9));
const days = fc.oneof(fc.integer({ min: -400, max: 40 }).map((n) => addDays(AS_OF, n)), fc.constantFrom('1988-02-29', '1990-03-05', '2290-12-31', '1900-01-01'));
const span = fc.integer({ min: 0, max: 400 });
const ordered = <T extends number | string>(one: fc.Arbitrary<T>) => fc.tuple(one, one).map(([a, b]) => (a <= b ? { from: a, to: b } : { from: b, to: a }));

const pattern = fc.constantFrom('^h', 'n[a-g]', '(?i)hz|new', '^$', '\\d{4}-\\d\\d', '.', 'a.', '[^a-z]', '中', '(ac|ne)\\w+$', "'", '\\bgz?');

const textTest = fc.oneof(
  fc.record({ op: fc.constantFrom('equals' as const, 'not_equals' as const, 'contains' as const, 'not_contains' as const, 'starts' as const, 'not_starts' as const), value: word }),
  fc.record({ op: fc.constantFrom('in' as const, 'not_in' as const), values: fc.array(word, { minLength: 1, maxLength: 3 }) }),
  fc.record({ op: fc.constantFrom('matches' as const, 'not_matches' as const), value: pattern }),
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
const recent = fc.oneof(fc.record({ kind: fc.constant('recent' as const), amount: fc.integer({ min: 1, max: 150 }), unit: fc.constant('minutes' as const) }), fc.record({ kind: fc.constant('recent' as const), amount: fc.integer({ min: 1, max: 60 }), unit: fc.constant('hours' as const) }));
const within = fc.oneof(fc.record({ amount: fc.integer({ min: 1, max: 12 }).map((n) => n * 10), unit: fc.constant('minutes' as const) }), fc.record({ amount: fc.integer({ min: 1, max: 48 }), unit: fc.constant('hours' as const) }), fc.constant({ amount: 30, unit: 'days' as const }));
/** Names that the engine would read as a type or a sub-object of a value. */
const ENGINE_SYNTAX = ['code.:`String`', ':`String`', '^`sku`', 'rate.:`Array(JSON)`.x', 'colour.:`Nope`'];
const property = fc.constantFrom('sku', 'price', 'gift', "o'dd", ...ENGINE_SYNTAX, '$shop', '$channel', '$source', '$amount');
const measured = fc.oneof(
  fc.record({ measure: fc.constantFrom('count' as const, 'days' as const), test: numberTest }),
  fc.record({ measure: fc.constantFrom('sum' as const, 'average' as const, 'min' as const, 'max' as const, 'distinct' as const), property, test: numberTest }),
  fc.record({ measure: fc.constantFrom('first' as const, 'last' as const), test: dayTest }));

const field = (key: string, tests: fc.Arbitrary<object>) => tests.map((t) => ({ kind: 'field', field: key, test: t }));
/** Frozen lists. */
const LISTS = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
const NAMES = ['order.paid', "vi'ew\\", 'cart'] as const;
const name = fc.constantFrom(...NAMES);
const where = fc.array(fc.record({ property, test: fc.oneof(textTest, numberTest, fc.record({ op: fc.constantFrom('yes', 'no') })) }), { maxLength: 2 });
const rarely = <T>(one: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: one });
const same = fc.constantFrom(undefined, undefined, undefined, 'sku', '$shop', 'gift');
const asInput = (value: object): object => JSON.parse(JSON.stringify(value));
const mostlyEver = fc.oneof({ weight: 4, arbitrary: fc.constant({ kind: 'ever' as const }) }, window, recent);
const step = fc.record({ event: name, where: rarely(where) });
const stepsOf = (length: number) => fc.array(fc.tuple(step, fc.option(within, { nil: undefined })), { minLength: length, maxLength: length });
const sequence = fc.record({ kind: fc.constant('sequence'), steps: fc.oneof({ weight: 3, arbitrary: stepsOf(2) }, stepsOf(3), stepsOf(4)), whole: fc.option(within, { nil: undefined }), window: mostlyEver, same })
  .map(({ steps, whole, ...rest }) => asInput({ ...rest, within: whole, steps: steps.map(([one, span], at) => ({ ...one, within: at > 0 && !whole ? span : undefined })) }));
const unfollowed = fc.record({ kind: fc.constant('unfollowed'), event: name, where: rarely(where), by: step, within, window: fc.oneof(fc.constant({ kind: 'ever' as const }), window, recent), same }).map(asInput);
const stages = fc.subarray(['new', 'active', 'churned', "won'back"], { minLength: 1 });
const stage = fc.oneof(
  fc.record({ kind: fc.constant('stage'), ask: fc.constant('is'), stages, day: fc.option(days, { nil: undefined }) }).map(asInput),
  fc.record({ kind: fc.constant('stage'), ask: fc.constant('entered'), stages, from: fc.option(stages, { nil: undefined }), window, times: numberTest }).map(asInput),
  fc.record({ kind: fc.constant('stage'), ask: fc.constant('lasted'), stages, test: fc.oneof(numberTest, fc.record({ op: fc.constantFrom('at_least' as const, 'less' as const), value: fc.integer({ min: 0, max: 300 }) })) }),
  fc.record({ kind: fc.constant('stage'), ask: fc.constant('cycle'), test: numberTest }));
const leaf: fc.Arbitrary<object> = fc.oneof(
  ...['name', 'city', "we'ird\\{x:String}", '__proto__'].map((key) => field(key, textTest)),
  field('stage', optionTest), ...['score', 'net_minor'].map((key) => field(key, fc.oneof(numberTest, bare))),
  field('member', fc.record({ op: fc.constantFrom('yes', 'no', 'empty', 'present') })),
  ...['birthday', 'first_on'].map((key) => field(key, fc.oneof(dayTest, bare))), field('likes', fc.oneof(listTest, bare)), field('reach', fc.oneof(listTest, bare)), field('created_on', fc.oneof(dayTest, bare)),
  listTest.map((t) => ({ kind: 'tag', test: t })),
  ...[1, 2, 3].map(() => fc.record({ kind: fc.constant('event'), event: name, window: fc.oneof(window, recent), of: measured, where })),
  sequence, sequence, unfollowed, unfollowed, stage, fc.record({ kind: fc.constant('consent'), channel: fc.constantFrom('sms', "e'mail"), purpose: fc.constantFrom('marketing', 'news'), state: fc.constantFrom('given', 'withdrawn', 'unknown') }),
  fc.record({ kind: fc.constant('kept'), list: fc.constantFrom(...LISTS) }));
/** What is asked of histories, by itself: among fields and groups few such trees tell people apart. */
export const historic: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ kind: fc.constant('event'), event: name, window: fc.oneof(fc.constant({ kind: 'ever' as const }), window, recent), of: measured, where: rarely(where) }),
  sequence, unfollowed, stage).map((root) => Tree.parse({ version: 1, root }));
const { node } = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf,
    fc.record({ kind: fc.constantFrom('and', 'or'), of: fc.array(tie('node'), { maxLength: 3 }) }), tie('node').map((of) => ({ kind: 'not', of }))),
}));
export const tree = node.map((root) => Tree.parse({ version: 1, root }));

/** Steps of ten minutes, so that some fall together; most close to the moment asked about. */
const at = fc.oneof(fc.integer({ min: -18, max: 3 }).map((n) => NOON.at + n * 600_000), fc.integer({ min: -300, max: 3 }).map((n) => NOON.at + n * 86_400_000));
const activity: fc.Arbitrary<Activity> = fc.record({
  at, event: name, source: fc.constantFrom('tmall', 'jd'), shop: words, channel: fc.constantFrom('live', ''),
  amount: fc.option(fc.integer({ min: -500, max: 500 })),
  properties: fc.dictionary(fc.constantFrom('sku', 'price', 'gift', "o'dd", ...ENGINE_SYNTAX), fc.oneof(word, fc.integer({ min: -2, max: 5 }), fc.boolean(), fc.constantFrom('1.5', '12', 'inf', '0x10', ' 1', '1_0', 2.25, '2026-01-01', '2026-01-01T00:00:00Z')), { maxKeys: 3 }),
}).map((one) => ({ ...one, day: new Date(one.at).toISOString().slice(0, 10) }));
const map = <T>(keys: string[], value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 });
const way = fc.array(fc.record({ stage: fc.constantFrom('new', 'active', 'churned', "won'back"), since: fc.integer({ min: -300, max: 5 }).map((n) => addDays(AS_OF, n)), cycle: fc.integer({ min: 1, max: 3 }) }), { maxLength: 4 })
  .map((entries) => entries.sort((a, b) => (a.since < b.since ? -1 : 1)));
const agreed = fc.subarray(['sms marketing', "e'mail news", "e'mail marketing"]);
const activities = fc.array(activity, { maxLength: 12 });
export const person: fc.Arbitrary<Person> = fc.record({
  name: words, createdOn: days, reach: fc.subarray(['new', 'HZ']), texts: map(['city', 'stage', "we'ird\\{x:String}", 'constructor'], words), numbers: fc.record({ score: numbers, net_minor: numbers, member: fc.constantFrom(0, 1) }, { requiredKeys: [] }),
  days: map(['birthday', 'first_on'], days), lists: fc.record({ likes: fc.array(words, { maxLength: 3 }), [CONSENT_LISTS.given]: agreed, [CONSENT_LISTS.withdrawn]: agreed }, { requiredKeys: [] }).map((lists) => ({ ...lists }) as Record<string, string[]>), tags: fc.array(words, { maxLength: 3 }), kept: fc.subarray([...LISTS]), stages: way, activity: activities,
});
