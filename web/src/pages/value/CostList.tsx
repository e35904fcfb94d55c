import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useSourceName } from '../../lib/names.ts';
import { useCurrency, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { CostForm } from './CostForm.tsx';
import { COST_KINDS } from './costKinds.ts';
import { type CostLine, costsQuery } from './moneyQueries.ts';

/** Every cost on record, from files or by hand. */
export function CostList() {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const [open, setOpen] = useState(false);
  const kind = filters['kind'];
  const query = useInfiniteQuery(costsQuery({ kind }));
  const columns = useColumns();
  return (
    <Section
      title={t('money.costs')} note={t('money.costs.note')}
      actions={<><Select aria-label={t('money.cost.kind')} value={kind ?? ''} onChange={(next: string) => change({ kind: next })} options={[{ value: '', label: t('money.kind.all') }, ...COST_KINDS.map((key) => ({ value: key, label: t(`money.kind.${key}`) }))]} />{may('lifecycle.write') && <Button type="primary" onClick={() => setOpen(true)}>{t('money.cost.add')}</Button>}</>}
    >
      <DataTable name="costs" caption={t('money.costs')} columns={columns} rows={query.data?.pages.flatMap(({ rows }) => rows)} rowKey={({ source, costNo }) => `${source} ${costNo}`} error={query.error} expectedRows={8} empty={t('money.costs.none')} />
      {query.hasNextPage && <div className="pager"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('money.more')}</Button></div>}
      <SidePanel open={open} onClose={() => setOpen(false)} title={t('money.cost.add')}>{open && <CostForm onDone={() => setOpen(false)} />}</SidePanel>
    </Section>
  );
}

function useColumns(): Column<CostLine>[] {
  const t = useT();
  const may = useMay();
  const { day, month, money } = useFormats();
  const currency = useCurrency();
  const sourceName = useSourceName();
  const remove = useWrite(['money'], (id: string) => api.delete(`/lifecycle/costs/${id}`), { done: t('money.cost.removed') });
  return [
    { key: 'day', title: t('money.cost.on'), cell: ({ day: on, typed }) => (typed?.wholeMonth ? month(on) : day(on)) },
    { key: 'kind', title: t('money.cost.kind'), phone: 'head', cell: ({ kind }) => t(`money.kind.${kind}`) },
    { key: 'channel', title: t('money.by.channel'), cell: ({ channel }) => channel || '—' },
    { key: 'what', title: t('money.cost.document'), cell: ({ typed, costNo, orderNo }) => (typed ? typed.note || t('money.cost.byHand') : orderNo ? t('money.cost.ofOrder', { costNo, orderNo }) : costNo) },
    { key: 'who', title: t('money.cost.source'), cell: ({ typed, source }) => (typed ? t('money.cost.typedBy', { name: typed.author || t('money.cost.program') }) : sourceName(source)) },
    { key: 'amount', title: t('money.cost.amount'), numeric: true, phone: 'aside', cell: ({ amountMinor }) => money(amountMinor, currency) },
    { key: 'remove', title: '', cell: ({ typed, costNo }) => (typed && may('lifecycle.write') ? <button type="button" className="plain link" onClick={() => remove.mutate(costNo)}>{t('money.cost.remove')}</button> : '') },
  ];
}
