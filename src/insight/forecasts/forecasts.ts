import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Day } from '../../kernel/day.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { dataDay } from '../../lifecycle/index.ts';
import { shiftPeriod } from '../core/cohorts.ts';
import { type Forecast, forecast } from '../core/forecast/index.ts';
import { define } from '../metrics.ts';
import type { forecastQuery, ForecastReply } from './contract.ts';
import { monthlySeries } from './series.ts';

const MONTHS_PER_SEASON = 12;

/** People and minor units are whole. */
const whole = ({ value, low, high }: { value: number; low: number; high: number }): { value: number; low: number; high: number } => ({ value: Math.round(value), low: Math.round(low), high: Math.round(high) });

function tellForecast({ model, level, points, backtest, naive, tried, notes }: Forecast, last: Day): NonNullable<ForecastReply['forecast']> {
  const ahead = points.map((point) => ({ month: shiftPeriod('month', last, point.step), ...whole(point) }));
  return { model, level, ahead, backtest, naive, tried: tried.map((one) => one.model), notes };
}

/**
 * A monthly series some months ahead, with its interval and how far the same method was off on past months (R53). Months that
 * are not whole are left out and named; under six months the reply says why there is no forecast (`refused`), and still shows the past.
 */
export async function forecastOf(stores: Stores, caller: Caller, { series, horizon, shop }: z.output<typeof forecastQuery>): Promise<ForecastReply> {
  const asOf = await dataDay(stores, caller.workspaceId);
  const { kind, version, months, values, leftOut } = await monthlySeries(stores, caller, series, { shop, asOf });
  const made = forecast(values, { horizon, kind, period: MONTHS_PER_SEASON });
  const definition = version && define(caller, version);
  const told = 'refused' in made
    ? { forecast: null, refused: { code: made.refused, params: { ...made.facts }, sentence: say(caller.language, `refusal.${made.refused}`, made.facts) } }
    : { forecast: tellForecast(made, months.at(-1) ?? asOf), refused: null };
  return {
    asOf, series, kind, leftOut, history: months.map((month, at) => ({ month, value: values[at] ?? 0 })), ...told,
    metric: definition && { id: definition.id, version: definition.version, sentence: definition.sentence, formula: definition.formula },
  };
}
