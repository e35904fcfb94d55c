import { z } from 'zod';
import { HUMANS, OFFERS } from '../core/touch/policy.ts';

const count = z.number().int();
const minutes = count.min(1).max(525_600);
const minor = count.min(0).max(100_000_000_000).describe('minor units of the workspace’s currency');
const tier = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{0,29}$/), name: z.string().trim().min(1).max(60), segment: z.uuid().nullable().describe('who is of it; null, of the last tier alone: whoever is of no other'),
  sla: z.strictObject({ firstReplyMinutes: minutes, resolveMinutes: minutes }), channels: z.array(z.string().max(20)).max(20).nullable().describe('by which marketing may come; null: all'),
  human: z.enum(HUMANS), offer: z.enum(OFFERS), capMinor: minor.nullable().describe('what speaking with one of them in person may cost in a calendar year; null: no limit'),
});
export const policyPart = z.strictObject({
  tiers: z.array(tier).min(1).max(10), agents: z.array(z.strictObject({ id: z.string().regex(/^user:/).max(100), cap: count.min(0).max(10_000) })).max(500),
  rankBy: z.string().min(1).max(60).describe('the customer field that decides who gets a place, the most first'), slack: z.number().min(0).max(1), contactMinor: minor,
});
export const policyBody = z.strictObject({ version: count.min(0).describe('the one that was read; 0: there was none'), policy: policyPart });
export const policyReply = z.object({
  version: count, policy: policyPart.extend({ tiers: z.array(tier) }), isSet: z.boolean().describe('false: what is proposed, in force for nobody'), changedAt: z.string().nullable(), changedByName: z.string(),
  colleagues: z.array(z.object({ id: z.string(), name: z.string() })),
  standing: z.object({
    assigned: count, automated: count.describe('wanted an adviser, and all places are taken'), lookedAt: z.string().nullable(),
    tiers: z.array(z.object({ key: z.string(), customers: count })), agents: z.array(z.object({ id: z.string(), held: count })),
  }),
});
export type PolicyReply = z.infer<typeof policyReply>;
export const customerParams = z.object({ id: z.guid() });
export const touchReply = z.object({
  tier: z.object({ key: z.string(), name: z.string(), human: z.enum(HUMANS), offer: z.enum(OFFERS), channels: z.array(z.string()).nullable(), capMinor: minor.nullable(), sla: z.object({ firstReplyMinutes: count, resolveMinutes: count }) }).nullable(),
  adviser: z.string().nullable(), adviserName: z.string(), contacts: count, spentMinor: count, refusal: z.string().nullable().describe('why a person of ours does not call: reach.reason.<code>'),
});
