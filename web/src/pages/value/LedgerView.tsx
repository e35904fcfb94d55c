import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { toMajor } from '../../../../src/kernel/money.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { useTheme } from '../../lib/theme.tsx';
import { paths } from '../../paths.ts';
import { Chart } from '../../ui/chart/Chart.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { KeyFigure, Notice } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { palettes, seriesColours } from '../../ui/tokens.ts';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';
import { LedgerCustomers } from './LedgerCustomers.tsx';
import { LedgerTable } from './LedgerTable.tsx';
import { type LedgerLine, type Ledgers, ledgersQuery } from './moneyQueries.ts';
import { NoBuyers } from './NoBuyers.tsx';
import { shownRows, spent, useKeyName } from './useKeyName.ts';

const DIMENSIONS = ['stage', 'cohort', 'channel'] as const;

/** What customers are worth so far, by stage, month of first purchase or channel; every sum opens into its people. */
export function LedgerView({ scope }: { scope: Scope }) {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const by = filters['by'] ?? 'stage';
  const query = useQuery(ledgersQuery(scope, by));
  return (
    <>
      <Loaded query={query} skeleton={<Skeleton height={420} />}>
        {(data) => (data.total.customers === 0 ? <NoBuyers scope={scope} /> : (
          <>
            <Lines data={data} />
            <Section>
              <Choices label={t('money.ledger.by')} options={DIMENSIONS.map((key) => ({ key, label: t(`money.by.${key}`) }))} value={by} onChoose={(next) => change({ by: next, of: null })} />
              <ByChart data={data} />
              <LedgerTable data={data} />
            </Section>
          </>
        ))}
      </Loaded>
      {may('customers.read') && <WhenSeen height={300}><LedgerCustomers scope={scope} by={by} /></WhenSeen>}
    </>
  );
}

/** Three lines and what they leave; then what is expected still, and what belongs to nobody. */
function Lines({ data: { total, outside } }: { data: Ledgers }) {
  const t = useT();
  const { moneyRound, count } = useFormats();
  const currency = useCurrency();
  const rest = outside && { sales: outside.sales, costs: outside.product + outside.fulfilment + outside.service + outside.incentive + outside.retention + outside.acquisition };
  return (
    <>
      <Figures>
        <KeyFigure label={t('money.line.revenue')} value={moneyRound(total.revenueMinor, currency)} why={{ definition: t('money.line.revenue.why') }} />
        <KeyFigure label={t('money.line.acquisition')} value={moneyRound(spent(total.acquisitionMinor), currency)} why={{ definition: t('money.line.acquisition.why') }} />
        <KeyFigure label={t('money.line.maintenance')} value={moneyRound(spent(total.maintenanceMinor), currency)} why={{ definition: t('money.line.maintenance.why') }} />
        <KeyFigure label={t('money.value')} value={moneyRound(total.valueMinor, currency)} note={t('money.perCustomer', { money: moneyRound(total.perCustomerMinor, currency) })} why={{ definition: t('money.value.why') }} />
        <KeyFigure label={t('money.expected')} value={moneyRound(total.expectedMinor, currency)} note={total.scored > 0 ? t('money.expected.of', { count: total.scored }) : t('money.expected.none')} why={{ definition: t('money.expected.why') }} />
      </Figures>
      {rest && (rest.sales !== 0 || rest.costs !== 0) && <p className="grey small">{t('money.outside', { sales: moneyRound(rest.sales, currency), costs: moneyRound(rest.costs, currency) })}</p>}
      {total.expectedMinor === null && <Notice action={<Anchor to={paths.model()}>{t('money.expected.open')}</Anchor>}>{t('money.expected.how', { customers: count(total.customers) })}</Notice>}
    </>
  );
}

const each = (row: LedgerLine, minor: number): number => (row.customers > 0 ? Math.round(minor / row.customers) : 0);

/** Value of a customer by its parts: what each brought above the line, what it cost below. */
function ByChart({ data }: { data: Ledgers }) {
  const t = useT();
  const { theme } = useTheme();
  const { moneyRound, moneyCompact, count } = useFormats();
  const currency = useCurrency();
  const keyName = useKeyName(data.by);
  const rows = useMemo(() => shownRows(data).filter(({ key }) => data.by !== 'cohort' || key !== ''), [data]);
  const option = useMemo(() => {
    const bar = (name: string, colour: string | undefined, of: (row: LedgerLine) => number) => ({ name, type: 'bar', stack: 'each', barMaxWidth: 36, itemStyle: { color: colour }, data: rows.map((row) => each(row, of(row))) });
    return {
      xAxis: { type: 'category', data: rows.map(({ key }) => keyName(key)), axisLabel: { interval: 'auto', hideOverlap: true } },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => moneyCompact(value, currency), color: palettes[theme].grey, fontSize: 12 } },
      tooltip: { valueFormatter: (value: unknown) => moneyRound(Number(value), currency) },
      series: [
        bar(t('money.line.revenue'), seriesColours[theme][0], ({ revenueMinor }) => revenueMinor),
        bar(t('money.line.acquisition'), seriesColours[theme][1], ({ acquisitionMinor }) => spent(acquisitionMinor)),
        bar(t('money.line.maintenance'), palettes[theme].holdout, ({ maintenanceMinor }) => spent(maintenanceMinor)),
      ],
    };
  }, [rows, theme, t, currency, keyName, moneyRound, moneyCompact]);
  const best = rows.filter(({ customers }) => customers > 0).toSorted((a, b) => (b.perCustomerMinor ?? 0) - (a.perCustomerMinor ?? 0))[0];
  if (!best) return null;
  return (
    <Chart
      finding={t('money.ledger.finding', { name: keyName(best.key), money: moneyRound(best.perCustomerMinor, currency), mean: moneyRound(data.total.perCustomerMinor, currency) })} label={t('money.ledger.title')}
      note={<Key />} option={option} csvName={`ledger-${data.by}`} height={260}
      table={{
        header: [t(`money.by.${data.by}`), t('money.customers'), t('money.line.revenue'), t('money.line.acquisition'), t('money.line.maintenance'), t('money.value')],
        rows: rows.map((row) => ({
          cells: [keyName(row.key), row.customers, ...[row.revenueMinor, spent(row.acquisitionMinor), spent(row.maintenanceMinor), row.valueMinor].map((minor) => toMajor(minor, currency))],
          shown: [keyName(row.key), count(row.customers), ...[row.revenueMinor, spent(row.acquisitionMinor), spent(row.maintenanceMinor), row.valueMinor].map((minor) => moneyRound(minor, currency))],
        })),
      }}
    />
  );
}

function Key() {
  const t = useT();
  const colours = { revenue: 'var(--series-1)', acquisition: 'var(--series-2)', maintenance: 'var(--holdout)' };
  return <span className="row small">{(['revenue', 'acquisition', 'maintenance'] as const).map((line) => <span key={line} className="legend"><i style={{ background: colours[line] }} />{t(`money.line.${line}`)}</span>)}<span>{t('money.ledger.each')}</span></span>;
}
