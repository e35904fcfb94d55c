import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber } from '../../kernel/day.ts';
import { type CustomerId, newId, type SubjectId } from '../../kernel/ids.ts';
import { seeded } from '../../kernel/random.ts';
import { activity, ofMine, purchaseLines, purchases, sales, tracked } from '../../kernel/readings.ts';
import { kindsOf, loadHabits } from './habits.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000', DAY = '2026-01-10', SHOPS = ['', 'east', 'west'];
const PEOPLE = 24, TELLINGS = 6, DOCUMENTS = 120;
let stores: TestStores, workspace: string, people: CustomerId[], browsers: SubjectId[];

const random = seeded(7), draw = (below: number): number => Math.floor(random() * below);
const oneOf = <T>(all: readonly T[]): T => all[draw(all.length)] as T;

/** What a telling of anything says that may differ from the one before: versions come in any order and twice, and whose it is, where it stands and whether it is there change. */
const telling = () => ({ workspace, version: 1 + draw(4), deleted: draw(8) === 0 ? 1 : 0, subject: draw(20) === 0 ? NOBODY : oneOf<string>([...people, ...browsers]), day: `2026-01-${10 + draw(9)}` });
const order = (n: number) => ({ ...telling(), source: 'shop', shop: oneOf(SHOPS), order_no: `O${n}`, status: oneOf(['paid', 'done', 'unpaid']), ordered_at: `${DAY} 0${n % 9}:00:00`, currency: 'CNY', amount: 1_000 + draw(9_000), refunded: draw(500), full_refund: draw(9) === 0 ? 'after_shipping' : '', free: draw(12) === 0 ? 1 : 0, channel: oneOf(['web', 'app']) });
const line = (n: number) => ({ ...telling(), source: 'shop', shop: oneOf(SHOPS), order_no: `O${n}`, sku: oneOf(['tea', 'cup']), occurrence: 0, category: oneOf(['c0', 'c1']), kind: oneOf(['goods', 'gift']), amount: draw(9_000), cost: draw(900), loose: draw(9) === 0 ? 1 : 0 });
const refund = (n: number) => ({ ...telling(), source: 'shop', shop: oneOf(SHOPS), refund_no: `R${n}`, order_no: oneOf(['', `O${n}`]), document_no: `D${n}`, status: oneOf(['done', 'pending']), refunded_at: `${DAY} 12:00:00`, amount: draw(700), currency: 'CNY' });
const event = (n: number) => ({ ...telling(), day: DAY, time: `${DAY} 0${n % 9}:00:00`, message_id: `m${n}`, kind: 'track', event: oneOf(['Viewed', 'Liked']), source: 'shop', shop: oneOf(SHOPS), received_at: `${DAY} 10:00:00`, properties: {}, backfill: 0 });

/** The same documents told again and again, each time as a part of its own that nothing merges: numbers are the same in several shops. */
beforeAll(async () => {
  stores = await testStores('2026-01-25T04:00:00Z');
  workspace = await testWorkspace(stores);
  people = Array.from({ length: PEOPLE }, () => newId() as CustomerId);
  browsers = Array.from({ length: PEOPLE }, () => newId() as SubjectId);
  for (const table of ['orders', 'order_lines', 'refunds', 'events']) await stores.ch.command(`system stop merges ${table}`);
  const all = <T>(of: (n: number) => T, share: number): T[] => Array.from({ length: DOCUMENTS }, (_, n) => n).filter(() => draw(10) < share).flatMap((n) => (draw(4) === 0 ? [of(n), of(n)] : [of(n)]));
  for (let time = 0; time < TELLINGS; time++) {
    await stores.ch.insert('orders', all(order, 7));
    await stores.ch.insert('order_lines', all(line, 7));
    await stores.ch.insert('refunds', all(refund, 4));
    await stores.ch.insert('events', all(event, 5));
  }
  // An event is its subject's for ever: told again, it is theirs with another shop or taken back.
  const retold = Array.from({ length: DOCUMENTS }, (_, n) => event(n + 1_000));
  for (let time = 0; time < 3; time++) await stores.ch.insert('events', retold.filter(() => draw(2) === 0).map((one) => ({ ...one, version: 1 + draw(3), deleted: draw(8) === 0 ? 1 : 0, shop: oneOf(SHOPS) })));
  await stores.ch.insert('subject_owner', browsers.flatMap((subject, n) => (n % 3 === 0 ? [] : [{ workspace, subject, customer: oneOf(people), version: 1 }, { workspace, subject, customer: oneOf(people), version: 2 }])));
}, 60_000);
afterAll(() => stores.close());

const rowsOf = async (from: string, params: object = {}): Promise<string[]> => (await stores.ch.rows<object>(from, { workspace, ...params })).map((row) => JSON.stringify(row)).sort();
/** Some people with every subject that may be theirs, as a caller names them. */
const some = (count: number) => ({ customers: people.slice(0, count), subjects: [...people.slice(0, count), ...browsers] as string[] as SubjectId[] });
const COUNTS = [1, 3, PEOPLE - 4];

describe('rows of some subjects are those FINAL gives', () => {
  test.each(['orders', 'order_lines', 'refunds', 'events'] as const)('%s, whoever had them before and whatever became of them', async (table) => {
    for (const count of COUNTS) {
      const subjects = [...people.slice(0, count), ...browsers.slice(0, count)];
      const columns = (await stores.ch.rows<{ name: string }>('select name from system.columns where database = currentDatabase() and table = {table:String} and name != {told:String} order by position', { table, told: 'deleted' })).map(({ name }) => name);
      const mine = await rowsOf(`select ${columns.join(', ')} from ${ofMine(table, columns)}`, { subjects });
      expect(mine.length).toBeGreaterThan(count);
      expect(mine).toEqual(await rowsOf(`select ${columns.join(', ')} from ${table} final where workspace = {workspace:UUID} and subject in {subjects:Array(UUID)}`, { subjects }));
    }
  });
  test('the books hold what the newest telling alone would not find: rows that went to somebody else or were taken out', async () => {
    for (const table of ['orders', 'order_lines', 'refunds']) {
      const number = table === 'refunds' ? 'refund_no' : 'order_no', sku = table === 'order_lines' ? ', sku' : '';
      const [gone] = await stores.ch.rows<{ rows: number }>(`
        select count() as rows from (select argMax(subject, version) as last, groupUniqArray(subject) as had from ${table} where workspace = {workspace:UUID} group by source, shop, ${number}${sku}) where length(had) > 1 and last not in {subjects:Array(UUID)} and hasAny(had, {subjects:Array(UUID)})`, { workspace, subjects: people.slice(0, 3) });
      expect(gone?.rows).toBeGreaterThan(2);
    }
  });
});

const READINGS = {
  purchases: [purchases, ['customer', 'order_no', 'amount', 'refunded']], sales: [sales, ['customer', 'document_no', 'kind', 'net', 'purchase', 'shop']],
  purchaseLines: [purchaseLines, ['customer', 'order_no', 'sku', 'amount']], activity: [activity, ['customer', 'event', 'day', 'amount']], tracked: [tracked, ['customer', 'event', 'day']],
} as const;
type Any = ((...names: string[]) => string) & { mine(...names: string[]): string };

test.each(Object.entries(READINGS))('%s of some people is what reading everybody finds of them', async (_, [given, names]) => {
  const reading = given as unknown as Any;
  for (const count of COUNTS) {
    const { customers, subjects } = some(count), theirs = 'where customer in {customers:Array(UUID)}';
    const mine = await rowsOf(`select * from ${reading.mine(...names)} ${theirs}`, { customers, subjects });
    expect(mine.length).toBeGreaterThan(count === 1 ? -1 : count / 2);
    expect(mine).toEqual(await rowsOf(`select * from ${reading(...names)} ${theirs}`, { customers }));
  }
});

const asOf = dayNumber('2026-01-15');
const habitsOf = async (whom: object): Promise<{ customerId: string }[]> => {
  const books = await loadHabits(stores.ch, { workspaceId: workspace, asOf, windowFrom: 0, kinds: await kindsOf(stores.ch, workspace), sources: true, whom: whom as never });
  return books.map((own) => ({ ...own, shops: [...own.shops].sort(), sources: [...own.sources].sort() })).sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
};

test('the habits of some are what everybody’s say of them, also where events were taken back', async () => {
  expect(await kindsOf(stores.ch, workspace)).toEqual({ lines: true, shops: true, takenBack: true, refunds: true, apart: true });
  const everybody = await habitsOf({ part: 0, parts: 1 });
  for (const count of COUNTS) {
    const { customers, subjects } = some(count);
    expect(await habitsOf({ customers, subjects })).toEqual(everybody.filter(({ customerId }) => (customers as string[]).includes(customerId)));
  }
});

test('what a shop has none of is not read, and is from the moment there is any', async () => {
  const shop = await testWorkspace(stores), customer = newId(), told = { workspace: shop, source: 'shop', shop: '', version: 1, deleted: 0, subject: customer, day: DAY };
  const booked = async () => (await loadHabits(stores.ch, { workspaceId: shop, asOf, windowFrom: 0, kinds: await kindsOf(stores.ch, shop), sources: false, whom: { customers: [customer], subjects: [customer] } as never }))[0]?.netMinor;
  const apart = { lines: false, shops: false, takenBack: false, refunds: false, apart: false };
  await stores.ch.insert('orders', [{ ...order(1), ...told, order_no: 'A1', status: 'paid', amount: 900, refunded: 0, full_refund: '', free: 0 }]);
  expect([await kindsOf(stores.ch, shop), await booked()]).toEqual([apart, 900]);
  await stores.ch.insert('refunds', [{ ...refund(1), ...told, refund_no: 'B1', order_no: 'A1', status: 'done', amount: 100 }]);
  expect([await kindsOf(stores.ch, shop), await booked()]).toEqual([{ ...apart, refunds: true }, 900]);
  await stores.ch.insert('refunds', [{ ...refund(1), ...told, refund_no: 'B2', order_no: '', status: 'done', amount: 200 }]);
  expect([await kindsOf(stores.ch, shop), await booked()]).toEqual([{ ...apart, refunds: true, apart: true }, 700]);
});

test('of an event told again the newest telling alone counts, of two at one moment both', async () => {
  const [moved, gone, shorter, both, spoken] = Array.from({ length: 5 }, () => newId() as CustomerId) as [CustomerId, CustomerId, CustomerId, CustomerId, CustomerId];
  const tell = (subject: string, id: string, more: object = {}) => ({ ...event(1), subject, time: `${DAY} 09:00:00`, message_id: `${subject}${id}`, version: 1, deleted: 0, shop: 'east', ...more });
  await stores.ch.insert('events', [
    tell(moved, 'a'), tell(gone, 'a'), tell(shorter, 'a'), tell(shorter, 'b', { time: '2026-01-12 09:00:00', day: '2026-01-12', shop: '' }), tell(both, 'a'), tell(both, 'b', { shop: 'west' }),
    tell(spoken, 'a', { kind: 'message' }), tell(spoken, 'b', { day: '2026-01-11', time: '2026-01-11 09:00:00' }),
  ]);
  await stores.ch.insert('events', [tell(moved, 'a', { version: 2, shop: 'west' }), tell(gone, 'a', { version: 2, deleted: 1 }), tell(shorter, 'b', { time: '2026-01-12 09:00:00', day: '2026-01-12', shop: '', version: 2, deleted: 1 })]);
  const customers = [moved, gone, shorter, both, spoken], books = await habitsOf({ customers, subjects: customers });
  expect(books).toEqual((await habitsOf({ part: 0, parts: 1 })).filter(({ customerId }) => (customers as string[]).includes(customerId)));
  const seen = Object.fromEntries(books.map((own) => [own.customerId, own])) as Record<string, object | undefined>;
  expect(seen[gone]).toBeUndefined();
  expect(customers.filter((one) => one !== gone).map((one) => seen[one])).toMatchObject([
    { shops: ['west'] }, { shops: ['east'], lastSeen: dayNumber(DAY) }, { shops: ['east', 'west'] }, { firstSeen: dayNumber('2026-01-11') },
  ]);
});
