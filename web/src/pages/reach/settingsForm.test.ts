import { expect, test } from 'vitest';
import { configOf, halfFilled, type Schema, settingsOf } from './settingsForm.ts';

const nullable = (schema: Schema): Schema => ({ default: null, anyOf: [schema, { type: 'null' }] });
const SMTP: Schema = {
  type: 'object', required: ['host', 'from'], properties: {
    host: { type: 'string' }, port: { type: 'integer', default: 587, minimum: 1, maximum: 65_535 }, security: { type: 'string', enum: ['tls', 'starttls'], default: 'starttls' }, password: nullable({ type: 'string' }),
    from: { type: 'object', required: ['name', 'address'], properties: { name: { type: 'string' }, address: { type: 'string', format: 'email' } } },
    warmUp: nullable({ type: 'object', required: ['from', 'perDay'], properties: { from: { type: 'string', format: 'date' }, perDay: { type: 'array', items: { type: 'integer' } } } }),
    rates: { type: 'array', items: { type: 'object', required: ['domain', 'perMinute'], properties: { domain: { type: 'string' }, perMinute: { type: 'integer' } } } },
    mayTrack: { type: 'array', items: { type: 'string', enum: ['marketing', 'service'] }, default: ['marketing'] },
  },
};

test('a schema becomes fields: nested ones under their path, nullable ones as what they hold, only what is needed is required', () => {
  expect(settingsOf(SMTP).map(({ path, kind, required }) => [path, kind, required])).toEqual([
    ['host', 'text', true], ['port', 'number', false], ['security', 'choice', false], ['password', 'secret', false], ['from.name', 'text', true], ['from.address', 'email', true],
    ['warmUp.from', 'day', false], ['warmUp.perDay', 'numbers', false], ['rates', 'rows', false], ['mayTrack', 'choices', false],
  ]);
  expect(settingsOf({ type: 'object', properties: { key: { type: 'string', writeOnly: true } } })[0]?.kind).toBe('secret');
});

test('what is filled in becomes settings of their types; what is empty is left out', () => {
  const values = { host: 'smtp.tea.example', port: '2525', 'from.name': 'Tea', 'from.address': 'a@tea.example', password: '', 'warmUp.from': '2026-06-01', 'warmUp.perDay': '50, 100，200', rates: [{ domain: 'qq.com', perMinute: '30' }, { domain: '', perMinute: '' }], mayTrack: ['service'] };
  expect(configOf(settingsOf(SMTP), values)).toEqual({ host: 'smtp.tea.example', port: 2525, from: { name: 'Tea', address: 'a@tea.example' }, warmUp: { from: '2026-06-01', perDay: [50, 100, 200] }, rates: [{ domain: 'qq.com', perMinute: 30 }], mayTrack: ['service'] });
  expect(configOf(settingsOf(SMTP), {})).toEqual({});
});

test('a group is filled in whole or not at all', () => {
  expect(halfFilled(settingsOf(SMTP), { 'warmUp.from': '2026-06-01' })).toEqual(['warmUp']);
  expect(halfFilled(settingsOf(SMTP), { 'warmUp.from': '2026-06-01', 'warmUp.perDay': '5' })).toEqual([]);
});
