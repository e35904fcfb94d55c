import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { Tree, type TreeInput } from '../../kernel/conditions/index.ts';
import { segmentSize } from './members.ts';
import { keepPersona, listPersonas } from './personas.ts';
import { portraitOf } from './portrait.ts';
import { recomputeSegments } from './recompute.ts';
import { createSegment, listWatched } from './segments.ts';
import { segmentsOfCustomer, whyIn } from './why.ts';

let stores: TestStores;
let caller: Caller;
const tree = (root: TreeInput['root']): Tree => Tree.parse({ version: 1, root });
const TEA: TreeInput['root'] = { kind: 'field', field: 'city', test: { op: 'equals', value: '杭州' } };
const make = (name: string, root: TreeInput['root']) => createSegment(stores, caller, { name, description: '', tree: tree(root) });

/** A hundred people, forty of them women; of the fifty in Hangzhou thirty are women. */
beforeAll(async () => {
  stores = await testStores('2026-01-10T04:00:00Z');
  caller = { ...systemCaller(await testWorkspace(stores), ['customers.read', 'lifecycle.write']), language: 'zh-CN' };
  await putStates(stores, caller.workspaceId, Array.from({ length: 100 }, (_, n) => ({
    customer: customerOf(n), texts: { city: n < 50 ? '杭州' : '上海', gender: n < 30 || (n >= 50 && n < 60) ? 'female' : 'male' }, days: { birthday: '1990-01-01' }, numbers: { net_minor: n * 100 }, tags: n < 20 ? ['价格敏感'] : [], reach: ['sms'],
  })));
  await putOrders(stores, caller.workspaceId, [{ customer: customerOf(1), day: '2026-01-08', amount: 12_300 }]);
  await putEvents(stores, caller.workspaceId, [{ customer: customerOf(1), time: '2026-01-10 02:00:00', event: 'page.viewed' }]);
});
afterAll(() => stores.close());

test('R37: a segment with 60 % women where 40 % of all are has a TGI of 150; another stands beside it', async () => {
  const [tea, other] = [await make('杭州', TEA), await make('上海', { kind: 'not', of: TEA })];
  const portrait = await portraitOf(stores, caller, tea.id, other.id);
  expect(portrait.people).toEqual({ all: 100, a: 50, b: 50 });
  const female = portrait.parts.find(({ dimension }) => dimension === 'gender')?.values.find(({ value }) => value === 'female');
  expect(female).toMatchObject({ label: '女', all: { people: 40, share: 0.4 }, a: { people: 30, share: 0.6, tgi: 150 }, b: { people: 10, share: 0.2, tgi: 50 } });
  expect(portrait.parts.map(({ dimension }) => dimension)).not.toContain('birthday');
  expect(portrait.parts.find(({ dimension }) => dimension === 'net_minor')?.values).toHaveLength(4);
});

test('R37: fewer than ten people have no portrait, and a value fewer than ten bear is not shown', async () => {
  const few = await make('few', { kind: 'field', field: 'net_minor', test: { op: 'less', value: 900 } });
  await expect(portraitOf(stores, caller, few.id, null)).rejects.toThrow('portrait.too_few');
  await putStates(stores, caller.workspaceId, [{ customer: customerOf(200), texts: { city: '一个人的小镇' } }]);
  const all = await make('all', { kind: 'and', of: [] });
  expect((await portraitOf(stores, caller, all.id, null)).parts.find(({ dimension }) => dimension === 'city')?.values.map(({ value }) => value)).toEqual(['上海', '杭州']);
});

test('R35: an interview tag filters a segment together with spend', async () => {
  const both = await make('价格敏感的大客户', { kind: 'and', of: [{ kind: 'tag', test: { op: 'any_of', values: ['价格敏感'] } }, { kind: 'field', field: 'net_minor', test: { op: 'greater', value: 1_000 } }] });
  expect((await segmentSize(stores, caller, both.id)).count).toBe(9);
});

test('R37: a persona is as large as its segment', async () => {
  const [tea] = (await listWatched(stores, caller)).filter(({ name }) => name === '杭州');
  const kept = await keepPersona(stores, caller, { segmentId: tea?.id ?? '', name: '林姐', story: '', goals: ['好茶'], pains: ['假货'], channels: ['微信'] }, null);
  expect(kept).toMatchObject({ people: 50, segmentName: '杭州', goals: ['好茶'] });
  await putStates(stores, caller.workspaceId, [{ customer: customerOf(300), texts: { city: '杭州' } }]);
  await recomputeSegments(stores, caller.workspaceId);
  const [again] = await listPersonas(stores, caller), [refreshed] = (await listWatched(stores, caller)).filter(({ name }) => name === '杭州');
  expect([again?.people, refreshed?.people]).toEqual([51, 51]);
  await expect(keepPersona(stores, caller, { segmentId: tea?.id ?? '', name: '林姐', story: '', goals: [], pains: [], channels: [] }, null)).rejects.toThrow('persona.name_taken');
});

test('why somebody is in or out: each condition with what it found, segments opened', async () => {
  const [tea] = (await listWatched(stores, caller)).filter(({ name }) => name === '杭州');
  const seen = await make('why', { kind: 'and', of: [
    { kind: 'segment', segment: tea?.id ?? '' },
    { kind: 'event', event: 'order.paid', of: { measure: 'sum', property: '$amount', test: { op: 'at_least', value: 20_000 } } },
    { kind: 'not', of: { kind: 'field', field: 'gender', test: { op: 'in', values: ['male'] } } },
  ] });
  const why = await whyIn(stores, caller, seen.id, customerOf(1));
  expect(why).toMatchObject({ asOf: '2026-01-10', isIn: false, root: { kind: 'and', holds: false, of: [
    { kind: 'segment', holds: true, of: [{ kind: 'field', holds: true, found: { kind: 'text', value: '杭州' } }] },
    { kind: 'event', holds: false, found: { kind: 'number', value: 12_300 }, money: true },
    { kind: 'not', holds: true, of: [{ kind: 'field', holds: false, found: { kind: 'text', value: '女' } }] },
  ] } });
  expect((await segmentsOfCustomer(stores, caller, customerOf(1))).map(({ name }) => name)).toEqual(['all', 'few', '杭州']);
  await expect(whyIn(stores, caller, seen.id, customerOf(999))).rejects.toThrow('customer.not_found');
  await expect(whyIn(stores, { ...caller, shops: ['West'] }, seen.id, customerOf(1))).rejects.toThrow('customer.not_found');
});
