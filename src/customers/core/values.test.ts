import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attitudesNow, type Observation } from './attitudes.ts';
import { completenessOf, DOSSIER_SECTIONS, losesDecisionMaker } from './dossier.ts';
import { declared, guessType, keyFrom, mirrored, readValue } from './fields.ts';
import { foldOwn, hear, type Own, valuesOf } from './fold.ts';
import { readEmail, readIdentifier, readMainlandMobile } from './identifiers.ts';
import { maskOf } from './masks.ts';
import { nameTokens, searchTokens } from './names.ts';
import { portraitOf } from './portrait.ts';
import { reachOf } from './reach.ts';
import { isBelow, tagChanges, treeOf } from './tags.ts';

const phoneOnly = (text: string): string | undefined => readMainlandMobile(text);

test.each([
  ['phone', ' 138-0000-0000 ', '+8613800000000'], ['phone', '+86 138 0000 0000', '+8613800000000'], ['phone', '０1３8', undefined], ['phone', '１３８００００００００', '+8613800000000'],
  ['email', ' Zhang.San@Example.COM ', 'zhang.san@example.com'], ['email', 'no-at', undefined], ['member_no', ' M-1 ', 'M-1'], ['buyer_id', '甜甜的茶', '甜甜的茶'],
] as const)('R4: %s "%s" is compared as %s', (kind, value, read) => {
  const result = readIdentifier({ kind, value }, phoneOnly);
  expect('named' in result ? result.named.value : undefined).toBe(read);
});

test.each([['phone', '138****0000', 'masked'], ['buyer_id', 't**4', 'masked'], ['user_id', 'null', 'empty'], ['user_id', ' ', 'empty'], ['device_id', '00000000-0000-0000-0000-000000000000', 'empty'], ['user_id', 'a\u0000b', 'invalid'], ['user_id', 'x'.repeat(201), 'too_long']] as const)(
  'R4: %s "%s" names nobody: %s', (kind, value, why) => expect(readIdentifier({ kind, value }, phoneOnly)).toEqual({ refused: `identifier.${why}` }));

test.each([['phone', '+8613800000000', '138****0000'], ['phone', '+14155552671', '+14****2671'], ['email', 'zhang@x.com', 'z***@x.com'], ['email', '张@x.com', '张***@x.com'], ['unionid', 'oAbCdEfGh', 'oAbC***Gh'], ['member_no', 'M-1', 'M-1']] as const)(
  'R139: %s %s is shown as %s', (kind, value, shown) => expect(maskOf(kind, value)).toBe(shown));

test('an e-mail address keeps its dots and plus signs', () => expect(readEmail('A.b+c@x.com')).toBe('a.b+c@x.com'));

const said = fc.record({ at: fc.integer({ min: 0, max: 5 }), value: fc.constantFrom('a', 'b', null), source: fc.constantFrom('x', 'y') }).map(({ at, value, source }): Own => ({ city: [value, at, source] }));

test('R4: what is known of a customer does not depend on the order it was said or folded in', () => {
  fc.assert(fc.property(fc.array(said, { minLength: 1, maxLength: 6 }), (all) => {
    const forward = all.reduce<Own>(hear, {});
    expect([...all].reverse().reduce<Own>(hear, {})).toEqual(forward);
    const anchors = all.map((own, i) => ({ id: String(i), preferredMs: null, own }));
    expect(foldOwn(anchors)).toEqual(foldOwn([...anchors].reverse()));
    expect(foldOwn(anchors)).toEqual(forward);
  }));
});

test('R4: a preferred anchor wins until somebody says something newer', () => {
  const anchor = (id: string, value: string, at: number, preferredMs: number | null) => ({ id, preferredMs, own: { city: [value, at, 's'] as const } });
  expect(valuesOf(foldOwn([anchor('a', '杭州', 5, null), anchor('b', '上海', 1, 10)]))).toEqual({ city: '上海' });
  expect(valuesOf(foldOwn([anchor('a', '杭州', 11, null), anchor('b', '上海', 1, 10)]))).toEqual({ city: '杭州' });
});

test.each([
  ['number', '1,200.5', 1200.5], ['number', 'x', undefined], ['money', '12.6', 13], ['boolean', '是', true], ['boolean', 'maybe', undefined], ['day', '2026/02/28', '2026-02-28'],
  ['day', '2026-02-30', undefined], ['multi', '茶,花；茶', ['茶', '花']], ['text', 5, '5'], ['text', '', null],
] as const)('R5: a %s field reads %j as %j', (type, value, read) => expect(readValue({ type, options: [] }, value)).toEqual(read));

test('R5: options bind enums and lists', () => {
  expect(readValue({ type: 'enum', options: ['干性'] }, '油性')).toBeUndefined();
  expect(readValue({ type: 'multi', options: ['a', 'b'] }, ['a', 'c'])).toBeUndefined();
  expect(readValue({ type: 'multi', options: ['a', 'b'] }, ['a'])).toEqual(['a']);
});

test('R5: names become keys, and never one that every object inherits', () => {
  expect(['First Name', 'firstName', '肤质', '__proto__', 'constructor', '123', ' Skin-type! '].map(keyFrom)).toEqual(['first_name', 'first_name', '肤质', 'proto', undefined, undefined, 'skin_type']);
  expect([true, 3, ['a'], '2026-01-01', 'x', null].map(guessType)).toEqual(['boolean', 'number', 'multi', 'day', 'text', undefined]);
});

test('R138: sealed fields never reach the mirror', () => {
  const fields = new Map([declared({ key: 'address', type: 'text', source: 't', sealed: true }), declared({ key: 'vip', type: 'boolean', source: 't' }), declared({ key: 'likes', type: 'multi', source: 't' })].map((field) => [field.key, field]));
  expect(mirrored(fields, { address: 'x', vip: true, likes: ['a'], unknown: 1 })).toEqual({ texts: {}, numbers: { vip: 1 }, days: {}, lists: { likes: ['a'] } });
});

test('R6a: completeness names what is missing; blanks do not count', () => {
  expect(completenessOf({ history: 'a', culture: 'b', products: 'c', needs: 'd', problems: '  ' })).toEqual({ filled: 4, of: 7, percent: 57, missing: ['advantages', 'competitors', 'problems'] });
  expect(completenessOf(Object.fromEntries(DOSSIER_SECTIONS.map((section) => [section, 'x'])))).toMatchObject({ percent: 100, missing: [] });
});

test.each([[['decision_maker', 'user'], ['user'], true], [['decision_maker', 'decision_maker'], ['decision_maker'], false], [['user'], [], false]] as const)(
  'R6b: from %j to %j loses the last decision-maker: %s', (before, after, lost) => expect(losesDecisionMaker(before, after)).toBe(lost));

test('R7: the newest stance stands, ended needs fall away, history keeps all', () => {
  const see = (kind: Observation['kind'], value: string, at: string, endedAt: string | null = null): Observation => ({ id: at, kind, value, evidence: 'e', confidence: 1, at, author: 'a', endedAt });
  const now = attitudesNow([see('stance', 'oppose', '1'), see('stance', 'support', '3'), see('stance', 'neutral', '2'), see('need', '礼盒', '1', '2'), see('need', '价格', '1')]);
  expect([now.stance?.value, now.needs.map(({ value }) => value), now.objections]).toEqual(['support', ['价格'], []]);
});

test('R10: five blocks in order, values with source and date, stale after their time to live', () => {
  const fields = [declared({ key: 'city', type: 'text', source: 'customers', block: 'basic' }), declared({ key: 'likes', type: 'text', source: 'collect', block: 'habit', ttlDays: 30 })];
  const portrait = portraitOf(fields, { city: { value: '杭州', atMs: 0, source: 'tmall' }, likes: { value: '茶', atMs: 0, source: 'collect' } }, 31 * 86_400_000);
  expect(portrait.map(({ block }) => block)).toEqual(['basic', 'scene', 'habit', 'pain', 'need']);
  expect(portrait[0]?.values[0]).toMatchObject({ key: 'city', source: 'tmall', at: '1970-01-01T00:00:00.000Z', stale: false });
  expect(portrait[2]?.values[0]).toMatchObject({ key: 'likes', stale: true });
});

test.each([
  [['phone'], {}, []], [['phone'], { sms: 'given' }, ['sms']], [['phone', 'buyer_id'], { sms: 'withdrawn' }, ['platform_only']], [['external_userid'], {}, ['wecom']],
  [['external_userid'], { wecom: 'withdrawn' }, []], [['openid', 'email'], { email: 'given' }, ['mp', 'email']], [['buyer_id'], {}, ['platform_only']],
] as const)('a person with %j and consents %j is reachable by %j', (kinds, consents, reach) => expect(reachOf(new Set(kinds), consents)).toEqual(reach));

test('R38: keep holds the last value where clear ends it', () => {
  const [now, found] = [new Map([['a', '高'], ['b', '低']]), new Map([['b', '高'], ['c', '高']])];
  expect(tagChanges(now, found, 'clear')).toEqual({ start: [{ customer: 'b', value: '高' }, { customer: 'c', value: '高' }], end: ['a'] });
  expect(tagChanges(now, found, 'keep')).toEqual({ start: [{ customer: 'b', value: '高' }, { customer: 'c', value: '高' }], end: [] });
});

test('D13: tags stand as a tree, orphans on top, and no branch is hung below itself', () => {
  const tags = [{ id: 'a', parentId: null }, { id: 'b', parentId: 'a' }, { id: 'c', parentId: 'gone' }];
  expect(treeOf(tags).map(({ id, children }) => [id, children.map((child) => child.id)])).toEqual([['a', ['b']], ['c', []]]);
  expect([isBelow(tags, 'a', 'b'), isBelow(tags, 'b', 'a')]).toEqual([true, false]);
});

test('a name is found by any run of its ideographs and any beginning of its words', () => {
  const tokens = nameTokens('王小明 John Smith');
  const isFound = (q: string): boolean => searchTokens(q).every((token) => tokens.some((piece) => piece.startsWith(token)));
  for (const q of ['小明', '王', '王小明', '明', 'smi', 'John', 'joh smit']) expect(isFound(q), q).toBe(true);
  for (const q of ['小红', '王明', 'mith']) expect(isFound(q), q).toBe(false);
  expect(tokens).toEqual(['王小明', '小明', '明', 'john', 'smith']);
});
