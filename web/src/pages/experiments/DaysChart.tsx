import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes, seriesColours } from '../../ui/tokens.ts';
import { useArmName } from './armNames.ts';
import type { ResultDetail } from './experimentsQueries.ts';
import { usePoints } from './usePoints.ts';

type DayRow = ResultDetail['days'][number];

/** The difference day by day, with the band that may be looked at every day. */
export function DaysChart({ result }: { result: ResultDetail }) {
  const t = useT();
  const { theme } = useTheme();
  const { shortDay, percent, count } = useFormats();
  const points = usePoints();
  const armName = useArmName();
  const treated = result.arms.filter(({ arm }) => arm !== 'control');
  const [first] = treated;
  const at = (row: DayRow, arm: string) => row.arms.find((one) => one.arm === arm);
  const colour = palettes[theme];
  const band = { type: 'line', stack: 'band', stackStrategy: 'all', lineStyle: { opacity: 0 }, showSymbol: false, silent: true, tooltip: { show: false } };
  const lines = treated.map(({ arm, name }, nth) => ({
    name: armName({ arm, name }), type: 'line', showSymbol: false, color: seriesColours[theme][nth], lineStyle: { width: 2 }, data: result.days.map((row) => at(row, arm)?.difference ?? null),
    ...(nth === 0 ? { markLine: { symbol: 'none', silent: true, lineStyle: { color: colour.lineStrong, type: 'solid' }, label: { show: false }, data: [{ yAxis: 0 }] } } : {}),
  }));
  const widthOf = (one: ReturnType<typeof at>): number | null => (one && one.high !== null && one.low !== null ? one.high - one.low : null);
  const bands = treated.length !== 1 || !first ? [] : [
    { ...band, data: result.days.map((row) => at(row, first.arm)?.low ?? null) },
    { ...band, areaStyle: { color: colour.shade, opacity: 0.7 }, data: result.days.map((row) => widthOf(at(row, first.arm))) },
  ];
  const option = {
    grid: { right: 24 },
    xAxis: { type: 'category', boundaryGap: false, data: result.days.map(({ day }) => shortDay(day)) },
    yAxis: { type: 'value', axisLabel: { formatter: (value: number) => points(value) } },
    tooltip: { valueFormatter: (value: unknown) => (typeof value === 'number' ? points(value) : '—') },
    series: [...bands, ...lines],
  };
  if (result.days.length < 2 || result.days.every((row) => row.arms.every(({ difference }) => difference === null))) return null;
  const isSure = (row: DayRow): boolean => { const one = first && at(row, first.arm); return one !== undefined && one.low !== null && one.high !== null && (one.low > 0 || one.high < 0); };
  // Since when it has stayed away from zero: a band that came back proves nothing.
  const sure = result.days[result.days.findLastIndex((row) => !isSure(row)) + 1];
  const finding = sure ? t('experiments.days.sure', { day: shortDay(sure.day) }) : t('experiments.days.open');
  return (
    <Chart
      finding={finding} note={t('experiments.days.note')} label={finding} option={option} height={260} csvName="experiment-days"
      table={{
        header: [t('experiments.day'), ...result.arms.map((arm) => armName(arm)), t('experiments.difference'), t('experiments.low'), t('experiments.high')],
        rows: result.days.map((row) => {
          const one = first && at(row, first.arm);
          const shares = result.arms.map(({ arm, customers }) => (at(row, arm)?.buyers ?? 0) / Math.max(1, customers));
          return {
            cells: [row.day, ...shares, one?.difference ?? null, one?.low ?? null, one?.high ?? null],
            shown: [shortDay(row.day), ...result.arms.map(({ arm }, nth) => `${count(at(row, arm)?.buyers ?? 0)} · ${percent(shares[nth] ?? 0)}`), points(one?.difference), points(one?.low), points(one?.high)],
          };
        }),
      }}
    />
  );
}
