import { useMemo } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { useTheme } from '../lib/theme.tsx';
import { Chart } from './chart/Chart.tsx';
import { palettes } from './tokens.ts';

export type Decile = { decile: number; people: number; meanScore: number; sum: number; mean: number; lift: number };
type DecileProps = { finding: string; note?: string | undefined; deciles: readonly Decile[]; csvName: string; outcome: string };

/** What came of each tenth of the customers, the tenth ranked highest first; the line is the average of all. */
export function DecileBars({ finding, note, deciles, csvName, outcome }: DecileProps) {
  const t = useT();
  const { theme } = useTheme();
  const { decimal, count, percent } = useFormats();
  const option = useMemo(() => {
    const colour = palettes[theme];
    return {
      grid: { left: 8, right: 56 },
      xAxis: { type: 'category', data: deciles.map(({ decile }) => t('models.tenth', { tenth: decile })), axisLabel: { color: colour.grey, fontSize: 12, interval: 0 } },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => t('score.times', { times: decimal(value, 1) }), color: colour.grey, fontSize: 12 } },
      tooltip: { formatter: (shown: { dataIndex: number }[]) => {
        const one = deciles[shown[0]?.dataIndex ?? 0];
        return one ? t('models.decile.at', { tenth: one.decile, people: one.people, sum: count(one.sum), lift: decimal(one.lift, 2) }) : '';
      } },
      series: [{
        type: 'bar', barWidth: '62%', data: deciles.map(({ lift }) => ({ value: lift, itemStyle: { color: lift >= 1 ? colour.accent : colour.holdout } })),
        label: { show: true, position: 'top', color: colour.grey, fontSize: 11, formatter: ({ value }: { value: number }) => decimal(value, 1) },
        markLine: { symbol: 'none', silent: true, lineStyle: { color: colour.lineStrong, type: 'dashed' }, label: { color: colour.grey, formatter: t('models.average') }, data: [{ yAxis: 1 }] },
      }],
    };
  }, [deciles, theme, t, decimal, count]);
  return (
    <Chart
      finding={finding} note={note} label={finding} option={option} csvName={csvName} height={320}
      table={{
        header: [t('models.tenths'), t('kit.cohort.size'), outcome, t('models.mean'), t('models.multiple')],
        rows: deciles.map(({ decile, people, sum, mean, lift }) => ({ cells: [decile, people, sum, mean, lift], shown: [count(decile), count(people), count(sum), mean <= 1 ? percent(mean) : decimal(mean, 2), decimal(lift, 2)] })),
      }}
    />
  );
}
