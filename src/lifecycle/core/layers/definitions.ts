import { INDUSTRIES } from './industry.ts';

/** The ready layerings and the values of each, by the customer fields that hold them. Everybody has exactly one value of each. */
export const LAYERS = {
  layer_type: ['enterprise', 'high_end', 'individual'],
  layer_frequency: ['high', 'low'],
  layer_spend: ['high', 'low'],
  layer_feedback: ['positive', 'negative', 'silent'],
  layer_level: ['high', 'middle', 'low'],
  layer_industry: [...INDUSTRIES, 'unknown'],
  layer_loyalty: ['loyal', 'wavering', 'occasional', 'none'],
} as const;
export type LayerKey = keyof typeof LAYERS;
export const LAYER_KEYS = Object.keys(LAYERS) as LayerKey[];
export type Layers = { [K in LayerKey]: (typeof LAYERS)[K][number] };

/** Where high begins; null: not set by hand, or nothing to learn it from. Money in minor units. */
export type Cuts = {
  /** Purchase days within the window. */
  frequencyOrders: number | null;
  /** Net spend within the window. */
  spendMinor: number | null;
  highEndMinor: number | null;
  /** Net spend ever. */
  levelHighMinor: number | null;
  levelMiddleMinor: number | null;
  /** Orders ever. */
  loyaltyOrders: number | null;
};
export const CUT_KEYS = ['frequencyOrders', 'spendMinor', 'highEndMinor', 'levelHighMinor', 'levelMiddleMinor', 'loyaltyOrders'] as const satisfies readonly (keyof Cuts)[];
export type LayerRules = Cuts & { windowDays: number };

const LEARNED: Cuts = { frequencyOrders: null, spendMinor: null, highEndMinor: null, levelHighMinor: null, levelMiddleMinor: null, loyaltyOrders: null };
/** A year, and all cuts learned from the shop's own buyers. */
export const DEFAULT_LAYERS: LayerRules = { ...LEARNED, windowDays: 365 };

/** Which share of buyers lies below each cut that is learned: high frequency and spend are the busiest fifth. Why these: docs/guide/segments.md. */
export const LEARNED_SHARES: Readonly<Record<keyof Cuts, number>> = { frequencyOrders: 0.8, spendMinor: 0.8, highEndMinor: 0.95, levelHighMinor: 0.8, levelMiddleMinor: 0.5, loyaltyOrders: 0.8 };
/** Fewer are not often, nor loyal, whatever the others do. */
export const LEAST = { frequencyOrders: 2, loyaltyOrders: 3 } as const;

/** What is set by hand, else what was learned. */
export const cutsOf = (rules: Cuts, learned: Cuts | null): Cuts => Object.fromEntries(CUT_KEYS.map((key) => [key, rules[key] ?? learned?.[key] ?? null])) as Cuts;
