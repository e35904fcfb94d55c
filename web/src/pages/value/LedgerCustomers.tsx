import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Section } from '../../ui/Page.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';
import { type CustomerLine, ledgerCustomersQuery } from './moneyQueries.ts';
import { spent, useKeyName } from './useKeyName.ts';

/** The customers behind a sum, the most valuable first; each opens into the entries of its own ledger. */
export function LedgerCustomers({ scope, by }: { scope: Scope; by: string }) {
  const t = useT();
  const go = useGo();
  const [filters] = useFilters();
  const keyName = useKeyName(by);
  const { month, moneyRound } = useFormats();
  const currency = useCurrency();
  const of = filters['of']?.startsWith(`${by}:`) ? filters['of'].slice(by.length + 1) : undefined;
  const query = useInfiniteQuery(ledgerCustomersQuery(scope, of === undefined ? {} : { [by]: of }));
  const money = (key: string, title: string, minor: (row: CustomerLine) => number | null): Column<CustomerLine> => ({ key, title, numeric: true, cell: (row) => moneyRound(minor(row), currency) });
  const columns: Column<CustomerLine>[] = [
    { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ customerId, name }) => <Anchor to={paths.customer(customerId)} tabIndex={-1}>{name || t('customers.nameless')}</Anchor> },
    { key: 'stage', title: t('money.by.stage'), cell: ({ stage }) => <StageBadge stage={stage} /> },
    { key: 'cohort', title: t('money.by.cohort'), cell: ({ cohort }) => (cohort === '' ? '—' : month(cohort)) },
    { key: 'channel', title: t('money.by.channel'), cell: ({ channel }) => channel || '—' },
    money('revenue', t('money.line.revenue'), ({ revenueMinor }) => revenueMinor), money('acquisition', t('money.line.acquisition'), ({ acquisitionMinor }) => spent(acquisitionMinor)),
    money('maintenance', t('money.line.maintenance'), ({ maintenanceMinor }) => spent(maintenanceMinor)),
    { ...money('value', t('money.value'), ({ valueMinor }) => valueMinor), phone: 'aside' }, money('expected', t('money.expected'), ({ expectedMinor }) => expectedMinor),
  ];
  return (
    <Section title={of === undefined ? t('money.ledger.customers') : t('money.ledger.customers.of', { name: keyName(of) })} note={t('money.ledger.customers.note')}>
      <DataTable name="ledger-customers" caption={t('money.ledger.customers')} columns={columns} rows={query.data?.pages.flatMap(({ rows }) => rows)} rowKey={({ customerId }) => customerId} onOpen={({ customerId }) => go(paths.customer(customerId))} error={query.error} expectedRows={10} />
      {query.hasNextPage && <div className="pager"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('money.more')}</Button></div>}
    </Section>
  );
}
