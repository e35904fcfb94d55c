import type { Condition, Tree } from '../../kernel/conditions/index.ts';
import { type Definition, type Edge, type Entry, type Node, PLACEHOLDER, type Watch } from '../core/definition.ts';

export const tree = (root: Condition): Tree => ({ version: 1, root });
export const event = (name: string): { event: string; where: [] } => ({ event: name, where: [] });
export const onEvents = (...names: string[]): Entry => ({ kind: 'event', events: names.map(event) });
export const happens = (name: string): Watch => ({ kind: 'event', event: name, where: [] });
export const send = (id: string, template: string, purpose: 'marketing' | 'service' | 'transactional' = 'marketing', priority = 0): Node =>
  ({ id, kind: 'send', template: { id: `${PLACEHOLDER}${template}`, version: null }, channel: 'best', purpose, priority, ifBlocked: purpose === 'marketing' ? 'drop' : 'queue', expiresAfter: { amount: 3, unit: 'days' }, params: {} });
export const wait = (id: string, amount: number, unit: 'minutes' | 'hours' | 'days'): Node => ({ id, kind: 'wait', for: { amount, unit } });
export const until = (id: string, time: string): Node => ({ id, kind: 'wait_until', time, weekdays: [] });
export const task = (id: string, text: string, dueDays: number | null): Node => ({ id, kind: 'task', text, assignee: '', dueDays });
export const exit = (id: string, reason = 'through'): Node => ({ id, kind: 'exit', reason });

/** Ways between nodes: 'a > b > c' is a row by the usual way out; 'a:port > b' names the way. */
export const ways = (...rows: string[]): Edge[] => rows.flatMap((text) => {
  const stops = text.split('>').map((one) => one.trim());
  return stops.slice(0, -1).map((stop, at) => { const [from = '', port = 'next'] = stop.split(':'); return { from, port, to: (stops[at + 1] ?? '').split(':')[0] ?? '' }; });
});

type Given = Pick<Definition, 'entries' | 'nodes' | 'edges'> & Partial<Definition>;
export const journey = (given: Given): Definition => ({ audience: null, key: null, reentry: 'once', start: given.nodes[0]?.id ?? '', exits: [], goal: null, holdOut: 0.1, zoneField: null, ...given });
/** Notices about somebody's own order are owed to everybody. */
export const notice = (given: Given): Definition => journey({ holdOut: 0, key: 'order_no', ...given });
