import { z } from 'zod';
import { STAGES } from '../core/rules.ts';
import { EXIT_REASONS, EXIT_SOURCES, METHODS, MODEL_KINDS, MODEL_STATES, PRICE_STATES, STEPS, TRIGGERS } from './codes.ts';

/*
 * GET  /api/v1/lifecycle/scoring                         scoringReply
 * POST /api/v1/lifecycle/scoring/run                     runReply
 * GET  /api/v1/lifecycle/scoring/policy                  policyReply         PUT policyBody
 * POST /api/v1/lifecycle/scoring/price-uses              priceUseBody → priceUseShape
 * POST /api/v1/lifecycle/scoring/price-uses/:id/decision priceDecisionBody → priceUseShape
 * GET  /api/v1/lifecycle/models/:kind                    modelQuery → modelReply
 * GET  /api/v1/lifecycle/at-risk                         atRiskQuery → atRiskReply
 * GET  /api/v1/lifecycle/at-risk/group                   atRiskQuery → groupReply
 * GET  /api/v1/lifecycle/at-risk/plan                    planQuery → planReply
 * POST /api/v1/lifecycle/at-risk/export                  atRiskExportBody → CSV
 * GET  /api/v1/lifecycle/exit-reasons                    exitTableQuery → exitTableReply
 * GET  /api/v1/lifecycle/customers/:id/score             customerScoreReply
 * PUT  /api/v1/lifecycle/customers/:id/scoring           switchBody → switchReply
 * PUT  /api/v1/lifecycle/customers/:id/exit-reason       exitReasonBody → exitReasonReply
 * POST /api/v1/lifecycle/customers/:id/score/export      explanationBody → text
 */
const count = z.number().int();
const minor = z.number().int().describe('minor units of the reporting currency');
const share = z.number().min(0).max(1);
const dayShape = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const facts = z.record(z.string(), z.union([z.number(), z.string()]));
const stage = z.enum(STAGES);
const method = z.enum(METHODS);
const interval = { low: z.number(), high: z.number() };
const idParams = z.object({ id: z.uuid() });
const kind = z.enum(MODEL_KINDS);
const audience = { people: z.enum(['all', 'consumers', 'b2b']).default('all'), shop: z.string().max(100).default('') };

/** A coded "no" or "but": the word `code` (refusals: `value.*`, `churn.*`, `evaluation.*`, `scoring.*`) filled with `facts`. */
export const codedShape = z.object({ code: z.string(), facts });
export type Coded = z.infer<typeof codedShape>;

// One customer's score.

export const reasonShape = z.object({
  code: z.string().describe('churn.why.*, churn.*_fell, churn.*_rose, or churn.raises.* and churn.lowers.* of a trained model, whose params are feature, value and comparedTo'),
  effect: z.enum(['raises', 'lowers']),
  params: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  contribution: z.number().nullable().describe('exact, in log-odds of leaving (0.69 doubles the odds); null where a rule gave the reason'),
});
export type ScoreReason = z.infer<typeof reasonShape>;
/** How a trained score adds up, in log-odds of leaving: base + contributions of the reasons + rest (of so many smaller parts) = total; probability = 1 / (1 + e^−total). */
export const oddsShape = z.object({ base: z.number(), rest: z.number(), parts: count, total: z.number() });
export type ScoreOdds = z.infer<typeof oddsShape>;

const figures = {
  asOf: dayShape, method, valueModel: count, churnModel: count.describe('0: by rule'),
  pAlive: share.nullable(), horizonDays: count.describe("H: the customer's own horizon"), expected: z.number().describe('purchases in the next 365 days'),
  churn: share.nullable().describe('P(no purchase in the next H days)'), churnBaseline: share.nullable().describe('the same by silence alone'),
  valueMinor: minor.describe('expected residual value of the next 365 days, after costs where these are known'), valueLowMinor: minor, valueHighMinor: minor, atRiskMinor: minor.describe('churn × value'),
};
const why = { reasons: z.array(reasonShape), odds: oddsShape.nullable().describe('null where a rule scores: rules have no sizes to add up') };
export const scoreShape = z.object({ customerId: z.uuid(), ...figures, ...why, withoutTraits: z.boolean() });

export const customerScoreReply = z.object({
  score: scoreShape.nullable().describe('null before the first run, and for somebody who never bought: `why` says which'), why: codedShape.nullable(),
  valueLevel: share.describe('the share of futures that the interval of value holds'),
  alive: z.array(z.object({ day: dayShape, share })).describe('P(still a customer) from the first purchase to today; it jumps at each purchase and falls in silence'),
  purchases: z.array(dayShape),
  ahead: z.array(z.object({ day: dayShape, alive: share, none: share, expected: z.number() })).describe('if silent until then; none: P(no purchase up to that day); expected: purchases up to it'),
  expectedNext: z.object({ days: count, count: z.number(), none: share }).nullable().describe('over the own horizon'),
  withoutTraits: z.object({ on: z.boolean(), since: dayShape.nullable(), byWorkspace: z.boolean() }),
  exitReason: z.object({ reason: z.enum(EXIT_REASONS), source: z.enum(EXIT_SOURCES), on: dayShape }).nullable(),
});
export const customerParams = idParams;
export const switchBody = z.object({ withoutTraits: z.boolean() });
export const switchReply = z.object({ withoutTraits: z.boolean() });
export const explanationBody = z.object({ reason: z.string().min(3).max(500) });
export const explanationReply = z.string().describe('text for the person, in the language of who asks; needs customers.export, stands in the audit log');
export const exitReasonBody = z.object({ reason: z.enum(EXIT_REASONS).nullable().describe('null takes it back'), source: z.enum(['staff', 'survey']).default('staff') });
export const exitReasonReply = z.object({ reason: z.enum(EXIT_REASONS).nullable() });

// Runs and models.

const progress = z.object({ step: z.enum(STEPS), share });
const modelLine = z.object({
  kind, number: count, state: z.enum(MODEL_STATES), progress: progress.nullable(), trigger: z.enum(TRIGGERS), asOf: dayShape.nullable(),
  name: z.string().nullable().describe('value: mbg_nbd, pareto_nbd, bg_nbd or recency; churn: model, logistic, curves, trees or recency'),
  why: codedShape.nullable().describe('why this one was picked, or why none could be'), createdAt: z.date(), finishedAt: z.date().nullable(),
});
export type ModelLine = z.infer<typeof modelLine>;

const bin = z.object({ people: count, meanProbability: share, share, ...interval }).describe('customers of similar probability: what was said, what came true with its interval');
/** What was said of a kind of customers on past days whose outcome is known, and what came true. */
const group = z.object({
  name: z.enum(['consumers', 'regular', 'business']).describe('regular: consumers of five purchases and more whose gaps vary little'), used: method, outcomes: count,
  said: share.nullable().describe('mean probability of leaving'), left: share.nullable().describe('share that left'), low: share.nullable(), high: share.nullable(), bins: z.array(bin), why: codedShape.nullable(),
});

export const scoringReply = z.object({
  asOf: dayShape, running: modelLine.nullable(), value: modelLine.nullable().describe('the newest finished'), churn: modelLine.nullable(),
  scored: z.object({ customers: count, asOf: dayShape.nullable(), methods: z.record(z.string(), count), valueMinor: minor, atRiskMinor: minor }),
  groups: z.array(group).describe('how well risks are calibrated, by kind of customer'),
  nextOn: dayShape.nullable().describe('when the models are next fitted by the clock'),
});
export const runReply = z.object({ queued: z.boolean().describe('false: one was already waiting') });

const parameter = z.object({ name: z.string(), value: z.number(), standardError: z.number().nullable() });
const area = z.object({ auc: share, ...interval, standardError: z.number() });
const measures = z.object({ total: z.number(), totalError: z.number().nullable().describe('share of what came'), mae: z.number(), rmse: z.number(), auc: area.nullable() });
const decile = z.object({ decile: count, people: count, meanScore: z.number(), sum: z.number(), mean: z.number(), lift: z.number() });
const fitted = z.object({ params: z.array(parameter), logLikelihood: z.number(), customers: count, repeaters: count, warnings: z.array(z.string()) });

/** One law of purchases, fitted on the calibration and judged on the hold-out it has not seen. */
const candidate = z.object({
  name: z.string(), refused: codedShape.nullable(), fit: fitted.nullable(), judged: measures.nullable(), calibrationError: z.number().nullable(),
  verdict: z.enum(['usable', 'unusable']), faults: z.array(codedShape),
});

export const valueReportShape = z.object({
  unitDays: z.number().describe('days that are one unit of time of the parameters'),
  data: z.object({ from: dayShape, to: dayShape, customers: count, repeaters: count, purchases: count, business: count.describe('business buyers, left out of the fit and scored by recency') }),
  split: z.object({ calibrationEnd: dayShape, holdoutEnd: dayShape, holdoutDays: count, customers: count, buyers: count, actual: count }).nullable(),
  candidates: z.array(candidate), chosen: z.string().nullable(),
  baselines: z.array(z.object({ name: z.enum(['repeat', 'last_year']), judged: measures.nullable() })).describe('as many as in the window before, as in the same days a year before; null where the data does not reach back'),
  recency: area.nullable().describe('how silence alone ranks who buys in the hold-out'),
  calibration: z.array(bin).describe('P(buys in the hold-out) of the chosen or best law'), deciles: z.array(decile),
  tracking: z.object({ periodDays: count, calibrationPeriods: count, periods: z.array(z.object({ day: dayShape, actual: z.number(), expected: z.number() })), meanError: z.number().nullable(), finalError: z.number().nullable() }).nullable()
    .describe('repeat purchases in sum: what happened, and what the law fitted on the calibration expected'),
  refit: fitted.nullable().describe('the chosen law fitted again on everything; these parameters score'),
  spend: z.object({
    refused: codedShape.nullable(), fit: fitted.nullable(), meanMinor: z.number().nullable(),
    independence: z.object({ correlation: z.number(), ...interval, customers: count, isIndependent: z.boolean() }).nullable(),
  }),
  coverage: z.object({ level: share, share, customers: count }).nullable().describe('how many of the hold-out fell into their interval of spend'),
  margin: z.number().nullable().describe('profit over sales where costs are known; null: value is sales'),
  matrix: z.object({
    frequencies: z.array(count).describe('repeat purchases, the rows'), recencyDays: z.array(count).describe('silent days, the columns'), ageDays: count.describe('days since the first purchase, the same for all cells'),
    alive: z.array(z.array(share)), expected: z.array(z.array(z.number())).describe('purchases in the next 365 days'), customers: z.array(z.array(count)).describe('how many stand about there'),
  }).nullable(),
  survival: z.array(z.object({ days: count, share })).describe('share of new customers still customers after so many days, by the law'),
  horizons: z.object({ share, medianDays: count, lowDays: count, highDays: count, priorGaps: z.number().nullable() }).nullable().describe("H of the middle customer and of nine in ten; priorGaps: gaps before somebody's own rhythm weighs half"),
  warnings: z.array(codedShape),
});
export type ValueReport = z.infer<typeof valueReportShape>;

const contender = z.object({
  name: z.enum(['model', 'trained', 'recency']), refused: codedShape.nullable(), auc: area.nullable(), logLoss: z.number().nullable(), brier: z.number().nullable(), calibrationError: z.number().nullable(),
  line: z.object({ intercept: z.number(), slope: z.number() }).nullable().describe('0 and 1 are perfect; a slope below 1: too extreme'), calibration: z.array(bin),
  capacity: z.array(z.object({ capacity: count, caught: z.number(), precision: z.number(), recall: z.number(), lift: z.number() })), deciles: z.array(decile),
});

export const churnReportShape = z.object({
  data: z.object({ from: dayShape, to: dayShape, labels: count, left: count, needed: count, cutoffs: z.array(z.object({ day: dayShape, people: count, left: count })) }),
  heldOut: z.object({ day: dayShape, people: count, left: count, longestHorizonDays: count }).nullable().describe('the newest past day whose outcome is known; nobody was trained or fitted on anything after it'),
  contenders: z.array(contender), used: z.enum(['model', 'trained', 'recency']), why: codedShape,
  trained: z.object({
    kind: z.enum(['logistic', 'curves', 'trees']), rows: count, kinds: z.array(z.object({ kind: z.string(), logLoss: z.number(), brier: z.number(), auc: z.number() })),
    features: z.array(z.object({ name: z.string(), influence: z.number() })).describe('mean size of its contribution in log-odds, greatest first'), traits: z.array(z.string()),
  }).nullable(),
  recency: z.array(z.object({ fromAge: z.number(), share, people: count })).describe('P(buys within H) by silence, in own horizons (1: silent for one H)'),
  groups: z.array(group).describe('calibration by kind of customer'),
  leaks: count.describe('features that would know the future; a model with one is refused'),
  warnings: z.array(codedShape),
});
export type ChurnReport = z.infer<typeof churnReportShape>;

export const modelParams = z.object({ kind });
export const modelQuery = z.object({ number: z.coerce.number().int().min(1).optional().describe('an older version; the newest without it') });
export const modelReply = z.object({
  model: modelLine.nullable(), value: valueReportShape.nullable(), churn: churnReportShape.nullable(),
  history: z.array(modelLine.extend({ auc: share.nullable(), totalError: z.number().nullable() })).describe('newest first'),
});

// Whom to save.

const chosen = {
  segment: z.uuid().optional().describe('a saved filter'), tag: z.string().max(100).optional(), rfm: z.string().max(40).optional().describe('a class of RFM, as the customer field has it'),
};
export const atRiskFilters = {
  ...audience, ...chosen, stage: stage.optional(), leastChurn: z.coerce.number().min(0).max(1).default(0), because: z.string().max(60).optional().describe('what raises their risk: a code of `reasons` in the reply'), method: method.optional(),
  horizonMost: z.coerce.number().int().min(1).max(365).optional().describe('only customers whose own horizon is no longer: who would be due soon'),
};
export const atRiskQuery = z.object({ ...atRiskFilters, cursor: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
const person = {
  customerId: z.uuid(), name: z.string(), stage: stage.nullable(), lastOn: dayShape.nullable(), lastTouchOn: dayShape.nullable().describe('the last day anything was seen of them'), netMinor: minor, reach: z.array(z.string()),
};
export const atRiskRow = z.object({ ...person, ...figures, ...why });
export const atRiskReply = z.object({
  asOf: dayShape.nullable(), rows: z.array(atRiskRow), next: z.string().nullable(), total: z.object({ customers: count, valueMinor: minor, atRiskMinor: minor }),
  reasons: z.array(z.object({ code: z.string().describe('a rule reason, or churn.feature.* of a trained model'), customers: count, atRiskMinor: minor })).describe('what raises the risk of all who fit, most money first'),
});

const response = z.object({
  savedShare: share, basis: z.enum(['assumed', 'measured']), source: z.string().describe('who assumed it, or the experiment it comes from'),
  name: z.string().nullable().describe('of the experiment'), experimentId: z.uuid().nullable(), measuredOn: dayShape.nullable(), people: count.nullable(), windowDays: count.nullable(),
  low: share.nullable().describe('interval at 95 % of a measured share; measured below 0 is 0'), high: share.nullable(),
});
export type SavePlanResponse = z.infer<typeof response>;
export const planQuery = z.object({
  ...audience, ...chosen, capacity: z.coerce.number().int().min(1).max(5_000).optional().describe('people who can be spoken to this week; that of the policy without it'),
  costMinor: z.coerce.number().int().min(0).optional().describe('of one attempt; that of the policy without it'), moneyMinor: z.union([z.literal('none'), z.coerce.number().int().min(0)]).optional().describe('no more than this in all; that of the policy without it'),
  savedShare: z.coerce.number().min(0).max(1).optional(),
});
export const planReply = z.object({
  asOf: dayShape.nullable(), capacity: count, capacityLeft: count, moneyMinor: minor.nullable(), attemptCostMinor: minor.nullable().describe('null: nobody has said; gains are then before costs'), response,
  chosen: z.array(z.object({ ...person, churn: share, valueMinor: minor, atRiskMinor: minor, gainMinor: minor, costMinor: minor, ...why })),
  gainMinor: minor, gainLowMinor: minor.nullable().describe('by the interval of a measured share'), gainHighMinor: minor.nullable(), costMinor: minor, boundMinor: minor.describe('no list gains more than this'), notWorth: count, beyondCapacity: count, refused: codedShape.nullable(),
});
export const atRiskExportBody = z.object({ reason: z.string().min(3).max(500), withScores: z.boolean().default(false).describe('also the score columns: needs a leave to let prices depend on scores'), ...atRiskFilters, leastChurn: z.number().min(0).max(1).default(0) });

/** A group's figures; the interval holds `level` of futures and comes of the model: docs/guide/scores.md. */
export const groupReply = z.object({
  asOf: dayShape.nullable(), customers: count, level: share, broughtMinor: minor, value: z.object({ minor, low: minor, high: minor }).describe('of the next 365 days'),
  leaving: z.object({ people: z.number(), low: z.number(), high: z.number() }).describe('no purchase within the own horizon'), atRiskMinor: minor,
});

// Why they left (R127).

export const exitTableQuery = z.object(audience);
const cell = z.object({ reason: z.enum(EXIT_REASONS), stage, band: z.enum(['high', 'middle', 'low']).describe('thirds by what they brought'), customers: count, valueMinor: minor });
export const exitTableReply = z.object({
  asOf: dayShape, customers: count, rows: z.array(z.object({ reason: z.enum(EXIT_REASONS), customers: count, share, netMinor: minor, sources: z.record(z.string(), count) })).describe('shares sum to 1 with `unknown`'), cells: z.array(cell),
});

// Governance (R130).

export const priceUseShape = z.object({
  id: z.uuid(), purpose: z.string(), state: z.enum(PRICE_STATES), askedBy: z.string(), askedByName: z.string(), askedAt: z.date(), decidedBy: z.string().nullable(), decidedByName: z.string().nullable(), decidedAt: z.date().nullable(),
  until: dayShape, mine: z.boolean().describe('asked by the caller, who therefore may not decide'),
});
const policy = {
  purpose: z.string().max(2_000).describe('what scores are used for, told to whoever asks'),
  useTraits: z.boolean().describe('false: nobody is scored by gender, age, province or city'),
  capacity: count.min(1).max(5_000), attemptCostMinor: minor.min(0).nullable().describe('null: not known'), weekBudgetMinor: minor.min(0).nullable().describe('money of one week; null: no cap'), savedShare: share.describe('assumed until an experiment measured it'), horizonDays: count.min(1).max(365).nullable().describe('H for all where the data teach none; null: 90'),
};
export const policyReply = z.object({ ...policy, changedBy: z.string().nullable(), changedAt: z.date().nullable(), changes: z.array(z.object({ field: z.string(), byName: z.string().describe('empty: a program'), at: z.date() })).describe('who last changed each part'), withoutTraits: count.describe('people who objected'), priceUses: z.array(priceUseShape), priceAllowed: z.boolean(), traits: z.array(z.string()) });
export const policyBody = z.object(policy).partial();
export const priceUseBody = z.object({ purpose: z.string().trim().min(10).max(1_000), days: z.number().int().min(1).max(366).default(90) });
export const priceDecisionParams = idParams;
export const priceDecisionBody = z.object({ decision: z.enum(['approve', 'refuse', 'end']) });
