import { useMemo } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { useTheme } from '../lib/theme.tsx';
import { Chart } from './chart/Chart.tsx';
import { palettes } from './tokens.ts';

type Point = { day: string; share: number };
type AliveProps = { finding: string; note?: string | undefined; past: readonly Point[]; ahead: readonly Point[]; purchases: readonly string[] };

/** Below nought there is room for the purchases, each a tick. */
const TICKS_AT = -0.06;
const LOWEST = -0.1;
const QUARTERS = [0, 0.25, 0.5, 0.75, 1];

/** One customer's probability of still being one: falls in silence, jumps at each purchase (the ticks beneath); dashed ahead, if they stay silent. */
export function AliveChart({ finding, note, past, ahead, purchases }: AliveProps) {
  const t = useT();
  const { theme } = useTheme();
  const { percent, day } = useFormats();
  const option = useMemo(() => {
    const colour = palettes[theme];
    const today = past.at(-1);
    const pairs = (points: readonly Point[]) => points.map(({ day: on, share }) => [on, share]);
    const mark = { symbol: 'none', silent: true, lineStyle: { color: colour.lineStrong, type: 'solid' }, label: { formatter: t('score.today'), color: colour.grey }, data: today ? [{ xAxis: today.day }] : [] };
    return {
      grid: { right: 24, top: 24 },
      xAxis: { type: 'time', splitNumber: 6, axisLabel: { formatter: (at: number) => day(new Date(at).toISOString()), color: colour.grey, fontSize: 12, hideOverlap: true }, axisLine: { onZero: false, lineStyle: { color: colour.lineStrong } } },
      yAxis: { type: 'value', min: LOWEST, max: 1, axisLabel: { customValues: QUARTERS, formatter: (value: number) => percent(value, 0), color: colour.grey, fontSize: 12 }, splitLine: { show: false } },
      tooltip: { formatter: (shown: { value: [string, number] }[]) => {
        const point = shown.find(({ value }) => value[1] >= 0);
        return point ? `${day(new Date(point.value[0]).toISOString())}<br>${percent(point.value[1])}` : '';
      } },
      series: [
        { type: 'line', name: t('score.alive'), showSymbol: false, color: colour.accent, areaStyle: { color: colour.accentSoft, opacity: 1, origin: 0 }, data: pairs(past), markLine: mark },
        { type: 'line', name: t('score.alive.ahead'), showSymbol: false, color: colour.ochre, lineStyle: { type: 'dashed' }, data: today ? [[today.day, today.share], ...pairs(ahead)] : [] },
        { type: 'line', name: t('kit.rhythm.purchase'), silent: true, lineStyle: { opacity: 0 }, symbol: 'rect', symbolSize: [2, 14], color: colour.ink, tooltip: { show: false }, data: purchases.map((on) => [on, TICKS_AT]) },
      ],
    };
  }, [past, ahead, purchases, theme, t, percent, day]);
  return (
    <Chart
      finding={finding} note={note} label={finding} option={option} csvName="still-a-customer" height={240}
      table={{
        header: [t('models.day'), t('score.alive'), t('score.alive.part')],
        rows: [...past.map((point) => ({ point, part: 'score.alive.past' })), ...ahead.map((point) => ({ point, part: 'score.alive.ahead' }))].map(({ point, part }) => ({ cells: [point.day, point.share, t(part)], shown: [day(point.day), percent(point.share)] })),
      }}
    />
  );
}
