import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putStates, type TestState } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { addField } from '../../customers/index.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { Tree, type TreeInput } from '../../kernel/conditions/index.ts';
import { fieldCatalogue, fullCatalogue } from './catalogue.ts';
import { compiledFor } from './compiledFor.ts';
import { memberIds, previewTree, segmentSize } from './members.ts';
import type { Sort } from './sorts.ts';
import { type Position, sortedPage } from './queries/members.ts';
import { changeSegment, createSegment, dropSegment, listSegments, readSegment } from './segments.ts';

let stores: TestStores;
let caller: Caller;
const tree = (root: TreeInput['root']): Tree => Tree.parse({ version: 1, root });
const boughtTwice = tree({ kind: 'and', of: [
  { kind: 'field', field: 'city', test: { op: 'equals', value: '杭州' } },
  { kind: 'event', event: 'order.paid', window: { kind: 'rolling', days: 90 }, of: { measure: 'days', test: { op: 'at_least', value: 2 } } },
] });

beforeAll(async () => {
  stores = await testStores();
  caller = { ...systemCaller(await testWorkspace(stores), ['customers.read', 'lifecycle.write']), language: 'zh-CN' };
  await putOrders(stores, caller.workspaceId, [1, 2, 3, 4].flatMap((n) => Array.from({ length: n }, (_, at) => ({ customer: customerOf(n), day: `2026-01-0${at + 1}`, amount: 100 }))));
  await putEvents(stores, caller.workspaceId, [{ customer: customerOf(1), time: '2026-01-05 02:00:00', event: 'page.viewed' }]);
  await putStates(stores, caller.workspaceId, Array.from({ length: 30 }, (_, n): TestState => ({
    customer: customerOf(n + 1), name: n % 7 ? `客户${n}` : '', texts: { city: n % 2 ? '杭州' : '上海', stage: n % 3 ? 'active' : 'new' }, numbers: n % 4 ? { net_minor: (n % 5) * 100 } : {},
    days: n % 5 ? { last_on: `2026-01-${String(1 + (n % 9)).padStart(2, '0')}` } : {}, reach: n % 2 ? ['wecom', 'sms'] : [],
  })));
});
afterAll(() => stores.close());

describe('a filter before it is saved', () => {
  test('shows its headcount, reach beside it, sentence and first few', async () => {
    const preview = await previewTree(stores, caller, boughtTwice);
    expect(preview).toMatchObject({ asOf: '2026-01-05', count: 2, reach: { wecom: 2, sms: 2 } });
    expect(preview.sample.sort()).toEqual([customerOf(2), customerOf(4)]);
    expect(preview.sentence).toContain('杭州');
    expect(preview.sentence).toContain('近 90 天');
  });
  test('gives all its ids page by page, each once', async () => {
    const all: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: { ids: string[]; next: string | null } = await memberIds(stores, caller, tree({ kind: 'and', of: [] }), { after, limit: 7 });
      all.push(...page.ids);
      if (!page.next) break;
      after = page.next;
    }
    expect([...all].sort()).toEqual(Array.from({ length: 30 }, (_, n) => customerOf(n + 1)));
  });
  test.each(['name', 'net_minor', 'last_on', 'created_on'] as const)('a list sorted by %s goes on where the page before ended', async (sort: Sort) => {
    const compiled = await compiledFor(stores, caller, tree({ kind: 'and', of: [] }));
    for (const descending of [true, false]) {
      const whole = await sortedPage(stores.ch, caller.workspaceId, compiled, { sort, descending, after: null, limit: 100, among: null });
      const paged: Position[] = [];
      for (let after: Position | null = null; ; after = paged.at(-1) ?? null) {
        const page = await sortedPage(stores.ch, caller.workspaceId, compiled, { sort, descending, after, limit: 4, among: null });
        paged.push(...page.slice(0, 4));
        if (page.length <= 4) break;
      }
      expect(paged).toEqual(whole);
      expect(paged).toHaveLength(30);
    }
  });
});

describe('a saved filter', () => {
  test('of several who keep one under the same name at once, one does and the others are told', async () => {
    const atOnce = await Promise.allSettled([1, 2, 3].map(() => createSegment(stores, caller, { name: '同时新建', description: '', tree: boughtTwice })));
    expect(atOnce.map((one) => (one.status === 'rejected' ? (one.reason as Error).message.split(' ')[0] : 'kept')).sort()).toEqual(['kept', 'segment.name_taken', 'segment.name_taken']);
    await dropSegment(stores, caller, (await listSegments(stores, caller)).find(({ name }) => name === '同时新建')?.id as string);
  });

  test('has a name of its own, a version for each tree, and an owner', async () => {
    const saved = await createSegment(stores, caller, { name: '杭州复购', description: '', tree: boughtTwice });
    await expect(createSegment(stores, caller, { name: '杭州复购', description: '', tree: boughtTwice })).rejects.toThrow('segment.name_taken');
    const renamed = await changeSegment(stores, caller, saved.id, { version: 1, name: '杭州回头客' });
    expect(renamed.version).toBe(1);
    const changed = await changeSegment(stores, caller, saved.id, { version: 1, tree: tree({ kind: 'tag', test: { op: 'any_of', values: ['VIP'] } }) });
    expect(changed.version).toBe(2);
    await expect(changeSegment(stores, caller, saved.id, { version: 1, name: 'late' })).rejects.toThrow('segment.changed');
    expect((await readSegment(stores, caller, saved.id)).versions.map((one) => one.version)).toEqual([2, 1]);
    expect((await listSegments(stores, caller)).map((one) => one.sentence)).toEqual(['标签含VIP任一']);
    await dropSegment(stores, caller, saved.id);
    await expect(readSegment(stores, caller, saved.id)).rejects.toThrow('segment.not_found');
  });
  test('counts its people today with their reach, and says who keeps it where that is a person', async () => {
    const saved = await createSegment(stores, caller, { name: '杭州两次', description: '', tree: boughtTwice });
    expect(await segmentSize(stores, caller, saved.id)).toEqual({ asOf: '2026-01-05', count: 2, reach: { wecom: 2, sms: 2 } });
    expect((await segmentSize(stores, { ...caller, shops: ['West'] }, saved.id)).count).toBe(0);
    expect([saved.ownerName, (await changeSegment(stores, caller, saved.id, { version: 1, owner: '林店长' })).ownerName]).toEqual([caller.actor.id, '林店长']);
    await dropSegment(stores, caller, saved.id);
  });
  test('belongs to its workspace', async () => {
    const saved = await createSegment(stores, caller, { name: 'ours', description: '', tree: boughtTwice });
    const other: Caller = { ...caller, workspaceId: await testWorkspace(stores) };
    await expect(readSegment(stores, other, saved.id)).rejects.toThrow('segment.not_found');
    await expect(dropSegment(stores, other, saved.id)).rejects.toThrow('segment.not_found');
    expect((await previewTree(stores, other, tree({ kind: 'and', of: [] }))).count).toBe(0);
  });
});

describe('what a filter may name', () => {
  test('R5: a field added a moment ago, without a restart', async () => {
    const skin = tree({ kind: 'field', field: 'skin', test: { op: 'in', values: ['dry'] } });
    await expect(previewTree(stores, caller, skin)).rejects.toThrow('condition.unknown_field');
    await addField(stores, caller.workspaceId, { key: 'skin', label: '肤质', type: 'enum', options: ['dry', 'oily'] });
    await putStates(stores, caller.workspaceId, [{ customer: customerOf(77), texts: { skin: 'dry' } }]);
    expect(await previewTree(stores, caller, skin)).toMatchObject({ count: 1, sentence: '肤质是dry之一' });
  });
  test('not a private field, for those who may not unmask', async () => {
    const birthday = tree({ kind: 'field', field: 'birthday', test: { op: 'anniversary', days: 7 } });
    await expect(previewTree(stores, caller, birthday)).rejects.toThrow('condition.masked_field');
    expect((await previewTree(stores, { ...caller, permissions: new Set([...caller.permissions, 'customers.unmask']) }, birthday)).count).toBe(0);
  });
  test('not the inside of a sealed one, for anybody', async () => {
    const sealed = (await fieldCatalogue(stores, caller)).fields.filter((field) => field.encrypted).map((field) => field.key);
    expect(sealed).toContain('address');
    const all: Caller = { ...caller, permissions: new Set(['customers.unmask']) };
    await expect(previewTree(stores, all, tree({ kind: 'field', field: 'address', test: { op: 'contains', value: '西湖' } }))).rejects.toThrow('condition.encrypted_field');
  });
  test('the events that have been seen', async () => expect((await fullCatalogue(stores, caller)).events?.map((one) => one.event)).toEqual(['order.paid', 'page.viewed']));
});
