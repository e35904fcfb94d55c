import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putStages, putStates } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { addDays } from '../kernel/day.ts';
import { createSegment, dropSegment, segmentTree } from '../lifecycle/segments/segments.ts';
import { cohortsBody, figuresBody, funnelBody, homeQuery, newGoalBody, peopleBody, Scope, seriesBody } from './contract.ts';
import { cohorts } from './cohorts.ts';
import { figures, series } from './figures.ts';
import { funnel } from './funnel.ts';
import { listGoals, setGoal } from './goals.ts';
import { home } from './home.ts';
import { changeMetric, listMetrics } from './metrics.ts';
import type { MetricId } from './core/metrics.ts';
import { people } from './people.ts';
import { keepReport, runReport } from './reports.ts';

let stores: TestStores;
beforeAll(async () => void (stores = await testStores()));
afterAll(() => stores.close());

const staff = async (): Promise<Caller> => ({ ...systemCaller(await testWorkspace(stores), ['customers.read', 'insight.read', 'insight.write', 'lifecycle.write']), language: 'zh-CN' });
const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, n) => customerOf(from + n));
const oneFigure = async (caller: Caller, id: MetricId, scope: object, version?: number) => {
  const reply = await figures(stores, caller, figuresBody.parse({ metrics: [{ id, version }], scope }));
  const [figure] = reply.figures;
  const [part] = figure?.parts ?? [];
  if (!figure || !part) throw new Error('no figure');
  return { ...part, metric: figure.metric };
};
const opened = async (caller: Caller, token: string, limit = 200) => (await people(stores, caller, peopleBody.parse({ token, limit }))).rows.map((row) => row.customerId);

describe('churn and retention with newcomers handled', () => {
  // 1,000 customers at the start who bought twice, 100 of them lost by the end; 50 join meanwhile.
  let caller: Caller;
  const scope = { from: '2025-07-01', to: '2025-12-31' };
  beforeAll(async () => {
    caller = await staff();
    const [old, joiners] = [ids(1, 1000), ids(2001, 50)];
    await putOrders(stores, caller.workspaceId, [
      ...old.flatMap((customer) => [{ customer, day: '2025-05-01', amount: 100 }, { customer, day: '2025-06-01', amount: 100 }]),
      ...joiners.map((customer) => ({ customer, day: '2025-08-01', amount: 100 })), { customer: '00000000-0000-0000-0000-000000000000', day: '2025-12-31', amount: 1 },
    ]);
    await putStages(stores, caller.workspaceId, [
      ...old.map((customer, n) => (n < 100 ? { customer, stages: ['active', 'churned'], entered: ['2025-05-01', '2025-11-01'] } : { customer, stages: ['active'], entered: ['2025-05-01'] })),
      ...joiners.map((customer) => ({ customer, stages: ['new'], entered: ['2025-08-01'] })),
    ]);
    await putStates(stores, caller.workspaceId, [...old, ...joiners].map((customer, n) => ({ customer, reach: n % 4 === 0 ? ['wecom'] : [] })));
  });

  test('R39a: 100 of 1,000 lost is a churn of 10.0 %, 50 newcomers or not', async () => {
    const churn = await oneFigure(caller, 'churn_existing', scope);
    expect([churn.top, churn.bottom, churn.value]).toEqual([100, 1000, 0.1]);
  });
  test('R39b: retention is (950 − 50) / 1,000 = 90.0 %', async () => {
    const kept = await oneFigure(caller, 'retention', scope);
    expect([kept.top, kept.bottom, kept.value]).toEqual([900, 1000, 0.9]);
    expect(kept.metric.sentence).toContain('期末未流失');
  });
  test('R39a: the number opens the 100 who were lost, and says how many of them can be reached', async () => {
    const { people: behind } = await oneFigure(caller, 'churn_existing', scope);
    expect((await opened(caller, behind.yes?.token ?? '')).sort()).toEqual(ids(1, 100));
    expect(behind.yes?.reach).toEqual({ wecom: 25 });
  });
});

describe('goals', () => {
  // January's 500 first buyers: 388 kept after six months, 132 bought again.
  let caller: Caller;
  const cohort = { kind: 'first_bought', from: '2025-01-01', to: '2025-01-31' };
  beforeAll(async () => {
    caller = await staff();
    const buyers = ids(1, 500);
    await putOrders(stores, caller.workspaceId, [
      ...buyers.map((customer, n) => ({ customer, day: addDays('2025-01-01', n % 31), amount: 12_800 })),
      ...buyers.slice(0, 132).map((customer) => ({ customer, day: '2025-04-15', amount: 12_800 })),
      ...ids(1001, 80).map((customer) => ({ customer, day: '2024-06-01', amount: 100 })), { customer: customerOf(1001), day: '2025-12-31', amount: 100 },
    ]);
    await putStages(stores, caller.workspaceId, buyers.map((customer, n) => (n < 388 ? { customer, stages: ['new'], entered: ['2025-01-01'] } : { customer, stages: ['new', 'churned'], entered: ['2025-01-01', '2025-06-20'] })));
    await putStates(stores, caller.workspaceId, buyers.map((customer) => ({ customer })));
  });
  const goal = (metricId: MetricId, target: number) =>
    setGoal(stores, caller, newGoalBody.parse({ name: metricId, metricId, target, scope: { from: '2025-02-01', to: '2025-07-31', population: cohort } }));

  test('R41: 388 of 500 kept is 77.6 %, 12 people short of 80 %', async () => {
    const kept = await goal('retention', 0.8);
    expect([kept.current.top, kept.current.bottom, kept.current.value, kept.gapPeople, kept.state]).toEqual([388, 500, 0.776, 12, 'missed']);
  });
  test('R41: 132 of 500 repurchased is 26.4 %, 18 people short of 30 %', async () => {
    const bought = await goal('repurchase_existing', 0.3);
    expect([bought.current.top, bought.current.bottom, bought.current.value, bought.gapPeople]).toEqual([132, 500, 0.264, 18]);
    expect(bought.forecast?.method).toBe('run_rate');
  });
  test('R41: goals are listed with where they stand, and a share over 1 or a sum of money is refused', async () => {
    expect((await listGoals(stores, caller)).map((one) => one.gapPeople)).toEqual([12, 18]);
    await expect(goal('retention', 80)).rejects.toThrow('goal.target_invalid');
    await expect(goal('paid', 1)).rejects.toThrow('goal.metric_unfit');
  });
});

describe('recommendation and repurchase', () => {
  test('R42: 20 of 500 customers with a valid referral are 4.0 %', async () => {
    const caller = await staff();
    await putOrders(stores, caller.workspaceId, ids(1, 500).map((customer) => ({ customer, day: '2025-03-01', amount: 100 })));
    await putEvents(stores, caller.workspaceId, [
      ...ids(1, 20).flatMap((customer) => [1, 2].map((n) => ({ customer, time: `2025-03-1${n} 02:00:00`, event: 'referral.made' }))),
      ...ids(21, 5).map((customer) => ({ customer, time: '2025-03-11 02:00:00', event: 'referral.made', properties: { valid: false } })),
    ]);
    const rate = await oneFigure(caller, 'referral', { from: '2025-03-01', to: '2025-03-31' });
    expect([rate.top, rate.bottom, rate.value]).toEqual([20, 500, 0.04]);
  });
  test('R42: three repurchase rates, each by its own rule', async () => {
    const caller = await staff();
    const [a, b, c, d] = ids(1, 4) as [string, string, string, string];
    await putOrders(stores, caller.workspaceId, [
      { customer: a, day: '2025-01-10', amount: 1 }, { customer: a, day: '2025-01-10', amount: 1 }, // one day: one purchase
      { customer: b, day: '2025-01-12', amount: 1 }, { customer: b, day: '2025-02-20', amount: 1 }, // back after 39 days
      { customer: c, day: '2024-06-01', amount: 1 }, { customer: c, day: '2025-01-20', amount: 1 }, { customer: c, day: '2025-01-25', amount: 1 }, // an existing customer, twice in the period
      { customer: d, day: '2024-06-01', amount: 1 }, { customer: d, day: '2025-12-31', amount: 1 },
    ]);
    const scope = { from: '2025-01-01', to: '2025-01-31' };
    const rates = await Promise.all((['repurchase_first', 'repurchase_period', 'repurchase_existing', 'not_repeated'] as const).map((id) => oneFigure(caller, id, scope)));
    expect(rates.map(({ top, bottom }) => [top, bottom])).toEqual([[1, 2], [1, 3], [1, 2], [1, 2]]);
  });
});

describe('the metric catalogue', () => {
  test('R33: changing "active" from 30 to 14 days makes version 2; the old report keeps version 1 and the chart marks the change', async () => {
    const caller = await staff();
    await putOrders(stores, caller.workspaceId, [
      { customer: customerOf(1), day: '2025-06-29', amount: 1 }, { customer: customerOf(2), day: '2025-06-05', amount: 1 }, { customer: customerOf(3), day: '2025-05-10', amount: 1 },
    ]);
    const scope = Scope.parse({ from: '2025-04-01', to: '2025-06-29' });
    const report = await keepReport(stores, caller, { name: 'June', metricId: 'active', scope });
    expect((await oneFigure(caller, 'active', scope)).value).toBe(2);
    await changeMetric(stores, caller, 'active', { params: { days: 14 }, reason: 'our tea is bought fortnightly' });
    expect([(await oneFigure(caller, 'active', scope)).value, (await oneFigure(caller, 'active', scope, 1)).value]).toEqual([1, 2]);
    const kept = await runReport(stores, caller, report.id);
    expect([kept.metric.version, kept.parts[0]?.value]).toEqual([1, 2]);
    const chart = await series(stores, caller, seriesBody.parse({ metric: { id: 'active' }, scope, unit: 'month' }));
    expect(chart.points.map((point) => [point.from, point.version])).toEqual([['2025-04-01', 1], ['2025-05-01', 1], ['2025-06-01', 2]]);
    expect(chart.changes.map(({ version, from }) => [version, from])).toEqual([[2, '2025-06-29']]);
    await expect(changeMetric(stores, caller, 'buyers', { params: { days: 3 }, reason: '' })).rejects.toThrow('metric.setting_unknown');
  });
  test('R33: every metric has a name, a sentence and a formula in every language', async () => {
    const caller = await staff();
    for (const language of ['zh-CN', 'zh-TW', 'en'] as const) {
      for (const metric of await listMetrics(stores, { ...caller, language })) for (const words of [metric.name, metric.sentence, metric.formula]) expect(words).not.toMatch(/metric\.|\{/);
    }
  });
});

describe('scopes', () => {
  let caller: Caller;
  const scope = { from: '2025-01-01', to: '2025-01-31' };
  beforeAll(async () => {
    caller = await staff();
    await putOrders(stores, caller.workspaceId, ids(1, 6).map((customer, n) => ({ customer, day: '2025-01-10', amount: 100 * (n + 1), shop: n < 4 ? 'A' : 'B', channel: 'live' })));
    await putStates(stores, caller.workspaceId, ids(1, 6).map((customer, n) => ({ customer, tags: n % 2 ? ['vip'] : [], lists: { shops: [n < 4 ? 'A' : 'B'] } })));
  });

  test('a saved filter narrows every figure, and its people are its members', async () => {
    const saved = await createSegment(stores, caller, { name: 'VIP', description: '', tree: { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['vip'] } } } });
    expect((await segmentTree(stores, caller, saved.id)).version).toBe(1);
    const figure = await oneFigure(caller, 'paid', { ...scope, population: { kind: 'segment', id: saved.id } });
    expect(figure.top).toBe(200 + 400 + 600);
    expect((await opened(caller, figure.people.counted.token)).sort()).toEqual([customerOf(2), customerOf(4), customerOf(6)]);
  });
  test('staff of one shop count that shop only, and a token of another shop opens nothing of it', async () => {
    const whole = await oneFigure(caller, 'buyers', scope);
    const ofA: Caller = { ...caller, shops: ['A'] };
    expect((await oneFigure(ofA, 'buyers', scope)).value).toBe(4);
    expect(await opened(ofA, whole.people.counted.token)).toHaveLength(4);
    await expect(oneFigure(ofA, 'buyers', { ...scope, shops: ['B'] })).rejects.toThrow('insight.shop_forbidden');
  });
  test('a goal on a shop or a private field that somebody may not see is left out for them, and a segment that was put away still counts', async () => {
    const saved = await createSegment(stores, caller, { name: 'gone', description: '', tree: { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['vip'] } } } });
    const goal = (name: string, more: object, as = caller) => setGoal(stores, as, newGoalBody.parse({ name, metricId: 'buyers', target: 5, scope: { ...scope, ...more } }));
    await goal('shop B', { shops: ['B'] });
    await goal('segment', { population: { kind: 'segment', id: saved.id } });
    await goal('birthday', { population: { kind: 'tree', tree: { version: 1, root: { kind: 'field', field: 'birthday', test: { op: 'present' } } } } }, { ...caller, permissions: new Set(['customers.unmask']) });
    await dropSegment(stores, caller, saved.id);
    expect((await listGoals(stores, caller)).map((one) => [one.name, one.current.value])).toEqual([['shop B', 2], ['segment', 3]]);
    expect((await listGoals(stores, { ...caller, shops: ['A'] })).map((one) => [one.name, one.current.value])).toEqual([['segment', 2]]);
  });
  test('another workspace sees nothing', async () => expect((await oneFigure(await staff(), 'buyers', scope)).value).toBe(0));
  test('a forged or broken token is refused', async () => {
    for (const token of ['x', Buffer.from('{"of":"metric"}').toString('base64url'), Buffer.from('{"of":"sql","sql":"select 1"}').toString('base64url')]) {
      await expect(people(stores, caller, peopleBody.parse({ token }))).rejects.toThrow('insight.token_invalid');
    }
  });
  test('a period that runs backwards is refused', async () => expect(oneFigure(caller, 'buyers', { from: '2025-02-01', to: '2025-01-01' })).rejects.toThrow('insight.period_invalid'));
  test('a triangle and a funnel open their people by what is picked', async () => {
    const triangle = await cohorts(stores, caller, cohortsBody.parse({ scope }));
    const page = await people(stores, caller, peopleBody.parse({ token: triangle.token, pick: { cohort: '2025-01-01' } }));
    expect([triangle.rows[0]?.size, page.total.count]).toEqual([6, 6]);
    const steps = await funnel(stores, caller, funnelBody.parse({ scope, steps: [{ event: 'order.paid' }, { event: 'order.refunded' }] }));
    expect([steps.parts[0]?.steps.map((step) => step.people), steps.parts[0]?.weakest]).toEqual([[6, 0], 1]);
    expect((await people(stores, caller, peopleBody.parse({ token: steps.token, pick: { step: 1, lost: true } }))).rows).toHaveLength(6);
  });
  test('the workbench shows the same money as the figures', async () => {
    const shown = await home(stores, caller, homeQuery.parse({ days: '30' }));
    expect([shown.asOf, shown.sales.net, shown.figures.find((one) => one.metric.id === 'aov')?.parts[0]?.top]).toEqual(['2025-01-10', 2100, 2100]);
    expect((await home(stores, caller, homeQuery.parse({ shop: 'B' }))).sales.net).toBe(1100);
  });
});
