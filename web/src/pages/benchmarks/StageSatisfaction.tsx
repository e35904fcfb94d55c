import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes } from '../../ui/tokens.ts';
import type { Satisfaction } from './benchmarkQueries.ts';

/** Satisfaction in the six stages from getting to know us to leaving; a stage without answers says so. */
export function StageSatisfaction({ told: { stages, band } }: { told: Satisfaction }) {
  const t = useT();
  const { theme } = useTheme();
  const { percent, count } = useFormats();
  const names = useMemo(() => stages.map(({ place, share }) => (share === null ? `${t(`place.${place}`)}\n${t('benchmarks.csat.none')}` : t(`place.${place}`))), [stages, t]);
  const option = useMemo(() => {
    const colour = palettes[theme];
    return {
      grid: { right: 16, top: 24 },
      xAxis: { type: 'category', data: names, axisLabel: { interval: 0, lineHeight: 16, color: colour.grey, fontSize: 12 } },
      yAxis: { type: 'value', min: 0, max: 1, interval: 0.2, axisLabel: { formatter: (value: number) => percent(value, 0), color: colour.grey, fontSize: 12 } },
      tooltip: { valueFormatter: (value: unknown) => (typeof value === 'number' ? percent(value) : t('benchmarks.csat.none')) },
      series: [{
        type: 'bar', barMaxWidth: 48, itemStyle: { color: colour.accent }, name: t('benchmarks.csat.share'), data: stages.map(({ share }) => share),
        markLine: { symbol: 'none', silent: true, lineStyle: { color: colour.ochre, type: 'dashed' }, label: { formatter: ({ value }: { value: number }) => percent(value, 0), position: 'insideEndTop', color: colour.ochre }, data: [{ yAxis: band.low }, { yAxis: band.high }] },
      }],
    };
  }, [stages, names, band, theme, t, percent]);
  const finding = t('benchmarks.csat.finding', { count: stages.filter(({ share }) => share !== null).length, low: percent(band.low, 0), high: percent(band.high, 0), label: t('benchmark.unverified') });
  return (
    <Chart
      finding={finding} note={t('benchmarks.csat.note')} label={finding} option={option} csvName="satisfaction-by-stage" height={260}
      table={{
        header: [t('benchmarks.csat.stage'), t('benchmarks.csat.share'), t('benchmarks.csat.count')],
        rows: stages.map(({ place, share, answers }) => ({ cells: [t(`place.${place}`), share ?? '', answers], shown: [t(`place.${place}`), share === null ? t('benchmarks.csat.none') : percent(share), count(answers)] })),
      }}
    />
  );
}
