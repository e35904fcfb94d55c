import { z } from 'zod';
import { NO_CHURN, STAGES, STATES, BRANCHES, GROUPS } from './core/rules.ts';
import { RFM_NAMES } from './core/rfm.ts';
import { VERDICTS } from './core/judge.ts';

const count = z.number().int();
const minor = z.number().describe('minor units of the reporting currency');
const share = z.number().min(0).max(1);
export const dayShape = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const stage = z.enum(STAGES);
const reason = z.object({ code: z.string(), params: z.record(z.string(), z.number()) }).describe('a sentence: the word `code` filled with `params`');

/** Whom a report counts. `shop` empty: every shop. */
export const audienceQuery = z.object({ people: z.enum(['all', 'consumers', 'b2b']).default('all'), shop: z.string().max(100).default('') });

/** The same, of a saved filter or a tag, or of both at once. */
export const groupQuery = audienceQuery.extend({ segment: z.uuid().optional(), tag: z.string().max(200).optional() });

const judged = z.object({ day: dayShape, called: count, returned: count, share: share.nullable(), customers: count });
export const reportShape = z.object({
  asOf: dayShape, horizonDays: count, customers: count, judged: z.array(judged), called: count, returned: count, returnShare: share.nullable(),
  verdict: z.enum(VERDICTS), reason: z.enum(NO_CHURN).nullable(),
});
export type Report = z.infer<typeof reportShape>;

export const overviewQuery = audienceQuery.extend({ days: z.coerce.number().int().min(1).max(730).default(30) });
export const overviewReply = z.object({
  asOf: dayShape, comparedWith: dayShape, rulesVersion: count, total: count, netMinor: minor, reachable: count,
  stages: z.array(z.object({ stage, customers: count, before: count, change: count, netMinor: minor, reachable: count, reach: z.record(z.string(), count) })),
  states: z.array(z.object({ branch: z.enum(BRANCHES), state: z.enum(STATES), customers: count })),
  model: z.object({ key: z.string(), places: z.array(z.object({ key: z.string(), home: stage, customers: count })) }),
  report: reportShape.nullable(),
  churnedThen: z.object({ day: dayShape, called: count, returned: count, share: share.nullable() }).describe('of those churned three months ago, how many have bought since'),
});
export type Overview = z.infer<typeof overviewReply>;

export const flowQuery = audienceQuery.extend({ from: dayShape.optional(), to: dayShape.optional() });
const flowEnd = z.enum([...STAGES, 'none']);
const byStage = z.record(z.string(), count);
export const flowReply = z.object({
  asOf: dayShape, from: dayShape, to: dayShape, cells: z.array(z.object({ from: flowEnd, to: flowEnd, customers: count })),
  start: byStage, end: byStage, joined: byStage,
});
export const flowPeopleQuery = flowQuery.extend({ began: flowEnd, ended: stage, cursor: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
export const flowPeopleReply = z.object({
  rows: z.array(z.object({ customerId: z.uuid(), name: z.string(), stage, since: dayShape, lastOn: dayShape.nullable(), netMinor: minor, reach: z.array(z.string()) })),
  next: z.string().nullable(),
});

export const ladderReply = z.object({ asOf: dayShape, buyers: count, repeaters: count, referrers: count, repeatShare: share.nullable(), referralShare: z.number().nullable() });

export const lifetimeQuery = audienceQuery.extend({ by: z.enum(['month', 'quarter', 'year']).default('month') });
const cohortLife = z.object({ cohort: z.string(), customers: count, medianDays: z.number(), survivalMedianDays: z.number().nullable(), curve: z.array(z.object({ days: count, surviving: share })) });
export const lifetimeReply = z.object({ asOf: dayShape, all: cohortLife.nullable(), cohorts: z.array(cohortLife) });

export const periodsQuery = audienceQuery.extend({ by: z.enum(['week', 'month', 'quarter']).default('month'), event: z.string().max(200).default('order.paid') });
export const periodsReply = z.object({ asOf: dayShape, event: z.string(), rows: z.array(z.object({ period: dayShape, active: count, fresh: count, retained: count, returning: count, lost: count })) });

const rfmName = z.enum(RFM_NAMES);
const step = z.object({ upTo: z.number(), score: count, isHigh: z.boolean(), customers: count });
export const rfmRulesShape = z.object({
  windowDays: z.number().int().min(1).max(3650).nullable(), method: z.enum(['quantiles', 'means', 'thresholds']), bins: z.number().int().min(2).max(9),
  thresholds: z.object({ recencyDays: z.number().min(0), frequency: z.number().min(0), monetaryMinor: z.number() }).strict().nullable(),
  names: z.partialRecord(rfmName, z.string().min(1).max(40)),
});
const scales = z.object({ recency: z.array(step), frequency: z.array(step), monetary: z.array(step) });
export const rfmReply = z.object({
  asOf: dayShape, version: count, rules: rfmRulesShape, scales: scales.nullable(), customers: count,
  table: z.array(z.object({ name: rfmName, own: z.string().nullable(), recencyHigh: z.boolean(), frequencyHigh: z.boolean(), monetaryHigh: z.boolean(), customers: count, share, netMinor: minor, netShare: z.number(), reachable: count })),
  cells: z.array(z.object({ recency: count, frequency: count, monetary: count, customers: count })),
});
export const rfmPreviewReply = z.object({ customers: count, scales, names: z.record(z.string(), count) });

export const paretoQuery = groupQuery.extend({ slice: z.coerce.number().min(0.01).max(1).default(0.2), measure: z.enum(['net', 'profit']).default('net') });
const pareto = z.object({ customers: count, totalMinor: minor, topCustomers: count, topMinor: minor, topShare: z.number().nullable(), curve: z.array(z.number()) });
export const paretoReply = z.object({
  asOf: dayShape, measure: z.enum(['net', 'profit']), slice: share, all: pareto, consumers: pareto,
  top: z.array(z.object({ customerId: z.uuid(), name: z.string(), worthMinor: minor })).describe('the best of the chosen people, at most 200'),
});

const worthLines = { salesMinor: minor, productCostMinor: minor, fulfilmentMinor: minor, serviceMinor: minor, incentiveMinor: minor, acquisitionMinor: minor, retentionMinor: minor, profitMinor: minor, margin: z.number().nullable() };
export const worthReply = z.object({ asOf: dayShape, customers: count, ...worthLines });

const strip = {
  customerId: z.uuid(), purchases: z.array(z.object({ day: dayShape, amountMinor: minor })),
  expected: z.object({ from: dayShape, to: dayShape }).nullable(), overdue: z.object({ from: dayShape, to: dayShape }).nullable(),
  stage, since: dayShape, state: z.enum(STATES), branch: z.enum(BRANCHES), cycle: count, reason,
};
export const promotionShape = z.object({ id: z.string(), from: dayShape, to: dayShape });
export const stripsBody = z.object({ customers: z.array(z.uuid()).min(1).max(200) });
export const stripsReply = z.object({ asOf: dayShape, promotions: z.array(promotionShape), strips: z.array(z.object(strip)) });
export type Strips = z.infer<typeof stripsReply>;

const told = z.object({ stage, from: dayShape, cycle: count });
export const customerReply = z.object({
  ...strip, asOf: dayShape, promotions: z.array(promotionShape), place: z.string(), model: z.string(),
  history: z.array(told), knownThen: z.array(z.object({ recordedAt: z.iso.datetime(), asOf: dayShape, rulesVersion: count, correction: z.boolean(), history: z.array(told) })),
  worth: z.object(worthLines),
});

const play = z.object({ id: z.string(), stage, name: z.string(), status: z.enum(['active', 'paused']), kind: z.string() });
export const strategyBody = z.object({ needs: z.string().max(500), goal: z.string().max(500), kpi: z.string().max(200), ownerTeam: z.string().max(100) });
export const matrixReply = z.object({ asOf: dayShape, rows: z.array(strategyBody.extend({ stage, customers: count, plays: z.array(play), needsPlay: z.boolean() })) });

const model = z.object({ key: z.string(), stages: z.array(z.object({ key: z.string(), home: stage })), place: z.record(z.string(), z.string()), engagedProspect: z.string().nullable() });
export const modelsReply = z.object({ chosen: z.string(), models: z.array(model) });
export const modelBody = z.object({ model: z.string() });

const cuts = z.object({ medianGapDays: z.number().nullable(), decliningDays: z.number().nullable(), atRiskDays: z.number().nullable(), churnedDays: z.number().nullable(), returns: z.array(z.object({ fromDays: z.number(), share, people: count })) });
const line = { version: count, basis: z.enum(['calibrated', 'configured']), report: reportShape.nullable(), asOf: dayShape, madeBy: z.string(), madeAt: z.iso.datetime() };
export const rulesReply = z.object({
  ...line, ownRhythm: z.boolean(), matureOccasions: count, b2bPurchaseMinor: z.number().nullable(), cycleDays: z.record(z.string(), z.number()),
  categories: z.array(z.object({ category: z.string(), horizonDays: count, repeaters: count, noChurn: z.enum(NO_CHURN).nullable(), cycleDays: z.number().nullable(), groups: z.array(cuts.extend({ group: z.enum(GROUPS) })) })),
});
export const rulesListReply = z.object({ rows: z.array(z.object(line)) });
const days = z.number().int().min(1).max(3650);
export const configureBody = z.object({ decliningDays: days.optional(), atRiskDays: days, churnedDays: days });
export const cyclesBody = z.object({ cycleDays: z.record(z.string().max(100), days) });
