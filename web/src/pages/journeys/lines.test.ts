import { expect, test } from 'vitest';
import type { Definition, Entry, Node } from '../../../../src/engage/core/definition.ts';
import { speaker } from '../../../../src/kernel/words/speaker.ts';
import { LANGUAGES, type Language } from '../../../../src/kernel/words/types.ts';
import { formats } from '../../lib/format.ts';
import { words } from '../../words/index.ts';
import { differenceOf } from './changes.ts';
import { linesOf } from './lines.ts';
import type { Teller } from './said.ts';

const say = speaker(words);
const tellerIn = (language: Language): Teller => ({
  t: (key, params) => say(language, key, params), language, formats: formats(language),
  catalogue: { fields: [{ key: 'birthday', type: 'day', label: { en: 'Birthday', 'zh-CN': '生日', 'zh-TW': '生日' } }, { key: 'city', type: 'text', label: { en: 'City', 'zh-CN': '城市', 'zh-TW': '城市' } }] },
  template: (id) => (id === 'cart' ? 'Cart reminder' : undefined), segment: (id) => (id === 'vip' ? 'VIP' : undefined), journey: () => undefined,
});

const paid = (over: number): Entry => ({ kind: 'event', events: [{ event: 'order.paid', where: [{ property: 'amount', test: { op: 'greater', value: over } }] }] });
const task = (dueDays: number | null, assignee = ''): Node => ({ id: 'call', kind: 'task', text: 'Ring', assignee, dueDays });
const send = (more: Partial<Extract<Node, { kind: 'send' }>> = {}): Node => ({ id: 'remind', kind: 'send', template: { id: 'cart', version: null }, channel: 'sms', purpose: 'marketing', priority: 0, ifBlocked: 'drop', expiresAfter: null, params: {}, ...more });
const cities = (city: string): Node => ({ id: 'where', kind: 'branch', branches: [{ key: 'near', tree: { version: 1, root: { kind: 'field', field: 'city', test: { op: 'equals', value: city } } } }] });
const of = ({ nodes = [], ...more }: Partial<Definition>): Definition => ({
  entries: [], audience: null, key: null, reentry: 'once', start: nodes[0]?.id ?? 'end', nodes: [...nodes, { id: 'end', kind: 'exit', reason: 'through' }], edges: [], exits: [], goal: null, holdOut: 0, zoneField: null, ...more,
});

const differences = (before: Definition, after: Definition, language: Language = 'en') => {
  const lines = (one: Definition) => linesOf(tellerIn(language), (effect) => `${effect.windowDays}`, one);
  return differenceOf(lines(before), lines(after)).map(({ part, before: was, after: is, hidden }) => ({ part, was, is, hidden }));
};

/** What somebody who has to say yes must be able to read, before and after. */
const CHANGES: [what: string, before: Partial<Definition>, after: Partial<Definition>, part: string, was: RegExp, is: RegExp][] = [
  ['a property filter of an entry', { entries: [paid(100)] }, { entries: [paid(250)] }, 'entry', /100/, /250/],
  ['the stages people come from', { entries: [{ kind: 'stage', to: ['at_risk'], from: [] }] }, { entries: [{ kind: 'stage', to: ['at_risk'], from: ['mature'] }] }, 'entry', /^Becomes At risk$/i, /From Mature to At risk/i],
  ['that those already inside come in', { entries: [{ kind: 'segment', segment: 'vip', when: 'entered', backlog: false }] }, { entries: [{ kind: 'segment', segment: 'vip', when: 'entered', backlog: true }] }, 'entry', /^Comes into “VIP”$/, /already in it/],
  ['a due day', { nodes: [task(2)] }, { nodes: [task(7)] }, 'step', /due in 2 days/, /due in 7 days/],
  ['whom a task is for', { nodes: [task(2)] }, { nodes: [task(2, 'user:7')] }, 'step', /2 days$/, /For whom: user:7/],
  ['a property filter of a wait', { nodes: [{ id: 'w', kind: 'wait_event', events: [{ event: 'order.paid', where: [] }], timeout: { amount: 3, unit: 'days' } }] }, { nodes: [{ id: 'w', kind: 'wait_event', events: [{ event: 'order.paid', where: [{ property: 'amount', test: { op: 'greater', value: 90 } }] }], timeout: { amount: 3, unit: 'days' } }] }, 'step', /3 days/, /90.*3 days/],
  ['the condition of a branch', { nodes: [cities('Hangzhou')] }, { nodes: [cities('Suzhou')] }, 'step', /near: City .*Hangzhou/, /near: City .*Suzhou/],
  ['what becomes of a message that may not be sent', { nodes: [send()] }, { nodes: [send({ ifBlocked: 'queue' })] }, 'step', /Marketing$/, /If it may not be sent now: wait/],
  ['how long a message is good for', { nodes: [send({ expiresAfter: { amount: 3, unit: 'days' } })] }, { nodes: [send({ expiresAfter: { amount: 1, unit: 'hours' } })] }, 'step', /Good for: 3 days/, /Good for: 1 hour/],
  ['what goes into a template', { nodes: [send()] }, { nodes: [send({ params: { code: 'TEA15' } })] }, 'step', /Marketing$/, /TEA15/],
  ['the property filter of the goal', { goal: { name: 'bought', on: { kind: 'event', event: 'order.paid', where: [] }, ends: false } }, { goal: { name: 'bought', on: { kind: 'event', event: 'order.paid', where: [{ property: 'amount', test: { op: 'greater', value: 300 } }] }, ends: false } }, 'goal', /^[^\d]+$/, /300/],
  ['where it begins', { start: 'call', nodes: [task(2), send()] }, { start: 'remind', nodes: [task(2), send()] }, 'start', /1\. Task: Ring/, /2\. Send “Cart reminder”/],
];

test.each(CHANGES)('R142 an approval tells a change of %s in words, before and after', (_, before, after, part, was, is) => {
  expect(differences(of(before), of(after)).filter((one) => one.part === part)).toEqual([{ part, was: expect.stringMatching(was), is: expect.stringMatching(is), hidden: false }]);
});

test.each(LANGUAGES)('a changed filter, from-stage and due day can be told apart in %s', (language) => {
  const before = of({ entries: [paid(100), { kind: 'stage', to: ['at_risk'], from: [] }], nodes: [task(2)] }), after = of({ entries: [paid(250), { kind: 'stage', to: ['at_risk'], from: ['mature'] }], nodes: [task(null)] });
  const changes = differences(before, after, language);
  expect(changes.map(({ part, hidden }) => `${part} ${hidden}`)).toEqual(['entry false', 'entry false', 'step false']);
  expect(changes.every(({ was, is }) => was !== is && !/canvas\.|journeys\./.test(`${was}${is}`))).toBe(true);
});

test('a second way in of the same kind is a line of its own, and one that goes is told as gone', () => {
  expect(differences(of({ entries: [paid(1), paid(2)] }), of({ entries: [paid(1)] }))).toEqual([{ part: 'entry', was: expect.stringMatching(/2/), is: null, hidden: false }]);
});
