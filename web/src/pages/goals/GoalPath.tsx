import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { writeFigure } from '../../ui/MetricFigure.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { palettes } from '../../ui/tokens.ts';
import { type Goal, type GoalForecast, goalForecastQuery } from '../insight/insightQueries.ts';

const HEIGHT = 200;
const POINTS = 100;

/** Where a goal leads: its own figure so far, and the forecast to its last day in its band; or why there is none. */
export function GoalPath({ goal }: { goal: Goal }) {
  const { data } = useQuery(goalForecastQuery(goal.id));
  if (!data) return <Skeleton height={HEIGHT} />;
  if (data.refused) return <p className="grey small">{data.refused.sentence}</p>;
  return data.forecast ? <Told goal={goal} told={data} made={data.forecast} /> : null;
}

type Made = NonNullable<GoalForecast['forecast']>;
type Shown = { day: string; was: number | null; value: number | null; low: number | null; high: number | null };

const shownOf = ({ points }: GoalForecast, { ahead }: Made): Shown[] => [
  ...points.map(({ to, value }) => ({ day: to, was: value, value: null, low: null, high: null })),
  ...ahead.map(({ to, value, low, high }) => ({ day: to, was: null, value, low, high })),
];

/** The finding in words: the value with its range, the gap it leaves, how far such forecasts were off. */
function useFinding({ metric }: Goal, made: Made): { write: (value: number | null) => string; finding: string; note: string } {
  const t = useT();
  const formats = useFormats();
  const currency = useCurrency();
  const write = useCallback((value: number | null): string => writeFigure(formats, metric.unit, value, currency), [formats, metric.unit, currency]);
  const end = made.ahead.at(-1) as Made['ahead'][number];
  const off = (error: number): string => (metric.unit === 'rate' ? t('insight.goals.points', { points: formats.decimal(error * POINTS, 1) }) : formats.decimal(error, 1));
  const gap = made.gapPeople === null ? t('insight.goals.forecast.partway') : made.gapPeople > 0 ? t('insight.goals.forecast.gap', { people: made.gapPeople }) : t('insight.goals.forecast.reached');
  return {
    write,
    finding: t('insight.goals.forecast.finding', { day: formats.day(end.to), value: write(end.value), low: write(end.low), high: write(end.high), gap }),
    note: [t('insight.goals.forecast.note', { error: off(made.error), naive: off(made.naiveError), origins: made.origins, level: formats.percent(made.level, 0) }), ...made.notes.filter((note) => note === 'forecast.no_better_than_naive').map(() => t('insight.goals.forecast.naive'))].join(' '),
  };
}

function Told({ goal, told, made }: { goal: Goal; told: GoalForecast; made: Made }) {
  const t = useT();
  const { theme } = useTheme();
  const { shortDay, day: dayName } = useFormats();
  const { write, finding, note } = useFinding(goal, made);
  const shown = useMemo(() => shownOf(told, made), [told, made]);
  const option = useMemo(() => {
    const colour = palettes[theme], last = told.points.length - 1;
    // The band and the dashed line begin where the past ends.
    const joined = (pick: (one: Shown) => number | null) => shown.map((one, at) => (at === last ? one.was : pick(one)));
    const [low, high] = [joined((one) => one.low), joined((one) => one.high)];
    const band = { type: 'line', stack: 'band', stackStrategy: 'all', showSymbol: false, silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    return {
      grid: { right: 56, top: 16 },
      xAxis: { type: 'category', boundaryGap: false, data: shown.map(({ day }) => shortDay(day)), axisLabel: { hideOverlap: true } },
      yAxis: { type: 'value', scale: true, axisLabel: { formatter: (value: number) => write(value), color: colour.grey, fontSize: 12 } },
      tooltip: { formatter: (at: { dataIndex: number }[]) => {
        const one = shown[at[0]?.dataIndex ?? 0];
        return one ? `${dayName(one.day)}<br>${one.was === null ? `${write(one.value)} (${write(one.low)} – ${write(one.high)})` : write(one.was)}` : '';
      } },
      series: [
        { ...band, data: low },
        { ...band, areaStyle: { color: colour.accentSoft, opacity: 1 }, data: high.map((top, at) => (top === null ? null : top - (low[at] ?? 0))) },
        {
          type: 'line', name: t('forecasts.past'), color: colour.accent, showSymbol: false, data: shown.map(({ was }) => was),
          markLine: { silent: true, symbol: 'none', lineStyle: { color: colour.grey, type: 'dotted' }, label: { position: 'end', formatter: write(goal.target), color: colour.grey }, data: [{ yAxis: goal.target }] },
        },
        { type: 'line', name: t('forecasts.ahead'), color: colour.accent, symbolSize: 6, lineStyle: { type: 'dashed' }, data: joined((one) => one.value) },
      ],
    };
  }, [shown, told, goal, theme, t, write, dayName, shortDay]);
  const figures = (one: Shown) => [one.was, one.value, one.low, one.high];
  return (
    <Chart
      finding={finding} note={note} label={finding} option={option} csvName={`goal-${goal.id}`} height={HEIGHT}
      table={{
        header: [t('insight.goals.day'), t('forecasts.past'), t('forecasts.ahead'), t('forecasts.low'), t('forecasts.high')],
        rows: shown.map((one) => ({ cells: [one.day, ...figures(one).map((value) => value ?? '')], shown: [dayName(one.day), ...figures(one).map((value) => (value === null ? '' : write(value)))] })),
      }}
    />
  );
}
