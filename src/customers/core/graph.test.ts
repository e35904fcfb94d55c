import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Assertion, type Cut, type GraphNode, identityGraph, type IdentitySet, pairKey, pairsOf, partingOf } from './graph.ts';
import { IDENTIFIER_KINDS, type IdentifierKind, RULES } from './identifiers.ts';

const node = (id: string, kind: IdentifierKind, scope = ''): GraphNode => ({ id, kind, scope });
const edge = (a: string, b: string, staff?: true): Assertion => ({ a, b, ...(staff ? { staff } : {}) });
const graphOf = (nodes: GraphNode[], assertions: Assertion[], cuts: Cut[] = []) => identityGraph({ nodes, assertions, cuts });

test('R4: an anonymous id joins the customer of the phone it identifies with', () => {
  const nodes = [node('a', 'anonymous_id'), node('p', 'phone')];
  expect(graphOf(nodes, []).components).toEqual([['a'], ['p']]);
  expect(graphOf(nodes, [edge('a', 'p')]).components).toEqual([['p', 'a']]);
});

test('R4: the canonical subject is the strongest kind, then the smaller id', () => {
  const nodes = [node('c', 'phone'), node('b', 'member_no'), node('a', 'anonymous_id'), node('d', 'member_no', 'x')];
  expect(graphOf(nodes, [edge('a', 'c'), edge('b', 'c'), edge('c', 'd')]).components).toEqual([['b', 'd', 'c', 'a']]);
});

test('R4: an identifier over its limit links nobody and is named for review', () => {
  const buyers = Array.from({ length: RULES.phone.limit + 1 }, (_, i) => node(`b${i}`, 'buyer_id', 'tmall:1'));
  const all = graphOf([node('p', 'phone'), ...buyers], buyers.map(({ id }) => edge('p', id)));
  expect(all.overLimit).toEqual(['p']);
  expect(all.components).toHaveLength(buyers.length + 1);
  const within = graphOf([node('p', 'phone'), ...buyers.slice(1)], buyers.slice(1).map(({ id }) => edge('p', id)));
  expect(within.components).toHaveLength(1);
});

test('R4: a device of two people belongs to neither, and many devices of one person all belong to them', () => {
  const two = graphOf([node('d', 'device_id'), node('u', 'user_id'), node('v', 'user_id')], [edge('d', 'u'), edge('d', 'v')]);
  expect(two.components).toHaveLength(3);
  const devices = Array.from({ length: 50 }, (_, i) => node(`d${i}`, 'device_id'));
  expect(graphOf([node('u', 'user_id'), ...devices], devices.map(({ id }) => edge('u', id))).components).toHaveLength(1);
});

test('R4: a cut frees a shared device for the one who is left', () => {
  const nodes = [node('d', 'device_id'), node('u', 'user_id'), node('v', 'user_id')];
  expect(graphOf(nodes, [edge('d', 'u'), edge('d', 'v')], [{ a: 'd', b: 'v' }]).components).toEqual([['u', 'd'], ['v']]);
});

test('R4: what staff says links past every limit', () => {
  const buyers = Array.from({ length: RULES.phone.limit + 1 }, (_, i) => node(`b${i}`, 'buyer_id', 's'));
  const all = graphOf([node('p', 'phone'), ...buyers], [...buyers.map(({ id }) => edge('p', id)), edge('b0', 'p', true)]);
  expect(all.components.find((component) => component.includes('p'))).toEqual(['b0', 'p']);
});

test("R4: a receiver's telephone never links two buyers and is nobody by itself", () => {
  const all = graphOf([node('r', 'receiver_phone'), node('a', 'buyer_id'), node('b', 'buyer_id')], [edge('r', 'a'), edge('r', 'b')]);
  expect(all.components).toEqual([['a'], ['b']]);
});

test('R4: a cut survives later identifies, directly and by way of a third identifier', () => {
  const nodes = [node('a', 'anonymous_id'), node('p', 'phone'), node('e', 'email')];
  const cut = [{ a: 'a', b: 'p' }];
  expect(graphOf(nodes, [edge('a', 'p')], cut).components).toContainEqual(['p']);
  const { components } = graphOf(nodes, [edge('a', 'p'), edge('e', 'p'), edge('a', 'e')], cut);
  expect(components).toEqual([['a'], ['p', 'e']]);
});

const anySet = fc.record({
  kinds: fc.array(fc.constantFrom(...IDENTIFIER_KINDS), { minLength: 2, maxLength: 14 }),
  pairs: fc.array(fc.tuple(fc.nat(13), fc.nat(13), fc.boolean()), { maxLength: 30 }),
  cuts: fc.array(fc.tuple(fc.nat(13), fc.nat(13)), { maxLength: 5 }),
}).map(({ kinds, pairs, cuts }): IdentitySet => {
  const nodes = kinds.map((kind, i) => node(`s${String(i).padStart(2, '0')}`, kind, i % 3 === 0 ? 'x' : ''));
  const idOf = (i: number): string => (nodes[i % nodes.length] as GraphNode).id;
  const apart = <T extends { a: string; b: string }>(all: T[]): T[] => [...new Map(all.filter(({ a, b }) => a !== b).map((one) => [pairKey(one.a, one.b), one])).values()];
  return {
    nodes,
    assertions: apart(pairs.map(([a, b, staff]) => edge(idOf(a), idOf(b), staff && (a + b) % 5 === 0 ? true : undefined))),
    cuts: apart(cuts.map(([a, b]) => ({ a: idOf(a), b: idOf(b) }))),
  };
});

test('R4: any order of arrival gives the same graph', () => {
  fc.assert(fc.property(anySet, fc.integer(), (set, seed) => {
    const turned = <T>(all: readonly T[]): T[] => [...all].map((one, i) => ({ one, at: Math.imul(i + 1, seed | 1) })).sort((x, y) => x.at - y.at).map(({ one }) => one);
    const swapped = turned(set.assertions).map(({ a, b, staff }) => edge(b, a, staff ? true : undefined));
    expect(identityGraph({ nodes: turned(set.nodes), assertions: swapped, cuts: turned(set.cuts).map(({ a, b }) => ({ a: b, b: a })) })).toEqual(identityGraph(set));
  }), { numRuns: 300 });
});

test('R4: a cut pair never shares a component, and every subject that can be somebody is in exactly one', () => {
  fc.assert(fc.property(anySet, (set) => {
    const { components } = identityGraph(set);
    const home = new Map(components.flatMap((ids, at) => ids.map((id) => [id, at])));
    for (const { a, b } of set.cuts) if (home.has(a)) expect(home.get(a)).not.toBe(home.get(b));
    expect(components.flat().sort()).toEqual(set.nodes.filter(({ kind }) => RULES[kind].links).map(({ id }) => id).sort());
  }), { numRuns: 300 });
});

test('R4: un-merging parts the chosen subjects for good, and without older cuts each side stays whole and nothing else moves', () => {
  fc.assert(fc.property(anySet, fc.integer({ min: 1, max: 1000 }), fc.boolean(), (given, pick, fresh) => {
    const set = fresh ? { ...given, cuts: [] } : given;
    const before = identityGraph(set);
    const whole = before.components.find((component) => component.length > 1);
    if (!whole) return;
    const apart = new Set(whole.filter((_, i) => (pick >> i) % 2 === 1));
    if (apart.size === 0 || apart.size === whole.length) return;
    const more = partingOf(set, whole, apart);
    const after = identityGraph({ ...set, assertions: mergedWith(set.assertions, more.assertions), cuts: [...set.cuts, ...more.cuts] });
    for (const ids of after.components) expect(new Set(ids.filter((id) => whole.includes(id)).map((id) => apart.has(id))).size).toBeLessThan(2);
    if (set.cuts.length > 0 || before.overLimit.length > 0) return;
    const sides = [whole.filter((id) => apart.has(id)), whole.filter((id) => !apart.has(id))];
    const rest = before.components.filter((component) => component !== whole);
    expect(after.components).toEqual([...rest, ...sides].sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1)));
  }), { numRuns: 300 });
});

function mergedWith(all: readonly Assertion[], more: readonly Assertion[]): Assertion[] {
  const byPair = new Map(all.map((one) => [pairKey(one.a, one.b), one]));
  for (const one of more) byPair.set(pairKey(one.a, one.b), one);
  return [...byPair.values()];
}

test('identifiers seen together stand beside each other in every pair', () => {
  expect(pairsOf(['b', 'a', 'c', 'a'])).toEqual([{ a: 'a', b: 'b' }, { a: 'a', b: 'c' }, { a: 'b', b: 'c' }]);
});
