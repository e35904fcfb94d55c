import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes } from '../../ui/tokens.ts';
import type { ChurnReport } from '../churn/scoringQueries.ts';

type CapacityProps = { contenders: ChurnReport['contenders']; used: ChurnReport['used']; leftShare: number | null };

/** Of so many people called, how many were really leaving: the used way against silence alone, and against calling anybody. */
export function CapacityChart({ contenders, used, leftShare }: CapacityProps) {
  const t = useT();
  const { theme } = useTheme();
  const { percent, count, decimal } = useFormats();
  const shown = useMemo(() => contenders.filter(({ name, capacity }) => (name === used || name === 'recency') && capacity.length > 0), [contenders, used]);
  const own = shown.find(({ name }) => name === used)?.capacity ?? [];
  const option = useMemo(() => {
    const colour = palettes[theme];
    const by = { symbol: 'none', silent: true, lineStyle: { color: colour.lineStrong, type: 'dashed' }, label: { color: colour.grey, formatter: t('models.capacity.anybody') }, data: leftShare === null ? [] : [{ yAxis: leftShare }] };
    return {
      grid: { right: 72 },
      xAxis: { type: 'category', data: own.map(({ capacity }) => count(capacity)), axisLabel: { color: colour.grey, fontSize: 12 }, boundaryGap: false },
      yAxis: { type: 'value', min: 0, max: 1, interval: 0.25, axisLabel: { formatter: (value: number) => percent(value, 0), color: colour.grey, fontSize: 12 } },
      tooltip: { valueFormatter: (value: unknown) => percent(Number(value)) },
      series: shown.map(({ name, capacity }) => ({
        type: 'line', name: t(`models.contender.${name}`), symbolSize: 6, color: name === used ? colour.accent : colour.holdout, data: capacity.map(({ precision }) => precision), ...(name === used ? { markLine: by } : {}),
      })),
    };
  }, [shown, own, used, leftShare, theme, t, percent, count]);
  const middle = own[Math.floor(own.length / 2)];
  return (
    <Chart
      finding={middle ? t('models.capacity.finding', { capacity: middle.capacity, caught: Math.round(middle.caught), recall: percent(middle.recall, 0) }) : t('models.capacity')} note={<><span>{t('models.capacity.note')}</span><span className="row small">{shown.map(({ name }) => <span key={name} className="legend"><i style={{ background: name === used ? 'var(--accent)' : 'var(--holdout)' }} />{t(`models.contender.${name}`)}</span>)}</span></>} label={t('models.capacity')} option={option} csvName="churn-capacity" height={260}
      table={{
        header: [t('models.name'), t('models.capacity.people'), t('models.capacity.caught'), t('models.precision'), t('models.recall'), t('models.multiple')],
        rows: contenders.flatMap(({ name, capacity }) => capacity.map((one) => ({ cells: [t(`models.contender.${name}`), one.capacity, one.caught, one.precision, one.recall, one.lift], shown: [t(`models.contender.${name}`), count(one.capacity), count(one.caught), percent(one.precision), percent(one.recall), decimal(one.lift, 2)] }))),
      }}
    />
  );
}
