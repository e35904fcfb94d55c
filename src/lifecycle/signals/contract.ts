import { z } from 'zod';
import { Tree } from '../../kernel/conditions/index.ts';
import { RISK_KINDS, RISK_STATES } from '../core/signals/risk.ts';

const count = z.number().int();
const text = (max: number) => z.string().max(max).refine((s) => s.isWellFormed() && !s.includes('\0'), 'not storable text');
const cursor = z.string().max(1_000).optional();
const limit = z.coerce.number().int().min(1).max(200).default(50);

export const idParams = z.object({ id: z.uuid() });

/** A customer in a line of a list: masked names come masked. */
const person = z.object({ id: z.uuid(), name: z.string(), stage: z.string().nullable(), netMinor: z.number().nullable(), lastOn: z.iso.date().nullable() });

const decided = z.object({ state: z.enum(RISK_STATES), note: z.string(), by: z.string(), byName: z.string(), at: z.date() });
export const riskShape = z.object({
  id: z.uuid(), customer: person, rule: z.string(), kind: z.enum(RISK_KINDS), count, withinDays: count, amountMinor: z.number(), fromAt: z.date(), throughAt: z.date(), raisedAt: z.date(),
  state: z.enum(RISK_STATES), note: z.string(), decidedBy: z.string().nullable(), decidedByName: z.string(), decidedAt: z.date().nullable(), reviews: z.array(decided),
});
export const risksQuery = z.object({ state: z.enum(RISK_STATES).optional(), kind: z.enum(RISK_KINDS).optional(), cursor, limit });
export const risksShape = z.object({ rows: z.array(riskShape), next: z.string().nullable(), counts: z.object({ open: count, watching: count, confirmed: count, cleared: count }) });
export const decisionBody = z.object({ state: z.enum(['watching', 'confirmed', 'cleared']), note: text(1_000).trim().min(1) });

export const riskRuleShape = z.object({ key: z.string(), kind: z.enum(RISK_KINDS), event: z.string(), atLeast: count, withinDays: count, share: z.number().nullable(), active: z.boolean() });
export const riskRulesShape = z.object({ rows: z.array(riskRuleShape) });
export const riskRuleParams = z.object({ key: z.string().max(60) });
export const riskRuleBody = z.object({ atLeast: z.number().int().min(1).max(1_000), withinDays: z.number().int().min(1).max(365), share: z.number().min(0).max(1).nullable().default(null), active: z.boolean() });

const name = text(80).trim().min(1);
const rule = z.strictObject({ share: z.number().min(0.001).max(1).nullable(), tree: Tree });
const toldRule = z.object({ share: z.number().nullable(), tree: Tree, sentence: z.string(), cutMinor: z.number().nullable().describe('the value that the share came to') });
export const programmeShape = z.object({
  id: z.uuid(), name: z.string(), owner: z.string(), ownerName: z.string(), entry: toldRule, stay: toldRule, members: count, createdAt: z.date(), judgedOn: z.iso.date().nullable(),
});
export const programmesShape = z.object({ rows: z.array(programmeShape) });
export const newProgrammeBody = z.object({ name, owner: text(80).default(''), entry: rule, stay: rule });
export const programmeChangeBody = z.object({ name, owner: text(80), entry: rule, stay: rule }).partial();
export const pageQuery = z.object({ cursor, limit });
export const coreMembersShape = z.object({ rows: z.array(z.object({ enteredOn: z.iso.date(), valueMinor: z.number(), customer: person })), next: z.string().nullable() });
export const coreLogShape = z.object({
  rows: z.array(z.object({
    id: z.string(), way: z.enum(['entered', 'left']), at: z.date(), on: z.iso.date(), why: z.enum(['rule', 'merged', 'closed']).nullable(), valueMinor: z.number(), customer: z.object({ id: z.uuid(), name: z.string() }),
  })), next: z.string().nullable(),
});

const basis = z.enum(['logins', 'visits']).describe('days with a sign-in, or days seen where no sign-ins are sent');
const acts = z.object({ reviews: count, rating: z.number().nullable(), shares: count, convertingShares: count, referrals: count, mentions: count, nps: z.number().nullable() });
export const customerEngagementShape = z.object({
  asOf: z.iso.date(), days: count, basis,
  activity: z.object({
    score: z.number(), parts: z.array(z.object({ key: z.string(), value: z.number(), weight: z.number(), points: z.number() })), missing: z.array(z.string()),
    logins: count, interactions: count, minutes: z.number(), sessions: count, people: count.describe('of so many who did anything'),
  }).nullable(),
  advocacyDays: count, advocacy: z.object({ score: z.number(), parts: z.array(z.object({ key: z.enum(['reviews', 'rating', 'shares', 'convertingShares', 'referrals', 'mentions', 'nps']), points: z.number() })), acts }),
});
export const engagementQuery = z.object({ shop: z.string().max(200).default('') });
export const engagementShape = z.object({
  asOf: z.iso.date(), from: z.iso.date(), basis, monthlyActive: count, daily: z.array(z.object({ day: z.iso.date(), people: count })), stickiness: z.number().nullable(), minutesPerSession: z.number().nullable(), sessions: count,
  productsPerCustomer: z.number().nullable(), buyers: count, advocates: z.array(z.object({ customer: z.object({ id: z.uuid(), name: z.string() }), score: z.number(), acts })),
});
