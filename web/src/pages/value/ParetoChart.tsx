import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes, seriesColours } from '../../ui/tokens.ts';
import type { Pareto } from './BroughtView.tsx';

const HUNDRED = 100;

/** Cumulative share of value from the best customers on, with and without business buyers. */
export function ParetoChart({ pareto }: { pareto: Pareto }) {
  const t = useT();
  const { theme } = useTheme();
  const { count, percent, moneyRound } = useFormats();
  const currency = useCurrency();
  const { all, consumers, slice } = pareto;
  const option = useMemo(() => {
    const line = (name: string, curve: readonly number[], colour: string | undefined) => ({
      name, type: 'line', showSymbol: false, color: colour, data: [[0, 0], ...curve.map((share, at) => [(at + 1) / HUNDRED, share])], endLabel: { show: false },
    });
    return {
      grid: { right: 16 },
      xAxis: { type: 'value', min: 0, max: 1, splitNumber: 5, axisLabel: { formatter: (value: number) => percent(value, 0) }, splitLine: { show: false } },
      yAxis: { type: 'value', min: 0, max: Math.max(1, ...all.curve, ...consumers.curve), splitNumber: 5, axisLabel: { formatter: (value: number) => percent(value, 0) } },
      tooltip: { valueFormatter: (value: unknown) => percent(Number(value)) },
      series: [
        { ...line(t('value.all'), all.curve, seriesColours[theme][0]), markLine: { symbol: 'none', silent: true, lineStyle: { color: palettes[theme].lineStrong }, label: { formatter: percent(slice, 0), color: palettes[theme].grey }, data: [{ xAxis: slice }] } },
        line(t('value.consumers'), consumers.curve, palettes[theme].holdout),
      ],
    };
  }, [all, consumers, slice, theme, t, percent]);
  const row = (name: string, of: Pareto['all']) => ({
    cells: [name, of.customers, of.totalMinor / HUNDRED, of.topCustomers, of.topMinor / HUNDRED, of.topShare],
    shown: [name, count(of.customers), moneyRound(of.totalMinor, currency), count(of.topCustomers), moneyRound(of.topMinor, currency), percent(of.topShare)],
  });
  return (
    <Chart
      finding={t('value.finding', { slice: percent(slice, 0), people: all.topCustomers, share: percent(all.topShare) })} label={t('value.finding', { slice: percent(slice, 0), people: all.topCustomers, share: percent(all.topShare) })}
      note={<span className="row small"><span className="legend"><i style={{ background: 'var(--series-1)' }} />{t('value.all')}</span><span className="legend"><i style={{ background: 'var(--holdout)' }} />{t('value.consumers')}</span></span>}
      option={option} csvName="pareto" height={300}
      table={{ header: [t('rfm.people'), t('kit.cohort.size'), t('value.total'), t('value.topPeople'), t('value.topMoney'), t('value.topShare')], rows: [row(t('value.all'), all), row(t('value.consumers'), consumers)] }}
    />
  );
}
