import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Money } from '../../ui/Figure.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { RiskPanel } from './RiskPanel.tsx';
import { countsQuery, type Risk, type Risks } from './signalsQueries.ts';

const STATES = ['open', 'watching', 'confirmed', 'cleared'] as const;
const KINDS = ['refund', 'payment', 'abuse', 'fraud'] as const;
const PAGE_SIZE = 25;

/** Signals newest first, those to review unless another state is chosen; a line opens its evidence and the decision. */
export function RisksView() {
  const t = useT();
  const [filters, change] = useFilters();
  const [opened, setOpened] = useState<Risk | null>(null);
  const counts = useQuery(countsQuery).data?.counts;
  const state = STATES.find((one) => one === filters['state']) ?? 'open';
  const kind = filters['kind'] ?? '';
  const total = counts?.[state] ?? 0;
  const asked = { state, kind: kind || undefined };
  const pages = usePages(['signals', 'risks', asked], async (cursor, signal) => ({ ...(await api.get<Risks>('/lifecycle/risks', { ...asked, cursor, limit: PAGE_SIZE }, signal)), total: { count: total, over: false } }));
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns = useRiskColumns();
  return (
    <>
      <div className="row filters-line">
        <Choices label={t('risks.state')} options={STATES.map((key) => ({ key, label: t('risks.state.count', { state: t(`risk.state.${key}`), count: counts?.[key] ?? 0 }) }))} value={state} onChoose={(key) => change({ state: key === 'open' ? null : key })} />
        <Choices label={t('risks.kind')} options={['', ...KINDS].map((key) => ({ key, label: key ? t(`risk.kind.${key}`) : t('risks.all') }))} value={kind} onChoose={(key) => change({ kind: key || null })} />
      </div>
      <DataTable
        name="risks" caption={t('signals.view.risk')} columns={columns} rows={data?.rows} rowKey={({ id }) => id} onOpen={setOpened} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData}
        empty={<Empty title={t('risks.none')}>{t('risks.none.why')}</Empty>} expectedRows={6}
      />
      {(pages.forward || pages.back) && <Pager pages={pages} size={PAGE_SIZE} />}
      <RiskPanel risk={opened} onClose={() => setOpened(null)} />
    </>
  );
}

function useRiskColumns(): Column<Risk>[] {
  const t = useT();
  const { moment } = useFormats();
  return [
    { key: 'customer', title: t('risks.customer'), phone: 'head', cell: ({ customer }) => <Anchor className="customer-name" to={paths.customer(customer.id)} tabIndex={-1}>{customer.name || t('customers.nameless')}</Anchor> },
    { key: 'stage', title: t('customers.col.stage'), phone: 'aside', cell: ({ customer }) => (customer.stage ? <StageBadge stage={customer.stage} /> : '—') },
    { key: 'why', title: t('risks.why'), cell: ({ rule, count, withinDays }) => t(`risk.rule.${rule}`, { count, days: withinDays }) },
    { key: 'amount', title: t('risks.amount'), numeric: true, cell: ({ amountMinor }) => (amountMinor === 0 ? '—' : <Money minor={amountMinor} />) },
    { key: 'net', title: t('risks.net'), numeric: true, cell: ({ customer }) => <Money minor={customer.netMinor} round /> },
    { key: 'raised', title: t('risks.raised'), numeric: true, cell: ({ raisedAt }) => moment(String(raisedAt)) },
  ];
}
