import { z } from 'zod';
import { customerShape } from '../../customers/index.ts';
import { RISK_KINDS, RISK_STATES } from '../core/signals/risk.ts';

const count = z.number().int();
const text = (max: number) => z.string().max(max).refine((s) => s.isWellFormed() && !s.includes('\0'), 'not storable text');
const cursor = z.string().max(1_000).optional();
const limit = z.coerce.number().int().min(1).max(200).default(50);

export const idParams = z.object({ id: z.uuid() });

const decided = z.object({ state: z.enum(RISK_STATES), note: z.string(), by: z.string(), byName: z.string(), at: z.date() });
export const riskShape = z.object({
  id: z.uuid(), customer: customerShape, rule: z.string(), kind: z.enum(RISK_KINDS), count, withinDays: count, amountMinor: z.number(), fromAt: z.date(), throughAt: z.date(), raisedAt: z.date(),
  state: z.enum(RISK_STATES), note: z.string(), decidedBy: z.string().nullable(), decidedByName: z.string(), decidedAt: z.date().nullable(), reviews: z.array(decided),
});
export const risksQuery = z.object({ state: z.enum(RISK_STATES).optional(), kind: z.enum(RISK_KINDS).optional(), cursor, limit });
export const risksShape = z.object({ rows: z.array(riskShape), next: z.string().nullable(), counts: z.object({ open: count, watching: count, confirmed: count, cleared: count }) });
export const decisionBody = z.object({ state: z.enum(['watching', 'confirmed', 'cleared']), note: text(1_000).trim().min(1) });

export const riskRuleShape = z.object({ key: z.string(), kind: z.enum(RISK_KINDS), event: z.string(), atLeast: count, withinDays: count, share: z.number().nullable(), active: z.boolean() });
export const riskRulesShape = z.object({ rows: z.array(riskRuleShape) });
export const riskRuleParams = z.object({ key: z.string().max(60) });
export const riskRuleBody = z.object({ atLeast: z.number().int().min(1).max(1_000), withinDays: z.number().int().min(1).max(365), share: z.number().min(0).max(1).nullable().default(null), active: z.boolean() });
