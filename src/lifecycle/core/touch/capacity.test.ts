import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { type Agent, assign, type Place } from './capacity.ts';
import { humanRefusal, slaOf, termsOf, type Tier, type TouchPolicy } from './policy.ts';

const AGENTS: Agent[] = ['mei', 'tao', 'lan'].map((id) => ({ id, cap: 40 }));
const RANKED = Array.from({ length: 150 }, (_, i) => `c${i + 1}`);
const held = (places: readonly Place[]): Map<string, string> => new Map(places.map(({ customer, agent }) => [customer, agent]));

test('R26: three agents of 40 places and 150 candidates: the best 120 have a person, 30 are served by programmes; freeing one promotes the 121st and moves nobody', () => {
  const first = assign({ agents: AGENTS, ranked: RANKED, held: [], slack: 0.2 });
  expect(first.places.map(({ customer }) => customer)).toEqual(RANKED.slice(0, 120));
  expect(first.automated).toEqual(RANKED.slice(120));
  expect([...Map.groupBy(first.places, ({ agent }) => agent).values()].map(({ length }) => length)).toEqual([40, 40, 40]);
  const without = RANKED.filter((one) => one !== 'c7'), next = assign({ agents: AGENTS, ranked: without, held: first.places, slack: 0.2 });
  const [before, after] = [held(first.places), held(next.places)];
  expect([after.get('c121'), after.has('c7'), after.size]).toEqual([before.get('c7'), false, 120]);
  for (const [customer, agent] of before) if (customer !== 'c7') expect(after.get(customer)).toBe(agent);
});

test('R26: whoever rises takes a place only from somebody who has fallen behind all places by more than the slack', () => {
  const { places } = assign({ agents: AGENTS, ranked: RANKED, held: [], slack: 0.2 });
  const risen = ['c150', ...RANKED.slice(0, 149)];
  expect(held(assign({ agents: AGENTS, ranked: risen, held: places, slack: 0.2 }).places)).toEqual(held(places));
  const fallen = ['c150', ...RANKED.filter((one) => one !== 'c120' && one !== 'c150'), 'c120'], next = held(assign({ agents: AGENTS, ranked: fallen, held: places, slack: 0.2 }).places);
  expect([next.get('c150'), next.has('c120'), next.size]).toEqual([held(places).get('c120'), false, 120]);
  expect(held(assign({ agents: AGENTS, ranked: risen, held: places, slack: 0 }).places).has('c150')).toBe(true);
});

test('R26: an agent who leaves or takes fewer gives up their own customers alone, the best of whom find another place', () => {
  const { places } = assign({ agents: AGENTS.map(({ id }) => ({ id, cap: 10 })), ranked: RANKED.slice(0, 20), held: [], slack: 0 });
  const gone = assign({ agents: [{ id: 'mei', cap: 10 }, { id: 'tao', cap: 10 }], ranked: RANKED.slice(0, 20), held: places, slack: 0 });
  expect([gone.places.length, gone.automated]).toEqual([20, []]);
  for (const { customer, agent } of places) if (agent !== 'lan') expect(held(gone.places).get(customer)).toBe(agent);
  expect(assign({ agents: [{ id: 'mei', cap: 2 }], ranked: RANKED.slice(0, 20), held: places, slack: 0 }).places).toHaveLength(2);
});

test('R26: of any agents, ranks and places: nobody twice, nobody over their limit, no place empty while somebody waits, and asking again moves nobody', () => {
  const random = seeded(26);
  const pick = (most: number): number => Math.floor(random() * most);
  for (let round = 0; round < 400; round += 1) {
    const agents = Array.from({ length: pick(5) }, (_, i) => ({ id: `a${i}`, cap: pick(6) })), ranked = RANKED.slice(0, pick(30)).sort(() => random() - 0.5);
    const before = Array.from({ length: pick(30) }, (_, i) => ({ customer: `c${i + 1}`, agent: `a${pick(6)}` })), slack = random();
    const { places, automated } = assign({ agents, ranked, held: before, slack });
    expect([...places.map(({ customer }) => customer), ...automated].sort()).toEqual([...ranked].sort());
    for (const { id, cap } of agents) expect(places.filter(({ agent }) => agent === id).length).toBeLessThanOrEqual(cap);
    expect(places).toHaveLength(Math.min(ranked.length, agents.reduce((sum, { cap }) => sum + cap, 0)));
    expect(assign({ agents, ranked, held: places, slack }).places).toEqual(places);
    expect(assign({ agents, ranked, held: before.toReversed(), slack }).places).toEqual(places);
  }
});

const tier = (key: string, more: Partial<Tier> = {}): Tier => ({ key, name: key, segment: null, sla: { firstReplyMinutes: 480, resolveMinutes: 2_880 }, channels: null, human: 'pool', offer: 'none', capMinor: null, ...more });
const POLICY: TouchPolicy = {
  tiers: [tier('high', { human: 'adviser', sla: { firstReplyMinutes: 30, resolveMinutes: 240 }, capMinor: 10_000 }), tier('standard', { capMinor: 5_000 }), tier('low', { human: 'none' })], agents: [], rankBy: 'net_minor', slack: 0.2, contactMinor: 2_000,
};

test.each<[string, string | null, string | null, number, string | null]>([
  ['a high tier with an adviser', 'high', 'user:1', 0, null],
  ['a high tier without a place', 'high', null, 0, 'tier_full'],
  ['the contact that just fits the cap', 'high', 'user:1', 4, null],
  ['the cap is used up', 'high', 'user:1', 5, 'tier_cost_cap'],
  ['a contact that would go beyond it', 'standard', null, 2, 'tier_cost_cap'],
  ['a standard tier', 'standard', null, 1, null],
  ['a low tier', 'low', null, 0, 'tier_automated'],
  ['whoever is of no tier is of the last', null, null, 0, 'tier_automated'],
  ['a tier that is gone', 'platinum', 'user:1', 0, 'tier_automated'],
])('R26: whether a person calls: %s', (_, key, adviser, contacts, reason) => {
  expect(humanRefusal(POLICY, { tier: key, adviser, contacts })?.reason ?? null).toBe(reason);
});

test('R26: a ticket of the high tier gets the high SLA', () => {
  expect([slaOf(POLICY, 'high').firstReplyMinutes, slaOf(POLICY, 'low').firstReplyMinutes, slaOf(POLICY, null).resolveMinutes]).toEqual([30, 480, 2_880]);
  expect(termsOf({ ...POLICY, tiers: [] }, 'high').human).toBe('pool');
});
