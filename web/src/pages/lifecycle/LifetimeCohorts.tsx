import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { seriesColours } from '../../ui/tokens.ts';
import { lifetimeQuery, type Lifetimes, scopeIn } from './lifecycleQueries.ts';

type Cohort = Lifetimes['cohorts'][number];
/** As many curves as can be told apart; the oldest have the longest past. */
const CURVES = 6;
/** Days at which the table reads the curves. */
const MARKS = [90, 180, 365];

const survivingAt = ({ curve }: Cohort, days: number): number => curve.findLast((step) => step.days <= days)?.surviving ?? 1;
const watchedDays = ({ cohort }: Cohort, asOf: string): number => Math.round((Date.parse(asOf) - Date.parse(`${cohort}-01`)) / 86_400_000);

/** How long each quarter's newcomers stay: a survival curve a quarter, with the medians in the table (R19). */
export function LifetimeCohorts() {
  const [filters] = useFilters();
  const lifetime = useQuery(lifetimeQuery('quarter', scopeIn(filters)));
  return <Loaded query={lifetime} skeleton={<Skeleton height={280} />}>{({ cohorts, asOf }) => cohorts.length > 1 && <Drawn cohorts={cohorts} asOf={asOf} />}</Loaded>;
}

function useQuarter(): (cohort: string) => string {
  const t = useT();
  return (cohort) => t('lifecycle.life.quarter', { year: Number(cohort.slice(0, 4)), quarter: Math.ceil(Number(cohort.slice(5, 7)) / 3) });
}

function Drawn({ cohorts, asOf }: { cohorts: readonly Cohort[]; asOf: string }) {
  const t = useT();
  const { theme } = useTheme();
  const { count, percent, decimal } = useFormats();
  const quarter = useQuarter();
  const drawn = useMemo(() => cohorts.slice(0, CURVES).filter(({ curve }) => curve.length > 1), [cohorts]);
  const option = useMemo(() => ({
    grid: { right: 24 },
    xAxis: { type: 'value', min: 0, axisLabel: { formatter: (value: number) => count(value) }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, max: 1, splitNumber: 5, axisLabel: { formatter: (value: number) => percent(value, 0) } },
    tooltip: { valueFormatter: (value: unknown) => percent(Number(value)) },
    series: drawn.map((cohort, at) => ({
      type: 'line', step: 'end', showSymbol: false, color: seriesColours[theme][at], name: quarter(cohort.cohort), endLabel: { show: false },
      data: [[0, 1], ...cohort.curve.map(({ days, surviving }) => [days, surviving])],
    })),
  }), [drawn, theme, count, percent, quarter]);
  const known = cohorts.filter(({ survivalMedianDays }) => survivalMedianDays !== null);
  const [oldest, newest] = [known[0], known.at(-1)];
  const finding = oldest && newest && oldest !== newest
    ? t('lifecycle.life.cohorts', { old: quarter(oldest.cohort), oldDays: oldest.survivalMedianDays ?? 0, young: quarter(newest.cohort), youngDays: newest.survivalMedianDays ?? 0 })
    : t('lifecycle.life.cohorts.title');
  const survived = (cohort: Cohort, days: number): number | null => (watchedDays(cohort, asOf) >= days ? survivingAt(cohort, days) : null);
  return (
    <Chart
      finding={finding} note={<>{t('lifecycle.life.cohorts.note')} <Key names={drawn.map(({ cohort }) => quarter(cohort))} /></>} label={t('lifecycle.life.cohorts.title')} option={option} csvName="lifetime-cohorts" height={320}
      table={{
        header: [t('lifecycle.life.cohort'), t('kit.cohort.size'), t('lifecycle.life.median'), t('lifecycle.life.survival'), ...MARKS.map((days) => t('lifecycle.life.after', { days }))],
        rows: cohorts.map((cohort) => {
          const kept = MARKS.map((days) => survived(cohort, days));
          return {
            cells: [cohort.cohort, cohort.customers, cohort.medianDays, cohort.survivalMedianDays, ...kept],
            shown: [quarter(cohort.cohort), count(cohort.customers), decimal(cohort.medianDays), count(cohort.survivalMedianDays), ...kept.map((share) => percent(share))],
          };
        }),
      }}
    />
  );
}

/** Curves lie close together at their ends: their colours are named above instead. */
const Key = ({ names }: { names: readonly string[] }) => (
  <span className="row small">{names.map((name, at) => <span key={name} className="legend"><i style={{ background: `var(--series-${at + 1})` }} />{name}</span>)}</span>
);
