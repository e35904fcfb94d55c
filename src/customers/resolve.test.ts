import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemCaller } from '../kernel/access/caller.ts';
import { NOBODY } from '../kernel/ids.ts';
import { many, sql } from '../kernel/sql.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { RULES } from './core/identifiers.ts';
import { type Identifier, membersOf, merge, ownersOf, part, publish, resolve, type ResolveItem, unmerge } from './index.ts';
import { search } from './search.ts';

let stores: TestStores;
beforeAll(async () => void (stores = await testStores()));
afterAll(() => stores.close());

const AT = new Date('2026-01-10T00:00:00Z');
const item = (identifiers: Identifier[], more: Partial<ResolveItem> = {}): ResolveItem => ({ identifiers, at: AT, source: 'shop', ...more });
const anon = (value: string): Identifier => ({ kind: 'anonymous_id', value });
const phone = (value: string): Identifier => ({ kind: 'phone', value });
const email = (value: string): Identifier => ({ kind: 'email', value });
const user = (value: string): Identifier => ({ kind: 'user_id', value });
const buyer = (value: string): Identifier => ({ kind: 'buyer_id', scope: 'tmall:1', value });

const states = (workspaceId: string) => stores.ch.rows<{ customer: string; name: string; texts: Record<string, string>; tags: string[]; reach: string[]; numbers: Record<string, number> }>(
  'select customer, name, texts, numbers, tags, reach from customer_state final where workspace = {workspaceId:UUID} order by customer', { workspaceId });
const live = (workspaceId: string) => stores.pg.tx(workspaceId, (tx) => many(tx, sql<{ id: string; name: string; fields: Record<string, unknown>; tags: string[]; kinds: string[]; reach: string[] }>`
  select id, name, fields, tags, kinds, reach from customer where workspace_id = ${workspaceId} and merged_into is null order by id`));
const ownerInCh = async (workspaceId: string, subject: string): Promise<string> => {
  const [row] = await stores.ch.rows<{ customer: string }>('select customer from subject_owner final where workspace = {workspaceId:UUID} and subject = {subject:UUID}', { workspaceId, subject });
  return row?.customer ?? subject;
};

test('R4: an anonymous visitor who identifies with a known phone becomes one customer, and un-merging restores two', async () => {
  const ws = await testWorkspace(stores);
  const caller = systemCaller(ws);
  const [known] = (await resolve(stores, ws, [item([phone('138 0000 0000'), email('Z@X.com')], { name: '张三', traits: { city: '杭州' } })])).items;
  const [visitor] = (await resolve(stores, ws, [item([anon('a-1')], { traits: { city: '上海' } })])).items;
  expect(known?.customer).not.toBe(visitor?.customer);
  const joined = await resolve(stores, ws, [item([anon('a-1'), phone('+8613800000000')])]);
  expect(joined.merged).toEqual([{ keep: known?.customer, absorbed: [visitor?.customer] }]);
  expect((await live(ws)).map(({ id }) => id)).toEqual([known?.customer]);
  expect(await ownerInCh(ws, visitor?.subject as string)).toBe(known?.customer);
  expect((await states(ws)).map(({ customer }) => customer)).toEqual([known?.customer]);
  const [log] = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string }>`select id from merge_log where workspace_id = ${ws} and kind = 'merge'`));
  await unmerge(stores, caller, { merge: log?.id as string, reason: 'mistake' });
  const two = await live(ws);
  expect(two.map(({ id }) => id)).toEqual([known?.customer, visitor?.customer].sort());
  expect(two.find(({ id }) => id === visitor?.customer)?.fields).toEqual({ city: '上海' });
  expect(two.find(({ id }) => id === known?.customer)?.fields).toEqual({ city: '杭州' });
  expect(await ownerInCh(ws, visitor?.subject as string)).toBe(visitor?.customer);
  expect(await states(ws)).toHaveLength(2);
  const again = await resolve(stores, ws, [item([anon('a-1'), phone('13800000000')])]);
  expect(again.merged).toEqual([]);
  expect(await live(ws)).toHaveLength(2);
  const redone = await merge(stores, caller, { keep: known?.customer as string, absorb: visitor?.customer as string, reason: 'it was right' });
  expect(redone).toBe(known?.customer);
  expect(await live(ws)).toHaveLength(1);
  const audits = await stores.pg.tx(ws, (tx) => many(tx, sql<{ action: string }>`select action from audit where workspace_id = ${ws} order by seq`));
  expect(audits.map(({ action }) => action)).toEqual(['customer.unmerge', 'customer.merge']);
});

test('R4: the same items again change nothing and announce nothing', async () => {
  const ws = await testWorkspace(stores);
  const items = [item([user('u1'), phone('13900000001')], { name: 'Ann', tags: ['VIP'] }), item([email('b@x.com')], { traits: { plan: 'pro' } })];
  const first = await resolve(stores, ws, items);
  const counts = () => stores.pg.tx(ws, (tx) => many(tx, sql`
    select (select count(*) from fact where workspace_id = ${ws}) f, (select count(*) from subject where workspace_id = ${ws}) s,
           (select count(*) from tag_member where workspace_id = ${ws}) t, (select count(*) from mirror_batch where workspace_id = ${ws}) b`));
  const before = await counts();
  const second = await resolve(stores, ws, items);
  expect(second.items).toEqual(first.items);
  expect(second.created).toEqual([]);
  expect(await counts()).toEqual(before);
});

test('R4: a stronger identifier that comes later names the customer, who keeps everything', async () => {
  const ws = await testWorkspace(stores);
  const [first] = (await resolve(stores, ws, [item([phone('13900000002')], { name: '李四', tags: ['老客'], consents: [{ channel: 'sms', state: 'given' }] })])).items;
  await publish(stores, ws, [{ customer: first?.customer as string, values: { stage: 'active', order_count: 3 } }]);
  const later = await resolve(stores, ws, [item([buyer('tb1'), phone('13900000002')])]);
  expect(later.items[0]?.customer).not.toBe(first?.customer);
  expect(later.merged).toEqual([{ keep: later.items[0]?.customer, absorbed: [first?.customer] }]);
  const [only, ...others] = await states(ws);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ customer: later.items[0]?.customer, name: '李四', tags: ['老客'], reach: ['sms'], texts: { stage: 'active' }, numbers: { order_count: 3 } });
  expect((await ownersOf(stores, ws, [first?.subject as string])).get(first?.subject as string)).toBe(later.items[0]?.customer);
  expect((await membersOf(stores, ws, [only?.customer as string])).get(only?.customer as string)).toHaveLength(2);
});

test('R4: a phone over its limit lets everybody go again and waits for review; stars and receivers link nobody', async () => {
  const ws = await testWorkspace(stores);
  const buyers = Array.from({ length: RULES.phone.limit + 1 }, (_, i) => buyer(`b${i}`));
  for (const one of buyers) await resolve(stores, ws, [item([one, phone('13900000003')])]);
  expect(await live(ws)).toHaveLength(buyers.length + 1);
  const receiver: Identifier = { kind: 'receiver_phone', value: '13700000001' };
  const stars = await resolve(stores, ws, [item([buyer('r1'), receiver, phone('138****0000')]), item([buyer('r2'), receiver]), item([phone('138****0000')])]);
  expect(stars.items[0]?.customer).not.toBe(stars.items[1]?.customer);
  expect(stars.items[0]?.problems).toEqual([{ index: 2, code: 'identifier.masked' }]);
  expect(stars.items[2]?.customer).toBe(NOBODY);
  const reviews = await stores.pg.tx(ws, (tx) => many(tx, sql<{ code: string }>`select code from identity_review where workspace_id = ${ws} order by code`));
  expect(reviews.map(({ code }) => code)).toEqual(['over_limit', 'receiver_shared']);
});

test('R4: any order and any cutting into batches ends with the same customers', async () => {
  const kinds = [user, buyer, phone, email, anon];
  const identifier = fc.tuple(fc.nat(4), fc.nat(3)).map(([kind, at]): Identifier => {
    const make = kinds[kind] as typeof user;
    return make === phone ? phone(`1390000010${at}`) : make === email ? email(`m${at}@x.com`) : make(`v${at}x`);
  });
  const plot = fc.array(fc.array(identifier, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 8 });
  await fc.assert(fc.asyncProperty(plot, fc.integer({ min: 1, max: 3 }), async (sets, size) => {
    const [forward, backward] = [await testWorkspace(stores), await testWorkspace(stores)];
    const items = sets.map((identifiers) => item(identifiers));
    await resolve(stores, forward, items);
    const turned = [...items].reverse();
    for (let at = 0; at < turned.length; at += size) await resolve(stores, backward, turned.slice(at, at + size));
    expect(await shape(backward)).toEqual(await shape(forward));
  }), { numRuns: 25 });
});

/** Who is together, by what the identifiers say; ids differ from workspace to workspace. */
async function shape(workspaceId: string): Promise<string[]> {
  const rows = await stores.pg.tx(workspaceId, (tx) => many(tx, sql<{ members: string }>`
    select string_agg(s.kind || s.over_limit, ',' order by s.kind, s.over_limit) as members
      from subject s join customer c on c.workspace_id = s.workspace_id and c.id = s.customer_id and c.merged_into is null
     where s.workspace_id = ${workspaceId} group by s.customer_id`));
  return rows.map(({ members }) => members).sort();
}

test('whoever is spoken of often is looked up once, and more people than one transaction takes are answered in order', async () => {
  const ws = await testWorkspace(stores), DIFFERENT = 10_003;
  let transactions = 0;
  const counted = { ...stores, pg: { ...stores.pg, tx: (async (...given) => { transactions++; return stores.pg.tx(...given); }) as typeof stores.pg.tx } };
  const often = Array.from({ length: 20_001 }, (_, i) => item([user(`often-${i % 3}`)]));
  const { items: first, created } = await resolve(stores, ws, often, { mirror: 'later' });
  expect([created.length, new Set(first.map(({ customer }) => customer)).size]).toEqual([3, 3]);
  const { items: again } = await resolve(counted, ws, often, { mirror: 'later' });
  expect([again, transactions]).toEqual([first, 1]);
  const many = Array.from({ length: DIFFERENT }, (_, i) => item([user(`once-${i}`)]));
  const { items } = await resolve(stores, ws, [...many, ...many], { mirror: 'later' });
  expect(new Set(items.map(({ customer }) => customer)).size).toBe(DIFFERENT);
  expect(items.slice(DIFFERENT)).toEqual(items.slice(0, DIFFERENT));
}, 120_000);

test('R4: staff can part one identifier from a customer, and its values go with it', async () => {
  const ws = await testWorkspace(stores);
  const [one] = (await resolve(stores, ws, [item([user('u9'), phone('13900000009')], { name: 'Both' })])).items;
  const [kept, gone] = await part(stores, systemCaller(ws), { customer: one?.customer as string, apart: (await membersOf(stores, ws, [one?.customer as string])).get(one?.customer as string)?.filter((id) => id !== one?.subject) ?? [], reason: 'wife' });
  expect(kept).toBe(one?.customer);
  expect((await live(ws)).map(({ id, kinds }) => [id, kinds])).toEqual([[kept, ['user_id']], [gone, ['phone']]].sort());
});

test('R4: both sides of a parting are found by their own names', async () => {
  const ws = await testWorkspace(stores);
  // Which of two subjects leads is drawn from the key: six pairs meet both ways.
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const shared = phone(`1390000010${n}`);
    await resolve(stores, ws, [item([buyer(`fern${n}`), shared], { name: `Fern${n} Dale` }), item([buyer(`moss${n}`), shared], { name: `Moss${n} Dale` })]);
    const { items: [moss] } = await resolve(stores, ws, [item([buyer(`moss${n}`)])]);
    const sides = await part(stores, systemCaller(ws), { customer: moss?.customer as string, apart: [moss?.subject as string], reason: 'two people' });
    const found = [await search(stores, ws, `Fern${n}`), await search(stores, ws, `Moss${n}`)];
    expect(found.map((ids) => ids.length)).toEqual([1, 1]);
    expect(found.flat().sort()).toEqual([...sides].sort());
  }
});

test('R4: many at once end with one customer, and publishing in between waits its turn', async () => {
  const ws = await testWorkspace(stores);
  const [first] = (await resolve(stores, ws, [item([phone('13900000077')])])).items;
  await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 3 === 0
    ? publish(stores, ws, [{ customer: first?.customer as string, values: { order_count: i } }])
    : resolve(stores, ws, [item([phone('13900000077'), i % 2 === 0 ? email('same@x.com') : buyer('same')], { name: `N${i}` })]))));
  const all = await live(ws);
  expect(all).toHaveLength(1);
  expect(all[0]?.kinds).toEqual(['buyer_id', 'email', 'phone']);
  expect((await states(ws)).map(({ customer }) => customer)).toEqual([all[0]?.id]);
});

test('R138: a dump of every table holds no phone and no e-mail in clear', async () => {
  const ws = await testWorkspace(stores);
  await resolve(stores, ws, [item([phone('13812345678'), email('secret.person@example.com')], { name: 'Clear', traits: { address: '西湖区文三路 1 号', second_phone: '13812345678', contact_mail: 'secret.person@example.com' } })]);
  const tables = await stores.pg.tx(ws, (tx) => many(tx, sql<{ name: string }>`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege(oid, 'select')`));
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) {
    const dump = JSON.stringify(await stores.pg.tx(ws, (tx) => many(tx, sql`select t::text from ${sql.raw(name)} t`)));
    expect(dump, name).not.toMatch(/13812345678|secret\.person|文三路/);
  }
  const mirror = JSON.stringify(await states(ws));
  expect(mirror).toContain('Clear');
  expect(mirror).not.toMatch(/13812345678|secret\.person|文三路/);
});
