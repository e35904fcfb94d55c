import { z } from 'zod';
import { COST_KINDS } from '../../collect/index.ts';
import { dayShape, groupQuery } from '../contract.ts';
import { STOPS } from '../core/money/budget.ts';
import { ENTRY_KINDS, LINES } from '../core/money/ledger.ts';
import { BASES } from '../core/money/sharing.ts';
import { DIMENSIONS } from './queries/ledger.ts';
import { PERIOD_UNITS } from '../core/money/periods.ts';
import { SPLITS } from './store.ts';

const count = z.number().int();
const minor = z.number().int().describe('minor units of the reporting currency');
const share = z.number().min(0).max(1);
const month = z.string().regex(/^(19[7-9]\d|20\d\d)-(0[1-9]|1[0-2])$/).describe('YYYY-MM');
const channel = z.string().max(100);
const cursor = z.string().max(400).optional();
const id = z.uuid();
const coded = z.object({ code: z.string(), facts: z.record(z.string(), z.union([z.number(), z.string()])) }).describe('why there is no figure: the word `code` filled with `facts`');
export type Coded = z.infer<typeof coded>;

// The ledger.

const totals = { sales: minor, product: minor, fulfilment: minor, service: minor, incentive: minor, retention: minor, acquisition: minor };
const ledger = { ...totals, revenueMinor: minor, acquisitionMinor: minor, maintenanceMinor: minor, valueMinor: minor };
const line = z.enum(LINES);
export const byQuery = groupQuery.extend({ by: z.enum(DIMENSIONS).default('stage') });
const ledgerRow = z.object({
  key: z.string().describe('a stage, a month of first purchase, or a channel; empty: never bought, or no channel known'), customers: count, ...ledger,
  perCustomerMinor: z.number().nullable(), expectedMinor: minor.nullable().describe('what scoring expects of them in the next 365 days; null before its first run'), scored: count,
});
export const ledgersReply = z.object({
  asOf: dayShape, by: z.enum(DIMENSIONS), rows: z.array(ledgerRow), total: ledgerRow,
  outside: z.object(totals).describe('money of nobody known, and what bills leave over when they are shared out: total and outside are everything there is (for all customers and shops together)').nullable(),
});
export type LedgersReply = z.infer<typeof ledgersReply>;

export const customersQuery = groupQuery.extend({ stage: z.string().max(40).optional(), cohort: z.string().max(7).optional(), channel: channel.optional(), cursor, limit: z.coerce.number().int().min(1).max(200).default(20) });
export const customersReply = z.object({
  rows: z.array(z.object({ customerId: id, name: z.string(), stage: z.string(), cohort: z.string(), channel: z.string(), ...ledger, expectedMinor: minor.nullable() })), next: z.string().nullable(),
});
export type CustomersReply = z.infer<typeof customersReply>;

export const idParams = z.object({ id });
export const customerLedgerReply = z.object({
  asOf: dayShape, ...ledger, firstMonth: z.string(), channel: z.string(),
  expected: z.object({ asOf: dayShape, valueMinor: minor, lowMinor: minor, highMinor: minor }).nullable(),
  indirect: z.object({ broughtCustomers: count, indirectMinor: minor }).describe('profit of those they brought; it stands in the total under those themselves'),
});
export type CustomerLedger = z.infer<typeof customerLedgerReply>;
export const entriesQuery = z.object({ line, cursor, limit: z.coerce.number().int().min(1).max(200).default(20) });
const entry = z.object({
  kind: z.enum(ENTRY_KINDS), form: z.enum(['order', 'refund', 'adjustment', 'goods', 'cost', 'share']), day: dayShape, document: z.string().describe('number of the order, refund or cost; empty where it is of a shop the caller may not see'),
  source: z.string(), shop: z.string(), channel: z.string(), amountMinor: minor, effectMinor: minor.describe('as the line counts it: these sum to the line'),
  shared: z.object({ base: z.enum(BASES), billMinor: minor, heads: count, eachMinor: minor, units: count }).nullable().describe('the bill this is a share of'),
});
export const entriesReply = z.object({ rows: z.array(entry), next: z.string().nullable(), count, lineMinor: minor });
export type EntriesReply = z.infer<typeof entriesReply>;

// Costs.

export const costsQuery = z.object({ kind: z.enum(COST_KINDS).optional(), month: month.optional(), channel: channel.optional(), cursor, limit: z.coerce.number().int().min(1).max(200).default(20) });
const cost = z.object({
  source: z.string(), costNo: z.string(), day: dayShape, kind: z.enum(COST_KINDS), channel: z.string(), campaign: z.string(), orderNo: z.string(), ofCustomer: z.boolean(), amountMinor: minor,
  typed: z.object({ note: z.string(), author: z.string(), wholeMonth: z.boolean(), amountMinor: minor, currency: z.string(), at: z.iso.datetime() }).nullable(),
});
export const costsReply = z.object({ rows: z.array(cost), next: z.string().nullable() });
export type CostLine = z.infer<typeof cost>;
export const costBody = z.strictObject({
  kind: z.enum(COST_KINDS), channel: channel.default(''), on: z.union([z.iso.date(), month]).describe('a day, or a month for a bill of all of it'),
  amountMinor: z.number().int().min(1).max(1e13).describe('minor units of `currency`'), currency: z.string().regex(/^[A-Z]{3}$/).optional().describe('the reporting currency without it'), note: z.string().trim().max(200).default(''),
});
export type CostBody = z.output<typeof costBody>;
export const costReply = z.object({ id });

// Getting and keeping customers.

export const acquisitionQuery = z.object({ from: month.optional(), to: month.optional() });
const cac = { spendMinor: minor, customers: count, cacMinor: z.number().nullable().describe('spend ÷ first buyers; null where either is unknown'), hasSpend: z.boolean() };
export const acquisitionReply = z.object({
  asOf: dayShape, from: month, to: month, cells: z.array(z.object({ channel: z.string(), month, ...cac })), channels: z.array(z.object({ channel: z.string(), ...cac })),
  months: z.array(z.object({ month, ...cac })), all: z.object(cac),
  reference: z.object({ minor, currency: z.string(), citation: z.string(), status: z.literal('unverified') }).nullable().describe('null where the workspace counts in another currency'),
  keep: z.object({ costMinor: minor, before: count, kept: count, cacMinor: z.number().nullable(), keepMinor: z.number().nullable(), ratio: z.number().nullable(), why: coded.nullable() }),
});
export type Acquisition = z.infer<typeof acquisitionReply>;

// Lifetime value by rate and by cohort.

export const clvQuery = groupQuery.extend({ unit: z.enum(PERIOD_UNITS).default('quarter'), yearlyDiscount: z.coerce.number().min(0).max(1).default(0.1) });
export const clvReply = z.object({
  asOf: dayShape, unit: z.enum(PERIOD_UNITS), yearlyDiscount: z.number(),
  measured: z.object({ marginMinor: z.number(), retention: share, discount: z.number(), periods: count, buyers: count, stayed: count }).nullable().describe('mean profit of a buyer a period; share of a period’s buyers who buy in the next; over the periods that are over'),
  retentionMinor: z.number().nullable(), why: coded.nullable(),
  empirical: z.object({
    byAge: z.array(z.object({ age: count, customers: count, valueMinor: z.number() })), observedAges: count,
    byCohort: z.array(z.object({ cohort: z.string(), customers: count, ages: count, totalMinor: z.number(), perCustomerMinor: z.number() })),
  }).nullable(), empiricalWhy: coded.nullable(),
});
export type Clv = z.infer<typeof clvReply>;

// Direct and indirect value.

export const referralsReply = z.object({
  asOf: dayShape, profitMinor: minor.describe('profit contribution of all customers, each once'), ofItByReferralMinor: minor.describe('contained in profitMinor'), told: count, matched: count,
  rows: z.array(z.object({ customerId: id, name: z.string(), directMinor: minor, indirectMinor: minor, broughtCustomers: count })).describe('those who brought most, at most 100'),
});
export type Referrals = z.infer<typeof referralsReply>;

// The three-dimension score.

const weight = z.number().min(0).max(100);
const points = z.number().min(0).max(100);
export const weightsShape = z.strictObject({ behaviour: weight, attributes: weight, contribution: weight });
const dimensions = { behaviour: points, attributes: points, contribution: points };
export const scoresReply = z.object({
  asOf: dayShape, weights: weightsShape, customers: count, bins: z.array(z.object({ from: count, customers: count, ...dimensions })),
  top: z.array(z.object({ customerId: id, name: z.string(), score: points, ...dimensions })),
});
export type Scores = z.infer<typeof scoresReply>;
export const valueScoreReply = z.object({
  asOf: dayShape, weights: weightsShape, score: points.nullable(), why: coded.nullable(),
  parts: z.array(z.object({ key: z.string(), value: points, weight: share, points: z.number() })).describe('their points sum to the score as printed'),
  measures: z.array(z.object({ key: z.string(), dimension: z.string(), value: z.number(), standing: points })),
});
export type ValueScore = z.infer<typeof valueScoreReply>;

// The budget.

const amount = z.number().int().min(0).max(1e13);
const tier = z.strictObject({
  key: z.string().min(1).max(60), capMinor: amount,
  curve: z.strictObject({ ceilingMinor: z.number().min(0).max(1e15), scaleMinor: z.number().positive().max(1e15), source: z.string().max(200) }),
});
const inputs = z.strictObject({ budgetMinor: amount, stepMinor: z.number().int().min(1).max(1e13), tiers: z.array(tier).min(1).max(20) });
const advice = z.object({
  allocations: z.array(z.object({ key: z.string(), spentMinor: minor, expectedMinor: minor, lastReturn: z.number().nullable(), nextReturn: z.number().nullable(), stoppedBy: z.enum(STOPS), source: z.string() })),
  spentMinor: minor, leftMinor: minor, expectedMinor: minor, netMinor: minor,
});
export const tiersQuery = groupQuery.extend({ by: z.enum(SPLITS).default('tier'), wonShare: z.coerce.number().min(0).max(1).default(0.05), perHeadMinor: z.coerce.number().int().min(1).max(1e9).default(200) });
export const tiersReply = z.object({
  asOf: dayShape, by: z.enum(SPLITS), wonShare: share, perHeadMinor: minor,
  tiers: z.array(z.object({ key: z.string(), customers: count, yearMinor: z.number().describe('what a customer of it brings in a year'), basis: z.enum(['scored', 'past']), capMinor: minor, ceilingMinor: minor, scaleMinor: minor })),
});
export type Tiers = z.infer<typeof tiersReply>;
export const adviceBody = inputs;
export const adviceReply = advice;
export type AdviceReply = z.infer<typeof adviceReply>;
export const planBody = inputs.extend({ name: z.string().trim().min(1).max(80), by: z.enum(SPLITS) });
const plan = z.object({ id, name: z.string(), asOf: dayShape, splitBy: z.enum(SPLITS), inputs, advice, author: z.string(), createdAt: z.date() });
export const planReply = plan;
export const plansReply = z.object({ rows: z.array(plan) });
export type PlanLine = Omit<z.infer<typeof plan>, 'createdAt'> & { createdAt: string };
