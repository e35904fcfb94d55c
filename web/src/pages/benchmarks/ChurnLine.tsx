import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { paths } from '../../paths.ts';
import { Chart } from '../../ui/chart/Chart.tsx';
import { WhyButton } from '../../ui/Figure.tsx';
import { palettes } from '../../ui/tokens.ts';
import type { ChurnYears, Line } from './benchmarkQueries.ts';
import { useIndustry } from './useIndustry.ts';

/** Churn of the year up to each month end, and the line of the industry with its citation and the label. */
export function ChurnLine({ told: { points, line, sentence } }: { told: ChurnYears }) {
  const t = useT();
  const { theme } = useTheme();
  const { percent, month, day, count } = useFormats();
  const industry = useIndustry();
  const named = line ? t('benchmarks.churn.at', { industry: industry(line.industry), share: percent(line.share, 0), label: line.label }) : '';
  const option = useMemo(() => {
    const colour = palettes[theme];
    return {
      grid: { right: 24, top: 28 },
      xAxis: { type: 'category', data: points.map(({ to }) => month(to)) },
      yAxis: { type: 'value', min: 0, max: Math.max(0.4, line?.share ?? 0, ...points.map(({ rate }) => rate)), axisLabel: { formatter: (value: number) => percent(value, 0), color: colour.grey, fontSize: 12 } },
      tooltip: { valueFormatter: (value: unknown) => percent(Number(value)) },
      series: [{
        type: 'line', name: t('benchmarks.churn.ours'), color: colour.accent, symbolSize: 6, data: points.map(({ rate }) => rate),
        ...(line && { markLine: { symbol: 'none', silent: true, lineStyle: { color: colour.ochre, type: 'dashed' }, label: { formatter: named, position: 'insideEndTop', color: colour.ochre }, data: [{ yAxis: line.share }] } }),
      }],
    };
  }, [points, line, named, theme, t, percent, month]);
  const last = points.at(-1);
  const finding = last && line
    ? t('benchmarks.churn.finding', { rate: percent(last.rate), day: day(last.to), line: percent(line.share, 0), label: line.label })
    : t('benchmarks.churn.finding.none');
  return (
    <>
      <Chart
        finding={finding} note={<Cited line={line} />} label={finding} option={option} csvName="churn-by-year" height={260}
        table={{
          header: [t('benchmarks.churn.end'), t('benchmarks.churn.ours'), t('benchmarks.churn.lost'), t('benchmarks.churn.of'), t('benchmarks.line')],
          rows: points.map(({ to, rate, lost, of }) => ({ cells: [to, rate, lost, of, line?.share ?? ''], shown: [day(to), percent(rate), count(lost), count(of), line ? percent(line.share, 0) : '—'] })),
        }}
      />
      <p className="grey small">{t('forecasts.metric')}<WhyButton label={t('benchmarks.churn.ours')} definition={<p>{sentence}</p>} metric={paths.metrics({ id: 'churn_existing' })} /></p>
    </>
  );
}

function Cited({ line }: { line: Line | null }) {
  if (!line) return null;
  return <><span className="ochre">{line.label}</span> {line.citation}</>;
}
