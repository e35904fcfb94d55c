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

type Curve = NonNullable<Lifetimes['all']>;

/** How long customers stay: the survival curve of everyone, and the median of each quarter's newcomers in its table. */
export function Lifetime() {
  const [filters] = useFilters();
  const lifetime = useQuery(lifetimeQuery('quarter', scopeIn(filters)));
  return <Loaded query={lifetime} skeleton={<Skeleton height={280} />}>{({ all, cohorts }) => all && <Drawn all={all} cohorts={cohorts} />}</Loaded>;
}

function Drawn({ all, cohorts }: { all: Curve; cohorts: readonly Curve[] }) {
  const t = useT();
  const { theme } = useTheme();
  const { count, percent } = useFormats();
  const option = useMemo(() => ({
    xAxis: { type: 'value', name: '', axisLabel: { formatter: (value: number) => count(value) }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, max: 1, splitNumber: 5, axisLabel: { formatter: (value: number) => percent(value, 0) } },
    tooltip: { valueFormatter: (value: unknown) => percent(Number(value)) },
    series: [{ type: 'line', step: 'end', showSymbol: false, color: seriesColours[theme][0], name: t('lifecycle.life.surviving'), data: [[0, 1], ...all.curve.map(({ days, surviving }) => [days, surviving])], endLabel: { show: true, formatter: t('lifecycle.life.surviving') } }],
  }), [all, theme, t, count, percent]);
  const rows = cohorts.map(({ cohort, customers, medianDays, survivalMedianDays }) => ({
    cells: [cohort, customers, medianDays, survivalMedianDays], shown: [cohort, count(customers), count(medianDays), count(survivalMedianDays)],
  }));
  return (
    <Chart
      finding={all.survivalMedianDays === null ? t('lifecycle.life.unknown') : t('lifecycle.life', { days: all.survivalMedianDays })} note={t('lifecycle.life.note')} label={t('lifecycle.life.surviving')} option={option} csvName="lifetime"
      table={{ header: [t('lifecycle.life.cohort'), t('kit.cohort.size'), t('lifecycle.life.median'), t('lifecycle.life.survival')], rows }}
    />
  );
}
