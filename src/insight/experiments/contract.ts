import { z } from 'zod';
import { REACHES } from '../../customers/index.ts';
import { Tree } from '../../kernel/conditions/index.ts';
import { GUARDRAIL_STATES, ROLES, STEPS, VERDICTS } from '../core/experiment/index.ts';

const day = z.iso.date();
const instant = z.iso.datetime();
const count = z.number().int();
const name = z.string().trim().min(1).max(80);
const text = z.string().max(1_000);
const minor = z.number().int().min(0).max(1e13);
const interval = z.object({ low: z.number(), high: z.number() });

export const PEOPLE_MAX = 200_000;
export const LIST_MAX = 10_000;
/** Why somebody of the audience is not drawn, the first that holds. */
export const EXCLUSIONS = ['complaint', 'unreachable', 'capped', 'held_out'] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];
/** What must not get worse: people who opted out, who complained (an event or a complaint's tag), who had money refunded. */
export const GUARDED = ['unsubscribed', 'complained', 'refunded'] as const;
/** Of an arm's people: all, who was sent something and who was not, who bought, got money back, opted out, complained. */
export const ARM_PEOPLE = ['drawn', 'sent', 'unsent', 'bought', 'refunded', 'unsubscribed', 'complained'] as const;
export type ArmPeople = (typeof ARM_PEOPLE)[number];
export const PHASES = ['draft', 'drawn', 'running', 'unsettled', 'settled'] as const;
export type Phase = (typeof PHASES)[number];

/** Who may be drawn: a saved segment, a filter, or people named one by one (a plan of whom to save). */
export const Audience = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('segment'), id: z.uuid() }),
  z.strictObject({ kind: z.literal('tree'), tree: Tree }),
  z.strictObject({ kind: z.literal('customers'), ids: z.array(z.guid()).min(1).max(LIST_MAX), label: z.string().max(80).default(''), from: z.enum(['save_plan']).optional().describe('a list of whom to save: a score chose these people, and what the experiment finds is what the next plan goes by') }),
]);
export type Audience = z.output<typeof Audience>;

const Variant = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{0,19}$/), name: z.string().max(60).default(''), weight: z.number().min(0).max(1_000).default(1),
  couponMinor: minor.default(0).describe('What one redeemed coupon costs, where the amounts of orders do not have it taken off already'),
  couponCode: z.string().max(60).default('').describe('Orders carrying it are redemptions; empty: each buyer of this arm redeems once'),
});

/** What is promised before anybody is treated. Locked by the draw. */
export const Plan = z.strictObject({
  windowDays: count.min(1).max(180).default(14).describe('Orders of so many days count, the first day included'),
  refundDays: count.min(0).max(180).default(15).describe('Days after the window in which its orders may still be refunded'),
  holdOut: z.number().min(0).max(0.9).default(0.2),
  variants: z.array(Variant).min(1).max(4).default([{ key: 'treated', name: '', weight: 1, couponMinor: 0, couponCode: '' }]),
  channels: z.array(z.strictObject({ channel: z.enum(REACHES), costMinor: z.number().min(0).max(1e6).describe('Of one message; may be a part of a minor unit') })).min(1).max(5).default([{ channel: 'sms', costMinor: 5 }]).describe('Each person gets the first of these that is open'),
  fixedCostMinor: minor.default(0),
  margin: z.discriminatedUnion('basis', [z.strictObject({ basis: z.literal('share'), share: z.number().min(0).max(1) }), z.strictObject({ basis: z.literal('costs') })])
    .default({ basis: 'share', share: 0.4 }).describe('share: of net sales; costs: from the cost of each order line'),
  capDays: count.min(0).max(180).default(7).describe('Whoever was sent something in so many days before, by another experiment or by a tool that reports message.sent, is left out'),
  withoutTags: z.array(z.string().max(100)).max(20).default(['open_complaint']).describe('Bearers of these tags have an open complaint: nothing is sent to them'),
  complaintDays: count.min(0).max(365).default(30).describe('Whoever complained in so many days before, by an event named complaint.…, has an open complaint until an event closes it; 0: only the tags say so'),
  guardrails: z.array(z.strictObject({ metric: z.enum(GUARDED), margin: z.number().min(0).max(1) })).max(3).default([{ metric: 'unsubscribed', margin: 0.005 }]),
  stopping: z.enum(['fixed', 'sequential']).default('fixed').describe('fixed: read once, when the window is over; sequential: at any time, with wider intervals'),
  baseShare: z.number().gt(0).lt(1).nullable().default(null).describe('Share expected to buy without treatment; null: as measured in the year before'),
});
export type Plan = z.output<typeof Plan>;

export const experimentParams = z.object({ id: z.uuid() });
export const batchParams = z.object({ id: z.uuid(), batch: z.uuid() });
const drafted = { name, hypothesis: text.default(''), goalId: z.uuid().nullable().default(null), audience: Audience, plan: Plan.prefault({}), startsOn: day };
export const newExperimentBody = z.strictObject(drafted);
export type NewExperiment = z.output<typeof newExperimentBody>;
export const experimentChangeBody = z.strictObject({ name, hypothesis: text, goalId: z.uuid().nullable(), audience: Audience, plan: Plan, startsOn: day }).partial();

const exclusions = z.record(z.string(), count);
export const previewBody = z.strictObject({ audience: Audience.optional(), plan: Plan.prefault({}), startsOn: day, experimentId: z.uuid().optional() })
  .refine(({ audience, experimentId }) => audience !== undefined || experimentId !== undefined, 'give an audience, or the experiment whose audience is meant');
export const previewShape = z.object({
  asOf: day, audience: count, eligible: count, excluded: exclusions,
  treated: count, control: count, costMinor: z.number().describe('Messages, by the share that would be treated, and the fixed cost; coupons come with the orders'),
  channels: z.array(z.object({ channel: z.string(), open: count.describe('may be reached by it'), assigned: count.describe('would be sent something by it'), costMinor: z.number() })),
  baseShare: z.number().nullable(), baseMeasured: z.number().nullable(),
  detectable: z.number().nullable().describe('Smallest rise of the share of buyers that so many people can prove, 80 % of the time'),
  needed: z.array(z.object({ effect: z.number(), customers: count })).describe('People needed in all for rises of 1, 2, 3, 5 and 10 points'),
});
export type Preview = z.input<typeof previewShape>;

export const sizeBody = z.strictObject({ base: z.number().gt(0).lt(1), effect: z.number().gt(-1).lt(1), holdOut: z.number().gt(0).lt(1), power: z.number().min(0.5).max(0.99).default(0.8), alpha: z.number().min(0.001).max(0.2).default(0.05) });
export const sizeShape = z.object({ treated: count, control: count });

const batch = z.object({
  id: z.uuid(), code: z.string(), channel: z.string(), day, reason: z.string(), costMinor: z.number(), capDays: count, personalised: z.boolean(), minutesEach: z.number(),
  people: count, leftOut: exclusions, madeBy: z.string(), madeByName: z.string(), madeAt: instant,
});
/** The audience as it is shown: a list of people is told by its length. */
const audienceShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('segment'), id: z.uuid() }), z.object({ kind: z.literal('tree'), tree: Tree }), z.object({ kind: z.literal('customers'), count, label: z.string() }),
]);
const experiment = z.object({
  id: z.uuid(), name: z.string(), hypothesis: z.string(), goalId: z.uuid().nullable(), audience: audienceShape, plan: Plan, shops: z.array(z.string()), startsOn: day,
  owner: z.string(), ownerName: z.string(), createdAt: instant, phase: z.enum(PHASES), asOf: day,
  drawnAt: instant.nullable(), registeredOn: day.nullable(), settledAt: instant.nullable().describe('since when its figures stand'), lastDay: day.describe('of the window'), refundsUntil: day, excluded: exclusions,
  arms: z.array(z.object({ arm: z.string(), customers: count, sent: count })), sentence: z.string().describe('who the audience is'),
});
export type ExperimentReply = z.input<typeof experiment>;
export const experimentShape = experiment.extend({ token: z.string().describe('opens people at /insight/people, with a pick of arm and which, or of why they were left out'), batches: z.array(batch), waiting: z.record(z.string(), count).describe('treated people not sent anything yet, by channel') });
export type ExperimentDetail = z.input<typeof experimentShape>;

const judgement = z.object({ verdict: z.enum(VERDICTS), finding: z.enum(['proven_up', 'proven_down', 'not_proven']).nullable(), sentence: z.string() });
const money = interval.extend({ value: z.number() });
const net = money.extend({ method: z.enum(['per_buyer', 'per_customer']), printed: interval.nullable().describe('from the interval as printed, to a tenth of a point') });
const comparison = z.object({
  arm: z.string(),
  buyers: judgement, profit: judgement, buyersPValue: z.number().nullable(), profitPValue: z.number().nullable(),
  effect: z.object({ treatedShare: z.number(), controlShare: z.number(), difference: z.number(), interval, newcombe: interval, pValue: z.number(), lift: z.number().nullable(), liftInterval: interval.nullable(), isSmall: z.boolean() }).nullable(),
  extraBuyers: money.nullable(),
  net: net.nullable(), netOther: net.nullable().describe('the same by the other method'),
  steps: z.array(z.object({ code: z.enum(['revenue', 'goods', 'coupons', 'messages']), minor: z.number() })).describe('what adds up to the net gain'),
  naiveMinor: z.number(), honestMinor: z.number().nullable(), roi: money.nullable(),
  cuped: z.object({ isUsed: z.boolean(), varianceCut: z.number(), difference: z.number(), interval, beforePValue: z.number() }).nullable().describe('profit a person, adjusted for what each spent in the year before'),
  alwaysValid: z.object({ difference: z.number(), interval, pValue: z.number() }).nullable(),
  guardrails: z.array(z.object({ metric: z.enum(GUARDED), role: z.enum(ROLES), treated: z.number(), control: z.number(), margin: z.number(), interval, state: z.enum(GUARDRAIL_STATES) })),
});
export type Comparison = z.input<typeof comparison>;
const armShape = z.object({
  arm: z.string(), name: z.string(), customers: count, sent: count, buyers: count, orders: count, paidMinor: z.number(), refundedMinor: z.number(), netMinor: z.number(),
  profitMinor: z.number().describe('margin less redeemed coupons, before messages'), couponMinor: z.number(), messageMinor: z.number(), refunded: count, unsubscribed: count, complained: count,
});
export type ArmReply = z.input<typeof armShape>;
const rate = z.object({ top: z.number(), bottom: z.number(), rate: z.number(), interval }).nullable();
export const reportShape = z.object({
  reach: rate, conversion: rate, activity: rate, retention: rate, unsubscribes: rate, complaints: rate, netSalesMinor: z.number(), costMinor: z.number(),
  roi: z.object({ roi: z.number(), interval }).nullable(),
});
export const resultShape = z.object({
  id: z.uuid(), asOf: day.describe('the data’s own day of these figures: of the settling, once it is settled'), settledAt: instant.nullable(),
  from: day, to: day, lastDay: day, refundsUntil: day, phase: z.enum(PHASES), reading: z.enum(['fixed', 'always_valid']),
  ratio: z.object({ pValue: z.number(), isMismatch: z.boolean(), arms: z.array(z.object({ arm: z.string(), customers: z.number(), expected: z.number() })) }).nullable(),
  merged: count.describe('people drawn more than once who turned out to be one; the surviving record’s arm counts'),
  costCoverage: z.number().nullable().describe('share of sales whose goods have a known cost; null where the margin is typed in'),
  arms: z.array(armShape), comparisons: z.array(comparison),
});
export type ResultReply = z.input<typeof resultShape>;
export const resultDetailShape = resultShape.extend({
  days: z.array(z.object({ day, arms: z.array(z.object({ arm: z.string(), buyers: count, difference: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() })) })),
  report: reportShape.nullable(),
  since: z.object({ asOf: day, isChanged: z.boolean(), arms: z.array(armShape), comparisons: z.array(comparison) }).nullable()
    .describe('of a settled result: the same counted anew today, with what arrived later. It changes no verdict'),
});
export type ResultDetail = z.input<typeof resultDetailShape>;
/** A result as it is kept: codes, no sentences. */
export type SettledResult = Omit<ResultDetail, 'since' | 'comparisons'> & { comparisons: (Omit<Comparison, 'buyers' | 'profit'> & Record<'buyers' | 'profit', Omit<Comparison['buyers'], 'sentence'>>)[] };

const returned = z.object({ people: count.describe('who was lost when they came in, and whose days have passed'), back: count.describe('of them, who bought within the days'), lostAgain: count.describe('of these, who was lost again since') });
export const returnsShape = z.object({ asOf: day, reading: z.enum(['fixed', 'always_valid']), rows: z.array(z.object({ days: count, treated: returned, control: returned, difference: z.number().nullable(), interval: interval.nullable() })) });

export const experimentQuery = z.object({ cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(50).default(20) });
export const experimentListShape = z.object({ rows: z.array(experiment.extend({ result: resultShape.nullable() })), next: z.string().nullable(), total: z.object({ count, over: z.boolean() }) });

export const exportBody = z.strictObject({
  id: z.uuid().optional().describe('names the file: asked again under the same id, the same file comes again'),
  channel: z.enum(REACHES), reason: z.string().min(3).max(500), day: day.optional().describe('of the sending; the data’s own day or the first day of the window, whichever is later, unless told'),
  personalised: z.boolean().default(false).describe('whether the message uses what is known of each person'),
  minutesEach: z.number().min(0).max(480).default(0).describe('what writing one of them by hand would take'),
});
export const exportAgainBody = z.strictObject({ reason: z.string().min(3).max(500) });

export const scorecardQuery = z.object({ months: z.coerce.number().int().min(1).max(24).default(6) });
export const scorecardShape = z.object({ rows: z.array(z.object({ month: z.string(), sends: count, personalisedShare: z.number().nullable(), replyRate: z.number().nullable(), minutesSaved: z.number(), valuePerSendMinor: z.number().nullable() })) });

const reviewShape = z.object({ buyers: z.enum(VERDICTS), profit: z.enum(VERDICTS), netMinor: z.number().nullable(), learned: z.string(), next: z.string() });
const cycleEffect = z.object({ difference: z.number(), interval, buyers: judgement, profit: judgement, net: net.nullable() });
export const PLAY_STATES = ['draft', 'live', 'paused', 'stopped'] as const;
const play = z.object({ kind: z.enum(['journey']), id: z.uuid(), name: z.string(), state: z.enum(PLAY_STATES) });
export const cycleShape = z.object({
  id: z.uuid(), goalId: z.uuid(), number: count, data: z.string().nullable(), strategy: z.string().nullable(),
  execution: z.object({ id: z.uuid(), name: z.string() }).nullable(), play: play.nullable().describe('what its experiment measures, where that is a journey'), review: reviewShape.nullable(), startedFrom: z.uuid().nullable(),
  owner: z.string(), createdAt: instant, closedAt: instant.nullable(), step: z.enum(STEPS).nullable().describe('the first that is still empty'),
  effect: cycleEffect.nullable().describe('measured by its experiment, now'),
});
export type CycleReply = z.input<typeof cycleShape>;
export const cycleQuery = z.object({ goalId: z.uuid(), limit: z.coerce.number().int().min(1).max(20).default(3) });
export const cycleListShape = z.object({ rows: z.array(cycleShape) });
/** `effect` null: nothing can be said yet. */
export const goalPlaysShape = z.object({ rows: z.array(play.extend({ experimentId: z.uuid(), cycle: count, effect: cycleEffect.nullable() })) });
export const newCycleBody = z.strictObject({ goalId: z.uuid() });
export const cycleChangeBody = z.strictObject({
  data: text.min(1), strategy: text.min(1), execution: z.uuid().nullable().describe('an experiment, or the journey that one measures'),
  review: z.strictObject({ learned: text, next: text }),
}).partial();
