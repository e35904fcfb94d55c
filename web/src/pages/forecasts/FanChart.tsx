import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes } from '../../ui/tokens.ts';
import type { Forecast } from './forecastQueries.ts';
import { useSeries } from './useSeries.ts';

const HUNDRED = 100;

/** What stands at one month: what was, or what is expected with its range. */
type Month = { month: string; was: number | null; value: number | null; low: number | null; high: number | null };

const monthsOf = ({ history, forecast }: Forecast): Month[] => [
  ...history.map(({ month, value }) => ({ month, was: value, value: null, low: null, high: null })),
  ...(forecast?.ahead ?? []).map(({ month, value, low, high }) => ({ month, was: null, value, low, high })),
];

/** History as a line, the months ahead as a dashed one in its band. Its title says what is expected and how far such forecasts were off. */
export function FanChart({ told }: { told: Forecast }) {
  const t = useT();
  const { theme } = useTheme();
  const { month: monthName, percent, compact } = useFormats();
  const { name, write } = useSeries(told);
  const months = useMemo(() => monthsOf(told), [told]);
  const option = useMemo(() => {
    const colour = palettes[theme];
    // The band and the dashed line begin where history ends.
    const joined = (pick: (one: Month) => number | null) => months.map((one, at) => (at === told.history.length - 1 && told.forecast ? one.was : pick(one)));
    const [low, high] = [joined((one) => one.low), joined((one) => one.high)];
    const band = { type: 'line', stack: 'band', stackStrategy: 'all', showSymbol: false, silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    return {
      grid: { right: 24 },
      xAxis: { type: 'category', boundaryGap: false, data: months.map(({ month }) => monthName(month)) },
      yAxis: { type: 'value', scale: true, axisLabel: { formatter: (value: number) => compact(told.kind === 'money' ? value / HUNDRED : value), color: colour.grey, fontSize: 12 } },
      tooltip: { formatter: (shown: { dataIndex: number }[]) => {
        const one = months[shown[0]?.dataIndex ?? 0];
        return one ? `${monthName(one.month)}<br>${one.was === null ? `${write(one.value ?? 0)}（${write(one.low ?? 0)} – ${write(one.high ?? 0)}）` : write(one.was)}` : '';
      } },
      series: [
        { ...band, data: low },
        { ...band, areaStyle: { color: colour.accentSoft, opacity: 1 }, data: high.map((top, at) => (top === null ? null : top - (low[at] ?? 0))) },
        { type: 'line', name: t('forecasts.past'), color: colour.accent, showSymbol: false, data: months.map(({ was }) => was) },
        { type: 'line', name: t('forecasts.ahead'), color: colour.accent, symbolSize: 6, lineStyle: { type: 'dashed' }, data: joined((one) => one.value) },
      ],
    };
  }, [months, theme, told, t, monthName, compact, write]);
  const next = told.forecast?.ahead[0];
  const error = told.forecast?.backtest;
  const finding = next && error
    ? t('forecasts.finding', { name, month: monthName(next.month), value: write(next.value), low: write(next.low), high: write(next.high), error: error.mape === null ? write(error.mae) : percent(error.mape) })
    : t('forecasts.finding.none', { name });
  return (
    <Chart
      finding={finding} note={<Left told={told} />} label={finding} option={option} csvName={`forecast-${told.series}`} height={320}
      table={{
        header: [t('forecasts.month'), t('forecasts.past'), t('forecasts.ahead'), t('forecasts.low'), t('forecasts.high')],
        rows: months.map((one) => {
          const figures = [one.was, one.value, one.low, one.high];
          return { cells: [one.month.slice(0, 7), ...figures.map((value) => (value === null ? '' : told.kind === 'money' ? value / HUNDRED : value))], shown: [monthName(one.month), ...figures.map((value) => (value === null ? '' : write(value)))] };
        }),
      }}
    />
  );
}

/** What the band means, and which months are left out since the data hold only a part of them. */
function Left({ told: { forecast, leftOut: { begun, running } } }: { told: Forecast }) {
  const t = useT();
  const { month, percent } = useFormats();
  const said = [running && t('forecasts.note.running', { ...running, month: month(running.month) }), begun && t('forecasts.note.begun', { ...begun, month: month(begun.month) })].filter(Boolean).join(' ');
  return <>{forecast ? t('forecasts.note', { level: percent(forecast.level, 0), running: said }) : said}</>;
}
