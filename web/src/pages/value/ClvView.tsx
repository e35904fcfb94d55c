import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { toMajor } from '../../../../src/kernel/money.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { palettes, seriesColours } from '../../ui/tokens.ts';
import { ClvCalculator } from './ClvCalculator.tsx';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';
import { type Clv, clvQuery } from './moneyQueries.ts';
import { whyNot } from './whyNot.ts';

const UNITS = ['month', 'quarter', 'year'] as const;

/** Lifetime value by a steady retention rate, to be tried out, and beside it what cohorts really brought (R29). */
export function ClvView({ scope }: { scope: Scope }) {
  const t = useT();
  const [filters, change] = useFilters();
  const unit = filters['unit'] ?? 'quarter';
  const query = useQuery(clvQuery(scope, unit));
  return (
    <>
      <Section><Choices label={t('money.clv.unit')} options={UNITS.map((key) => ({ key, label: t(`money.unit.${key}`) }))} value={unit} onChoose={(next) => change({ unit: next })} /></Section>
      <Loaded query={query} skeleton={<Skeleton height={420} />}>
        {(data) => (
          <>
            {data.why ? <Notice>{whyNot(t, data.why)}</Notice> : data.measured && <ClvCalculator key={`${unit} ${scope.people ?? ''} ${scope.shop ?? ''}`} measured={data.measured} unit={unit} empirical={data.empirical} />}
            <Section>{data.empirical ? <Cohorts data={data} empirical={data.empirical} /> : <Notice>{whyNot(t, data.empiricalWhy)}</Notice>}</Section>
          </>
        )}
      </Loaded>
    </>
  );
}

type Empirical = NonNullable<Clv['empirical']>;

/** What a customer had brought by each age, and what each cohort has so far. */
function Cohorts({ data, empirical: { byAge, byCohort } }: { data: Clv; empirical: Empirical }) {
  const t = useT();
  const { theme } = useTheme();
  const { money, moneyRound, moneyCompact, count, month } = useFormats();
  const currency = useCurrency();
  // The rate says nothing of the first purchase: the line stands on what that brought.
  const steady = data.retentionMinor === null ? null : data.retentionMinor + (byAge[0]?.valueMinor ?? 0);
  const age = useCallback((at: number): string => t(`money.age.${data.unit}`, { count: at + 1 }), [t, data.unit]);
  const option = useMemo(() => ({
    xAxis: { type: 'category', data: byAge.map((one) => age(one.age)) },
    yAxis: { type: 'value', min: 0, max: ({ max }: { max: number }) => Math.max(max, (steady ?? 0) * 1.1), axisLabel: { formatter: (value: number) => moneyCompact(value, currency), color: palettes[theme].grey, fontSize: 12 } },
    tooltip: { valueFormatter: (value: unknown) => money(Math.round(Number(value)), currency) },
    series: [{
      name: t('money.clv.empirical'), type: 'line', showSymbol: byAge.length < 12, color: seriesColours[theme][0], areaStyle: { color: palettes[theme].accentSoft, opacity: 0.6 }, data: byAge.map(({ valueMinor }) => valueMinor),
      ...(steady === null ? {} : { markLine: { symbol: 'none', silent: true, lineStyle: { color: palettes[theme].ochre, type: 'dashed' }, label: { position: 'insideStartTop', color: palettes[theme].ochre, formatter: t('money.clv.line', { money: moneyRound(steady, currency) }) }, data: [{ yAxis: steady }] } }),
    }],
  }), [byAge, steady, theme, currency, t, age, money, moneyRound, moneyCompact]);
  const last = byAge.at(-1);
  const finding = last ? t('money.clv.finding', { age: age(last.age), money: moneyRound(last.valueMinor, currency), customers: last.customers }) : t('money.clv.empirical');
  return (
    <>
      <Chart
        finding={finding} label={finding} note={t('money.clv.assumes.empirical')} option={option} csvName="cohort-value" height={280}
        table={{ header: [t('money.age'), t('money.customers'), t('money.value')], rows: byAge.map((one) => ({ cells: [one.age + 1, one.customers, toMajor(Math.round(one.valueMinor), currency)], shown: [age(one.age), count(one.customers), money(Math.round(one.valueMinor), currency)] })) }}
      />
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <caption className="unseen">{t('money.clv.cohorts')}</caption>
          <thead><tr><th scope="col">{t('money.by.cohort')}</th><th scope="col" className="number">{t('money.customers')}</th><th scope="col" className="number">{t('money.clv.ages')}</th><th scope="col" className="number">{t('money.clv.total')}</th><th scope="col" className="number">{t('money.each')}</th></tr></thead>
          <tbody>{byCohort.map((one) => <tr key={one.cohort}><td>{month(one.cohort)}</td><td className="number">{count(one.customers)}</td><td className="number">{count(one.ages)}</td><td className="number">{moneyRound(one.totalMinor, currency)}</td><td className="number">{moneyRound(one.perCustomerMinor, currency)}</td></tr>)}</tbody>
        </table>
      </div>
    </>
  );
}
