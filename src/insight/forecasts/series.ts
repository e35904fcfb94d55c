import type { Caller } from '../../kernel/access/caller.ts';
import type { Day } from '../../kernel/day.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Stage, stageCounts } from '../../lifecycle/index.ts';
import { Scope } from '../contract.ts';
import type { SeriesKind } from '../core/forecast/index.ts';
import type { MetricId } from '../core/metrics.ts';
import { type PartMonth, wholeMonths } from '../core/months.ts';
import type { Period } from '../core/periods.ts';
import { partsFor } from '../figures.ts';
import { pickVersion, type Version, versionsOf } from '../metrics.ts';
import { dimensionsSeen } from '../dimensions.ts';
import { ask } from '../scope.ts';
import type { ForecastSeries } from './contract.ts';

/** Months that a forecast looks back on at most: older ones say little of the shop as it is. */
const MONTHS_MAX = 60;

/** Series that are a figure of the catalogue, or the people above its line. */
const METRIC_OF: Readonly<Partial<Record<ForecastSeries, { id: MetricId; kind: SeriesKind; take: 'value' | 'top' }>>> = {
  net: { id: 'net', kind: 'money', take: 'value' },
  new_first: { id: 'new_first', kind: 'count', take: 'value' },
  repeat: { id: 'repurchase_existing', kind: 'count', take: 'top' },
  lost: { id: 'churn_existing', kind: 'count', take: 'top' },
};

export type MonthlySeries = {
  asOf: Day; kind: SeriesKind; version: Version | null; months: Day[]; values: number[]; leftOut: { begun: PartMonth | null; running: PartMonth | null };
};

async function valuesOfMetric(stores: Stores, caller: Caller, known: NonNullable<(typeof METRIC_OF)[ForecastSeries]>, { months, shop, asOf }: { months: readonly Period[]; shop: string | undefined; asOf: Day }): Promise<{ version: Version; values: number[] }> {
  // One definition for every month, the newest: a forecast of two definitions would forecast neither.
  const version = pickVersion(await versionsOf(stores, caller, [known.id]), known.id);
  const scope = Scope.parse({ from: months[0]?.from ?? asOf, to: months.at(-1)?.to ?? asOf, shops: shop === undefined ? [] : [shop] });
  const { asked } = await ask(stores, caller, scope, asOf);
  const parts = await partsFor(stores, asked, { version, scope, by: 'none', reach: false }, months);
  return { version, values: parts.map(([part]) => (known.take === 'top' ? part?.top : part?.value) ?? 0) };
}

/** Months before the first that has anything say when the shop began to be known, not how it goes. */
function sinceFirst({ months, values }: { months: readonly Day[]; values: readonly number[] }): { months: Day[]; values: number[] } {
  const first = values.findIndex((value) => value !== 0);
  return first === -1 ? { months: [], values: [] } : { months: months.slice(first), values: values.slice(first) };
}

/** A monthly series by the same definitions as the metric catalogue and the stage history, whole months only. */
export async function monthlySeries(stores: Stores, caller: Caller, series: ForecastSeries, { shop, asOf }: { shop: string | undefined; asOf: Day }): Promise<MonthlySeries> {
  const { from } = await dimensionsSeen(stores, caller.workspaceId);
  const { months, begun, running } = from === null ? { months: [], begun: null, running: null } : wholeMonths({ from, asOf }, MONTHS_MAX);
  const known = METRIC_OF[series];
  const { version, values } = months.length === 0 ? { version: null, values: [] }
    : known ? await valuesOfMetric(stores, caller, known, { months, shop, asOf })
      : { version: null, values: (await stageCounts(stores, caller, shop ?? '', months.map(({ to }) => to)))[series.slice('stage.'.length) as Stage] };
  return { asOf, kind: known?.kind ?? 'count', version, leftOut: { begun, running }, ...sinceFirst({ months: months.map((one) => one.from), values }) };
}
