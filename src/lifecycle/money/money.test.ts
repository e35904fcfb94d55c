import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStores, type TestStores, testWorkspace } from '../../../test/support/stores.ts';
import { setRates } from '../../collect/index.ts';
import { merge, resolve } from '../../customers/index.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import type { Permission } from '../../kernel/access/permissions.ts';
import { mount } from '../../kernel/http/mount.ts';
import { sendProblem } from '../../kernel/http/problem.ts';
import { many, sql } from '../../kernel/sql.ts';
import type { z } from 'zod';
import { dimensionsOf } from '../core/money/score.ts';
import { configure, reassess } from '../index.ts';
import * as contract from './contract.ts';
import { moneyRoutes } from './index.ts';
import { standingOf } from './scores.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let caller: Caller;
const ids: Record<string, string> = {};

/** People whose ledgers can be added up by hand: purchases as [day, amount, channel], and what a friend of theirs is called. */
const PEOPLE: Record<string, { buys: [string, number, string?][]; told?: string }> = {
  // R30: revenue 3,200, acquisition 120, maintenance 280.
  mei: { buys: [['2025-01-05', 250_000, 'tmall'], ['2025-03-10', 80_000, 'tmall']] },
  li: { buys: [['2025-01-20', 40_000, 'tmall'], ['2025-02-11', 10_000, 'tmall']] },
  wang: { buys: [['2025-02-02', 50_000, 'live'], ['2025-03-03', 20_000, 'live']] },
  zhao: { buys: [['2025-02-08', 60_000, 'tmall']], told: 'live' },
  visitor: { buys: [] },
};
const cost = (cost_no: string, day: string, kind: string, amount: number, more: object = {}) => ({ workspace: ws, source: 'shop', cost_no, version: 1, deleted: 0, day, kind, amount, ...more });

beforeAll(async () => {
  stores = await testStores('2025-06-30T04:00:00Z');
  ws = await testWorkspace(stores);
  for (const [name, { buys, told }] of Object.entries(PEOPLE)) {
    const { items } = await resolve(stores, ws, [{ identifiers: [{ kind: 'user_id', value: name }, { kind: 'member_no', value: `M-${name}` }], name, at: new Date('2025-01-01T00:00:00Z'), source: 'shop', ...(told && { traits: { first_channel: told } }) }]);
    ids[name] = items[0]?.customer as string;
    const subject = items[0]?.subject;
    await stores.ch.insert('orders', buys.map(([day, amount, channel = '']) => ({ workspace: ws, source: 'shop', shop: 's1', order_no: `${name}-${day}`, version: 1, deleted: 0, subject, status: 'done', ordered_at: `${day} 04:00:00`, day, currency: 'CNY', amount, channel, receivers: 1, refunded: name === 'mei' && day === '2025-03-10' ? 5_000 : 0 })));
  }
  // Somebody nobody knows: one order in January.
  await stores.ch.insert('orders', [{ workspace: ws, source: 'shop', shop: 's1', order_no: 'till', version: 1, deleted: 0, status: 'done', ordered_at: '2025-01-09 04:00:00', day: '2025-01-09', currency: 'CNY', amount: 9_900, receivers: 1 }]);
  await stores.ch.insert('order_lines', [{ workspace: ws, source: 'shop', shop: 's1', order_no: 'mei-2025-01-05', sku: 'k', occurrence: 0, version: 1, deleted: 0, subject: ids.mei, day: '2025-01-05', kind: 'goods', quantity: 1, amount: 250_000, cost: 4_200 }]);
  await stores.ch.insert('costs', [
    cost('ship', '2025-01-06', 'fulfilment', 800, { order_no: 'mei-2025-01-05' }), cost('ad', '2025-01-04', 'acquisition', 12_000, { subject: ids.mei }),
    cost('coupon', '2025-03-10', 'incentive', 18_000, { order_no: 'mei-2025-03-10' }), cost('call', '2025-03-12', 'service', 3_000, { subject: ids.mei }), cost('gift', '2025-03-15', 'retention', 7_000, { subject: ids.mei }),
    // What names nobody is shared out: an hour of live selling, and a month of parcels.
    cost('live', '2025-02-28', 'acquisition', 9_001, { channel: 'live' }), cost('parcels', '2025-02-28', 'fulfilment', 1_000, { channel: 'sf' }),
  ]);
  await stores.ch.insert('events', [['mei', 'wang', {}], ['li', 'M-wang', {}], ['mei', 'M-zhao', { valid: false }], ['mei', 'nobody knows', {}], ['mei', 'mei', {}]].map(([by, friend, more], at) => ({
    workspace: ws, subject: ids[by as string], time: `2025-02-0${at + 1} 00:00:00`, message_id: `r${at}`, version: 1, deleted: 0, kind: 'track', event: 'referral.made', source: 'shop', day: `2025-02-0${at + 1}`, properties: { friend, ...more as object },
  })));
  // The data reaches to the end of March.
  await stores.ch.insert('events', [{ workspace: ws, subject: ids.visitor, time: '2025-03-31 00:00:00', message_id: 'v', version: 1, deleted: 0, kind: 'page', event: 'page', source: 'shop', day: '2025-03-31', properties: {} }]);
  caller = systemCaller(ws, ['lifecycle.read', 'lifecycle.write', 'customers.read']);
  await configure(stores, { asOf: '2025-03-31', caller }, { atRiskDays: 60, churnedDays: 120 });
  app = await serve(caller);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function serve(asked: Caller): Promise<FastifyInstance> {
  const made = fastify({ logger: { level: 'error' } }) as unknown as FastifyInstance;
  made.setValidatorCompiler(validatorCompiler);
  made.setSerializerCompiler(serializerCompiler);
  made.setErrorHandler(sendProblem);
  mount(made, stores, async () => asked, moneyRoutes);
  return made;
}
type Call = { method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; body?: object; to?: FastifyInstance };
const send = (url: string, { method = 'GET', body, to = app }: Call = {}) => to.inject({ method, url: `/api/v1/lifecycle${url}`, ...(body ? { payload: body } : {}) });
const ask = async <T extends z.ZodType>(shape: T, url: string, call?: Call): Promise<z.output<T>> => {
  const reply = await send(url, call);
  expect([url, reply.statusCode < 300 || reply.json()]).toEqual([url, true]);
  return shape.parse(reply.json());
};
const refused = async (url: string, call?: Call): Promise<{ status: number; code: string }> => (await send(url, call)).json();
const ledgerOf = (name: string) => ask(contract.customerLedgerReply, `/customers/${ids[name]}/ledger`);
const entriesOf = (name: string, line: string, more = '') => ask(contract.entriesReply, `/customers/${ids[name]}/ledger/entries?line=${line}${more}`);

describe('ledger', () => {
  test('R30: revenue 3,200, acquisition 120, maintenance 280 make 2,800, and each line drills to entries that sum to it', async () => {
    const ledger = await ledgerOf('mei');
    expect(ledger).toMatchObject({ revenueMinor: 320_000, acquisitionMinor: 12_000, maintenanceMinor: 28_000, valueMinor: 280_000 });
    for (const line of ['revenue', 'acquisition', 'maintenance'] as const) {
      const { rows, lineMinor, next } = await entriesOf('mei', line);
      expect([lineMinor, next, rows.reduce((sum, { effectMinor }) => sum + effectMinor, 0)]).toEqual([ledger[`${line}Minor`], null, lineMinor]);
    }
    expect((await entriesOf('mei', 'revenue')).rows.map(({ day, form, document, effectMinor }) => [day, form, document, effectMinor])).toEqual([
      ['2025-03-10', 'order', 'mei-2025-03-10', 80_000], ['2025-03-10', 'refund', 'mei-2025-03-10', -5_000], ['2025-01-06', 'cost', 'ship', -800], ['2025-01-05', 'goods', 'mei-2025-01-05', -4_200], ['2025-01-05', 'order', 'mei-2025-01-05', 250_000],
    ]);
    expect((await entriesOf('mei', 'maintenance')).rows.map(({ kind, document }) => [kind, document])).toEqual([['retention', 'gift'], ['service', 'call'], ['incentive', 'coupon']]);
  });
  test('R30: pages of entries give each once', async () => {
    const first = await entriesOf('mei', 'revenue', '&limit=3');
    const second = await entriesOf('mei', 'revenue', `&limit=3&cursor=${first.next}`);
    expect([...first.rows, ...second.rows]).toEqual((await entriesOf('mei', 'revenue')).rows);
    expect([second.next, first.count]).toEqual([null, 5]);
  });
  test('bills that name nobody are shared among those they were for, to the unit', async () => {
    // Live brought wang and zhao (who said so): 9,001 by two; February had three orders: 1,000 by three.
    expect((await entriesOf('wang', 'acquisition')).rows).toMatchObject([{ form: 'share', document: 'live', amountMinor: 4_501, shared: { base: 'newcomer', heads: 2, billMinor: 9_001, units: 1 } }]);
    expect((await entriesOf('li', 'revenue')).rows.filter(({ form }) => form === 'share')).toMatchObject([{ document: 'parcels', effectMinor: -333, shared: { base: 'order', heads: 3 } }]);
    expect(await ledgerOf('zhao')).toMatchObject({ channel: 'live', firstMonth: '2025-02', acquisitionMinor: 4_501, fulfilment: 333 });
  });
  test.each(['stage', 'cohort', 'channel'] as const)('R30: ledgers by %s sum to those of their customers, and with what is nobody’s to everything there is', async (by) => {
    const { rows, total, outside } = await ask(contract.ledgersReply, `/ledger?by=${by}`);
    const each = await Promise.all(Object.keys(PEOPLE).map(ledgerOf));
    for (const key of ['revenueMinor', 'acquisitionMinor', 'maintenanceMinor', 'valueMinor', 'sales', 'product', 'fulfilment', 'service', 'incentive', 'retention', 'acquisition'] as const) {
      const sum = each.reduce((all, one) => all + one[key], 0);
      expect([key, rows.reduce((all, row) => all + row[key], 0), total[key]]).toEqual([key, sum, sum]);
    }
    expect(total.customers).toBe(5);
    // 9,900 over the till, a fen too much of live, one too few of the parcels.
    expect(outside).toEqual({ sales: 9_900, product: 0, fulfilment: 1, service: 0, incentive: 0, retention: 0, acquisition: -1 });
    const names = { stage: [], cohort: ['', '2025-01', '2025-02'], channel: ['', 'live', 'tmall'] };
    if (by !== 'stage') expect(rows.map(({ key }) => key)).toEqual(names[by]);
    if (by === 'cohort') expect(rows.find(({ key }) => key === '2025-01')).toMatchObject({ customers: 2, perCustomerMinor: (280_000 + 50_000 - 333) / 2 });
  });
  test('customers stand by value, page by page, within a cohort or a channel', async () => {
    const first = await ask(contract.customersReply, '/ledger/customers?limit=2');
    const rest = await ask(contract.customersReply, `/ledger/customers?limit=9&cursor=${first.next}`);
    const rows = [...first.rows, ...rest.rows];
    expect(rows.map(({ name }) => name)).toEqual(['mei', 'wang', 'zhao', 'li', 'visitor']);
    for (const row of rows) expect(row).toMatchObject({ valueMinor: (await ledgerOf(row.name)).valueMinor, expectedMinor: null });
    expect((await ask(contract.customersReply, '/ledger/customers?channel=live&cohort=2025-02')).rows.map(({ name }) => name)).toEqual(['wang', 'zhao']);
    expect(await refused('/ledger/customers?cursor=x')).toMatchObject({ code: 'cursor.invalid' });
  });
  test('what scoring expects stands beside, where it has been', async () => {
    await stores.ch.insert('customer_score', [{ workspace: ws, customer: ids.mei, version: 1, deleted: 0, as_of: '2025-03-31', value: 77_000, value_low: 60_000, value_high: 90_000 }]);
    expect((await ledgerOf('mei')).expected).toEqual({ asOf: '2025-03-31', valueMinor: 77_000, lowMinor: 60_000, highMinor: 90_000 });
    expect((await ask(contract.ledgersReply, '/ledger?by=cohort')).rows.map(({ key, expectedMinor, scored }) => [key, expectedMinor, scored])).toEqual([['', null, 0], ['2025-01', 77_000, 1], ['2025-02', null, 0]]);
    expect((await ask(contract.customersReply, '/ledger/customers?limit=1')).rows).toMatchObject([{ name: 'mei', expectedMinor: 77_000 }]);
  });
});

describe('direct and indirect value', () => {
  test('R31: a referee’s profit stands once as the referrer’s indirect value and once in the total', async () => {
    const reply = await ask(contract.referralsReply, '/referral-value');
    const wang = await ledgerOf('wang');
    const contribution = wang.sales - wang.product - 0;
    expect(reply).toMatchObject({ told: 4, matched: 3, ofItByReferralMinor: contribution });
    // Told by account of mei and by member number of li: the first to bring wang counts.
    expect(reply.rows).toMatchObject([{ name: 'mei', indirectMinor: contribution, broughtCustomers: 1 }]);
    expect((await ledgerOf('mei')).indirect).toEqual({ broughtCustomers: 1, indirectMinor: contribution });
    expect((await ledgerOf('li')).indirect).toEqual({ broughtCustomers: 0, indirectMinor: 0 });
    const everybody = await ask(contract.ledgersReply, '/ledger');
    // Shares of bills are no part of the profit contribution, which counts what is on record of each.
    expect(reply.profitMinor).toBe(everybody.total.sales - everybody.total.product - 800 - 18_000 - 3_000);
  });
});

describe('getting and keeping', () => {
  test('R45: spend of 12,000 for 100 new customers is 120 each, with the figure of the trade beside it as unverified', async () => {
    const other = await testWorkspace(stores);
    const to = await serve(systemCaller(other, ['lifecycle.read', 'lifecycle.write', 'customers.read']));
    const people = Array.from({ length: 100 }, (_, at) => ({ customer: `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`, day: `2025-03-${String(1 + (at % 28)).padStart(2, '0')}` }));
    await stores.ch.insert('orders', people.map(({ customer, day }) => ({ workspace: other, source: 's', shop: 'A', order_no: customer, version: 1, deleted: 0, subject: customer, status: 'done', ordered_at: `${day} 04:00:00`, day, currency: 'CNY', amount: 5_000, channel: 'live', receivers: 1 })));
    await reassess(stores, other, 'all', '2025-03-31', { mode: 'backfill' });
    await send('/costs', { method: 'POST', to, body: { kind: 'acquisition', channel: 'live', on: '2025-03', amountMinor: 1_200_000 } });
    const report = await ask(contract.acquisitionReply, '/acquisition?to=2025-03', { to });
    expect(report.cells).toEqual([{ channel: 'live', month: '2025-03', spendMinor: 1_200_000, customers: 100, cacMinor: 12_000, hasSpend: true }]);
    expect(report.reference).toMatchObject({ minor: 10_000, currency: 'CNY', status: 'unverified' });
    expect(report.keep).toMatchObject({ ratio: null, why: { code: 'money.nobody_kept' } });
    await to.close();
  });
  test('R47: a new customer costs so many times what a kept one does', async () => {
    // March: mei and wang had bought before and bought again; 7,000 of retention for two; nobody new.
    const { keep } = await ask(contract.acquisitionReply, '/acquisition?from=2025-01&to=2025-03');
    expect(keep).toMatchObject({ before: 0, kept: 0, why: { code: 'money.nobody_kept' } });
    const march = await ask(contract.acquisitionReply, '/acquisition?from=2025-02&to=2025-03');
    // February: 9,001 for two newcomers; mei and li had bought before February and did again: 7,000 for two.
    expect(march.keep).toMatchObject({ before: 2, kept: 2, cacMinor: 4_500.5, keepMinor: 3_500, ratio: 4_500.5 / 3_500, why: null });
    expect(await refused('/acquisition?from=2025-03&to=2025-01')).toMatchObject({ code: 'lifecycle.days_order' });
  });
  test('costs typed by hand count at once, in foreign money at the day’s rate, and can be taken back', async () => {
    const before = await ask(contract.ledgersReply, '/ledger?by=channel');
    expect(await refused('/costs', { method: 'POST', body: { kind: 'service', on: '2025-02-03', amountMinor: 300, currency: 'USD' } })).toMatchObject({ code: 'cost.no_rate', status: 422 });
    await setRates(stores, ws, [{ currency: 'USD', day: '2025-01-01', rate: 7 }]);
    const { id } = await ask(contract.costReply, '/costs', { method: 'POST', body: { kind: 'service', channel: 'desk', on: '2025-02', amountMinor: 300, currency: 'USD', note: '二月客服外包' } });
    const { rows } = await ask(contract.costsReply, '/costs?month=2025-02&kind=service');
    expect(rows).toMatchObject([{ source: 'typed', costNo: id, day: '2025-02-28', channel: 'desk', amountMinor: 2_100, typed: { note: '二月客服外包', wholeMonth: true, amountMinor: 300, currency: 'USD' } }]);
    // Three orders of February bear 700 each.
    expect((await entriesOf('li', 'maintenance')).rows).toMatchObject([{ kind: 'service', form: 'share', amountMinor: 700 }]);
    expect((await send(`/costs/${id}`, { method: 'DELETE' })).statusCode).toBe(204);
    expect(await refused(`/costs/${id}`, { method: 'DELETE' })).toMatchObject({ status: 404, code: 'cost.not_found' });
    expect(await ask(contract.ledgersReply, '/ledger?by=channel')).toEqual(before);
    const lines = await stores.pg.tx(ws, (tx) => many(tx, sql<{ action: string }>`select action from audit where workspace_id = ${ws} and action like 'cost.%' order by seq`));
    expect(lines.map(({ action }) => action)).toEqual(['cost.added', 'cost.removed']);
  });
  test('the list of costs goes on where it stopped', async () => {
    const whole = await ask(contract.costsReply, '/costs?limit=50');
    const paged: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: z.output<typeof contract.costsReply> = await ask(contract.costsReply, `/costs?limit=3${next ? `&cursor=${next}` : ''}`);
      paged.push(...page.rows.map(({ costNo }) => costNo));
      next = page.next;
    }
    expect(paged).toEqual(whole.rows.map(({ costNo }) => costNo));
    expect(paged).toHaveLength(7);
  });
});

describe('lifetime value', () => {
  test('R29: cohorts as they happened, by whole months, and the retention rate beside them', async () => {
    const reply = await ask(contract.clvReply, '/clv?unit=month&yearlyDiscount=0');
    // January: mei 250,000 − 4,200 − 800, li 40,000. February: li 10,000 − 333. March: mei 75,000 − 18,000 − 3,000 − 7,000.
    expect(reply.empirical?.byCohort).toEqual([
      { cohort: '2025-01', customers: 2, ages: 3, totalMinor: 285_000 + 9_667 + 47_000, perCustomerMinor: (285_000 + 9_667 + 47_000) / 2 },
      { cohort: '2025-02', customers: 2, ages: 2, totalMinor: 110_000 - 666 + 20_000, perCustomerMinor: (110_000 - 666 + 20_000) / 2 },
    ]);
    // Buyers of January (2) and February (3): li came again in February, wang in March.
    expect(reply.measured).toMatchObject({ periods: 3, buyers: 7, stayed: 2, retention: 0.4, discount: 0 });
    const margin = (285_000 + 9_667 + 47_000 + 110_000 - 666 + 20_000) / 7;
    expect(reply.measured?.marginMinor).toBeCloseTo(margin, 6);
    expect(reply.retentionMinor).toBeCloseTo((margin * 0.4) / 0.6, 6);
  });
  test('R29: with no period over there is no figure, and it says why', async () => {
    const reply = await ask(contract.clvReply, '/clv?unit=year');
    expect(reply).toMatchObject({ retentionMinor: null, why: { code: 'money.no_cohort' }, empirical: null, empiricalWhy: { code: 'money.no_cohort' } });
  });
});

describe('value score', () => {
  test('R32: standings in the engine are those of the core, and the explanation sums to the score', async () => {
    const names = ['mei', 'li', 'wang', 'zhao'];
    const rows = await Promise.all(names.map((name) => standingOf(stores, ws, '2025-03-31', ids[name] as string)));
    const of = (key: 'silent_days' | 'purchase_days' | 'reach' | 'known_fields' | 'net_minor' | 'recommended') => Float64Array.from(rows, (row) => row?.measures.find((one) => one.key === key)?.value ?? Number.NaN);
    const dimensions = dimensionsOf([
      { key: 'silent_days', dimension: 'behaviour', values: of('silent_days'), better: 'less' }, { key: 'purchase_days', dimension: 'behaviour', values: of('purchase_days'), better: 'more' },
      { key: 'reach', dimension: 'attributes', values: of('reach'), better: 'more' }, { key: 'known_fields', dimension: 'attributes', values: of('known_fields'), better: 'more' },
      { key: 'net_minor', dimension: 'contribution', values: of('net_minor'), better: 'more' }, { key: 'recommended', dimension: 'contribution', values: of('recommended'), better: 'more' },
    ], names.length);
    rows.forEach((row, at) => {
      for (const dimension of ['behaviour', 'attributes', 'contribution'] as const) expect(row?.[dimension]).toBeCloseTo(dimensions[at]?.[dimension] ?? Number.NaN, 9);
    });
    expect(of('silent_days')).toEqual(Float64Array.of(21, 48, 28, 51));
    const told = await ask(contract.valueScoreReply, `/customers/${ids.mei}/value-score`);
    expect(told.parts.reduce((sum, { points }) => sum + Math.round(points * 10), 0)).toBe(Math.round((told.score ?? 0) * 10));
    expect(told.measures).toHaveLength(6);
    expect(await ask(contract.valueScoreReply, `/customers/${ids.visitor}/value-score`)).toMatchObject({ score: null, why: { code: 'money.nothing_known' } });
  });
  test('R32: weights can be edited, are audited, and change the score', async () => {
    const before = await ask(contract.scoresReply, '/value-scores');
    expect(before).toMatchObject({ customers: 4, weights: { behaviour: 0.3, attributes: 0.2, contribution: 0.5 } });
    expect(before.bins.reduce((sum, { customers }) => sum + customers, 0)).toBe(4);
    await ask(contract.weightsShape, '/value-scores/weights', { method: 'PUT', body: { behaviour: 1, attributes: 0, contribution: 0 } });
    const after = await ask(contract.scoresReply, '/value-scores');
    for (const { score, behaviour } of after.top) expect(score).toBeCloseTo(behaviour, 9);
    expect(await refused('/value-scores/weights', { method: 'PUT', body: { behaviour: 0, attributes: 0, contribution: 0 } })).toMatchObject({ code: 'money.bad_weights' });
  });
});

describe('budget', () => {
  const body = { budgetMinor: 1_000_000, stepMinor: 1_000, tiers: [['gold', 400_000, 2_500_000, 300_000], ['silver', 500_000, 1_800_000, 500_000], ['plain', 600_000, 500_000, 400_000]].map(([key, capMinor, ceilingMinor, scaleMinor]) => ({ key, capMinor, curve: { ceilingMinor, scaleMinor, source: 'assumed' } })) };
  test('R30: 10,000 over three tiers never breaks a cap and is the same again from its inputs', async () => {
    const advice = await ask(contract.adviceReply, '/budget/advice', { method: 'POST', body });
    expect(advice.allocations.map(({ key, spentMinor, stoppedBy }) => [key, spentMinor, stoppedBy])).toEqual([['gold', 400_000, 'cap'], ['plain', 89_000, 'not_worth'], ['silver', 500_000, 'cap']]);
    await send('/budget/plans', { method: 'POST', body: { ...body, name: '七月', by: 'tier' } });
    const { rows: [plan] } = await ask(contract.plansReply.extend({ rows: contract.plansReply.shape.rows.element.omit({ createdAt: true }).array() }), '/budget/plans');
    expect(plan?.advice).toEqual(advice);
    expect(await ask(contract.adviceReply, '/budget/advice', { method: 'POST', body: plan?.inputs })).toEqual(advice);
    expect((await send(`/budget/plans/${plan?.id}`, { method: 'DELETE' })).statusCode).toBe(204);
    expect(await refused(`/budget/plans/${plan?.id}`, { method: 'DELETE' })).toMatchObject({ code: 'budget_plan.not_found' });
    expect(await refused('/budget/advice', { method: 'POST', body: { ...body, stepMinor: 1, budgetMinor: 1e9 } })).toMatchObject({ code: 'money.bad_budget' });
  });
  test('R30: tiers hold every buyer once; what was expected is used where it is known', async () => {
    const tiers = await ask(contract.tiersReply, '/budget/tiers?by=tier');
    expect(tiers.tiers.map(({ key, customers }) => [key, customers])).toEqual([['middle', 2], ['rest', 2]]);
    expect(tiers.tiers[0]).toMatchObject({ basis: 'scored', yearMinor: 38_500, capMinor: 1_200, ceilingMinor: 3_850, scaleMinor: 400 });
    expect((await ask(contract.tiersReply, '/budget/tiers?by=stage')).tiers.reduce((sum, { customers }) => sum + customers, 0)).toBe(5);
  });
});

describe('who may see', () => {
  const scoped = (permissions: readonly Permission[]): Caller => ({ ...systemCaller(ws, permissions), shops: ['s2'] });
  test('staff of single shops see no money of the whole business and nobody of other shops', async () => {
    const to = await serve(scoped(['lifecycle.read', 'lifecycle.write', 'customers.read']));
    for (const url of ['/costs', '/acquisition', '/budget/tiers', '/budget/plans']) expect(await refused(url, { to })).toMatchObject({ status: 403, code: 'money.whole_business' });
    expect(await refused(`/customers/${ids.mei}/ledger`, { to })).toMatchObject({ status: 404, code: 'customer.not_found' });
    expect((await ask(contract.ledgersReply, '/ledger', { to })).outside).toBeNull();
    await to.close();
  });
  test('rows of one workspace are invisible to another', async () => {
    const other = await testWorkspace(stores);
    const to = await serve(systemCaller(other, ['lifecycle.read', 'lifecycle.write', 'customers.read']));
    expect((await ask(contract.costsReply, '/costs', { to })).rows).toEqual([]);
    expect((await ask(contract.ledgersReply, '/ledger', { to })).total.customers).toBe(0);
    for (const table of ['cost_entry', 'money_setting', 'budget_plan']) {
      const rows = await stores.pg.tx(other, (tx) => many(tx, sql`select * from ${sql.table(table)}`));
      expect([table, rows]).toEqual([table, []]);
    }
    await to.close();
  });
});

test('when two customers turn out to be one, the ledger under either id is the sum of both', async () => {
  const [li, zhao] = [await ledgerOf('li'), await ledgerOf('zhao')];
  await merge(stores, caller, { keep: ids.li as string, absorb: ids.zhao as string, reason: 'same person' });
  await reassess(stores, ws, [ids.li as string, ids.zhao as string], '2025-03-31', { mode: 'backfill' });
  const both = await ledgerOf('li');
  expect(await ledgerOf('zhao')).toEqual(both);
  expect(both.sales).toBe(li.sales + zhao.sales);
  // First bought in January by tmall now: the live selling of February was for wang alone.
  expect([both.firstMonth, both.acquisitionMinor, (await ledgerOf('wang')).acquisitionMinor]).toEqual(['2025-01', 0, 9_001]);
  const { total } = await ask(contract.ledgersReply, '/ledger');
  expect([total.customers, total.acquisition]).toEqual([4, 21_001]);
});
