import { z } from 'zod';
import { METRIC_IDS } from '../core/metrics.ts';
import { FORECAST_NOTES, MODELS, SERIES_KINDS } from '../core/forecast/index.ts';

const day = z.iso.date();
const count = z.number().int();

/** What is forecast: net revenue, first and repeat buyers, customers lost, and the heads of each stage at the month's end. */
export const FORECAST_SERIES = [
  'net', 'new_first', 'repeat', 'lost', 'stage.prospect', 'stage.new', 'stage.active', 'stage.mature', 'stage.declining', 'stage.at_risk', 'stage.churned', 'stage.won_back',
] as const;
export type ForecastSeries = (typeof FORECAST_SERIES)[number];
export const HORIZON_MAX = 6;

export const forecastQuery = z.object({
  series: z.enum(FORECAST_SERIES).default('net'), horizon: z.coerce.number().int().min(1).max(HORIZON_MAX).default(3), shop: z.string().max(100).optional(),
});

const errors = z.object({
  model: z.enum(MODELS), mae: z.number(), mape: z.number().nullable().describe('share of the actual; null where every actual is 0'), zeroPoints: count, mase: z.number().nullable(),
  byHorizon: z.array(z.object({ horizon: count, origins: count, mae: z.number(), mape: z.number().nullable() })),
});
const partMonth = z.object({ month: day, days: count, of: count });

export const forecastShape = z.object({
  asOf: day, series: z.enum(FORECAST_SERIES), kind: z.enum(SERIES_KINDS), metric: z.object({ id: z.enum(METRIC_IDS), version: count, sentence: z.string(), formula: z.string() }).nullable(),
  history: z.array(z.object({ month: day, value: z.number() })),
  leftOut: z.object({ begun: partMonth.nullable(), running: partMonth.nullable() }).describe('months the data hold only a part of'),
  forecast: z.object({
    model: z.enum(MODELS), level: z.number(), ahead: z.array(z.object({ month: day, value: z.number(), low: z.number(), high: z.number() })),
    backtest: errors.extend({ origins: count }), naive: errors, tried: z.array(z.enum(MODELS)), notes: z.array(z.enum(FORECAST_NOTES)),
  }).nullable(),
  refused: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.number(), z.string()])), sentence: z.string() }).nullable(),
});
export type ForecastReply = z.input<typeof forecastShape>;
