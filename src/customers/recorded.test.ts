import { expect, test } from 'vitest';
import type { Fact } from '../kernel/facts.ts';
import { newId } from '../kernel/ids.ts';
import { concerned, customersIn, type Recorded } from './recorded.ts';

const [anna, bo, chen, dan] = [newId(), newId(), newId(), newId()];
const fact = (kind: string, payload: object): Fact => ({ id: 1, workspaceId: newId(), kind, payload: payload as Fact['payload'], at: new Date(0) });
const said: Recorded = { from: '2026-01-01', to: '2026-01-02', shops: [], backfill: false, customers: [anna, bo, chen], bought: [bo], told: [chen], did: { Viewed: [anna, bo], 'Order Completed': [bo], __proto__: [] } };

test('a reaction hears of those who did what it is made of, each once', () => {
  const facts = [fact('events.recorded', said), fact('events.recorded', { ...said, bought: [bo, dan], customers: [bo, dan] })];
  expect(concerned(facts, { bought: true })).toEqual([bo, dan]);
  expect(concerned(facts, { told: true })).toEqual([chen]);
  expect(concerned(facts, { did: (event) => event === 'Viewed' })).toEqual([anna, bo]);
  expect(concerned(facts, { bought: true, told: true, did: () => false })).toEqual([bo, chen, dan]);
  expect(concerned(facts, {})).toEqual([]);
});

test('facts that do not say who did what concern everybody in them', () => {
  expect(concerned([fact('events.recorded', { from: '2026-01-01', customers: [anna] }), fact('customer.merged', { keep: bo, absorbed: [chen], from: dan })], { bought: true })).toEqual([anna, chen, bo, dan]);
});

test('only ids count as customers, under whichever of the usual names', () => {
  expect(customersIn([fact('customer.unmerged', { customer: anna, from: bo }), fact('events.recorded', { from: '2026-01-01', customers: [anna] })])).toEqual([anna, bo]);
});
