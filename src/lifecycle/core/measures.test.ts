import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowMatrix, ladderOf, periodFlows, type FlowCell } from './flow.ts';
import { lifetimesByCohort } from './lifetime.ts';
import { strategyMatrix, type Play } from './matrix.ts';
import { DEFAULT_RFM, midRankScale, rfmName, rfmOf, rfmScales, type RfmInput, type RfmRules } from './rfm.ts';
import { STAGES } from './rules.ts';
import { addWait, closedGapQuantileDays, gapQuantileDays, noWaits, quantileDays, survivalOf } from './survival.ts';
import { marginOf, paretoOf, profitMinor } from './worth.ts';

describe('survival', () => {
  test('Kaplan–Meier equals the textbook: 6-MP arm of Freireich 1963 has median 23 and S(23) = .448', () => {
    const waits = noWaits();
    for (const weeks of [6, 6, 6, 7, 10, 13, 16, 22, 23]) addWait(waits, weeks, true);
    for (const weeks of [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]) addWait(waits, weeks, false);
    const curve = survivalOf(waits);
    expect(quantileDays(curve, 0.5)).toBe(23);
    expect(curve.at(-1)?.surviving).toBeCloseTo(0.4482, 3);
    expect(curve[0]?.surviving).toBeCloseTo(0.857, 3);
  });
  test('open waits lengthen the gap quantile that closed gaps alone would show', () => {
    const waits = noWaits();
    for (let days = 1; days <= 100; days++) addWait(waits, days, true);
    for (let at = 0; at < 100; at++) addWait(waits, 60, false);
    expect(closedGapQuantileDays(waits, 0.5)).toBe(51);
    expect(gapQuantileDays(survivalOf(waits), 0.5)).toBeGreaterThan(60);
  });
  test('nobody came: no quantile', () => expect(gapQuantileDays(survivalOf(noWaits()), 0.5)).toBeNull());
});

describe('lifetime', () => {
  test('R19: known lengths give the hand-computed median', () => {
    const life = (cohort: string, spanDays: number, ended: boolean, watchedDays = 120) => ({ cohort, spanDays, watchedDays, ended, customers: 1 });
    const [jan, feb] = lifetimesByCohort([
      life('2025-01', 10, true), life('2025-01', 30, true), life('2025-01', 50, true),
      life('2025-02', 100, false), life('2025-02', 20, true),
    ]);
    expect(jan).toMatchObject({ customers: 3, medianDays: 30, survivalMedianDays: 30 });
    expect(feb).toMatchObject({ customers: 2, medianDays: 60, survivalMedianDays: 20 });
  });
});

describe('flow', () => {
  const stage = fc.constantFrom(...STAGES);
  const cells = fc.uniqueArray(fc.record({ from: fc.oneof(stage, fc.constant('none' as const)), to: stage, customers: fc.nat(500) }), { selector: (cell) => `${cell.from} ${cell.to}` });
  test('R20: rows sum to the start, columns minus newcomers to the end', () => {
    fc.assert(fc.property(cells, (given: FlowCell[]) => {
      const matrix = flowMatrix(given);
      for (const own of STAGES) {
        const row = matrix.cells.filter((cell) => cell.from === own).reduce((sum, cell) => sum + cell.customers, 0);
        const column = matrix.cells.filter((cell) => cell.to === own).reduce((sum, cell) => sum + cell.customers, 0);
        expect(row).toBe(matrix.start[own]);
        expect(column - matrix.joined[own]).toBe(matrix.cells.filter((cell) => cell.to === own && cell.from !== 'none').reduce((sum, cell) => sum + cell.customers, 0));
        expect(column).toBe(matrix.end[own]);
      }
    }));
  });
  test('R15: 100 first buyers, 30 repeat, 6 referrers are 30 % and 20 %', () => {
    expect(ladderOf({ buyers: 100, repeaters: 30, referrers: 6 })).toEqual({ buyers: 100, repeaters: 30, referrers: 6, repeatShare: 0.3, referralShare: 0.2 });
  });
  test('D14: returning = active − new − retained in every period', () => {
    fc.assert(fc.property(fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1 })), (active) => {
      const flows = periodFlows(active, { from: 0, to: 9 });
      flows.forEach((flow, at) => {
        expect(flow.returning).toBe(flow.active - flow.fresh - flow.retained);
        const before = flows[at - 1];
        if (before) expect(flow.retained + flow.lost).toBe(before.active);
      });
      expect(flows.reduce((sum, flow) => sum + flow.fresh, 0)).toBe(active.length);
    }));
  });
});

describe('matrix', () => {
  const play = (status: Play['status']): Play => ({ id: 'p1', stage: 'at_risk', name: '60天未购挽回', status, kind: 'journey' });
  const flagged = (plays: Play[]) => strategyMatrix([], plays, { at_risk: 12 }).find((row) => row.stage === 'at_risk')?.needsPlay;
  test('R18: a stage with no active play is flagged; pausing its play flags it', () => {
    expect(flagged([])).toBe(true);
    expect(flagged([play('active')])).toBe(false);
    expect(flagged([play('paused')])).toBe(true);
  });
});

describe('rfm', () => {
  test('R27a: eight rows hit all eight names', () => {
    const rules: RfmRules = { ...DEFAULT_RFM, method: 'thresholds', thresholds: { recencyDays: 30, frequency: 3, monetaryMinor: 10_000 } };
    const rows: [RfmInput, string][] = ([['key_value', 1, 1, 1], ['key_develop', 1, 0, 1], ['key_keep', 0, 1, 1], ['key_winback', 0, 0, 1], ['gen_value', 1, 1, 0], ['gen_develop', 1, 0, 0], ['gen_keep', 0, 1, 0], ['gen_winback', 0, 0, 0]] as const)
      .map(([name, r, f, m]) => [{ recencyDays: r ? 30 : 31, frequency: f ? 3 : 2, monetaryMinor: m ? 10_000 : 9_999 }, name]);
    const inputs = rows.map(([input]) => input);
    const column = (key: keyof RfmInput) => Float64Array.from(inputs, (input) => input[key]);
    const scales = rfmScales({ recency: column('recencyDays'), frequency: column('frequency'), monetary: column('monetaryMinor') }, rules);
    expect(rows.map(([input]) => rfmOf(input, scales).name)).toEqual(rows.map(([, name]) => name));
    expect(JSON.parse(JSON.stringify(scales))).toEqual(scales);
  });
  test('R27b: the truth table has one name for each of the eight combinations', () => {
    const names = [true, false].flatMap((recency) => [true, false].flatMap((frequency) => [true, false].map((monetary) => rfmName({ recency, frequency, monetary }))));
    expect(new Set(names).size).toBe(8);
  });
  test('ties share one bin: 60 % at zero make five bins impossible', () => {
    const values = Float64Array.from({ length: 100 }, (_, at) => (at < 60 ? 0 : at));
    const scale = midRankScale(values, 5, false);
    expect(scale.length).toBe(3);
    expect(scale[0]).toMatchObject({ upTo: 0, score: 2, customers: 60 });
  });
  test('bins hold everyone once and follow the order of values', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 200 }), fc.boolean(), (values, isLowBest) => {
      const scale = midRankScale(Float64Array.from(values), 5, isLowBest);
      expect(scale.reduce((sum, step) => sum + step.customers, 0)).toBe(values.length);
      for (const [at, step] of scale.entries()) if (at > 0) expect(Math.sign(step.score - (scale[at - 1]?.score ?? 0))).toBe(isLowBest ? -1 : 1);
    }));
  });
  test('means: above the mean is high', () => {
    const columns = { recency: Float64Array.of(10, 30), frequency: Float64Array.of(1, 3), monetary: Float64Array.of(100, 300) };
    const scales = rfmScales(columns, { ...DEFAULT_RFM, method: 'means' });
    expect(rfmOf({ recencyDays: 10, frequency: 3, monetaryMinor: 300 }, scales).name).toBe('key_value');
    expect(rfmOf({ recencyDays: 20, frequency: 2, monetaryMinor: 200 }, scales).name).toBe('gen_winback');
  });
});

describe('worth', () => {
  test('R25: a fixture whose top 20 % bring 80.0 % says 80.0 % and names them', () => {
    const pareto = paretoOf([4000, 4000, 250, 250, 250, 250, 250, 250, 250, 250], 0.2);
    expect(pareto.topShare).toBeCloseTo(0.8);
    expect(pareto.topCustomers).toBe(2);
    expect(pareto.curve.at(-1)).toBeCloseTo(1);
    expect(pareto.curve[19]).toBeCloseTo(0.8);
  });
  test('R28: 200 − cost 120 − shipping 8 − coupon 10 − ticket 5 = 57', () => {
    const lines = { amountMinor: 20_000, productCostMinor: 12_000, fulfilmentMinor: 800, serviceMinor: 500, incentiveMinor: 1_000 };
    expect(profitMinor(lines)).toBe(5_700);
    expect(marginOf(lines)).toBeCloseTo(0.285);
  });
});
