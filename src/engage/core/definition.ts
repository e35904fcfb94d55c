import type { EventFilter, Tree } from '../../kernel/conditions/index.ts';

/** Days and weeks are days of the calendar where the person lives: three days later is the same time by their clock, whatever the clocks did meanwhile. */
export const UNITS = ['minutes', 'hours', 'days', 'weeks'] as const;
export type Duration = { amount: number; unit: (typeof UNITS)[number] };

/** Something that ends a journey, or is what it is for: an event of theirs since they entered, or a condition that has come true. */
export type Watch = { kind: 'event'; event: string; where: EventFilter['where'] } | { kind: 'condition'; tree: Tree };

/** By which calendar a day of the year is meant. */
export const CALENDARS = ['solar', 'lunar'] as const;
export type Calendar = (typeof CALENDARS)[number];

/** Times are 'HH:MM' by the person's clock. */
export type Entry =
  | { kind: 'event'; events: EventFilter[] }
  | { kind: 'segment'; segment: string; when: 'entered' | 'left'; backlog: boolean }
  | { kind: 'stage'; to: string[]; from: string[] }
  | { kind: 'date'; field: string; calendar: Calendar; offsetDays: number; time: string }
  | { kind: 'holiday'; calendar: Calendar; month: number; day: number; offsetDays: number; time: string }
  | { kind: 'cadence'; every: 'day' | 'week' | 'month' | 'quarter'; on: number; time: string }
  | { kind: 'api' };

/** How often one person (and key, where entries have one) may enter: once ever, whenever they are not inside, once in a day/week/month/year of their calendar, or again after so many days. */
export type Reentry = 'once' | 'always' | 'day' | 'week' | 'month' | 'year' | { days: number };

export type Send = {
  kind: 'send'; template: { id: string; version: number | null }; channel: string; purpose: 'marketing' | 'service' | 'transactional';
  priority: number; ifBlocked: 'queue' | 'drop'; expiresAfter: Duration | null; params: Record<string, unknown>;
};
/** `in`: a tag is given or taken by its key; a field is set by its key, null clears. */
export type Update = { kind: 'update'; change: { on: 'tag'; tag: string; give: boolean } | { on: 'field'; field: string; value: string | number | boolean | null } };

export type Act =
  | Send
  | { kind: 'webhook'; name: string; data: Record<string, unknown> }
  | { kind: 'task'; text: string; assignee: string; dueDays: number | null }
  | Update
  | { kind: 'grant'; what: string; params: Record<string, unknown> }
  | { kind: 'journey'; action: 'start' | 'stop'; journey: string };
export type Rest =
  | { kind: 'wait'; for: Duration }
  | { kind: 'wait_until'; time: string; weekdays: number[] }
  | { kind: 'wait_date'; field: string; offsetDays: number; time: string; yearly: boolean }
  | { kind: 'wait_event'; events: EventFilter[]; timeout: Duration }
  | { kind: 'rate'; most: number; per: 'minute' | 'hour' | 'day' };
export type Turn =
  | { kind: 'branch'; branches: { key: string; tree: Tree }[] }
  | { kind: 'split'; variants: { key: string; weight: number }[] }
  | { kind: 'exit'; reason: string };
export type Node = { id: string } & (Act | Rest | Turn);
export type NodeKind = Node['kind'];
export type Edge = { from: string; port: string; to: string };

/**
 * What is promised about a journey's effect before the first person enters. Orders of `windowDays` from each one's own first day count; those may be refunded for
 * `refundDays` more. `coupon`: what one redeemed costs, told by the code an order carries; without a code each buyer among the treated redeems one. `entryDays`: people enter
 * for so many days from the launch, and the result is read once, at the end; null: for as long as it is live, read at any time by wider intervals. Money in minor units.
 */
export type EffectPlan = {
  windowDays: number; refundDays: number; margin: { basis: 'share'; share: number } | { basis: 'costs' };
  coupon: { code: string; costMinor: number } | null; fixedCostMinor: number; entryDays: number | null;
};
export const EFFECT: EffectPlan = { windowDays: 30, refundDays: 15, margin: { basis: 'share', share: 0.4 }, coupon: null, fixedCostMinor: 0, entryDays: null };

/** A journey as it is drawn and kept: who enters, when they leave, what it is for, and the way as a graph. Every version is one of these. */
export type Definition = {
  entries: Entry[]; audience: Tree | null; key: string | null; reentry: Reentry;
  start: string; nodes: Node[]; edges: Edge[];
  exits: { key: string; on: Watch }[]; goal: { name: string; on: Watch; ends: boolean } | null;
  holdOut: number; zoneField: string | null;
  /** Absent: `EFFECT`. */
  effect?: EffectPlan | undefined;
  /** Whoever has an open complaint is not let in, and the ledger says why. */
  withoutComplaints?: boolean | undefined;
};

/** Stands for the customer's own adviser as whoever a task is for; without one it is the pool's. */
export const ADVISER = 'adviser';

export const NEXT = 'next', OTHERWISE = 'otherwise', TIMEOUT = 'timeout', HAPPENED = 'happened', PAST = 'past';

/** The ways out of a node; each must lead somewhere. An exit has none. */
export function portsOf(node: Node): readonly string[] {
  switch (node.kind) {
    case 'branch': return [...node.branches.map(({ key }) => key), OTHERWISE];
    case 'split': return node.variants.map(({ key }) => key);
    case 'wait_event': return [HAPPENED, TIMEOUT];
    case 'wait_date': return [NEXT, PAST];
    case 'exit': return [];
    default: return [NEXT];
  }
}

/** Where a message's template is still to be chosen, its id begins so: a playbook names what it needs by a key of its own. */
export const PLACEHOLDER = 'playbook:';

/** Nodes where somebody surely stays for a while; a wait for a date may lie in the past. */
export const isWait = ({ kind }: Node): boolean => kind === 'wait' || kind === 'wait_until' || kind === 'wait_event';
export const isRest = (node: Node): node is Extract<Node, Rest> => isWait(node) || node.kind === 'wait_date' || node.kind === 'rate';
