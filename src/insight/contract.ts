import { z } from 'zod';
import { PropertyFilter, Tree } from '../kernel/conditions/index.ts';
import { COHORT_UNITS } from './core/cohorts.ts';
import { FORECAST_NOTES, MODELS } from './core/forecast/index.ts';
import { GOAL_STATES } from './core/goals.ts';
import { METRIC_IDS, RETENTION_RULES, UNITS } from './core/metrics.ts';
import { ARM_PEOPLE, EXCLUSIONS } from './experiments/contract.ts';

const day = z.iso.date();
const name = z.string().trim().min(1).max(80);
const count = z.number().int();
const share = z.number();

export const DIMENSIONS = ['none', 'shop', 'channel', 'source'] as const;
export const FUNNEL_ORDERS = ['ordered', 'any'] as const;
export const WHICH = ['counted', 'yes', 'no'] as const;

/** Who is looked at: everybody, a saved filter, a filter as it stands, or those whose first purchase lies in some days. */
export const Population = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everybody') }),
  z.strictObject({ kind: z.literal('segment'), id: z.uuid() }),
  z.strictObject({ kind: z.literal('tree'), tree: Tree }),
  z.strictObject({ kind: z.literal('first_bought'), from: day, to: day }),
]);
export type Population = z.infer<typeof Population>;

export const countedAt = z.date().nullable().describe('when this was counted, where a shop of two million rows is told what was counted some minutes ago; null: now');

/** Whose doings a figure counts, and when. No shops or channels means all. */
export const Scope = z.strictObject({
  from: day, to: day,
  shops: z.array(z.string().max(100)).max(100).default([]),
  channels: z.array(z.string().max(100)).max(100).default([]),
  withoutB2b: z.boolean().default(false),
  population: Population.default({ kind: 'everybody' }),
});
export type Scope = z.output<typeof Scope>;

const reach = z.record(z.string(), count);
const interval = z.object({ low: share, high: share }).nullable();
const params = z.strictObject({ days: z.number().int().min(1).max(3_650).optional(), rule: z.enum(RETENTION_RULES).optional() });

export const definitionShape = z.object({
  id: z.enum(METRIC_IDS), version: count, unit: z.enum(UNITS), better: z.enum(['more', 'less', 'none']), params,
  name: z.string(), sentence: z.string(), formula: z.string(), owner: z.string(), madeOn: day.nullable(),
});
export type Definition = z.input<typeof definitionShape>;

/** People behind a number: how many, by which channel they may be reached, and what opens them at /insight/people. */
const peopleShape = z.object({ count, reach, token: z.string() });
export const partShape = z.object({
  part: z.string(), value: z.number().nullable(), top: z.number(), bottom: z.number(), interval,
  people: z.object({ counted: peopleShape, yes: peopleShape.optional(), no: peopleShape.optional() }),
});
export type Part = z.input<typeof partShape>;
const period = z.object({ from: day, to: day });

export const figuresBody = z.object({
  metrics: z.array(z.strictObject({ id: z.enum(METRIC_IDS), version: count.min(1).optional() })).min(1).max(24),
  scope: Scope, by: z.enum(DIMENSIONS).default('none'), compare: z.enum(['none', 'previous']).default('none'),
});
export const figureShape = z.object({ metric: definitionShape, period, parts: z.array(partShape), previous: z.object({ period, parts: z.array(partShape) }).nullable() });
export const figuresShape = z.object({ asOf: day, figures: z.array(figureShape) });

export const seriesBody = z.object({ metric: z.strictObject({ id: z.enum(METRIC_IDS), version: count.min(1).optional() }), scope: Scope, unit: z.enum(COHORT_UNITS), by: z.enum(DIMENSIONS).default('none') });
export const seriesShape = z.object({
  asOf: day, metric: definitionShape,
  points: z.array(period.extend({ version: count, parts: z.array(partShape) })),
  changes: z.array(z.object({ version: count, from: day, definition: definitionShape })),
});

export const Step = z.strictObject({ event: z.string().min(1).max(100), where: z.array(PropertyFilter).max(20).default([]) });

export const cohortsBody = z.object({
  start: Step.default({ event: 'order.paid', where: [] }), back: Step.default({ event: 'order.paid', where: [] }),
  unit: z.enum(COHORT_UNITS).default('month'), periods: count.min(1).max(36).default(12), scope: Scope,
});
const cell = z.object({ k: count, people: count, rate: share, interval }).nullable();
export const cohortsShape = z.object({
  asOf: day, countedAt, sentence: z.string(), token: z.string(),
  rows: z.array(z.object({ cohort: day, size: count, reach, cells: z.array(cell) })),
  means: z.array(z.object({ k: count, people: count, size: count, rate: share, interval }).nullable()),
});

export const funnelBody = z.object({
  steps: z.array(Step).min(2).max(8), order: z.enum(FUNNEL_ORDERS).default('ordered'), stepDays: count.min(1).max(365).default(30), scope: Scope, by: z.enum(DIMENSIONS).default('none'),
});
export const funnelShape = z.object({
  asOf: day, countedAt, sentence: z.string(), token: z.string(),
  parts: z.array(z.object({
    part: z.string(), weakest: count.nullable(),
    steps: z.array(z.object({ event: z.string(), people: count, fromPrevious: share.nullable(), fromFirst: share.nullable(), lost: count, interval, reach })),
  })),
});

/** `pick` chooses within a triangle (cohort and k), a funnel (step, lost, part) or an experiment (arm and which, or why left out); figures' tokens need none. */
export const peopleBody = z.object({
  token: z.string().max(60_000),
  pick: z.union([
    z.strictObject({ cohort: day, k: count.min(0).max(400).nullable().default(null) }),
    z.strictObject({ step: count.min(0).max(7), lost: z.boolean().default(false), part: z.string().max(100).default('') }),
    z.strictObject({ arm: z.string().max(20), which: z.enum(ARM_PEOPLE), since: z.boolean().default(false) }),
    z.strictObject({ leftOut: z.enum(EXCLUSIONS), batch: z.uuid().nullable().default(null) }),
  ]).optional(),
  cursor: z.string().max(500).optional(), limit: count.min(1).max(200).default(50),
});
export const personShape = z.object({
  customerId: z.uuid(), name: z.string(), stage: z.string(), orderCount: count, netMinor: z.number(), lastOn: day.nullable(), reach: z.array(z.string()), top: z.number(), bottom: z.number(),
});
export const peoplePageShape = z.object({ rows: z.array(personShape), next: z.string().nullable(), total: z.object({ count, over: z.boolean() }), asOf: day });

export const metricParams = z.object({ id: z.enum(METRIC_IDS) });
export const metricsShape = z.object({ rows: z.array(definitionShape) });
export const metricShape = definitionShape.extend({ versions: z.array(definitionShape.extend({ reason: z.string(), author: z.string(), timezone: z.string().nullable() })) });
export const newVersionBody = z.object({ params, owner: z.string().max(80).optional(), reason: z.string().max(500).default('') });

export const idParams = z.object({ id: z.uuid() });
export const newReportBody = z.object({ name, metricId: z.enum(METRIC_IDS), scope: Scope });
export const reportShape = z.object({ id: z.uuid(), name: z.string(), metric: definitionShape, scope: Scope, owner: z.string(), createdAt: z.date() });
export const reportListShape = z.object({ rows: z.array(reportShape) });
export const reportRunShape = reportShape.extend({ asOf: day, parts: z.array(partShape) });

export const newGoalBody = z.object({ name, metricId: z.enum(METRIC_IDS), scope: Scope, target: z.number().min(0).max(1e15), owner: z.string().max(80).optional() });
export const goalChangeBody = z.object({ name: name.optional(), target: z.number().min(0).max(1e15).optional(), owner: z.string().max(80).optional(), closed: z.boolean().optional() });
export const goalShape = z.object({
  id: z.uuid(), name: z.string(), metric: definitionShape, scope: Scope, target: z.number(), owner: z.string(), ownerName: z.string().describe('empty where there is none'), createdAt: z.date(), closedAt: z.date().nullable(),
  current: partShape, elapsed: share,
  forecast: z.object({ value: z.number(), gapPeople: count.describe('that this would leave'), method: z.literal('run_rate'), sentence: z.string() }).nullable(),
  gapPeople: count, state: z.enum(GOAL_STATES), asOf: day,
});
export type GoalReply = z.input<typeof goalShape>;
export const goalListShape = z.object({ rows: z.array(goalShape) });

export const goalForecastShape = z.object({
  asOf: day, stretchDays: count.describe('days between points'), points: z.array(z.object({ to: day, value: z.number() })).describe('the goal’s figure as it stood on each day'),
  forecast: z.object({
    model: z.enum(MODELS), level: z.number(), notes: z.array(z.enum(FORECAST_NOTES)), ahead: z.array(z.object({ to: day, value: z.number(), low: z.number(), high: z.number() })),
    isEnd: z.boolean().describe('whether it reaches the end of the window: no forecast goes further ahead than there is past'), gapPeople: count.nullable().describe('expected at the end'),
    error: z.number().describe('mean absolute error at that distance on the figure’s own past'), naiveError: z.number(), origins: count,
  }).nullable().describe('null where the window is over, or where there are too few points'),
  refused: z.object({ code: z.string(), sentence: z.string() }).nullable(),
});
export type GoalForecastReply = z.input<typeof goalForecastShape>;

const promotion = { name, shop: z.string().max(100), firstDay: day, lastDay: day };
export const newPromotionBody = z.object({ ...promotion, shop: promotion.shop.default('') });
export const promotionChangeBody = z.object(promotion).partial();
export const promotionShape = z.object({ id: z.uuid(), ...promotion });
export const promotionListShape = z.object({ rows: z.array(promotionShape) });

export const dimensionsShape = z.object({ asOf: day, from: day.nullable(), shops: z.array(z.string()), channels: z.array(z.string()), events: z.array(z.string()) });

export const homeQuery = z.object({ shop: z.string().max(100).optional(), days: z.coerce.number().int().min(1).max(366).default(30) });
export const homeShape = z.object({
  asOf: day, countedAt, period, previous: period,
  sales: z.object({ orders: count, amount: z.number(), refunded: z.number(), net: z.number(), nobodyNet: z.number() }),
  salesBefore: z.object({ orders: count, amount: z.number(), refunded: z.number(), net: z.number(), nobodyNet: z.number() }),
  figures: z.array(figureShape), goals: z.array(goalShape),
});
