import type { Cuts, Layers } from './definitions.ts';
import type { Industry } from './industry.ts';

/** What is known of one customer: purchase days and net spend within the window, and ever; the newest clear word they said of us (1 good, -1 bad, 0 none). */
export type LayerFacts = { isBusiness: boolean; orders: number; spendMinor: number; allOrders: number; netMinor: number; stage: string; word: -1 | 0 | 1; industry: Industry | null };

/** Stages of somebody who is drifting off. */
export const DRIFTING = ['declining', 'at_risk', 'churned'] as const;

const reaches = (value: number, cut: number | null): boolean => cut !== null && value >= cut;

/** The one value of each layering: the same rules as the statement of `queries/layers.ts`, for one customer and the sentence why. */
export const layersOf = ({ isBusiness, orders, spendMinor, allOrders, netMinor, stage, word, industry }: LayerFacts, cuts: Cuts): Layers => ({
  layer_type: isBusiness ? 'enterprise' : reaches(spendMinor, cuts.highEndMinor) ? 'high_end' : 'individual',
  layer_frequency: reaches(orders, cuts.frequencyOrders) ? 'high' : 'low',
  layer_spend: reaches(spendMinor, cuts.spendMinor) ? 'high' : 'low',
  layer_feedback: word > 0 ? 'positive' : word < 0 ? 'negative' : 'silent',
  layer_level: reaches(netMinor, cuts.levelHighMinor) ? 'high' : reaches(netMinor, cuts.levelMiddleMinor) ? 'middle' : 'low',
  layer_industry: industry ?? 'unknown',
  layer_loyalty: allOrders === 0 ? 'none' : !reaches(allOrders, cuts.loyaltyOrders) ? 'occasional' : (DRIFTING as readonly string[]).includes(stage) ? 'wavering' : 'loyal',
});
