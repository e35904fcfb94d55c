import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useData } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { csvOf, download } from '../../ui/csv.ts';
import { Page } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { Documents } from './Documents.tsx';
import { type Cell, figureOf, isMoney, type Measure, MEASURES, type Reconciled, reconcileQuery } from './reconcileQueries.ts';
import { ReconcileTable } from './ReconcileTable.tsx';
import './reconcile.css';

/** 对账: our figures by month and shop beside the user's own books. */
export default function ReconcilePage() {
  const t = useT();
  const [filters, change] = useFilters();
  const { sources } = useData();
  const measure = MEASURES.find((one) => one === filters['measure']) ?? 'paid';
  const scope = { shop: filters['shop'], source: filters['source'] };
  const query = useQuery(reconcileQuery(scope));
  const csv = query.data && query.data.rows.length > 0 ? <Button onClick={() => saveCsv(query.data, measure, t)}>{t('reconcile.csv')}</Button> : undefined;
  return (
    <Page title={t('nav.customers.reconcile')} lead={query.data && query.data.rows.length > 0 ? <Verdict data={query.data} measure={measure} /> : t('reconcile.lead')} actions={csv}>
      <div className="row filters-line reconcile-line">
        <span className="grey">{t('reconcile.compare')}</span>
        <Choices label={t('reconcile.compare')} value={measure} onChoose={(key) => change({ measure: key === 'paid' ? null : key })} options={MEASURES.map((key) => ({ key, label: t(`reconcile.${key}`) }))} />
        {sources.length > 1 && <Select aria-label={t('imports.source')} className="source-choice" popupMatchSelectWidth={false} value={filters['source'] ?? ''} onChange={(source: string) => change({ source })} options={[{ value: '', label: t('reconcile.everySource') }, ...sources.map(({ key, name }) => ({ value: key, label: name }))]} />}
      </div>
      <Loaded query={query} skeleton={<Skeleton height={360} />}>
        {(data) => (data.rows.length === 0 ? <Empty title={t('reconcile.none')} action={<Anchor to={paths.imports()}>{t('reconcile.import')}</Anchor>} /> : <Books key={`${scope.shop} ${scope.source}`} data={data} measure={measure} source={scope.source} />)}
      </Loaded>
    </Page>
  );
}

function Books({ data, measure, source }: { data: Reconciled; measure: Measure; source: string | undefined }) {
  const t = useT();
  const { count, money, percent } = useFormats();
  const [cell, setCell] = useState<Cell | null>(null);
  const { total, currency } = data;
  return (
    <>
      <ReconcileTable data={data} measure={measure} onOpen={({ month, shop }) => setCell({ month, shop, source })} />
      <ul className="notes grey">
        {total.nobodysMinor !== 0 && <li>{t('reconcile.nobodys', { money: money(total.nobodysMinor, currency), share: total.netMinor === 0 ? '—' : percent(total.nobodysMinor / total.netMinor) })}</li>}
        {total.neverBought > 0 && <li>{t('reconcile.never', { never: total.neverBought, people: total.people, buyers: count(total.buyers) })}</li>}
        <li>{t('reconcile.rules')}</li>
      </ul>
      <Documents cell={cell} currency={currency} onClose={() => setCell(null)} />
    </>
  );
}

/** One sentence that answers: does it agree with the books typed in so far? */
function Verdict({ data, measure }: { data: Reconciled; measure: Measure }) {
  const t = useT();
  const { money, count } = useFormats();
  const said = data.rows.filter(({ figures }) => figures[measure] !== undefined);
  const off = said.filter((row) => row.figures[measure] !== figureOf(row, measure));
  const difference = off.reduce((sum, row) => sum + figureOf(row, measure) - (row.figures[measure] ?? 0), 0);
  const shown = isMoney(measure) ? money(difference, data.currency) : count(difference);
  const total = isMoney(measure) ? money(figureOf(data.total, measure), data.currency) : count(figureOf(data.total, measure));
  const name = t(`reconcile.${measure}`);
  if (said.length === 0) return t('reconcile.verdict.open', { name, total });
  return off.length === 0 ? t('reconcile.verdict.agree', { name, count: said.length }) : t('reconcile.verdict.off', { name, count: off.length, of: said.length, difference: shown });
}

function saveCsv({ rows, total, currency }: Reconciled, measure: Measure, t: ReturnType<typeof useT>): void {
  const decimals = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const major = (minor: number): number => minor / 10 ** decimals;
  const header = [t('reconcile.month'), t('reconcile.shop'), t('reconcile.orders'), t('reconcile.buyers'), ...['paid', 'refunds', 'net', 'nobody'].map((key) => `${t(`reconcile.${key}`)} (${currency})`), t('reconcile.mine', { name: t(`reconcile.${measure}`) })];
  const cells = (row: Reconciled['total']) => [row.orders, row.buyers, major(row.paidMinor), major(row.refundsMinor), major(row.netMinor), major(row.nobodysMinor)];
  const mine = (figure: number | undefined) => (figure === undefined ? null : isMoney(measure) ? major(figure) : figure);
  download(`reconcile-${measure}.csv`, csvOf(header, [...rows.map((row) => [row.month, row.shop, ...cells(row), mine(row.figures[measure])]), [t('reconcile.total'), '', ...cells(total), null]]));
}
