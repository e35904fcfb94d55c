import { expect, test } from 'vitest';
import { addDays, type Day } from '../../../kernel/day.ts';
import { fitting, highDays, type Reading, usedPercent } from './quota.ts';
import { countTrials, type Told, trialsOf, type TrialState } from './trials.ts';

const act = (kind: 'started' | 'used' | 'ended' | 'converted', day: Day, product = 'pro', endsOn: Day | null = null): Told => ({ act: kind, day, product, endsOn });
const bought = (day: Day, ...products: string[]): Told => ({ act: 'bought', day, products });

test.each<[string, Told[], Day, TrialState[]]>([
  ['a trial that nobody touched', [act('started', '2026-03-01')], '2026-03-10', ['started']],
  ['one that is used', [act('started', '2026-03-01'), act('used', '2026-03-02'), act('used', '2026-03-03')], '2026-03-10', ['used']],
  ['on its last day', [act('started', '2026-03-01')], '2026-03-15', ['started']],
  ['the day after', [act('started', '2026-03-01')], '2026-03-16', ['ended']],
  ['its own last day', [act('started', '2026-03-01', 'pro', '2026-03-05')], '2026-03-06', ['ended']],
  ['told to be over', [act('started', '2026-03-01'), act('ended', '2026-03-03')], '2026-03-04', ['ended']],
  ['paid while it runs', [act('started', '2026-03-01'), bought('2026-03-05', 'pro')], '2026-03-06', ['converted']],
  ['paid 30 days after its end', [act('started', '2026-03-01'), bought('2026-04-14', 'pro')], '2026-05-01', ['converted']],
  ['paid too late', [act('started', '2026-03-01'), bought('2026-04-15', 'pro')], '2026-05-01', ['ended']],
  ['something else was bought', [act('started', '2026-03-01'), bought('2026-03-05', 'tea')], '2026-03-06', ['started']],
  ['a trial of the whole offer is paid by anything', [act('started', '2026-03-01', ''), bought('2026-03-05', 'tea')], '2026-03-06', ['converted']],
  ['bought before it began', [bought('2026-02-01', 'pro'), act('started', '2026-03-01')], '2026-03-06', ['started']],
  ['told by the subscription', [act('started', '2026-03-01'), act('converted', '2026-03-09')], '2026-03-10', ['converted']],
  ['told twice to start', [act('started', '2026-03-01'), act('started', '2026-03-02')], '2026-03-10', ['started']],
  ['one of each product', [act('started', '2026-03-01'), act('started', '2026-03-02', 'basic'), act('used', '2026-03-03', 'basic')], '2026-03-10', ['started', 'used']],
  ['again after the first was over', [act('started', '2026-03-01'), act('started', '2026-05-01')], '2026-05-02', ['ended', 'started']],
  ['what has not happened yet', [act('started', '2026-03-01'), act('ended', '2026-03-09')], '2026-03-08', ['started']],
])('R64: %s', (_, told, today, states) => {
  expect(trialsOf(told, today).map(({ state }) => state)).toEqual(states);
});

test('R64: of 50 trials 15 are paid: 30 %', () => {
  const trials = Array.from({ length: 50 }, (_, i) => trialsOf([act('started', '2026-03-01'), ...(i < 40 ? [act('used', '2026-03-02')] : []), ...(i < 15 ? [bought('2026-03-10', 'pro')] : [])], '2026-04-01')).flat();
  expect(countTrials(trials)).toEqual({ trials: 50, used: 40, running: 0, ended: 35, converted: 15, share: 0.3 });
  expect(countTrials([]).share).toBeNull();
});

const daily = (shares: readonly number[], until: Day): Reading[] => shares.map((share, i) => ({ day: addDays(until, i - shares.length + 1), share }));

test.each<[string, Reading[], number | null]>([
  ['nothing was read', [], null],
  ['two weeks of 90 %', daily([0.5, ...Array.from({ length: 15 }, () => 0.9)], '2026-03-20'), 14],
  ['a day of 89 % in between begins anew', daily([0.95, 0.95, 0.89, 0.95, 0.95], '2026-03-20'), 1],
  ['the last is low', daily([0.95, 0.95, 0.2], '2026-03-20'), 0],
  ['a week without a reading is told by the last', daily([0.95, 0.95], '2026-03-13'), 8],
  ['longer says nothing', daily([0.95, 0.95], '2026-03-12'), null],
])('R80: days at 90 %% of the quota: %s', (_, readings, days) => {
  expect(highDays(readings, '2026-03-20')).toBe(days);
});

test('R80: a new product fits whoever owns one it was made for and does not have it yet', () => {
  const fits = [{ sku: 'NEW-1', owners: ['OLD-1', 'OLD-2'] }, { sku: 'NEW-2', owners: ['OLD-3'] }];
  expect([fitting(new Set(['OLD-2']), fits), fitting(new Set(['OLD-3', 'NEW-2']), fits), fitting(new Set(['TEA']), fits), fitting(new Set(['OLD-1', 'OLD-3']), fits)]).toEqual([['NEW-1'], [], [], ['NEW-1', 'NEW-2']]);
  expect([usedPercent(daily([0.914], '2026-03-20'), '2026-03-20'), usedPercent([], '2026-03-20')]).toEqual([91.4, null]);
});
