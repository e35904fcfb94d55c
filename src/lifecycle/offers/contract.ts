import { z } from 'zod';
import { TRIAL_ACTS, TRIAL_STATES } from '../core/offers/trials.ts';

const count = z.number().int();
const day = z.iso.date();
export const idParams = z.object({ id: z.guid() });
export const skuParams = z.object({ sku: z.string().min(1).max(100) });
export const trialBody = z.strictObject({
  act: z.enum(TRIAL_ACTS), product: z.string().trim().max(100).default('').describe('of which product, by its sku; empty: of the whole offer'), endsOn: day.nullable().default(null).describe('its last day; without one 14 days after it began'),
});
export const demoBody = z.strictObject({ on: day, product: z.string().trim().max(100).default(''), assignee: z.string().max(100).default('').describe('user:<id>; empty: their adviser, else the pool') });
export const saidShape = z.object({ id: z.string() });
const trial = z.object({ product: z.string(), startedOn: z.string(), endsOn: z.string(), uses: count, firstUsedOn: z.string().nullable(), endedOn: z.string().nullable(), convertedOn: z.string().nullable(), state: z.enum(TRIAL_STATES) });
export const trialsShape = z.object({ rows: z.array(trial) });
export const reportQuery = z.object({ from: day.optional(), to: day.optional() });
const counts = { trials: count, used: count, running: count, ended: count.describe('over without a purchase'), converted: count, share: z.number().nullable().describe('paid ones among those started') };
export const reportShape = z.object({ asOf: z.string(), ...counts, products: z.array(z.object({ product: z.string(), ...counts })) });
export const fitBody = z.strictObject({ name: z.string().trim().max(200).default(''), owners: z.array(z.string().trim().min(1).max(100)).min(1).max(500).describe('whoever bought one of these is told of it') });
export const fitsShape = z.object({ rows: z.array(z.object({ sku: z.string(), name: z.string(), owners: z.array(z.string()) })) });
