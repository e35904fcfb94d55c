import { describe, expect, test } from 'vitest';
import { seeded } from '../../kernel/random.ts';
import { detectRecipe } from '../core/detect.ts';
import { MILLION_HEADER } from './millionLines.ts';
import { orderOf } from './orders.ts';
import { planOf } from './plan.ts';
import { recordsOf } from './records.ts';
import { type Table, TABLES } from './tables.ts';
import { openWorld } from './world.ts';

const plan = planOf(openWorld(seeded(5), '2026-11-21', { customers: 800 }));
const table = (role: Table['role']): Table => TABLES.find((one) => one.role === role) as Table;

describe('the sample goes the way of any file', () => {
  test.each(TABLES.map((one) => [one.name, one] as const))('%s is recognised as our template and no row is refused', (_, one) => {
    expect(detectRecipe([...one.header])?.recipe.id).toBe(`own.${one.role}s`);
    const records = [...recordsOf(plan, one)];
    expect(records).toHaveLength([...one.rows(plan)].length);
    expect(records.length).toBeGreaterThan(20);
  });

  test('money comes through to the cent: orders, lines and refunds', () => {
    const told = Array.from({ length: plan.length }, (_, serial) => plan.entry(serial)).filter(({ moment }) => moment !== 'visit').map((entry) => orderOf(plan, entry));
    const sum = (amounts: Iterable<number>): number => [...amounts].reduce((total, amount) => total + amount, 0);
    expect(sum(recordsOf(plan, table('order')).map(({ order }) => order?.amount ?? 0))).toBe(sum(told.map(({ amountCents }) => amountCents)));
    expect(sum(recordsOf(plan, table('line')).map(({ item }) => item?.amount ?? 0))).toBe(sum(told.map(({ amountCents }) => amountCents)));
    expect(sum(recordsOf(plan, table('line')).map(({ item }) => item?.cost ?? 0))).toBe(sum(told.flatMap(({ lines }) => lines.map(({ costCents }) => costCents))));
    expect(sum(recordsOf(plan, table('refund')).map(({ refund }) => refund?.amount ?? 0))).toBe(sum(told.map(({ refund }) => refund?.amountCents ?? 0)));
  });

  test('days are the shop’s own, whatever the hour; companies, postage and early refunds are known for what they are', () => {
    const days = [...recordsOf(plan, table('order'))].map(({ order }) => order?.day ?? '');
    expect(days).toEqual([...days].sort());
    expect(days.at(-1)).toBe('2026-11-21');
    expect([...recordsOf(plan, table('line'))].filter(({ item }) => item?.kind === 'shipping').length).toBeGreaterThan(100);
    expect([...recordsOf(plan, table('refund'))].some(({ refund }) => refund?.beforeShipping)).toBe(true);
    const big = planOf(openWorld(seeded(5), '2026-11-21', { customers: 3000 }));
    expect([...recordsOf(big, table('order'))].some(({ order }) => order?.b2b)).toBe(true);
  });

  test('phones and e-mails are read as identifiers, birthdays as days, the lunar one beside it', () => {
    const people = [...recordsOf(plan, table('customer'))].map(({ customer }) => customer);
    expect(people.filter((one) => one?.identifiers.some(({ kind }) => kind === 'phone')).length).toBeGreaterThan(650);
    expect(people.filter((one) => one?.identifiers.some(({ kind }) => kind === 'email')).length).toBeGreaterThan(200);
    expect(people.filter((one) => one?.days.birthday).length).toBeGreaterThan(400);
    expect(people.filter((one) => one?.texts.lunar_birthday).length).toBeGreaterThan(60);
  });

  test('the million-line file says enough to be read', () => {
    const sample: Table = { name: 'simulated-million.csv', role: 'line', header: MILLION_HEADER, *rows() { yield ['SIM0000001', '2026-01-01 10:00:00', 'sim-1@example.com', '15412345678', 'LJ-050', '1', '58']; } };
    const [record] = recordsOf(plan, sample);
    expect(record?.order?.identifiers.map(({ kind }) => kind).sort()).toEqual(['email', 'phone']);
    expect(record?.item).toMatchObject({ sku: 'LJ-050', quantity: 1, amount: 5800 });
    expect(record?.order?.day).toBe('2026-01-01');
  });
});
