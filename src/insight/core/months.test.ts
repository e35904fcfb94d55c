import { expect, test } from 'vitest';
import { wholeMonths } from './months.ts';

test('R53: the unfinished month is left out and said', () => {
  const { months, running, begun } = wholeMonths({ from: '2025-01-01', asOf: '2025-04-10' }, 60);
  expect(months).toEqual([{ from: '2025-01-01', to: '2025-01-31' }, { from: '2025-02-01', to: '2025-02-28' }, { from: '2025-03-01', to: '2025-03-31' }]);
  expect(running).toEqual({ month: '2025-04-01', days: 10, of: 30 });
  expect(begun).toBeNull();
});

test('R53: a month that ends with the data is whole', () => {
  const { months, running } = wholeMonths({ from: '2025-01-02', asOf: '2025-02-28' }, 60);
  expect(months.map(({ from }) => from)).toEqual(['2025-01-01', '2025-02-01']);
  expect(running).toBeNull();
});

test('R53: a first month that the data enter late is left out and said', () => {
  const { months, begun } = wholeMonths({ from: '2025-01-15', asOf: '2025-03-31' }, 60);
  expect(months.map(({ from }) => from)).toEqual(['2025-02-01', '2025-03-01']);
  expect(begun).toEqual({ month: '2025-01-01', days: 17, of: 31 });
});

test('R53: only the newest months are kept, and one month that is not whole is none', () => {
  expect(wholeMonths({ from: '2020-01-01', asOf: '2025-03-31' }, 12).months.map(({ from }) => from)).toEqual(['2024-04-01', '2024-05-01', '2024-06-01', '2024-07-01', '2024-08-01', '2024-09-01', '2024-10-01', '2024-11-01', '2024-12-01', '2025-01-01', '2025-02-01', '2025-03-01']);
  expect(wholeMonths({ from: '2025-03-20', asOf: '2025-03-25' }, 12)).toEqual({ months: [], begun: null, running: { month: '2025-03-01', days: 6, of: 31 } });
});
