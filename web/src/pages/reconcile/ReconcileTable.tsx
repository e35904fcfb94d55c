import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { MyFigure } from './MyFigure.tsx';
import { figureOf, isMoney, type Measure, type MonthRow, type Reconciled } from './reconcileQueries.ts';

type TableProps = { data: Reconciled; measure: Measure; onOpen: (row: MonthRow) => void };

/** A row a month and shop: what we counted, what the user's books say, and the difference that opens its documents. */
export function ReconcileTable({ data, measure, onOpen }: TableProps) {
  const t = useT();
  const may = useMay();
  const { count, money, month } = useFormats();
  const { rows, total, currency } = data;
  const shops = new Set(rows.map(({ shop }) => shop)).size > 1 || rows.some(({ shop }) => shop !== '');
  const opensMonth = (at: number): boolean => rows[at - 1]?.month !== rows[at]?.month;
  const cash = (minor: number) => money(minor, currency);
  const mark = (key: Measure) => (key === measure ? 'number strong phone-aside' : 'number phone-hidden');
  const cells = (row: Reconciled['total']) => (
    <>
      <td className={mark('orders')}>{count(row.orders)}</td><td className={mark('buyers')}>{count(row.buyers)}</td>
      <td className={mark('paid')}>{cash(row.paidMinor)}</td><td className={mark('refunds')}>{cash(row.refundsMinor)}</td><td className={mark('net')}>{cash(row.netMinor)}</td>
      <td className="number grey phone-hidden">{row.nobodysMinor === 0 ? '—' : cash(row.nobodysMinor)}</td>
    </>
  );
  return (
    <div className="table-scroll reconcile" tabIndex={0}>
      <table className="data compact stacks">
        <caption className="unseen">{t('nav.customers.reconcile')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('reconcile.month')}</th>{shops && <th scope="col">{t('reconcile.shop')}</th>}
            {['orders', 'buyers', 'paid', 'refunds', 'net', 'nobody'].map((key) => <th key={key} scope="col" className={key === measure ? 'number strong' : 'number'}>{t(`reconcile.${key}`)}</th>)}
            <th scope="col" className="number">{t('reconcile.mine', { name: t(`reconcile.${measure}`) })}</th><th scope="col" className="number">{t('reconcile.difference')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={`${row.month} ${row.shop}`} className={shops && opensMonth(at) ? 'opens-month' : undefined}>
              {shops
                ? <>{opensMonth(at) && <th scope="rowgroup" rowSpan={rows.filter((one) => one.month === row.month).length} className="phone-hidden month">{month(row.month)}</th>}<th scope="row" className="phone-head shop"><button type="button" className="plain link" onClick={() => onOpen(row)}><span className="phone-word">{month(row.month)} · </span>{row.shop || t('reconcile.noShop')}</button></th></>
                : <th scope="row" className="phone-head"><button type="button" className="plain link" onClick={() => onOpen(row)}>{month(row.month)}</button></th>}
              {cells(row)}
              <td className="number mine" data-label={t('reconcile.mine', { name: t(`reconcile.${measure}`) })}><MyFigure key={measure} row={row} measure={measure} currency={currency} readOnly={!may('imports.write')} /></td>
              <td className="number" data-label={t('reconcile.difference')}><Difference row={row} measure={measure} currency={currency} onOpen={() => onOpen(row)} /></td>
            </tr>
          ))}
        </tbody>
        <tfoot><tr><td className="phone-head">{t('reconcile.total')}</td>{shops && <td />}{cells(total)}<td className="number">{mineTotal(rows, measure, (figure) => (isMoney(measure) ? cash(figure) : count(figure)))}</td><td /></tr></tfoot>
      </table>
    </div>
  );
}

/** The user's own figures together, once every month has one; people of several months cannot be added. */
const mineTotal = (rows: readonly MonthRow[], measure: Measure, write: (figure: number) => string): string =>
  (measure === 'buyers' || rows.some(({ figures }) => figures[measure] === undefined) ? '' : write(rows.reduce((sum, { figures }) => sum + (figures[measure] ?? 0), 0)));

function Difference({ row, measure, currency, onOpen }: { row: MonthRow; measure: Measure; currency: string; onOpen: () => void }) {
  const t = useT();
  const { count, money } = useFormats();
  const mine = row.figures[measure];
  if (mine === undefined) return <span className="grey">—</span>;
  const off = figureOf(row, measure) - mine;
  if (off === 0) return <span className="grey">{t('reconcile.agrees')}</span>;
  const size = isMoney(measure) ? money(Math.abs(off), currency) : count(Math.abs(off));
  return <button type="button" className="plain ochre underlined" onClick={onOpen}>{t(off > 0 ? 'reconcile.more' : 'reconcile.less', { size })}</button>;
}
