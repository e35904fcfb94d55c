import { type Definition, type Entry, type Node, type NodeKind, PLACEHOLDER } from '../../../../../../src/engage/core/definition.ts';
import { freeId } from './edit.ts';

/** What there is to begin with in this workspace, and words that may not be empty. */
export type Hints = { event: string; dateField: string; segment: string | null; journey: string | null; stage: string; task: string; webhook: string; tag: string };

/** Kinds of nodes as people look for them. */
export const PALETTE: readonly { group: 'wait' | 'decide' | 'do' | 'end'; kinds: readonly NodeKind[] }[] = [
  { group: 'do', kinds: ['send', 'task', 'update', 'grant', 'webhook', 'journey'] },
  { group: 'wait', kinds: ['wait', 'wait_until', 'wait_date', 'wait_event', 'rate'] },
  { group: 'decide', kinds: ['branch', 'split'] },
  { group: 'end', kinds: ['exit'] },
];
export const groupOf = (kind: NodeKind): (typeof PALETTE)[number]['group'] => PALETTE.find(({ kinds }) => kinds.includes(kind))?.group ?? 'do';

/** A template still to be chosen: the draft can be kept, not launched. */
export const UNCHOSEN = `${PLACEHOLDER}new`;
const EVERYBODY = { version: 1, root: { kind: 'and', of: [] } } as const satisfies Extract<Node, { kind: 'branch' }>['branches'][number]['tree'];

/** A node to begin with; null where this workspace has nothing it could name. */
export function blankNode(kind: NodeKind, definition: Pick<Definition, 'nodes'>, hints: Hints): Node | null {
  const id = freeId(definition, kind);
  switch (kind) {
    case 'wait': return { id, kind, for: { amount: 1, unit: 'days' } };
    case 'wait_until': return { id, kind, time: '10:00', weekdays: [] };
    case 'wait_date': return { id, kind, field: hints.dateField, offsetDays: 0, time: '10:00', yearly: true };
    case 'wait_event': return { id, kind, events: [{ event: hints.event, where: [] }], timeout: { amount: 7, unit: 'days' } };
    case 'rate': return { id, kind, most: 500, per: 'hour' };
    case 'branch': return { id, kind, branches: [{ key: 'a', tree: { ...EVERYBODY, root: { kind: 'and', of: [] } } }] };
    case 'split': return { id, kind, variants: [{ key: 'a', weight: 50 }, { key: 'b', weight: 50 }] };
    case 'send': return { id, kind, template: { id: UNCHOSEN, version: null }, channel: 'best', purpose: 'marketing', priority: 0, ifBlocked: 'drop', expiresAfter: { amount: 3, unit: 'days' }, params: {} };
    case 'webhook': return { id, kind, name: hints.webhook, data: {} };
    case 'task': return { id, kind, text: hints.task, assignee: '', dueDays: 1 };
    case 'update': return { id, kind, change: { on: 'tag', tag: hints.tag, give: true } };
    case 'grant': return { id, kind, what: 'points', params: {} };
    case 'journey': return hints.journey === null ? null : { id, kind, action: 'start', journey: hints.journey };
    case 'exit': return { id, kind, reason: '' };
  }
}

export const ENTRY_KINDS = ['event', 'segment', 'stage', 'date', 'holiday', 'cadence', 'api'] as const satisfies readonly Entry['kind'][];

/** An entry to begin with; null where there is no segment to name. */
export function blankEntry(kind: Entry['kind'], hints: Hints): Entry | null {
  switch (kind) {
    case 'event': return { kind, events: [{ event: hints.event, where: [] }] };
    case 'segment': return hints.segment === null ? null : { kind, segment: hints.segment, when: 'entered', backlog: true };
    case 'stage': return { kind, to: [hints.stage], from: [] };
    case 'date': return { kind, field: hints.dateField, calendar: 'solar', offsetDays: 0, time: '09:00' };
    case 'holiday': return { kind, calendar: 'lunar', month: 8, day: 15, offsetDays: 0, time: '09:00' };
    case 'cadence': return { kind, every: 'week', on: 1, time: '09:00' };
    case 'api': return { kind };
  }
}
