import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putEvents, putOrders, putStages } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { addAccount, changeAccount, dropAccount, writeSection } from '../../customers/accounts.ts';
import { addContact, changeContact, observe } from '../../customers/contacts.ts';
import { declareFields, merge, publish, resolve } from '../../customers/index.ts';
import { tell } from '../../customers/tell.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { Tree, type TreeInput } from '../../kernel/conditions/index.ts';
import { fitsOf } from './fits.ts';
import { memberIds, previewTree } from './members.ts';
import { changeSegment, createSegment, dropSegment } from './segments.ts';

let stores: TestStores;
let caller: Caller;
let ids: string[];
const tree = (root: TreeInput['root']): Tree => Tree.parse({ version: 1, root });
const field = (name: string, test: object): Tree => Tree.parse({ version: 1, root: { kind: 'field', field: name, test } });
const nth = (found: readonly string[]): number[] => found.map((id) => ids.indexOf(id)).sort();
/** Who fits, by number; the same by the evaluator, which reads of them alone. */
async function fitting(asked: Tree): Promise<number[]> {
  const [{ ids: found }, each] = await Promise.all([memberIds(stores, caller, asked, { after: null, limit: 100 }), fitsOf(stores, caller, [asked, tree({ kind: 'and', of: [] })], ids)]);
  expect(nth([...each].filter(([, fits]) => fits.includes(0)).map(([id]) => id))).toEqual(nth(found));
  expect([...each.values()].every((fits) => fits.includes(1))).toBe(true);
  return nth(found);
}

declareFields([{ key: 'open_ticket', type: 'boolean', source: 'lifecycle' }, { key: 'points', type: 'number', source: 'lifecycle' }, { key: 'tier', type: 'enum', options: ['gold', 'silver'], source: 'lifecycle' }]);

beforeAll(async () => {
  stores = await testStores();
  caller = { ...systemCaller(await testWorkspace(stores), ['customers.read', 'customers.write', 'lifecycle.write']), language: 'en' };
  const { items } = await resolve(stores, caller.workspaceId, Array.from({ length: 6 }, (_, n) => ({ identifiers: [{ kind: 'phone', value: `1390013900${n}` }], at: new Date('2026-01-01T00:00:00Z'), source: 'test', name: `n${n}`, traits: { city: n % 2 ? '杭州' : '上海' } })));
  ids = items.map(({ customer }) => customer);
  const at = (customer: number, time: string, event: string, order: string) => ({ customer: ids[customer] as string, time: `2026-01-10 ${time}`, event, properties: { order } });
  await putEvents(stores, caller.workspaceId, [
    at(0, '01:00:00', 'cart', 'a'), at(0, '01:20:00', 'paid', 'a'), at(1, '01:00:00', 'cart', 'a'), at(1, '01:20:00', 'paid', 'b'), at(2, '01:00:00', 'cart', 'c'), at(2, '01:31:00', 'paid', 'c'),
    { customer: ids[4] as string, time: '2026-01-09 03:50:00', event: 'cart' },
    // The day ends at 16:00 UTC here: half an hour is not over.
    at(3, '15:40:00', 'cart', 'd'),
  ]);
  await putOrders(stores, caller.workspaceId, [{ customer: ids[4] as string, day: '2026-01-09', amount: 100 }]);
  await putStages(stores, caller.workspaceId, [{ customer: ids[0] as string, stages: ['new', 'churned'], entered: ['2025-01-01', '2026-01-03'] }, { customer: ids[1] as string, stages: ['new'], entered: ['2026-01-05'] }]);
});
afterAll(() => stores.close());

describe('segments within segments', () => {
  test('a segment stands for its filter as it is today, inside others, with the same people', async () => {
    const inner = await createSegment(stores, caller, { name: 'Hangzhou', description: '', tree: field('city', { op: 'equals', value: '杭州' }) });
    const outer = await createSegment(stores, caller, { name: 'Others', description: '', tree: tree({ kind: 'not', of: { kind: 'segment', segment: inner.id } }) });
    const both = tree({ kind: 'or', of: [{ kind: 'segment', segment: outer.id }, { kind: 'field', field: 'name', test: { op: 'matches', value: '[15]$' } }] });
    expect(await fitting(both)).toEqual([0, 1, 2, 4, 5]);
    expect((await previewTree(stores, caller, both)).sentence).toBe('in the segment “Others” or name matches the pattern [15]$');
    await changeSegment(stores, caller, inner.id, { version: 1, tree: field('city', { op: 'equals', value: '上海' }) });
    expect(await fitting(both)).toEqual([1, 3, 5]);
    await expect(dropSegment(stores, caller, inner.id)).rejects.toMatchObject({ code: 'segment.used', status: 409, facts: { count: 1, names: 'Others', more: 0, usedBy: [{ kind: 'segment', id: outer.id, name: 'Others' }] } });
    // Put away, they still count where they are named; a new filter cannot name them.
    await dropSegment(stores, caller, outer.id);
    await dropSegment(stores, caller, inner.id);
    expect(await fitting(both)).toEqual([1, 3, 5]);
    await expect(createSegment(stores, caller, { name: 'Late', description: '', tree: tree({ kind: 'segment', segment: inner.id }) })).rejects.toMatchObject({ code: 'condition.segment_missing' });
  });

  test('rings, what is missing, and more than five inside each other are refused', async () => {
    const made = [await createSegment(stores, caller, { name: 'r0', description: '', tree: tree({ kind: 'and', of: [] }) })];
    for (let n = 1; n <= 5; n++) made.push(await createSegment(stores, caller, { name: `r${n}`, description: '', tree: tree({ kind: 'segment', segment: made[n - 1]?.id as string }) }));
    const change = (at: number, to: number) => changeSegment(stores, caller, made[at]?.id as never, { version: 1, tree: tree({ kind: 'segment', segment: made[to]?.id as string }) });
    await expect(change(0, 0)).rejects.toMatchObject({ code: 'condition.segment_ring' });
    await expect(change(0, 3)).rejects.toMatchObject({ code: 'condition.segment_ring' });
    await expect(fitting(tree({ kind: 'segment', segment: made[5]?.id as string }))).rejects.toMatchObject({ code: 'condition.segment_depth' });
    expect(await fitting(tree({ kind: 'segment', segment: made[4]?.id as string }))).toEqual([0, 1, 2, 3, 4, 5]);
    await expect(fitting(tree({ kind: 'segment', segment: crypto.randomUUID() }))).rejects.toMatchObject({ code: 'condition.segment_missing' });
  });
});

test('D16: a cart that was not paid within the half hour, of the same order, once the half hour is over', async () => {
  const abandoned = (same?: string): Tree => Tree.parse({ version: 1, root: { kind: 'unfollowed', event: 'cart', by: { event: 'paid' }, within: { amount: 30, unit: 'minutes' }, window: { kind: 'recent', amount: 24, unit: 'hours' }, ...(same && { same }) } });
  expect(await fitting(abandoned())).toEqual([2]);
  expect(await fitting(abandoned('order'))).toEqual([1, 2]);
  expect(await fitting(Tree.parse({ version: 1, root: { kind: 'sequence', steps: [{ event: 'cart' }, { event: 'paid', within: { amount: 20, unit: 'minutes' } }], same: 'order' } }))).toEqual([0]);
  const bought = (minutes: number): Tree => Tree.parse({ version: 1, root: { kind: 'sequence', steps: [{ event: 'cart' }, { event: 'order.paid', where: [{ property: 'order_no', test: { op: 'matches', value: '^N\\d+' } }], within: { amount: minutes, unit: 'minutes' } }] } });
  expect([await fitting(bought(10)), await fitting(bought(9))]).toEqual([[4], []]);
});

test('the way through the stages: then, since when, how long, whence', async () => {
  const stage = (asked: object): Promise<number[]> => fitting(Tree.parse({ version: 1, root: { kind: 'stage', ...asked } }));
  expect(await stage({ ask: 'is', stages: ['churned'] })).toEqual([0]);
  expect(await stage({ ask: 'is', stages: ['new'], day: '2026-01-02' })).toEqual([0]);
  expect(await stage({ ask: 'entered', stages: ['churned'], from: ['new'], window: { kind: 'rolling', days: 8 } })).toEqual([0]);
  expect(await stage({ ask: 'entered', stages: ['churned'], window: { kind: 'rolling', days: 7 } })).toEqual([]);
  expect(await stage({ ask: 'lasted', stages: ['new', 'churned'], test: { op: 'at_least', value: 6 } })).toEqual([0]);
});

test('consents by channel and purpose are asked as last said, whoever is merged into whom', async () => {
  const said = (channel: string, state: string, purpose = 'marketing'): Promise<number[]> => fitting(Tree.parse({ version: 1, root: { kind: 'consent', channel, purpose, state } }));
  await tell(stores, caller, ids[0] as string, { consents: [{ channel: 'sms', state: 'given' }, { channel: 'sms', state: 'given', purpose: 'service' }] });
  await tell(stores, caller, ids[1] as string, { consents: [{ channel: 'sms', state: 'given' }] });
  stores.clock.advance(1000);
  await tell(stores, caller, ids[0] as string, { consents: [{ channel: 'sms', state: 'withdrawn' }] });
  expect([await said('sms', 'given'), await said('sms', 'withdrawn'), await said('sms', 'given', 'service'), await said('sms', 'unknown')]).toEqual([[1], [0], [0], [2, 3, 4, 5]]);
  await merge(stores, caller, { keep: ids[1] as never, absorb: ids[0] as never, reason: 'one person' });
  const everybody = await memberIds(stores, caller, tree({ kind: 'and', of: [] }), { after: null, limit: 100 });
  ids = everybody.ids;
  expect(ids).toHaveLength(5);
  expect([await said('sms', 'given'), await said('sms', 'withdrawn'), await said('sms', 'unknown')].map((found) => found.length)).toEqual([0, 1, 4]);
});

test('R7: stance, role, industry and completeness of a company are asked of its contacts', async () => {
  const account = await addAccount(stores, caller, { name: 'Tingsong', industry: 'hotels' });
  const zhao = await addContact(stores, caller, account.id, { name: 'Zhao', role: 'decision_maker', power: 5 });
  const lin = await addContact(stores, caller, account.id, { name: 'Lin', role: 'buyer', power: 2 });
  ids.push(zhao.customerId, lin.customerId);
  const [first, second] = [ids.length - 2, ids.length - 1];
  await observe(stores, caller, zhao.id, { kind: 'stance', value: 'oppose', evidence: 'said so', confidence: 1 });
  expect(await fitting(field('stance', { op: 'in', values: ['oppose'] }))).toEqual([first]);
  expect(await fitting(field('account_industry', { op: 'any_of', values: ['hotels'] }))).toEqual([first, second]);
  expect(await fitting(field('contact_role', { op: 'any_of', values: ['buyer'] }))).toEqual([second]);
  expect(await fitting(field('contact_power', { op: 'at_least', value: 3 }))).toEqual([first]);
  await writeSection(stores, caller, account.id, 'history', 'founded by two');
  expect(await fitting(field('account_completeness', { op: 'is', value: 14 }))).toEqual([first, second]);
  await changeAccount(stores, caller, account.id, { industry: 'inns' });
  await changeContact(stores, caller, lin.id, { left: true });
  expect(await fitting(field('account_industry', { op: 'any_of', values: ['inns'] }))).toEqual([first]);
  await dropAccount(stores, caller, account.id);
  expect(await fitting(field('account_industry', { op: 'present' }))).toEqual([]);
});

test('what other modules publish is a plain field: an open ticket, points, a tier', async () => {
  await publish(stores, caller.workspaceId, [{ customer: ids[1] as never, values: { open_ticket: true, points: 120, tier: 'gold' } }]);
  expect(await fitting(field('open_ticket', { op: 'yes' }))).toEqual([1]);
  expect(await fitting(field('points', { op: 'between', from: 100, to: 200 }))).toEqual([1]);
  expect(await fitting(field('tier', { op: 'in', values: ['gold'] }))).toEqual([1]);
});

test('staff of a shop are told of its customers alone, as in lists', async () => {
  await publish(stores, caller.workspaceId, [{ customer: ids[2] as never, values: { shops: ['A', 'B'] } }]);
  const staff: Caller = { ...caller, shops: ['B'] };
  const everybody = tree({ kind: 'and', of: [] });
  expect([...await fitsOf(stores, staff, [everybody], ids)].filter(([, fits]) => fits.length > 0).map(([id]) => id)).toEqual((await memberIds(stores, staff, everybody, { after: null, limit: 9 })).ids);
});
