import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putStages } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { many, sql } from '../../kernel/sql.ts';
import { LANGUAGES } from '../../kernel/words/index.ts';
import { hypothesisOf, listBenchmarks, removeLine, setLine } from './benchmarks.ts';
import { churnByYear, costsAgainstBand, satisfaction } from './compared.ts';

let stores: TestStores;
beforeAll(async () => void (stores = await testStores('2026-01-15T04:00:00Z')));
afterAll(() => stores.close());
const staff = async (): Promise<Caller> => ({ ...systemCaller(await testWorkspace(stores), ['insight.read', 'insight.write']), language: 'zh-CN' });

describe('the library', () => {
  test('R46: all figures are present, each with its source text and the label', async () => {
    const { rows } = await listBenchmarks(stores, await staff());
    const figureOf = (id: string) => rows.find((row) => row.id === id);
    // S2 §4, §7, §7, §7, §8, §8; S4 +20/+15, +30/+20.
    expect(['activation.rise', 'personal.forrester', 'personal.nielsen', 'word_of_mouth', 'service.retention', 'service.praise', 'case_one.satisfaction', 'case_one.repurchase', 'case_two.first', 'case_two.second'].map((id) => figureOf(id)?.value))
      .toEqual([0.2, 0.2, 5, 5, 0.3, 0.5, 0.2, 0.15, 0.3, 0.2]);
    expect([figureOf('marketing.cost'), figureOf('awareness.satisfaction')]).toMatchObject([{ value: 0.2, to: 0.3 }, { value: 0.6, to: 0.7 }]);
    for (const row of rows) {
      expect([row.status, row.label]).toEqual(['unverified', '未核实']);
      expect(row.citation).toMatch(/S[24]/);
      expect([row.name, row.hypothesis, row.citation].some((said) => said.includes('benchmark.'))).toBe(false);
    }
  });

  test.each(LANGUAGES)('R46: any of them can be the hypothesis of an experiment, and carries the label in %s', (language) => {
    const label = { en: 'Unverified', 'zh-CN': '未核实', 'zh-TW': '未核實' }[language];
    expect(hypothesisOf(language, 'activation.rise')).toMatch(new RegExp(`20.*${label}`));
    expect(() => hypothesisOf(language, 'nobody.said')).toThrow('benchmark.not_found');
  });
});

describe('the line of churn', () => {
  test('R46: stands at 30 % with its citation until somebody edits it; an industry has its own; every change is audited', async () => {
    const caller = await staff();
    expect((await listBenchmarks(stores, caller)).lines).toMatchObject([{ industry: 'general', share: 0.3, shown: true, own: false, label: '未核实' }]);
    expect((await listBenchmarks(stores, caller)).lines[0]?.citation).toContain('30%');
    const { lines } = await setLine(stores, caller, '茶叶', { share: 0.42, citation: '行业协会 2025 年报告', shown: true });
    expect(lines.map(({ industry, share, shown }) => [industry, share, shown])).toEqual([['general', 0.3, false], ['茶叶', 0.42, true]]);
    const edited = await setLine(stores, caller, 'general', { share: 0.25, citation: '自行整理', shown: true });
    expect(edited.lines.map(({ industry, share, shown, own }) => [industry, share, shown, own])).toEqual([['general', 0.25, true, true], ['茶叶', 0.42, false, true]]);
    await removeLine(stores, caller, 'general');
    expect((await listBenchmarks(stores, caller)).lines[0]).toMatchObject({ industry: 'general', share: 0.3, own: false, shown: true });
    await expect(removeLine(stores, caller, 'general')).rejects.toMatchObject({ code: 'benchmark_line.not_found' });
    const audited = await stores.pg.tx(caller.workspaceId, (tx) => many(tx, sql<{ target: string }>`select target from audit where workspace_id = ${caller.workspaceId} and action = 'benchmark_line.changed' order by seq`));
    expect(audited.map(({ target }) => target)).toEqual(['茶叶', 'general', 'general']);
    expect((await listBenchmarks(stores, await staff())).lines).toHaveLength(1);
  });

  test('R46: ours is the churn of whole years, by the catalogue’s definition', async () => {
    const caller = await staff();
    const people = Array.from({ length: 40 }, (_, n) => customerOf(n + 1));
    await putOrders(stores, caller.workspaceId, [...people.flatMap((customer) => [{ customer, day: '2024-10-01', amount: 100 }, { customer, day: '2024-11-01', amount: 100 }]), { customer: customerOf(1), day: '2026-01-10', amount: 100 }]);
    await putStages(stores, caller.workspaceId, people.map((customer, n) => (n < 10 ? { customer, stages: ['active', 'churned'], entered: ['2024-10-01', '2025-06-01'] } : { customer, stages: ['active'], entered: ['2024-10-01'] })));
    const { points, line } = await churnByYear(stores, caller, undefined);
    expect(points.map(({ to, rate, lost, of }) => [to, rate, lost, of])).toEqual([['2025-11-30', 0.25, 10, 40], ['2025-12-31', 0.25, 10, 40]]);
    expect(line).toMatchObject({ industry: 'general', share: 0.3, label: '未核实' });
  });
});

describe('cost on the life cycle', () => {
  const costs = async (caller: Caller, marketing: number): Promise<void> => {
    const rest = 10_000_000 - marketing;
    await stores.ch.insert('costs', [['acquisition', marketing], ['service', rest / 2], ['fulfilment', rest / 2]].map(([kind, amount], at) => ({
      workspace: caller.workspaceId, source: 'test', cost_no: `C${at}`, version: 1, deleted: 0, day: '2026-01-10', kind, amount,
    })));
  };
  test.each([[2_500_000, 0.25, 'inside'], [3_500_000, 0.35, 'above'], [1_000_000, 0.1, 'below']] as const)('R46: %i of 10,000,000 is %d, %s the band', async (marketing, share, place) => {
    const caller = await staff();
    await costs(caller, marketing);
    const { rows, totalMinor, refused } = await costsAgainstBand(stores, caller, { to: '2026-01-15' });
    expect([totalMinor, refused]).toEqual([10_000_000, null]);
    expect(rows.find(({ key }) => key === 'acquisition')).toMatchObject({ costMinor: marketing, share, place, band: { low: 0.2, high: 0.3 } });
    expect(rows.filter(({ key }) => key !== 'acquisition').every((row) => row.place === null)).toBe(true);
  });
  test('R46: without any cost there is no share; staff of single shops are refused', async () => {
    const caller = await staff();
    expect(await costsAgainstBand(stores, caller, {})).toMatchObject({ rows: [], refused: { code: 'money.no_cost' } });
    await expect(costsAgainstBand(stores, { ...caller, shops: ['A'] }, {})).rejects.toMatchObject({ code: 'money.whole_business' });
  });
});

describe('satisfaction by stage', () => {
  test('R46: six stages, each from its own answers; a stage nobody answered in has no figure, never 0', async () => {
    const caller = await staff();
    await putStages(stores, caller.workspaceId, [
      { customer: customerOf(1), stages: ['prospect', 'new', 'active'], entered: ['2025-01-01', '2025-03-01', '2025-06-01'] }, { customer: customerOf(2), stages: ['new', 'churned'], entered: ['2025-01-01', '2025-12-01'] },
    ]);
    const answer = (customer: number, day: string, score: number | string, kind = 'csat') => ({ customer: customerOf(customer), time: `${day} 04:00:00`, event: 'survey.answered', properties: { kind, score } });
    await putEvents(stores, caller.workspaceId, [
      answer(1, '2025-02-01', 4), answer(1, '2025-02-02', 5), answer(1, '2025-02-03', 2), // a prospect seen before: getting to know us
      answer(1, '2025-06-02', '5'), answer(2, '2025-12-24', 1), answer(9, '2025-07-01', 3), // using, left, and somebody nobody knows
      answer(1, '2025-06-03', 10, 'nps'), answer(1, '2025-06-04', 7), answer(1, '2025-06-05', 'fine'),
    ]);
    const { stages, band } = await satisfaction(stores, caller);
    expect(stages.map(({ place, answers, share }) => [place, answers, share])).toEqual([['introduce', 1, 0], ['aware', 3, 2 / 3], ['buy', 0, null], ['use', 1, 1], ['loyal', 0, null], ['leave', 1, 0]]);
    expect(band).toEqual({ low: 0.6, high: 0.7 });
    expect(stages.map(({ inBand }) => inBand)).toEqual([null, true, null, null, null, null]);
    expect(stages.find(({ place }) => place === 'buy')?.interval).toBeNull();
  });
});
