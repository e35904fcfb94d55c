import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { seeded } from '../../kernel/random.ts';
import { promotionsBetween } from './calendar.ts';
import { csvOf } from './csv.ts';
import { sampleFiles } from './files.ts';
import { lifeOf } from './habits.ts';
import { MILLION_HEADER, millionLines } from './millionLines.ts';
import { opinionsOf } from './opinions.ts';
import { orderOf, type ShopOrder } from './orders.ts';
import { buyerOf, personOf } from './people.ts';
import { NOBODY, planOf } from './plan.ts';
import { eventsOf } from './sessions.ts';
import { SIMULATED_TAG, TABLES } from './tables.ts';
import { openWorld, SAMPLE_SEED, SHOPS } from './world.ts';

const LAST_DAY = '2026-11-21';
const plan = planOf(openWorld(seeded(SAMPLE_SEED), LAST_DAY));
const entries = Array.from({ length: plan.length }, (_, serial) => plan.entry(serial));
const orders = entries.filter(({ moment }) => moment !== 'visit').map((entry) => orderOf(plan, entry));
const dayOf = (order: ShopOrder): number => Math.floor(order.entry.minute / 1440);
const isPurchase = ({ entry, refund }: ShopOrder): boolean => entry.moment !== 'unpaid' && !(refund?.isFull && refund.status === 'done');
const purchaseDays = new Map<number, Set<number>>();
for (const order of orders) {
  if (!order.buyer || !isPurchase(order)) continue;
  const days = purchaseDays.get(order.buyer.index) ?? new Set();
  purchaseDays.set(order.buyer.index, days.add(dayOf(order)));
}
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
const share = (part: number, whole: number): number => part / whole;
const hash = (pieces: Iterable<string>): string => {
  const made = createHash('sha256');
  for (const piece of pieces) made.update(piece);
  return made.digest('hex');
};
const tableHash = (seed: number): string[] => {
  const one = planOf(openWorld(seeded(seed), LAST_DAY, { customers: 300 }));
  return TABLES.map((table) => hash(csvOf(table.header, table.rows(one))));
};

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('the same story', () => {
  test('the same seed writes the same bytes, another seed others', () => {
    expect(tableHash(1)).toEqual(tableHash(1));
    expect(tableHash(1)).not.toEqual(tableHash(2));
  });

  test('files hold what the tables say, in time order', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sample-'));
    folders.push(folder);
    const files = await sampleFiles(folder, { random: seeded(1), lastDay: LAST_DAY, customers: 300 });
    expect(files.map(({ name }) => name)).toEqual(TABLES.map(({ name }) => name));
    const [first] = files;
    const rows = (await readFile(first?.path ?? '', 'utf8')).trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(first?.rows ?? -1);
    const times = rows.map((row) => row.split(',')[4]?.slice(0, 16) ?? '');
    expect(times).toEqual([...times].sort());
  });

  test('the last day is the day given and nothing is later', () => {
    const days = orders.map(dayOf);
    expect(plan.world.days.last).toBe(LAST_DAY);
    expect(Math.max(...days)).toBe(plan.world.days.names.length - 1);
    expect(Math.min(...days)).toBe(0);
    expect(plan.world.days.first).toBe('2025-05-01');
  });
});

describe('totals add up', () => {
  test('an order is its lines after discount plus shipping, and list price less discount', () => {
    for (const { lines, shippingCents, amountCents, discountCents } of orders) {
      expect(sum(lines.map((line) => line.amountCents)) + shippingCents).toBe(amountCents);
      expect(sum(lines.map(({ product, quantity }) => product.priceCents * quantity)) - discountCents + shippingCents).toBe(amountCents);
    }
  });

  test('nobody is refunded more than was paid, nor before the order or after the last day', () => {
    for (const { refund, amountCents, entry } of orders) {
      if (!refund) continue;
      expect(refund.amountCents).toBeLessThanOrEqual(amountCents);
      expect(refund.minute).toBeGreaterThanOrEqual(entry.minute);
      expect(refund.minute).toBeLessThan(plan.world.days.names.length * 1440);
    }
  });

  test('order numbers, customers’ numbers, phones and e-mails are their own', () => {
    const people = Array.from({ length: 6000 }, (_, index) => personOf(plan.world, buyerOf(plan.world, index)));
    for (const values of [orders.map(({ no }) => no), people.map(({ number }) => number), people.map(({ phone }) => phone), people.map(({ email }) => email)]) {
      const given = values.filter((value) => value !== '');
      expect(new Set(given).size).toBe(given.length);
    }
  });
});

describe('plainly simulated', () => {
  test('file names, customer numbers and a tag say so', () => {
    expect(TABLES.every(({ name }) => name.startsWith('simulated-'))).toBe(true);
    const customers = TABLES.find(({ name }) => name === 'simulated-customers.csv');
    for (const row of customers?.rows(plan) ?? []) {
      expect(row[0]).toMatch(/^SIM-\d{6}$/);
      expect(row.at(-1)).toBe(SIMULATED_TAG);
    }
  });

  test('numbers ring nowhere: an unissued prefix or the fictional 555-01xx, and example domains', () => {
    for (let index = 0; index < 6000; index++) {
      const { phone, email } = personOf(plan.world, buyerOf(plan.world, index));
      expect(phone).toMatch(/^(|\+86154\d{8}|\+1\d{3}55501\d{2})$/);
      expect(email).toMatch(/^(|sim-\d{6}@example\.(com|org))$/);
    }
  });
});

describe('R42 the numbers of story 1, in shape', () => {
  const january = [...purchaseDays.values()].map((days) => [...days].sort((a, b) => a - b)).filter(([first]) => plan.world.days.names[first ?? 0]?.startsWith('2026-01'));

  test('about 500 first buyers in January, about 26.4 % of whom buy again within 180 days', () => {
    expect(january.length).toBeGreaterThan(480);
    expect(january.length).toBeLessThan(520);
    const again = january.filter(([first, second]) => second !== undefined && second - (first ?? 0) <= 180).length;
    expect(share(again, january.length)).toBeGreaterThan(0.234);
    expect(share(again, january.length)).toBeLessThan(0.294);
  });

  test('an order is about 128 yuan, the margin about 45 %', () => {
    const bought = orders.filter(isPurchase);
    const revenueCents = sum(bought.map(({ amountCents }) => amountCents));
    const costCents = sum(bought.flatMap(({ lines }) => lines.map((line) => line.costCents)));
    expect(revenueCents / bought.length / 100).toBeGreaterThan(122);
    expect(revenueCents / bought.length / 100).toBeLessThan(134);
    expect(1 - costCents / revenueCents).toBeGreaterThan(0.43);
    expect(1 - costCents / revenueCents).toBeLessThan(0.47);
  });

  test('about 60 % buy once, and those who return do so unevenly', () => {
    const counts = [...purchaseDays.values()].map(({ size }) => size);
    const once = share(counts.filter((count) => count === 1).length, counts.length);
    expect(once).toBeGreaterThan(0.55);
    expect(once).toBeLessThan(0.68);
    const mean = sum(counts) / counts.length;
    const variance = sum(counts.map((count) => (count - mean) ** 2)) / counts.length;
    expect(variance).toBeGreaterThan(1.5 * mean);
  });

  test('a few percent recommend: some customers bring a friend, never themselves', () => {
    const referrals = entries.flatMap((entry) => eventsOf(plan, entry)).filter(({ event }) => event === 'referral.made');
    const givers = new Set(referrals.map(({ customer }) => customer));
    expect(share(givers.size, 6000)).toBeGreaterThan(0.025);
    expect(share(givers.size, 6000)).toBeLessThan(0.07);
    expect(referrals.every(({ customer, friend }) => friend !== null && friend !== customer)).toBe(true);
  });
});

describe('R125 what customers say and show', () => {
  const said = opinionsOf(plan);
  const givers = (which: (one: (typeof said)[number]) => boolean): Set<number> => new Set(said.filter(which).map(({ customer }) => customer));
  const leftShare = (customers: ReadonlySet<number>): number => share([...customers].filter((index) => lifeOf(plan.world, buyerOf(plan.world, index)).left).length, customers.size);

  test('is told in time order, each under an id of its own, none after the last day, and never moves an order', () => {
    expect(said.map(({ minute }) => minute)).toEqual(said.map(({ minute }) => minute).sort((a, b) => a - b));
    expect(new Set(said.map(({ id }) => id)).size).toBe(said.length);
    expect(said.at(-1)?.minute).toBeLessThan(plan.world.days.names.length * 1440);
    expect(entries.every(({ moment }) => ['order', 'visit', 'unpaid', 'walk_in'].includes(moment))).toBe(true);
  });

  test('has every kind of voice, and is not most of the events', () => {
    const count = (event: string, kind = ''): number => said.filter((one) => one.event === event && one.kind === kind).length;
    const counts = [count('survey.answered', 'csat'), count('survey.answered', 'nps'), count('review.posted'), count('product.shared'), count('complaint.made'), count('payment.failed'), count('exit_survey.answered'), count('user.signed_in')];
    expect(Math.min(...counts)).toBeGreaterThan(100);
    expect(said.length).toBeLessThan(30_000);
  });

  test('the unhappy leave more often: by mark, by review, by complaint', () => {
    const afterOrders = ({ event, id }: (typeof said)[number], wanted: string): boolean => event === wanted && !/^op-[rp]/.test(id);
    const marked = (low: number, high: number) => givers((one) => afterOrders(one, 'survey.answered') && one.kind === 'csat' && (one.score ?? 0) >= low && (one.score ?? 0) <= high);
    expect(leftShare(marked(1, 2))).toBeGreaterThan(leftShare(marked(4, 5)) + 0.1);
    expect(leftShare(givers(({ rating }) => rating !== null && rating <= 2))).toBeGreaterThan(leftShare(givers(({ rating }) => rating !== null && rating >= 4)) + 0.1);
    const all = new Set(Array.from({ length: 6000 }, (_, index) => index).filter((index) => lifeOf(plan.world, buyerOf(plan.world, index)).bought.length > 0));
    expect(leftShare(givers(({ event }) => event === 'complaint.made'))).toBeGreaterThan(leftShare(all));
  });

  test('about four of five are satisfied, as in shops that last', () => {
    const marks = said.flatMap(({ kind, score }) => (kind === 'csat' && score !== null ? [score] : []));
    expect(share(marks.filter((mark) => mark >= 4).length, marks.length)).toBeGreaterThan(0.72);
    expect(share(marks.filter((mark) => mark >= 4).length, marks.length)).toBeLessThan(0.9);
  });
});

describe('a shop as operators know it', () => {
  const perDay = (from: string, to: string): number => {
    const inside = orders.filter((order) => {
      const day = plan.world.days.names[dayOf(order)] ?? '';
      return day >= from && day <= to;
    });
    return inside.length / (1 + (Date.parse(to) - Date.parse(from)) / 86_400_000);
  };

  test('双11 towers, New Year is quiet, spring tea is lively', () => {
    const ordinary = perDay('2026-05-01', '2026-05-31');
    expect(perDay('2026-11-09', '2026-11-11')).toBeGreaterThan(2 * ordinary);
    expect(perDay('2026-06-16', '2026-06-18')).toBeGreaterThan(1.8 * ordinary);
    expect(perDay('2026-02-13', '2026-02-26')).toBeLessThan(0.5 * perDay('2026-01-10', '2026-02-08'));
    expect(perDay('2026-03-20', '2026-04-30')).toBeGreaterThan(1.15 * ordinary);
  });

  test('the promotion calendar has one window an event, in order, none overlapping another of its kind', () => {
    const windows = promotionsBetween('2026-01-01', '2026-12-31').filter(({ from }) => from.startsWith('2026'));
    expect(windows.map(({ id, from, to }) => `${id} ${from} ${to}`)).toEqual([
      '2026-nianhuo 2026-01-03 2026-02-09', '2026-dragon-boat 2026-06-07 2026-06-17', '2026-618 2026-06-08 2026-06-18',
      '2026-mid-autumn 2026-09-05 2026-09-23', '2026-double-11 2026-10-31 2026-11-11', '2026-double-12 2026-12-10 2026-12-12', '2027-nianhuo 2026-12-23 2027-01-29',
    ]);
  });

  test('four shops, refunds of every kind, unpaid orders, and buyers at the till nobody knows', () => {
    for (const shop of SHOPS) expect(orders.filter((order) => order.shop === shop).length).toBeGreaterThan(300);
    const refunds = orders.flatMap(({ refund }) => (refund ? [refund] : []));
    expect(refunds.filter(({ isFull, beforeShipping }) => isFull && beforeShipping).length).toBeGreaterThan(50);
    expect(refunds.filter(({ isFull, beforeShipping }) => isFull && !beforeShipping).length).toBeGreaterThan(50);
    expect(refunds.filter(({ isFull }) => !isFull).length).toBeGreaterThan(50);
    expect(refunds.some(({ status }) => status === 'pending')).toBe(true);
    expect(orders.filter(({ entry }) => entry.moment === 'unpaid').length).toBeGreaterThan(100);
    expect(orders.filter(({ entry }) => entry.customer === NOBODY).length).toBe(270);
  });

  test('companies buy for more than three times the 99th percentile; givers send to others', () => {
    const amounts = orders.filter(({ b2b }) => !b2b).map(({ amountCents }) => amountCents).sort((a, b) => a - b);
    const big = 3 * (amounts[Math.floor(0.99 * amounts.length)] ?? 0);
    const companies = orders.filter(({ b2b }) => b2b);
    expect(sum(companies.map(({ amountCents }) => amountCents)) / companies.length).toBeGreaterThan(big);
    expect(orders.filter(({ person, receiver }) => person && receiver !== person.name).every(({ buyer }) => buyer?.kind === 'gift')).toBe(true);
  });
});

describe('at the size of the benchmarks', () => {
  test('lines average four an order exactly, whatever the size, and everyone buys', () => {
    const rows = [...millionLines(seeded(3), LAST_DAY, { orders: 2500, customers: 500 })];
    expect(rows).toHaveLength(10_000);
    expect(new Set(rows.map(([no]) => no)).size).toBe(2500);
    expect(new Set(rows.map(([, , email]) => email)).size).toBe(500);
    expect(new Set(rows.map(([, , , phone]) => phone)).size).toBe(500);
    expect(rows.every((row) => row.length === MILLION_HEADER.length)).toBe(true);
    const times = rows.map(([, time]) => time ?? '');
    expect(times).toEqual([...times].sort());
    expect(hash(csvOf(MILLION_HEADER, rows))).toBe(hash(csvOf(MILLION_HEADER, millionLines(seeded(3), LAST_DAY, { orders: 2500, customers: 500 }))));
  });

  test('fifty thousand customers take no more than their plan: under 30 MB', () => {
    const before = process.memoryUsage();
    const large = planOf(openWorld(seeded(4), LAST_DAY, { customers: 50_000 }));
    let most = 0, rows = 0;
    for (const table of TABLES.slice(0, 2)) {
      for (const _ of table.rows(large)) {
        if (++rows % 50_000 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
    }
    expect(rows).toBeGreaterThan(250_000);
    expect(most - before.arrayBuffers).toBeLessThan(30_000_000);
  });
});
