import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders, putPeople } from '../../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../../test/support/stores.ts';
import { dayNumber } from '../../../kernel/day.ts';
import { uuidAt } from '../../../kernel/clickhouse/rowReader.ts';
import { type CustomerId, newId, type SubjectId } from '../../../kernel/ids.ts';
import { booksOf } from '../compute/books.ts';
import { loadBooks } from './books.ts';

let stores: TestStores, workspace: string;
const BUYER = customerOf(1), OTHER = customerOf(2), BROWSER = newId() as SubjectId, TODAY = '2026-01-15', YEAR_2020 = '2020-06-01';

const event = (n: number, subject: string, day: string, more: object = {}) =>
  ({ workspace, subject, time: `${day} 08:00:00`, message_id: `m${n}`, kind: 'track', event: 'Viewed', source: 'shop', shop: '', day, received_at: `${day} 10:00:00`, properties: {}, backfill: 0, version: 1, deleted: 0, ...more });
const refund = (no: string, day: string, status: string) => ({ workspace, source: 'shop', shop: '', refund_no: no, order_no: '', version: 1, deleted: 0, subject: BUYER, status, refunded_at: `${day} 12:00:00`, day, amount: 700, currency: 'CNY' });

/** One customer under two subjects, with everything that is told twice, taken back, too old or yet to come. */
beforeAll(async () => {
  stores = await testStores(`${TODAY}T04:00:00Z`);
  workspace = await testWorkspace(stores);
  await putPeople(stores, workspace, [BUYER, OTHER]);
  await putOrders(stores, workspace, [BUYER, OTHER].map((customer) => ({ customer, day: '2026-01-02', amount: 5_000 })));
  await stores.ch.insert('subject_owner', [{ workspace, subject: BROWSER, customer: BUYER, version: 1 }]);
  await stores.ch.insert('events', [
    event(1, BUYER, '2026-01-14'), event(2, BROWSER, '2026-01-13', { kind: 'page' }), event(3, BROWSER, '2026-01-01'), event(4, BUYER, '2026-01-14', { kind: 'identify' }),
    event(5, BUYER, '2026-01-16'), event(6, BUYER, YEAR_2020), event(7, BUYER, '2026-01-12'),
    event(8, BUYER, '2026-01-05', { event: 'complaint.raised' }), event(9, BUYER, '2026-01-05', { event: 'complaint.closed' }),
    event(10, BROWSER, '2026-01-05', { event: 'csat.answered', properties: { score: 2 } }), event(11, BUYER, '2026-01-05', { event: 'csat.answered', properties: { score: 'well' } }),
  ]);
  await stores.ch.insert('events', [event(1, BUYER, '2026-01-14', { version: 2 }), event(7, BUYER, '2026-01-12', { version: 2, deleted: 1 })]);
  await stores.ch.insert('refunds', [refund('R1', '2026-01-04', 'done'), refund('R2', '2026-01-04', 'asked')]);
}, 60_000);
afterAll(() => stores.close());

const ALL = 'all' as const, NAMED = { customers: [BUYER as CustomerId], subjects: [BUYER as string as SubjectId, BROWSER] };
const MANY = { ...NAMED, subjects: [...NAMED.subjects, ...Array.from({ length: 20 }, () => newId() as SubjectId)] };

test.each([['everybody', ALL], ['one by name', NAMED], ['one by many names', MANY]])('of %s the books hold each deed once, in its week, by whichever subject, and feedback apart', async (_, whom) => {
  const books = booksOf(await loadBooks(stores.ch, { workspaceId: workspace, asOf: dayNumber(TODAY), whom, b2bPurchaseMinor: null, traits: false }));
  const row = Array.from({ length: books.customers }, (_each, at) => uuidAt(books.ids, 16 * at)).indexOf(BUYER);
  const of = (offsets: Uint32Array, column: ArrayLike<number>): number[] => Array.from(column).slice(offsets[row], offsets[row + 1]);
  expect([of(books.weekOffsets, books.weeks), of(books.weekOffsets, books.deeds)]).toEqual([[0, 1, 2], [2, 4, 1]]);
  expect(of(books.feedbackOffsets, books.feedbackWeeks)).toEqual([1]);
  expect([books.complaints, books.refunded, books.scoreSums, books.answers].map((column) => of(books.feedbackOffsets, column))).toEqual([[1], [700], [2], [1]]);
  expect([books.customers, books.weeks.length, books.feedbackWeeks.length]).toEqual([whom === ALL ? 2 : 1, 3, 1]);
});
