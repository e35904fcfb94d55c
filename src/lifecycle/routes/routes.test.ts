import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStores, type TestStores, testWorkspace } from '../../../test/support/stores.ts';
import { resolve } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { addDays, type Day, dayNumber } from '../../kernel/day.ts';
import { mount } from '../../kernel/http/mount.ts';
import { sendProblem } from '../../kernel/http/problem.ts';
import type { z } from 'zod';
import * as contract from '../contract.ts';
import { periodFlows } from '../core/flow.ts';
import { configure, lifecycleRoutes, reassess, registerPlays } from '../index.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
const ids: Record<string, string> = {};
const START: Day = '2025-01-01';
const on = (days: number): Day => addDays(START, days);

/** Five people whose every figure can be worked out by hand: days of purchase, and what each purchase brought. */
type Told = { days: number[]; amount: number; shop?: string; b2b?: number };
const PEOPLE: Record<string, Told> = {
  once: { days: [150], amount: 10_000 }, regular: { days: [10, 40, 70, 100, 130, 160], amount: 5_000 }, quiet: { days: [10, 40], amount: 8_000 },
  back: { days: [5, 20, 170], amount: 2_000, shop: 's2' }, company: { days: [100, 170], amount: 90_000, b2b: 1 },
};

beforeAll(async () => {
  stores = await testStores('2025-06-30T04:00:00Z');
  ws = await testWorkspace(stores);
  for (const [name, { days, amount, shop = 's1', b2b = 0 }] of Object.entries<Told>({ ...PEOPLE, visitor: { days: [], amount: 0 } })) {
    const { items } = await resolve(stores, ws, [{ identifiers: [{ kind: 'user_id', value: name }], name, at: new Date(`${START}T00:00:00Z`), source: 'shop' }]);
    const subject = items[0]?.subject as string;
    ids[name] = items[0]?.customer as string;
    await stores.ch.insert('orders', days.map((day) => ({ workspace: ws, source: 'shop', shop, order_no: `${name}-${day}`, version: 1, deleted: 0, subject, status: 'done', ordered_at: `${on(day)} 04:00:00`, day: on(day), currency: 'CNY', amount, receivers: 1, b2b })));
  }
  await stores.ch.insert('order_lines', [{ workspace: ws, source: 'shop', shop: 's1', order_no: 'once-150', sku: 'k', occurrence: 0, version: 1, deleted: 0, subject: ids.once, day: on(150), kind: 'goods', quantity: 1, amount: 10_000, cost: 6_000 }]);
  await stores.ch.insert('costs', [
    { workspace: ws, source: 'shop', cost_no: '1', version: 1, deleted: 0, day: on(150), kind: 'fulfilment', order_no: 'once-150', amount: 400 },
    { workspace: ws, source: 'shop', cost_no: '2', version: 1, deleted: 0, day: on(150), kind: 'incentive', order_no: 'once-150', amount: 500 },
    { workspace: ws, source: 'shop', cost_no: '3', version: 1, deleted: 0, day: on(151), kind: 'service', subject: ids.once, amount: 250 },
  ]);
  await stores.ch.insert('events', [{ workspace: ws, subject: ids.regular, time: `${on(60)} 00:00:00`, message_id: 'r1', version: 1, deleted: 0, kind: 'track', event: 'referral.made', source: 'shop', day: on(60), received_at: `${on(60)} 00:00:00`, properties: {}, backfill: 0 },
    { workspace: ws, subject: ids.visitor, time: `${on(170)} 00:00:00`, message_id: 'v1', version: 1, deleted: 0, kind: 'page', event: 'page', source: 'shop', day: on(170), received_at: `${on(170)} 00:00:00`, properties: {}, backfill: 0 }]);
  await configure(stores, { asOf: on(170), caller: systemCaller(ws) }, { atRiskDays: 60, churnedDays: 120 });
  app = fastify({ logger: { level: 'error' } }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  const caller = systemCaller(ws, ['lifecycle.read', 'lifecycle.write', 'customers.read']);
  mount(app, stores, async () => caller, lifecycleRoutes);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Call = { method?: 'GET' | 'POST' | 'PUT'; body?: object };
const send = (url: string, { method = 'GET', body }: Call = {}) => app.inject({ method, url: `/api/v1/lifecycle${url}`, ...(body ? { payload: body } : {}) });
/** The reply, read by its own contract. */
const ask = async <T extends z.ZodType>(shape: T, url: string, call?: Call): Promise<z.output<T>> => shape.parse((await send(url, call)).json());
const refused = async (url: string, call?: Call): Promise<{ status: number; code: string }> => (await send(url, call)).json();
const stagesOf = ({ stages }: contract.Overview) => Object.fromEntries(stages.map(({ stage, customers }) => [stage, customers]));

describe('overview', () => {
  test('every customer stands in exactly one stage, with money and change', async () => {
    const seen = await ask(contract.overviewReply, '/overview?days=60');
    expect(seen.asOf).toBe(on(170));
    expect(stagesOf(seen)).toEqual({ prospect: 1, new: 1, active: 1, mature: 1, declining: 0, at_risk: 0, churned: 1, won_back: 1 });
    expect(seen.total).toBe(6);
    expect(seen.netMinor).toBe(10_000 + 30_000 + 16_000 + 6_000 + 180_000);
    const before = Object.fromEntries(seen.stages.map(({ stage, before }) => [stage, before]));
    // Day 110: regular active on its fourth purchase, company new, quiet at risk since 100, back at risk since 80; the others were not there.
    expect(before).toMatchObject({ active: 1, new: 1, at_risk: 2, churned: 0, prospect: 0 });
    expect(seen.stages.reduce((sum, { change }) => sum + change, 0)).toBe(2);
    expect(seen.model.places.reduce((sum, { customers }) => sum + customers, 0)).toBe(6);
    expect(seen.report?.verdict).toBeTypeOf('string');
  });
  test('people and shop narrow it', async () => {
    expect((await ask(contract.overviewReply, '/overview?people=consumers')).total).toBe(5);
    expect(stagesOf(await ask(contract.overviewReply, '/overview?shop=s2'))).toMatchObject({ won_back: 1, active: 0 });
  });
});

describe('flow and periods', () => {
  test('R20: rows sum to the start, columns without newcomers to the end, and cells open to their people', async () => {
    const flow = await ask(contract.flowReply, `/flow?from=${on(110)}&to=${on(170)}`);
    const sum = (of: (cell: (typeof flow)['cells'][number]) => boolean): number => flow.cells.filter(of).reduce((total, { customers }) => total + customers, 0);
    for (const stage of Object.keys(flow.start)) {
      expect(sum((cell) => cell.from === stage)).toBe(flow.start[stage]);
      expect(sum((cell) => cell.to === stage && cell.from !== 'none')).toBe((flow.end[stage] ?? 0) - (flow.joined[stage] ?? 0));
    }
    expect(sum(() => true)).toBe(6);
    const people = await ask(contract.flowPeopleReply, `/flow/people?from=${on(110)}&to=${on(170)}&began=at_risk&ended=won_back`);
    expect(people.rows).toMatchObject([{ customerId: ids.back, name: 'back', stage: 'won_back' }]);
    expect(await refused(`/flow?from=${on(120)}&to=${on(110)}`)).toMatchObject({ status: 422, code: 'lifecycle.days_order' });
  });
  test('R15: the ladder counts buyers, repeaters and those who recommended', async () => {
    expect(await ask(contract.ladderReply, '/ladder')).toMatchObject({ buyers: 5, repeaters: 4, referrers: 1, repeatShare: 0.8, referralShare: 0.25 });
  });
  test('D14: periods equal the plain count of each customer’s months', async () => {
    const { rows } = await ask(contract.periodsReply, '/periods?by=month');
    const month = (day: number): number => Number(on(day).slice(5, 7));
    const flows = periodFlows(Object.values(PEOPLE).map(({ days }) => [...new Set(days.map(month))]), { from: 1, to: 6 }).filter(({ active }) => active > 0);
    expect(rows).toEqual(flows.map(({ period, ...counts }) => ({ period: `2025-0${period}-01`, ...counts })));
  });
  test('R19: lifetimes run from first touch to last activity', async () => {
    const { all, cohorts } = await ask(contract.lifetimeReply, '/lifetime');
    // Spans: once 0, regular 150, quiet 30, back 165, company 70, visitor 0.
    expect(all).toMatchObject({ customers: 6, medianDays: 50 });
    expect(cohorts.map(({ cohort, customers }) => [cohort, customers])).toEqual([['2025-01', 3], ['2025-04', 1], ['2025-05', 1], ['2025-06', 1]]);
    expect(all?.curve).toEqual([{ days: 30, surviving: expect.closeTo(0.75, 5) }]);
  });
});

describe('worth', () => {
  test('R25: the best fifth, with and without business buyers', async () => {
    const pareto = await ask(contract.paretoReply, '/pareto?slice=0.2');
    expect(pareto.all).toMatchObject({ customers: 5, topCustomers: 1, topMinor: 180_000, totalMinor: 242_000 });
    expect(pareto.consumers).toMatchObject({ customers: 4, topMinor: 30_000, totalMinor: 62_000 });
    expect(pareto.top).toMatchObject([{ customerId: ids.company, name: 'company', worthMinor: 180_000 }]);
  });
  test('R28: profit contribution takes product, fulfilment, service and incentive off; by profit the order may differ', async () => {
    const card = await ask(contract.customerReply, `/customers/${ids.once}`);
    expect(card.worth).toMatchObject({ salesMinor: 10_000, productCostMinor: 6_000, fulfilmentMinor: 400, serviceMinor: 250, incentiveMinor: 500, profitMinor: 2_850 });
    expect((await ask(contract.worthReply, '/worth')).profitMinor).toBe(242_000 - 7_150);
    expect((await ask(contract.paretoReply, '/pareto?measure=profit&people=consumers&slice=1')).top.map(({ customerId }) => customerId)).toEqual([ids.regular, ids.quiet, ids.back, ids.once]);
  });
});

describe('rfm', () => {
  test('R27: the table holds every consumer once; thresholds put in force name people as the truth table says', async () => {
    const rules = { windowDays: null, method: 'thresholds', bins: 5, thresholds: { recencyDays: 30, frequency: 3, monetaryMinor: 10_000 }, names: { key_value: '金牌' } };
    const preview = await ask(contract.rfmPreviewReply, '/rfm/preview', { method: 'POST', body: rules });
    expect(preview).toMatchObject({ customers: 4, names: { key_value: 1, key_develop: 1, gen_value: 1, key_winback: 1 } });
    const table = await ask(contract.rfmReply, '/rfm', { method: 'PUT', body: rules });
    const counts = Object.fromEntries(table.table.map(({ name, customers }) => [name, customers]));
    expect(counts).toEqual({ key_value: 1, key_develop: 1, key_keep: 0, key_winback: 1, gen_value: 1, gen_develop: 0, gen_keep: 0, gen_winback: 0 });
    expect(table.table[0]).toMatchObject({ name: 'key_value', own: '金牌', netMinor: 30_000 });
    expect(table.cells.reduce((sum, { customers }) => sum + customers, 0)).toBe(4);
    expect(await refused('/rfm', { method: 'PUT', body: { ...rules, thresholds: null } })).toMatchObject({ code: 'rfm.thresholds_missing' });
  });
});

describe('single customers', () => {
  test('strips come in the order asked with purchases, expected window and a sentence', async () => {
    const { strips, asOf } = await ask(contract.stripsReply, '/strips', { method: 'POST', body: { customers: [ids.regular, ids.once, '00000000-0000-7000-8000-00000000dead'] } });
    expect(asOf).toBe(on(170));
    expect(strips.map(({ customerId }) => customerId)).toEqual([ids.regular, ids.once]);
    expect(strips[0]?.purchases).toHaveLength(6);
    expect(strips[0]?.reason.code).toMatch(/^why\./);
    expect(strips[0]?.stage).toBe('mature');
  });
  test('the card tells the history as now and as known then', async () => {
    const card = await ask(contract.customerReply, `/customers/${ids.back}`);
    expect(card.history.map(({ stage, from }) => [stage, from])).toEqual([['new', on(5)], ['active', on(20)], ['at_risk', on(80)], ['churned', on(140)], ['won_back', on(170)]]);
    expect(card.cycle).toBe(2);
    expect(card.knownThen.length).toBeGreaterThan(0);
    expect(await refused('/customers/00000000-0000-7000-8000-00000000dead')).toMatchObject({ status: 404, code: 'customer.not_found' });
  });
});

describe('strategy, models, rules', () => {
  test('R18: a stage without an active play is flagged, and pausing its play flags it again', async () => {
    const play = { id: 'p', stage: 'churned' as const, name: '召回', status: 'active' as 'active' | 'paused', kind: 'journey' };
    registerPlays('test', async () => [play]);
    const flagged = async (): Promise<boolean> => (await ask(contract.matrixReply, '/matrix')).rows.find(({ stage }) => stage === 'churned')?.needsPlay === true;
    expect(await flagged()).toBe(false);
    play.status = 'paused';
    expect(await flagged()).toBe(true);
    const { rows } = await ask(contract.matrixReply, '/matrix/churned', { method: 'PUT', body: { needs: '一个回来的理由', goal: '赢回 10%', kpi: '赢回率', ownerTeam: '运营' } });
    expect(rows.find(({ stage }) => stage === 'churned')).toMatchObject({ goal: '赢回 10%', customers: 1 });
  });
  test('R14: every model can be chosen and holds everybody once', async () => {
    const { models } = await ask(contract.modelsReply, '/models');
    expect(models).toHaveLength(10);
    for (const { key } of models) {
      expect(await ask(contract.modelBody, '/model', { method: 'PUT', body: { model: key } })).toEqual({ model: key });
      const { model } = await ask(contract.overviewReply, '/overview');
      expect(model.key).toBe(key);
      expect(model.places.reduce((sum, { customers }) => sum + customers, 0)).toBe(6);
    }
    expect(await refused('/model', { method: 'PUT', body: { model: 'none' } })).toMatchObject({ status: 404, code: 'lifecycle_model.not_found' });
    await ask(contract.modelBody, '/model', { method: 'PUT', body: { model: 'canonical' } });
  });
  test('rules versions are listed, read and made', async () => {
    const made = await ask(contract.rulesReply, '/rules/recalibrate', { method: 'POST' });
    expect(made).toMatchObject({ basis: 'calibrated', report: { verdict: 'no_churn', reason: 'few_repeaters' } });
    expect((await ask(contract.rulesListReply, '/rules')).rows.map(({ version }) => version)).toEqual([2, 1]);
    expect((await ask(contract.rulesReply, '/rules/current')).version).toBe(2);
    expect((await ask(contract.rulesReply, '/rules/1')).categories[0]?.groups[0]).toMatchObject({ group: '1', atRiskDays: 60, churnedDays: 120 });
    expect(await refused('/rules/9')).toMatchObject({ status: 404, code: 'stage_rules.not_found' });
  });
  test('assessing a set later agrees with assessing everyone', async () => {
    const rows = () => stores.ch.rows('select customer, stages, entered, cycles, state, occasions, net, rfm from stage_now final where workspace = {ws:UUID} order by customer', { ws });
    await reassess(stores, ws, 'all', on(175), { mode: 'backfill' });
    const all = await rows();
    stores.clock.advance(1000);
    await reassess(stores, ws, Object.values(ids), on(175), { mode: 'backfill' });
    expect(await rows()).toEqual(all);
    expect(dayNumber(on(175))).toBeGreaterThan(0);
  });
});
