import { useMemo } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { useTheme } from '../lib/theme.tsx';
import { Chart } from './chart/Chart.tsx';
import { palettes } from './tokens.ts';

export type TrackedPeriod = { day: string; actual: number; expected: number };
type TrackingProps = { finding: string; note?: string | undefined; periods: readonly TrackedPeriod[]; calibrationPeriods: number };

/** What happened against what was expected, added up period by period; right of the border lie days the model has not seen. */
export function TrackingChart({ finding, note, periods, calibrationPeriods }: TrackingProps) {
  const t = useT();
  const { theme } = useTheme();
  const { count, day, compact } = useFormats();
  const option = useMemo(() => {
    const colour = palettes[theme];
    const border = periods[calibrationPeriods - 1]?.day;
    const line = (name: string, pick: (period: TrackedPeriod) => number, ink: string, dashed: boolean) => ({
      name, type: 'line', showSymbol: false, color: ink, lineStyle: { width: 2, type: dashed ? 'dashed' : 'solid' }, data: periods.map((period) => [period.day, pick(period)]),
    });
    const edge = { symbol: 'none', silent: true, lineStyle: { color: colour.lineStrong, type: 'solid' }, label: { formatter: t('models.tracking.border'), color: colour.grey, position: 'end' }, data: border ? [{ xAxis: border }] : [] };
    return {
      grid: { right: 24, top: 28 },
      xAxis: { type: 'time', splitNumber: 6, axisLabel: { formatter: (at: number) => day(new Date(at).toISOString()), color: colour.grey, fontSize: 12, hideOverlap: true } },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => compact(value), color: colour.grey, fontSize: 12 } },
      tooltip: { valueFormatter: (value: unknown) => count(Number(value)) },
      series: [{ ...line(t('models.actual'), ({ actual }) => actual, colour.ink, false), markLine: edge }, line(t('models.expected'), ({ expected }) => expected, colour.accent, true)],
    };
  }, [periods, calibrationPeriods, theme, t, count, day, compact]);
  return (
    <Chart
      finding={finding} note={<><span>{note}</span><span className="row small"><span className="legend"><i style={{ background: 'var(--ink)' }} />{t('models.actual')}</span><span className="legend"><i style={{ background: 'var(--accent)' }} />{t('models.expected')}</span></span></>} label={finding} option={option} csvName="model-tracking" height={300}
      table={{
        header: [t('models.day'), t('models.actual'), t('models.expected'), t('models.part')],
        rows: periods.map((period, at) => ({ cells: [period.day, period.actual, Math.round(period.expected), t(at < calibrationPeriods ? 'models.part.seen' : 'models.part.unseen')], shown: [day(period.day), count(period.actual), count(period.expected)] })),
      }}
    />
  );
}
