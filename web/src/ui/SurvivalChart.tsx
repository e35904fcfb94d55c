import { useMemo } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { useTheme } from '../lib/theme.tsx';
import { Chart } from './chart/Chart.tsx';
import { palettes } from './tokens.ts';

type SurvivalProps = { finding: string; note?: string | undefined; points: readonly { days: number; share: number }[] };
const HALF = 0.5;

/** The share of new customers who are still customers after so many days. */
export function SurvivalChart({ finding, note, points }: SurvivalProps) {
  const t = useT();
  const { theme } = useTheme();
  const { percent, count } = useFormats();
  const option = useMemo(() => {
    const colour = palettes[theme];
    const half = points.find(({ share }) => share <= HALF);
    const middle = { symbol: 'none', silent: true, lineStyle: { color: colour.lineStrong, type: 'dashed' }, label: { color: colour.grey, formatter: percent(HALF, 0) }, data: half ? [{ yAxis: HALF }] : [] };
    return {
      grid: { right: 48 },
      xAxis: { type: 'value', max: points.at(-1)?.days, axisLabel: { formatter: (value: number) => count(value), color: colour.grey, fontSize: 12 }, splitLine: { show: false } },
      yAxis: { type: 'value', min: 0, max: 1, interval: 0.25, axisLabel: { formatter: (value: number) => percent(value, 0), color: colour.grey, fontSize: 12 } },
      tooltip: { formatter: (shown: { value: [number, number] }[]) => t('models.survival.at', { days: shown[0]?.value[0] ?? 0, share: percent(shown[0]?.value[1] ?? null) }) },
      series: [{ type: 'line', showSymbol: false, color: colour.accent, areaStyle: { color: colour.accentSoft, opacity: 1 }, data: points.map(({ days, share }) => [days, share]), markLine: middle }],
    };
  }, [points, theme, t, percent, count]);
  return <Chart finding={finding} note={note} label={finding} option={option} csvName="survival" height={240} table={{ header: [t('models.survival.days'), t('models.survival.share')], rows: points.map(({ days, share }) => ({ cells: [days, share], shown: [count(days), percent(share)] })) }} />;
}
