import { expect, test } from 'vitest';
import { VALUE_KINDS } from '../../../../src/lifecycle/core/tags/bands.ts';
import { SPECS } from '../../../../src/lifecycle/tags/contract.ts';
import { blankValue, gapsIn, isOfMoney, specOf, valueDraft } from './tagValues.ts';

test.each(VALUE_KINDS)('R38: a new tag of kind %s begins whole, the server takes it, and it opens again as it was', (kind) => {
  const draft = blankValue(kind), spec = specOf(kind, draft);
  expect(gapsIn(kind, draft)).toBe(0);
  expect(SPECS[kind].parse(spec)).toEqual(spec);
  expect(specOf(kind, valueDraft(kind, spec) ?? blankValue(kind))).toEqual(spec);
});

test('R38: what is not said yet is counted: a property, a band without a name or a number, bands that do not rise', () => {
  const [first, metric] = [blankValue('first'), blankValue('metric')];
  expect(gapsIn('first', { ...first, property: '' })).toBe(1);
  expect(gapsIn('first', { ...first, event: '' })).toBe(1);
  expect(gapsIn('first', { ...first, window: { kind: 'rolling', days: Number.NaN } })).toBe(1);
  expect(gapsIn('preference', { ...blankValue('preference'), least: 0 })).toBe(1);
  expect(gapsIn('metric', { ...metric, bands: [...metric.bands, { name: '', from: Number.NaN }] })).toBe(1);
  expect(gapsIn('metric', { ...metric, bands: [{ name: 'a', from: 2 }, { name: 'b', from: 1 }] })).toBe(1);
  expect(gapsIn('metric', { ...metric, measure: 'sum', property: '' })).toBe(1);
  expect(gapsIn('metric', { ...metric, of: 'field', field: '' })).toBe(1);
});

test('bands of money are written in major units: of sums of amounts and of money fields', () => {
  const metric = blankValue('metric');
  expect([isOfMoney(metric, []), isOfMoney({ ...metric, measure: 'sum' }, []), isOfMoney({ ...metric, measure: 'distinct' }, []), isOfMoney({ ...metric, of: 'field', field: 'net_minor' }, ['net_minor'])]).toEqual([false, true, false, true]);
});
