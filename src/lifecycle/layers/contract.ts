import { z } from 'zod';
import { LAYER_KEYS } from '../core/layers/definitions.ts';

const LIMITS = { orders: 1_000_000, minor: 1_000_000_000_000, windowDays: 3_650, leastWindowDays: 7 } as const;
const layer = z.enum(LAYER_KEYS as [(typeof LAYER_KEYS)[number], ...typeof LAYER_KEYS]);
const orders = z.int().min(1).max(LIMITS.orders).nullable();
const minor = z.int().min(1).max(LIMITS.minor).nullable();
const cuts = {
  frequencyOrders: orders.describe('purchase days within the window'), spendMinor: minor.describe('net spend within the window'), highEndMinor: minor.describe('net spend within the window'),
  levelHighMinor: minor.describe('net spend ever'), levelMiddleMinor: minor.describe('net spend ever'), loyaltyOrders: orders.describe('orders ever'),
};
const told = z.object({ frequencyOrders: z.number().nullable(), spendMinor: z.number().nullable(), highEndMinor: z.number().nullable(), levelHighMinor: z.number().nullable(), levelMiddleMinor: z.number().nullable(), loyaltyOrders: z.number().nullable() });

/** Where high begins; null: learned from the shop's own buyers. */
export const layerRulesShape = z.strictObject({ ...cuts, windowDays: z.int().min(LIMITS.leastWindowDays).max(LIMITS.windowDays) });
export const layerRulesBody = layerRulesShape.extend({ version: z.int().min(0).describe('the version that was read; 0 where there was none') });

export const layersShape = z.object({
  version: z.number().int().describe('0: nobody has asked for layers yet'), asOf: z.string().nullable().describe('the data’s day they were worked out on; null while that is under way'),
  rules: layerRulesShape, learned: told.nullable(), cuts: told.describe('in force'), changedBy: z.string(), changedAt: z.date().nullable(), people: z.number().int(), waiting: z.number().int().describe('not looked at yet'),
  layers: z.array(z.object({ layer, values: z.array(z.object({ value: z.string(), people: z.number().int() })) })),
});
export const crossQuery = z.object({ a: layer, b: layer });
export const crossShape = z.object({ a: layer, b: layer, people: z.number().int(), cells: z.array(z.object({ a: z.string(), b: z.string(), people: z.number().int() })) });

export const layerParams = z.object({ id: z.uuid() });
export const customerLayersShape = z.object({
  asOf: z.string(), windowDays: z.number().int(), cuts: told,
  facts: z.object({ isBusiness: z.boolean(), orders: z.number(), spendMinor: z.number(), allOrders: z.number(), netMinor: z.number(), stage: z.string(), word: z.number(), industry: z.string().nullable() }),
  layers: z.array(z.object({ layer, value: z.string() })),
});
export type LayersReply = z.input<typeof layersShape>;
export type CrossReply = z.infer<typeof crossShape>;
export type CustomerLayersReply = z.infer<typeof customerLayersShape>;
