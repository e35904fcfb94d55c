import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes } from '../../ui/tokens.ts';
import type { Comparison } from './experimentsQueries.ts';

type Bar = { code: string; minor: number; from: number; to: number };

/** Each step hangs where the one before ended; the last stands on the ground and is what is left. */
function barsOf({ steps, net }: Comparison): Bar[] {
  let level = 0;
  const bars = steps.map(({ code, minor }) => {
    const from = level;
    level += minor;
    return { code, minor, from, to: level };
  });
  return [...bars, { code: 'net', minor: net?.value ?? level, from: 0, to: net?.value ?? level }];
}

/** From what came on top to what is left over. */
export function Waterfall({ comparison, isOnly, name }: { comparison: Comparison; isOnly: boolean; name: string }) {
  const t = useT();
  const { theme } = useTheme();
  const { money, moneyRound, moneyCompact, decimal } = useFormats();
  const currency = useCurrency();
  const bars = useMemo(() => barsOf(comparison), [comparison]);
  const colour = palettes[theme];
  const labelOf = (code: string): string => t(`experiments.step.${code}`);
  const paint = ({ code, minor }: Bar): string => (code === 'net' ? (minor < 0 ? colour.act : colour.accent) : minor < 0 ? colour.ochre : colour.holdout);
  const crosses = ({ from, to }: Bar): boolean => Math.min(from, to) < 0 && Math.max(from, to) > 0;
  const shown = { show: true, color: colour.ink, fontSize: 12 };
  const option = {
    grid: { right: 16, top: 28 },
    xAxis: { type: 'category', data: bars.map(({ code }) => labelOf(code)), axisLabel: { interval: 0, width: 84, overflow: 'break' } },
    // Room below the lowest bar for its label.
    yAxis: { type: 'value', boundaryGap: ['12%', 0], axisLabel: { formatter: (value: number) => moneyCompact(value, currency) } },
    tooltip: { trigger: 'item', formatter: ({ dataIndex }: { dataIndex: number }) => `${labelOf(bars[dataIndex]?.code ?? '')} ${money(bars[dataIndex]?.minor ?? 0, currency)}` },
    series: [
      { type: 'bar', stack: 'up', silent: true, itemStyle: { color: 'transparent' }, data: bars.map((bar) => (crosses(bar) ? 0 : Math.min(bar.from, bar.to) >= 0 ? Math.min(bar.from, bar.to) : Math.max(bar.from, bar.to))) },
      { type: 'bar', stack: 'up', barMaxWidth: 64, data: bars.map((bar) => ({ value: crosses(bar) ? Math.max(bar.from, bar.to) : Math.min(bar.from, bar.to) >= 0 ? Math.abs(bar.to - bar.from) : -Math.abs(bar.to - bar.from), itemStyle: { color: paint(bar) }, label: { ...shown, position: Math.min(bar.from, bar.to) < 0 && !crosses(bar) ? 'bottom' : 'top', formatter: moneyRound(bar.minor, currency) } })) },
      { type: 'bar', stack: 'up', barMaxWidth: 64, data: bars.map((bar) => ({ value: crosses(bar) ? Math.min(bar.from, bar.to) : 0, itemStyle: { color: paint(bar) } })) },
    ],
  };
  const roi = comparison.roi && t('experiments.roi', { roi: decimal(comparison.roi.value, 2), low: decimal(comparison.roi.low, 1), high: decimal(comparison.roi.high, 1) });
  const finding = t('experiments.waterfall', { revenue: moneyRound(comparison.honestMinor, currency), net: moneyRound(comparison.net?.value ?? null, currency) });
  return (
    <Chart
      finding={isOnly ? finding : `${name}: ${finding}`} note={roi} label={finding} option={option} height={280} csvName="net-gain"
      table={{ header: [t('experiments.step'), t('experiments.amount')], rows: bars.map(({ code, minor }) => ({ cells: [labelOf(code), minor / 100], shown: [labelOf(code), money(minor, currency)] })) }}
    />
  );
}
