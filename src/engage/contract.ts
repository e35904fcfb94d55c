import { z } from 'zod';
import { PropertyFilter, Tree } from '../kernel/conditions/index.ts';
import { CHANNELS, PURPOSES } from '../reach/index.ts';
import { CALENDARS, type Definition, EFFECT, UNITS } from './core/definition.ts';
import { ENDINGS } from './core/journey.ts';
import { isZone } from './core/zone.ts';

const id = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);
const text = z.string().max(500);
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
const amount = z.int().min(1);
const data = z.record(z.string().max(60), z.unknown()).refine((given) => JSON.stringify(given).length <= 10_000, 'too long').default({});
const event = z.strictObject({ event: z.string().min(1).max(100), where: z.array(PropertyFilter).max(20).default([]) });
const events = z.array(event).min(1).max(20);
/** Two years at most; a person waits no longer for anything. */
const duration = z.strictObject({ amount, unit: z.enum(UNITS) }).refine(({ amount: many, unit }) => many * { minutes: 1, hours: 60, days: 1_440, weeks: 10_080 }[unit] <= 1_051_200, 'longer than two years');
const offsetDays = z.int().min(-365).max(365).default(0);

const watch = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), event: z.string().min(1).max(100), where: z.array(PropertyFilter).max(20).default([]) }),
  z.strictObject({ kind: z.literal('condition'), tree: Tree }),
]);
const stages = z.array(z.string().max(40)).max(20);
const entry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), events }),
  z.strictObject({ kind: z.literal('segment'), segment: z.uuid(), when: z.enum(['entered', 'left']).default('entered'), backlog: z.boolean().default(true).describe('whoever is in it already enters at the launch, too') }),
  z.strictObject({ kind: z.literal('stage'), to: stages.min(1), from: stages.default([]) }),
  z.strictObject({ kind: z.literal('date'), field: z.string().min(1).max(100), calendar: z.enum(CALENDARS).default('solar'), offsetDays, time }),
  z.strictObject({ kind: z.literal('holiday'), calendar: z.enum(CALENDARS), month: z.int().min(1).max(12), day: z.int().min(1).max(31), offsetDays, time }),
  z.strictObject({ kind: z.literal('cadence'), every: z.enum(['day', 'week', 'month', 'quarter']), on: z.int().min(1).max(31).default(1).describe('1 Monday … 7 Sunday of a week; the day of a month, or of the first month of a quarter, at most its last'), time }),
  z.strictObject({ kind: z.literal('api') }),
]);

const at = { id };
const node = z.discriminatedUnion('kind', [
  z.strictObject({ ...at, kind: z.literal('wait'), for: duration }),
  z.strictObject({ ...at, kind: z.literal('wait_until'), time, weekdays: z.array(z.int().min(1).max(7)).max(7).default([]) }),
  z.strictObject({ ...at, kind: z.literal('wait_date'), field: z.string().min(1).max(100), offsetDays, time, yearly: z.boolean().default(false) }),
  z.strictObject({ ...at, kind: z.literal('wait_event'), events, timeout: duration }),
  z.strictObject({ ...at, kind: z.literal('rate'), most: z.int().min(1).max(1_000_000), per: z.enum(['minute', 'hour', 'day']) }),
  z.strictObject({ ...at, kind: z.literal('branch'), branches: z.array(z.strictObject({ key: id, tree: Tree })).min(1).max(20) }),
  z.strictObject({ ...at, kind: z.literal('split'), variants: z.array(z.strictObject({ key: id, weight: z.number().min(0).max(1_000) })).min(1).max(10) }),
  z.strictObject({
    ...at, kind: z.literal('send'), template: z.strictObject({ id: z.string().min(1).max(100), version: z.int().min(1).nullable().default(null) }), channel: z.enum([...CHANNELS, 'best']).default('best'),
    purpose: z.enum(PURPOSES).default('marketing'), priority: z.int().min(-100).max(100).default(0), ifBlocked: z.enum(['queue', 'drop']).default('drop'), expiresAfter: duration.nullable().default(null), params: data,
  }),
  z.strictObject({ ...at, kind: z.literal('webhook'), name: z.string().min(1).max(80), data }),
  z.strictObject({ ...at, kind: z.literal('task'), text: text.min(1), assignee: z.string().max(100).default(''), dueDays: z.int().min(0).max(365).nullable().default(null) }),
  z.strictObject({ ...at, kind: z.literal('update'), change: z.discriminatedUnion('on', [
    z.strictObject({ on: z.literal('tag'), tag: z.string().min(1).max(100), give: z.boolean().default(true) }),
    z.strictObject({ on: z.literal('field'), field: z.string().min(1).max(100), value: z.union([text, z.number(), z.boolean()]).nullable() }),
  ]) }),
  z.strictObject({ ...at, kind: z.literal('grant'), what: z.string().min(1).max(40), params: data }),
  z.strictObject({ ...at, kind: z.literal('journey'), action: z.enum(['start', 'stop']), journey: z.uuid() }),
  z.strictObject({ ...at, kind: z.literal('exit'), reason: z.string().max(60).default('') }),
]);
const edge = z.strictObject({ from: id, port: z.string().max(40), to: id });

const minor = z.int().min(0).max(1e13);
/** Optional as a whole; what of it is not given is as it usually is. */
const effect = z.strictObject({
  windowDays: z.int().min(1).max(180).default(EFFECT.windowDays).describe('Orders of so many days count, from each one\'s own first day on'),
  refundDays: z.int().min(0).max(180).default(EFFECT.refundDays).describe('Days after that in which these orders may still be refunded'),
  margin: z.discriminatedUnion('basis', [z.strictObject({ basis: z.literal('share'), share: z.number().min(0).max(1) }), z.strictObject({ basis: z.literal('costs') })]).default(EFFECT.margin).describe('share: of net sales; costs: from the cost of each order line'),
  coupon: z.strictObject({ code: z.string().trim().max(60).default(''), costMinor: minor }).nullable().default(null).describe('What one redeemed costs; orders carrying the code are redemptions; no code: each buyer among the treated redeems one'),
  fixedCostMinor: minor.default(0),
  entryDays: z.int().min(1).max(365).nullable().default(null).describe('People enter for so many days from the launch, and the result is read once at the end; null: as long as it is live, read at any time by wider intervals'),
});

/** A journey's definition: who may enter, how often, the graph, what ends it, what it is for. Versions are kept of it. */
export const JourneyDefinition = z.strictObject({
  entries: z.array(entry).max(10), audience: Tree.nullable().default(null).describe('Asked when somebody would enter; null: everybody'),
  key: z.string().max(100).nullable().default(null).describe('A property of the entering event: one person may be inside once for each of its values (order_no, sku)'),
  reentry: z.union([z.enum(['once', 'always', 'day', 'week', 'month', 'year']), z.strictObject({ days: z.int().min(1).max(3_650) })]).default('once'),
  start: id, nodes: z.array(node).min(1).max(200), edges: z.array(edge).max(1_000),
  exits: z.array(z.strictObject({ key: id, on: watch })).max(20).default([]), goal: z.strictObject({ name: z.string().max(80), on: watch, ends: z.boolean().default(false) }).nullable().default(null),
  holdOut: z.number().min(0).max(0.9).default(0.1), zoneField: z.string().max(100).nullable().default(null).describe('A customer field with the name of their time zone; else the workspace\'s'),
  effect: effect.optional(), withoutComplaints: z.boolean().optional().describe('Whoever has an open complaint is not let in, and the ledger says why'),
}).meta({ id: 'JourneyDefinition' }) satisfies z.ZodType<Definition>;

export const STATES = ['draft', 'live', 'paused', 'stopped'] as const;
export type JourneyState = (typeof STATES)[number];
export const STATUSES = ['inside', ...ENDINGS] as const;
/** Why somebody who was named is not let in. `heard`: for this occasion they were let in before. */
export const PASSED_REASONS = ['entering_over', 'not_in_audience', 'open_complaint', 'inside', 'once_only', 'too_soon', 'no_key', 'heard'] as const;
export type PassedReason = (typeof PASSED_REASONS)[number];
export const zoneName = z.string().refine(isZone, 'not a time zone');
