import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import type { Pareto } from './BroughtView.tsx';

/** As many as answer the question at a glance. */
const FIRST = 20;

type Top = Pareto['top'][number];

/** The best customers by name, greatest first. */
export function TopBuyers({ pareto: { top, all } }: { pareto: Pareto }) {
  const t = useT();
  const [whole, setWhole] = useState(false);
  const go = useGo();
  const { moneyRound, percent } = useFormats();
  const currency = useCurrency();
  const columns: Column<Top>[] = [
    { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ customerId, name }) => <Anchor to={paths.customer(customerId)} tabIndex={-1}>{name || t('customers.nameless')}</Anchor> },
    { key: 'worth', title: t('value.worth'), numeric: true, phone: 'aside', cell: ({ worthMinor }) => moneyRound(worthMinor, currency) },
    { key: 'share', title: t('value.ofTotal'), numeric: true, cell: ({ worthMinor }) => percent(all.totalMinor > 0 ? worthMinor / all.totalMinor : null, 2) },
  ];
  return (
    <>
      <DataTable name="top-buyers" caption={t('value.top')} columns={columns} rows={whole ? top : top.slice(0, FIRST)} rowKey={({ customerId }) => customerId} onOpen={({ customerId }) => go(paths.customer(customerId))} />
      {!whole && top.length > FIRST && <div className="pager"><Button onClick={() => setWhole(true)}>{t('value.top.all', { count: top.length })}</Button></div>}
    </>
  );
}
