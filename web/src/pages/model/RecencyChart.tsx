import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes } from '../../ui/tokens.ts';
import type { ChurnReport } from '../churn/scoringQueries.ts';

/** What silence alone says: the share that buys again within their horizon, by how many horizons they have been silent. */
export function RecencyChart({ steps }: { steps: ChurnReport['recency'] }) {
  const t = useT();
  const { theme } = useTheme();
  const { percent, decimal, count } = useFormats();
  const option = useMemo(() => {
    const colour = palettes[theme];
    const last = steps.at(-1);
    return {
      grid: { right: 24, bottom: 20 },
      xAxis: { type: 'value', max: (last?.fromAge ?? 0) * 1.1, name: t('models.recency.axis'), nameLocation: 'middle', nameGap: 28, nameTextStyle: { color: colour.grey }, axisLabel: { formatter: (value: number) => decimal(value, 1), color: colour.grey, fontSize: 12 }, splitLine: { show: false } },
      yAxis: { type: 'value', min: 0, max: 1, interval: 0.25, axisLabel: { formatter: (value: number) => percent(value, 0), color: colour.grey, fontSize: 12 } },
      tooltip: { valueFormatter: (value: unknown) => percent(Number(value)) },
      series: [{ type: 'line', step: 'end', showSymbol: false, color: colour.accent, areaStyle: { color: colour.accentSoft, opacity: 1 }, data: [...steps.map(({ fromAge, share }) => [fromAge, share]), [(last?.fromAge ?? 0) * 1.1, last?.share ?? 0]] }],
    };
  }, [steps, theme, t, percent, decimal]);
  const [first] = steps;
  const last = steps.at(-1);
  return (
    <Chart
      finding={t('models.recency.finding', { first: percent(first?.share ?? null, 0), last: percent(last?.share ?? null, 0), times: decimal(last?.fromAge ?? null, 1) })} note={t('models.recency.note')} label={t('models.name.recency')} option={option} csvName="recency-rule" height={260}
      table={{ header: [t('models.recency.axis'), t('models.recency.share'), t('kit.cohort.size')], rows: steps.map(({ fromAge, share, people }) => ({ cells: [fromAge, share, people], shown: [decimal(fromAge, 2), percent(share), count(people)] })) }}
    />
  );
}
