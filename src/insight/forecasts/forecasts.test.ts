import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putOrders, putStages, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { addDays } from '../../kernel/day.ts';
import { STAGES } from '../../lifecycle/index.ts';
import { type GoalReply, newGoalBody } from '../contract.ts';
import { goalForecast } from '../goalForecast.ts';
import { setGoal } from '../goals.ts';
import { FORECAST_SERIES, forecastQuery, type ForecastReply } from './contract.ts';
import { forecastOf } from './forecasts.ts';

let stores: TestStores;
beforeAll(async () => void (stores = await testStores('2026-01-15T04:00:00Z')));
afterAll(() => stores.close());

const staff = async (shops: string[] = []): Promise<Caller> => ({ ...systemCaller(await testWorkspace(stores), ['insight.read']), language: 'zh-CN', shops });
const asked = (caller: Caller, query: object): Promise<ForecastReply> => forecastOf(stores, caller, forecastQuery.parse(query));
const MONTHS = Array.from({ length: 12 }, (_, at) => `2025-${String(at + 1).padStart(2, '0')}`);
/** A rising year with a bump, in whole yuan a month. */
const YEAR = [100, 104, 110, 113, 121, 125, 128, 136, 140, 143, 152, 155];

describe('twelve whole months and a running one', () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await staff();
    await putOrders(stores, caller.workspaceId, [
      ...MONTHS.map((month, at) => ({ customer: customerOf(at + 1), day: `${month}-02`, amount: (YEAR[at] ?? 0) * 10_000, shop: at % 2 ? 'B' : 'A' })),
      { customer: customerOf(1), day: '2026-01-10', amount: 999_900 },
    ]);
  });

  test('R53: of a year of revenue the back-test error is given beside the naive one, and the running month is left out and said', async () => {
    const { history, leftOut, forecast, refused, kind, metric } = await asked(caller, { series: 'net', horizon: 3 });
    expect(history.map(({ value }) => value)).toEqual(YEAR.map((yuan) => yuan * 10_000));
    expect(history.at(-1)?.month).toBe('2025-12-01');
    expect(leftOut).toEqual({ begun: null, running: { month: '2026-01-01', days: 10, of: 31 } });
    expect([refused, kind, metric?.id]).toEqual([null, 'money', 'net']);
    expect(forecast?.ahead.map(({ month }) => month)).toEqual(['2026-01-01', '2026-02-01', '2026-03-01']);
    expect(forecast?.backtest.mape).toBeGreaterThan(0);
    expect(forecast?.backtest.mape).toBeLessThan(0.05);
    expect(forecast?.naive.mape).toBeGreaterThan(forecast?.backtest.mape ?? 1);
    for (const { value, low, high } of forecast?.ahead ?? []) {
      expect([low < value, value < high, Number.isInteger(value)]).toEqual([true, true, true]);
      expect(value).toBeGreaterThan(1_550_000);
      expect(value).toBeLessThan(1_800_000);
    }
  });

  test('R53: first buyers come from the catalogue’s definition: one a month', async () => {
    const { history, kind } = await asked(caller, { series: 'new_first' });
    expect([kind, history.map(({ value }) => value)]).toEqual(['count', MONTHS.map(() => 1)]);
  });

  test('R53: staff of one shop see that shop’s months, and no other shop’s', async () => {
    const { history } = await asked({ ...caller, shops: ['B'] }, { series: 'net' });
    expect(history.map(({ value }) => value)).toEqual(MONTHS.slice(1).map((_, at) => (at % 2 ? 0 : (YEAR[at + 1] ?? 0) * 10_000)));
    await expect(asked({ ...caller, shops: ['B'] }, { series: 'net', shop: 'A' })).rejects.toMatchObject({ code: 'insight.shop_forbidden' });
    await expect(asked({ ...caller, shops: ['B'] }, { series: 'stage.new', shop: 'A' })).rejects.toMatchObject({ code: 'lifecycle.shop_forbidden' });
  });
});

describe('R41, R53: where a goal leads', () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = { ...(await staff()), permissions: new Set(['insight.read', 'insight.write'] as const) };
    // A first buyer every five days, so that by the sixth of January there are 75.
    await putOrders(stores, caller.workspaceId, Array.from({ length: 75 }, (_, at) => ({ customer: customerOf(at + 1), day: addDays('2025-01-01', at * 5 + (at % 2)), amount: 10_000 })));
  });
  const goal = (from: string, to: string, target: number): Promise<GoalReply> => setGoal(stores, caller, newGoalBody.parse({ name: 'Newcomers', metricId: 'new_first', target, scope: { from, to } }));

  test('the figure so far, day by day, led on to the last day with interval, error and the gap it would leave', async () => {
    const { id } = await goal('2025-01-01', '2026-02-28', 100);
    const { points, forecast, refused, stretchDays } = await goalForecast(stores, caller, id);
    expect([refused, stretchDays, forecast?.ahead.at(-1)?.to, forecast?.isEnd]).toEqual([null, 17, '2026-02-28', true]);
    for (const { to, value } of points) expect([to, value]).toEqual([to, Array.from({ length: 75 }, (_, at) => addDays('2025-01-01', at * 5 + (at % 2))).filter((day) => day <= to).length]);
    const end = forecast?.ahead.at(-1);
    expect(end?.value).toBeGreaterThan(80);
    expect(end?.value).toBeLessThan(90);
    expect((end?.low ?? 0) <= (end?.value ?? 0) && (end?.value ?? 0) <= (end?.high ?? 0) && (end?.low ?? 0) >= (points.at(-1)?.value ?? 0)).toBe(true);
    expect(forecast?.gapPeople).toBe(Math.ceil(100 - (end?.value ?? 0)));
    expect(forecast?.error).toBeGreaterThanOrEqual(0);
    expect(forecast?.error).toBeLessThan(forecast?.naiveError ?? 0);
  });

  test('beside it the plain pace: days so far, straight on, and the gap that leaves', async () => {
    const { forecast } = await goal('2025-01-01', '2026-02-28', 100);
    const straight = 75 / (371 / 424);
    expect(forecast?.value).toBeCloseTo(straight, 9);
    expect(forecast?.gapPeople).toBe(Math.ceil(100 - straight));
  });

  test('too young for a forecast: why, and nothing of it; over: nothing ahead', async () => {
    const young = await goalForecast(stores, caller, (await goal('2026-01-06', '2026-02-28', 10)).id);
    expect([young.forecast, young.refused?.code]).toEqual([null, 'forecast.too_few_points']);
    expect(young.refused?.sentence).toMatch(/6/);
    expect(await goalForecast(stores, caller, (await goal('2025-01-01', '2025-12-31', 10)).id)).toMatchObject({ forecast: null, refused: null });
  });
});

describe('stages at the end of each month', () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await staff();
    await putOrders(stores, caller.workspaceId, [{ customer: customerOf(1), day: '2025-01-01', amount: 100 }, { customer: customerOf(1), day: '2025-12-31', amount: 100 }]);
    await putStates(stores, caller.workspaceId, Array.from({ length: 12 }, (_, at) => ({ customer: customerOf(at + 1), lists: { shops: at < 4 ? ['A'] : ['B'] } })));
    // One joins a month and goes half a year later.
    await putStages(stores, caller.workspaceId, MONTHS.map((month, at) => ({ customer: customerOf(at + 1), stages: ['new', 'churned'], entered: [`${month}-15`, addDays(`${month}-15`, 183)] })));
  });

  test('R53: heads are those of the day: who entered is in, who left is out', async () => {
    const [fresh, lost] = await Promise.all([asked(caller, { series: 'stage.new' }), asked(caller, { series: 'stage.churned' })]);
    expect(fresh.history.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6]);
    expect(lost.history.map(({ month, value }) => [month, value])).toEqual([['2025-07-01', 1], ['2025-08-01', 2], ['2025-09-01', 3], ['2025-10-01', 4], ['2025-11-01', 5], ['2025-12-01', 6]]);
    expect(lost.forecast?.ahead.every(({ low }) => low >= 0)).toBe(true);
  });

  test('R53: staff of one shop count that shop’s customers', async () => {
    const { history } = await asked({ ...caller, shops: ['A'] }, { series: 'stage.new' });
    expect(history.map(({ value }) => value)).toEqual([1, 2, 3, 4, 4, 4, 3, 2, 1, 0, 0, 0]);
  });

  test('the series name every stage', () => {
    expect(FORECAST_SERIES.filter((one) => one.startsWith('stage.')).map((one) => one.slice(6))).toEqual([...STAGES]);
  });
});

test('R53: under six whole months there is no forecast, a code, a sentence, and the past all the same', async () => {
  const caller = await staff();
  await putOrders(stores, caller.workspaceId, MONTHS.slice(0, 5).map((month) => ({ customer: customerOf(1), day: `${month}-01`, amount: 100 })));
  await putOrders(stores, caller.workspaceId, [{ customer: customerOf(1), day: '2025-05-31', amount: 100 }]);
  const { forecast, refused, history } = await asked(caller, { series: 'net', horizon: 6 });
  expect(forecast).toBeNull();
  expect(refused).toMatchObject({ code: 'forecast.too_few_points', params: { points: 5, needed: 6 } });
  expect(refused?.sentence).toContain('只有 5 个完整月份');
  expect(history).toHaveLength(5);
});

test('R53: an empty workspace is refused, not guessed', async () => {
  const { refused, history } = await asked(await staff(), {});
  expect([refused?.code, history]).toEqual(['forecast.too_few_points', []]);
});
