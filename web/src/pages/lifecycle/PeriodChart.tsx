import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { palettes, stageColours } from '../../ui/tokens.ts';
import { type Periods, periodsQuery, scopeIn } from './lifecycleQueries.ts';

const UNITS = ['week', 'month', 'quarter'] as const;
/** As many periods as stand side by side. */
const SHOWN = 24;
const PARTS = ['retained', 'returning', 'fresh', 'lost'] as const;

/** 新增/留存/回流/流失 of each period: who bought above the line, who did not come again below it. */
export function PeriodChart() {
  const t = useT();
  const [filters, change] = useFilters();
  const unit = filters['unit'] ?? 'month';
  const periods = useQuery(periodsQuery(unit, scopeIn(filters)));
  return (
    <>
      <Choices label={t('lifecycle.unit')} options={UNITS.map((key) => ({ key, label: t(`lifecycle.unit.${key}`) }))} value={unit} onChoose={(next) => change({ unit: next })} />
      <Loaded query={periods} skeleton={<Skeleton height={320} />}>{({ rows }) => <Drawn rows={rows.slice(-SHOWN)} unit={unit} />}</Loaded>
    </>
  );
}

function Drawn({ rows, unit }: { rows: Periods['rows']; unit: string }) {
  const t = useT();
  const { count, month, shortDay } = useFormats();
  const { theme } = useTheme();
  const nameOf = useCallback((from: string): string => (unit === 'week' ? shortDay(from) : month(from)), [unit, shortDay, month]);
  const option = useMemo(() => {
    const stage = stageColours[theme];
    const colours = { retained: stage.mature, returning: stage.won_back, fresh: stage.new, lost: palettes[theme].holdout };
    return {
      xAxis: { type: 'category', data: rows.map(({ period }) => nameOf(period)) },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => count(Math.abs(value)), color: palettes[theme].grey, fontSize: 12 } },
      tooltip: { valueFormatter: (value: unknown) => count(Math.abs(Number(value))) },
      series: PARTS.map((part) => ({
        name: t(`lifecycle.period.${part}`), type: 'bar', stack: 'people', barMaxWidth: 36, itemStyle: { color: colours[part] },
        data: rows.map((period) => (part === 'lost' ? -period.lost : period[part])),
      })),
    };
  }, [rows, theme, t, count, nameOf]);
  const last = rows.at(-2);
  return (
    <Chart
      finding={last ? t('lifecycle.period.finding', { name: nameOf(last.period), active: last.active, fresh: last.fresh, returning: last.returning, lost: last.lost }) : t('lifecycle.period.title')}
      note={<PeriodKey />} label={t('lifecycle.period.title')} option={option} csvName="periods"
      table={{
        header: [t('lifecycle.period'), ...['active', ...PARTS].map((part) => t(`lifecycle.period.${part}`))],
        rows: rows.map(({ period, active, retained, returning, fresh, lost }) => ({ cells: [period, active, retained, returning, fresh, lost], shown: [nameOf(period), ...[active, retained, returning, fresh, lost].map(count)] })),
      }}
    />
  );
}

/** The colours named in words, since four parts of one bar leave no room beside it. */
function PeriodKey() {
  const t = useT();
  const colours = { retained: 'var(--stage-mature)', returning: 'var(--stage-won-back)', fresh: 'var(--stage-new)', lost: 'var(--holdout)' };
  return <span className="row small">{PARTS.map((part) => <span key={part} className="legend"><i style={{ background: colours[part] }} />{t(`lifecycle.period.${part}`)}</span>)}</span>;
}
