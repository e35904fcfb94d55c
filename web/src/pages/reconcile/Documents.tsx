import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { OrderPanel } from '../customer/OrderPanel.tsx';
import { type Cell, type Document, documentsQuery } from './reconcileQueries.ts';

/** The orders, refunds and adjustments behind one month of one shop. */
export function Documents({ cell, currency, onClose }: { cell: Cell | null; currency: string; onClose: () => void }) {
  const t = useT();
  const { month } = useFormats();
  const title = cell ? t('reconcile.documents', { month: month(cell.month), shop: cell.shop || 'none' }) : '';
  return <SidePanel open={cell !== null} onClose={onClose} title={title}>{cell && <List key={`${cell.month} ${cell.shop}`} cell={cell} currency={currency} />}</SidePanel>;
}

function List({ cell, currency }: { cell: Cell; currency: string }) {
  const t = useT();
  const query = useInfiniteQuery(documentsQuery(cell));
  const [link, setLink] = useState<string | null>(null);
  if (query.error && !query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton lines={12} />;
  const rows = query.data.pages.flatMap((page) => page.rows);
  return (
    <>
      <p className="grey documents-note">{t('reconcile.documents.note')}</p>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <caption className="unseen">{t('reconcile.documents.caption')}</caption>
          <thead><tr><th scope="col">{t('reconcile.day')}</th><th scope="col">{t('reconcile.documentNo')}</th><th scope="col">{t('reconcile.what')}</th><th scope="col">{t('reconcile.who')}</th><th scope="col" className="number">{t('reconcile.paid')}</th><th scope="col" className="number">{t('reconcile.refunds')}</th><th scope="col" className="number">{t('reconcile.net')}</th></tr></thead>
          <tbody>{rows.map((row) => <DocumentRow key={`${row.kind} ${row.source} ${row.documentNo}`} row={row} currency={currency} onOpen={setLink} />)}</tbody>
        </table>
      </div>
      {query.hasNextPage && <div className="pager"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('reconcile.moreDocuments')}</Button></div>}
      <OrderPanel link={link} onClose={() => setLink(null)} />
    </>
  );
}

function DocumentRow({ row, currency, onOpen }: { row: Document; currency: string; onOpen: (link: string) => void }) {
  const t = useT();
  const { shortDay, money } = useFormats();
  const { kind, source, shop, documentNo, status, customer, day, amountMinor, refundedMinor, netMinor, purchase } = row;
  const link = `/orders/detail?${new URLSearchParams({ source, shop, orderNo: documentNo }).toString()}`;
  const what = kind === 'order' ? t(`import.status.${status}`) : t(`reconcile.kind.${kind}`);
  return (
    <tr className={kind === 'order' && !purchase ? 'no-purchase' : undefined}>
      <td className="nowrap">{shortDay(day)}</td>
      <td>{kind === 'order' ? <button type="button" className="plain link" onClick={() => onOpen(link)}>{documentNo}</button> : documentNo}</td>
      <td>{what}{kind === 'order' && !purchase && <span className="grey small"> {t('reconcile.noPurchase')}</span>}</td>
      <td>{customer ? <Anchor to={paths.customer(customer)}>{t('reconcile.open')}</Anchor> : <span className="grey">{t('reconcile.nobodyOne')}</span>}</td>
      <td className="number">{money(amountMinor, currency)}</td><td className="number">{refundedMinor === 0 ? '—' : money(refundedMinor, currency)}</td><td className="number">{money(netMinor, currency)}</td>
    </tr>
  );
}
