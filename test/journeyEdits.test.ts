import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JourneyDefinition } from '../src/engage/contract.ts';
import { type Definition, type Node, type NodeKind, portsOf } from '../src/engage/core/definition.ts';
import { faultsOf } from '../src/engage/core/validate.ts';
import { PLAYBOOKS } from '../src/engage/playbooks/index.ts';
import { blankEntry, blankNode, ENTRY_KINDS, type Hints, PALETTE } from '../web/src/pages/journeys/canvas/core/blank.ts';
import { drawingOf } from '../web/src/pages/journeys/canvas/core/drawn.ts';
import { addEntry, change, changeEntry, duplicate, freeKey, insert, lead, remove, removeEntry, settle } from '../web/src/pages/journeys/canvas/core/edit.ts';
import { allFound, foundHere } from '../web/src/pages/journeys/canvas/core/faults.ts';
import { begin, commit, type History, redo, undo } from '../web/src/pages/journeys/canvas/core/history.ts';
import { layoutOf } from '../web/src/pages/journeys/canvas/core/layout.ts';
import { outlineOf } from '../web/src/pages/journeys/canvas/core/outline.ts';
import { isSame } from '../web/src/pages/journeys/canvas/core/same.ts';
import { neighbour } from '../web/src/pages/journeys/canvas/core/walk.ts';
import { after, leadsTo, reached, START, waysInto, waysOf } from '../web/src/pages/journeys/canvas/core/ways.ts';

const hints: Hints = { event: 'order.paid', dateField: 'birthday', segment: '018f0000-0000-7000-8000-000000000001', journey: '018f0000-0000-7000-8000-000000000002', stage: 'new', task: 'Ring them', webhook: 'step', tag: 'VIP' };
const playbook = (key: string): Definition => PLAYBOOKS.find((one) => one.key === key)?.definition ?? expect.fail(key);
const onboarding = playbook('onboarding'), saving = playbook('save_by_reason');
const kinds = PALETTE.flatMap((group) => group.kinds);
const blank = (kind: NodeKind, definition: Definition): Node => blankNode(kind, definition, hints) ?? expect.fail(kind);
const targets = (definition: Definition, id: string): string[] => after(definition, id);

describe('editing a definition', () => {
  test('a step put on a way stands between the two it joined', () => {
    const next = insert(onboarding, { from: 'welcome', port: 'next' }, blank('wait', onboarding));
    expect([leadsTo(next, { from: 'welcome', port: 'next' }), targets(next, 'wait')]).toEqual(['wait', ['day']]);
    expect(faultsOf(next)).toEqual([]);
  });

  test('a step put before the first is the first', () => {
    const next = insert(onboarding, START, blank('wait_until', onboarding));
    expect([next.start, targets(next, 'wait_until')]).toEqual(['wait_until', ['welcome']]);
  });

  test.each(kinds.filter((kind) => kind !== 'exit'))('%s put on a way leads on by every way out, and nothing is wrong with the graph', (kind) => {
    const node = blank(kind, onboarding), next = insert(onboarding, { from: 'day', port: 'next' }, node);
    expect(portsOf(node).map((port) => leadsTo(next, { from: node.id, port }))).toEqual(portsOf(node).map(() => 'start'));
    expect([faultsOf(next), JourneyDefinition.safeParse(next).success]).toEqual([[], true]);
  });

  test('an end put on a way cuts off what only that way led to', () => {
    const next = insert(onboarding, { from: 'day', port: 'next' }, blank('exit', onboarding));
    expect(next.nodes.map(({ id }) => id)).toEqual(['welcome', 'day', 'exit']);
    expect(faultsOf(next)).toEqual([]);
  });

  test('whoever came to a step that is taken out comes to what followed; what only its other ways led to goes with it', () => {
    expect(targets(remove(onboarding, 'day'), 'welcome')).toEqual(['start']);
    const without = remove(saving, 'why');
    expect([without.start, without.nodes.map(({ id }) => id)]).toEqual(['call', ['call', 'called', 'month', 'end']]);
    expect(faultsOf(without)).toEqual([]);
  });

  test('an end that is taken out leaves the ways to it open; the only step stays', () => {
    const open = remove(onboarding, 'end');
    expect(faultsOf(open).map(({ code, node }) => [code, node])).toContainEqual(['journey.fault.port_open', 'call']);
    const single: Definition = { ...onboarding, start: 'end', nodes: [{ id: 'end', kind: 'exit', reason: '' }], edges: [] };
    expect(remove(single, 'end')).toBe(single);
  });

  test('a second one of a step follows it', () => {
    const next = duplicate(saving, 'why');
    expect([leadsTo(next, { from: 'why', port: 'service' }), targets(next, 'branch')]).toEqual(['branch', ['call', 'offer', 'ask']]);
    expect(duplicate(saving, 'end')).toBe(saving);
  });

  test('a way out that is renamed goes on leading where it led; a new one leads where the rest does; one taken away takes along what only it led to', () => {
    const why = saving.nodes.find(({ id }) => id === 'why') as Extract<Node, { kind: 'branch' }>;
    const [first, second] = why.branches as [(typeof why.branches)[number], (typeof why.branches)[number]];
    const renamed = change(saving, 'why', { ...why, branches: [{ ...first, key: 'care' }, second] });
    expect(leadsTo(renamed, { from: 'why', port: 'care' })).toBe('call');
    const more = change(saving, 'why', { ...why, branches: [first, second, { key: 'other', tree: first.tree }] });
    expect(leadsTo(more, { from: 'why', port: 'other' })).toBe('ask');
    const swapped = change(saving, 'why', { ...why, branches: [second, first] });
    expect([leadsTo(swapped, { from: 'why', port: 'service' }), leadsTo(swapped, { from: 'why', port: 'price' })]).toEqual(['call', 'offer']);
    expect(change(saving, 'why', { ...why, branches: [first] }).nodes.map(({ id }) => id)).not.toContain('offer');
  });

  test('a way may be led elsewhere, also back; what is cut off stays, and is said', () => {
    const ring = lead(onboarding, { from: 'two', port: 'next' }, 'welcome');
    expect(leadsTo(ring, { from: 'two', port: 'next' })).toBe('welcome');
    expect(faultsOf(ring).map(({ code }) => code)).toContain('journey.fault.unreachable');
    expect(lead(onboarding, { from: 'two', port: 'nowhere' }, 'welcome')).toBe(onboarding);
    expect(lead(onboarding, { from: 'two', port: 'next' }, 'gone')).toBe(onboarding);
  });

  test('every playbook stays as it is under no edit, and its shape is allowed', () => {
    for (const { definition } of PLAYBOOKS) expect(JourneyDefinition.parse(definition)).toEqual(definition);
  });
});

type Edit = (definition: Definition) => Definition;
const some = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(1, all.length)];
/** Any edit the canvas offers, at a place that a number chooses. */
const anyEdit: fc.Arbitrary<Edit> = fc.record({ what: fc.nat(11), at: fc.nat(1_000), kind: fc.constantFrom(...kinds), entry: fc.constantFrom(...ENTRY_KINDS), days: fc.integer({ min: 1, max: 30 }) }).map(({ what, at, kind, entry, days }): Edit => (definition) => {
  const node = some(definition.nodes, at), way = some(waysOf(definition), at) ?? START, into = some(definition.nodes, at * 7 + days);
  switch (what) {
    case 0: case 1: case 2: case 3: return insert(definition, way, blank(kind, definition));
    case 4: return node ? remove(definition, node.id) : definition;
    case 5: return node ? duplicate(definition, node.id) : definition;
    case 6: return lead(definition, way, into?.id ?? null);
    case 7: return lead(definition, way, null);
    case 8: return node ? change(definition, node.id, changed(node, days)) : definition;
    case 9: { const made = blankEntry(entry, hints); return made ? addEntry(definition, made) : definition; }
    case 10: { const made = blankEntry(entry, hints); return made ? changeEntry(definition, at % 12, made) : definition; }
    default: return days % 2 ? removeEntry(definition, at % 12) : settle(definition, { holdOut: (days % 10) / 10, reentry: { days }, exits: [{ key: 'a', on: { kind: 'event', event: 'order.paid', where: [] } }] });
  }
});
function changed(node: Node, days: number): Node {
  if (node.kind === 'branch') return { ...node, branches: days % 3 === 0 && node.branches.length > 1 ? node.branches.slice(1) : node.branches.length < 20 ? [...node.branches, { key: freeKey(node.branches.map(({ key }) => key)), tree: node.branches[0]?.tree ?? { version: 1, root: { kind: 'and', of: [] } } }] : node.branches };
  if (node.kind === 'split') return { ...node, variants: days % 3 === 0 && node.variants.length > 1 ? node.variants.slice(1) : node.variants.length < 10 ? [...node.variants, { key: freeKey(node.variants.map(({ key }) => key)), weight: days }] : node.variants };
  return node.kind === 'wait' ? { ...node, for: { amount: days, unit: 'days' } } : node;
}

describe('any sequence of edits', () => {
  const edits = fc.array(anyEdit, { minLength: 1, maxLength: 40 }), from = fc.constantFrom(...PLAYBOOKS.map(({ definition }) => definition));

  test('leaves a definition whose shape is allowed, with no way to a step that is not there', () => {
    fc.assert(fc.property(from, edits, (start, all) => {
      const end = all.reduce((definition, edit) => edit(definition), start);
      expect(JourneyDefinition.safeParse(end).error?.issues ?? []).toEqual([]);
      const codes = faultsOf(end).map(({ code }) => code.replace('journey.fault.', ''));
      expect(codes.filter((code) => ['start_missing', 'node_twice', 'edge_unknown', 'port_unknown', 'port_twice'].includes(code))).toEqual([]);
    }), { numRuns: 300 });
  });

  test('is taken back to exactly what was, and brought again to exactly what became', () => {
    fc.assert(fc.property(from, edits, (start, all) => {
      const states: Definition[] = [start];
      let history: History<Definition> = begin(start);
      for (const edit of all) {
        const next = edit(history.now);
        if (next !== history.now) states.push(next);
        history = commit(history, next);
      }
      const end = history;
      for (const state of states.toReversed()) { expect(history.now).toBe(state); history = undo(history); }
      expect(undo(history).now).toBe(start);
      for (const _ of states) history = redo(history);
      expect(history.now).toBe(end.now);
    }), { numRuns: 200 });
  });

  test('can be drawn, told as a list, and walked with the arrow keys: every step once, none beyond reach', () => {
    fc.assert(fc.property(from, edits, (start, all) => {
      const end = all.reduce((definition, edit) => edit(definition), start), drawing = drawingOf(end);
      const layout = layoutOf(drawing, () => ({ width: 200, height: 60 }), () => ({ width: 80, height: 40 }));
      expect([...layout.boxes.values()].every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
      expect([...layout.routes.values()].every(({ path }) => /^M[-\d. ]+/.test(path) && !path.includes('NaN'))).toBe(true);
      const boxes = [...layout.boxes.values()];
      expect(boxes.some((a, i) => boxes.some((b, j) => i < j && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height))).toBe(false);
      expect(outlineOf(end).flatMap((row) => (row.kind === 'node' ? [row.node] : [])).toSorted()).toEqual(end.nodes.map(({ id }) => id).toSorted());
      const seen = new Set(['door']), open = ['door'];
      for (let mark = open.pop(); mark !== undefined; mark = open.pop()) for (const direction of ['up', 'down', 'left', 'right'] as const) { const next = neighbour(drawing, layout, mark, direction); if (!seen.has(next)) { seen.add(next); open.push(next); } }
      expect(seen.size).toBeGreaterThan(1);
    }), { numRuns: 60 });
  });
});

test('changes of one thing in a row are taken back as one; another thing, or taking back, begins anew', () => {
  const typed = ['a', 'ab', 'abc'].reduce((history, text) => commit(history, text, 'name'), begin(''));
  expect([typed.past, undo(typed).now]).toEqual([[''], '']);
  const other = commit(commit(typed, 'abcd', 'other'), 'abcde', 'name');
  expect(other.past).toEqual(['', 'abc', 'abcd']);
  expect(commit(undo(other), 'x', 'name').future).toEqual([]);
});

test('a branch is told with what follows deeper until its ways meet; what meets is told once', () => {
  const rows = outlineOf(saving).map((row) => `${'>'.repeat(row.depth)}${row.kind}:${row.kind === 'node' ? row.node : row.kind === 'joins' ? row.to : row.way.port}`);
  expect(rows).toEqual([
    'node:why', 'way:service', '>node:call', '>node:called', '>way:happened', '>>joins:month', '>way:timeout', '>>joins:month', 'way:price', '>node:offer', '>joins:month', 'way:otherwise', '>node:ask', '>joins:month', 'node:month', 'node:end',
  ]);
});

test('ways that lead downwards are drawn downwards, and those that lead back go beside', () => {
  const ring = lead(onboarding, { from: 'call', port: 'next' }, 'welcome'), layout = layoutOf(drawingOf(ring), () => ({ width: 200, height: 60 }), () => ({ width: 26, height: 26 }));
  const [back, first] = [layout.routes.get('way:call:next'), layout.boxes.get('node:welcome')];
  expect((back?.x ?? 0) > (first?.x ?? 0) + 200).toBe(true);
  expect((layout.boxes.get('node:day')?.y ?? 0) > (first?.y ?? 0)).toBe(true);
});

test('ways stand from left to right in the order in which they are looked at', () => {
  const layout = layoutOf(drawingOf(saving), () => ({ width: 200, height: 60 }), () => ({ width: 90, height: 58 }));
  const across = ['service', 'price', 'otherwise'].map((port) => layout.routes.get(`way:why:${port}`)?.x ?? 0);
  expect(across).toEqual(across.toSorted((a, b) => a - b));
  expect(new Set(['call', 'offer', 'ask'].map((id) => layout.boxes.get(`node:${id}`)?.y)).size).toBe(1);
});

test('a message without a template is said before the server is asked; what the server alone knows is added, what was put right meanwhile is not', () => {
  const here = foundHere(onboarding, new Map([['t1', 1]]));
  expect(here.map(({ code, node }) => [code, node])).toEqual(['welcome', 'start', 'help'].map((node) => ['journey.fault.template_missing', node]));
  const chosen: Definition = { ...onboarding, nodes: onboarding.nodes.map((node) => (node.kind === 'send' ? { ...node, template: { id: 't1', version: null } } : node)) };
  expect([new Map(), new Map([['t1', null]])].map((known) => foundHere(chosen, known)[0]?.code)).toEqual(['journey.fault.template_gone', 'journey.fault.template_unpublished']);
  expect(foundHere(chosen, null)).toEqual([]);
  const server = [{ code: 'journey.fault.template_missing', node: 'welcome', facts: {} }, { code: 'journey.fault.grant_unavailable', node: 'day', facts: {} }, { code: 'journey.fault.grant_unavailable', node: 'gone', facts: {} }, { code: 'condition.unknown_field', node: '', facts: {} }];
  expect(allFound(foundHere(chosen, new Map([['t1', 1]])), server, chosen).map(({ code, node }) => `${code} ${node}`)).toEqual(['journey.fault.grant_unavailable day', 'condition.unknown_field ']);
});

test('what a store gives back in another order is the same', () => {
  expect(isSame({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
  expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(reached(onboarding).size).toBe(onboarding.nodes.length);
  expect(waysInto(saving, 'month').length).toBe(4);
});
