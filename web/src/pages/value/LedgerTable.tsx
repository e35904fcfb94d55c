import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import type { LedgerLine, Ledgers } from './moneyQueries.ts';
import { shownRows, spent, useKeyName } from './useKeyName.ts';

/** Ledgers summed, with their total: a row chosen shows its customers below. */
export function LedgerTable({ data }: { data: Ledgers }) {
  const { by, total } = data;
  const t = useT();
  const [filters, change] = useFilters();
  const keyName = useKeyName(by);
  const chosen = filters['of'];
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <thead><tr>
          <th scope="col">{t(`money.by.${by}`)}</th><th scope="col" className="number">{t('money.customers')}</th><th scope="col" className="number">{t('money.line.revenue')}</th><th scope="col" className="number">{t('money.line.acquisition')}</th>
          <th scope="col" className="number">{t('money.line.maintenance')}</th><th scope="col" className="number">{t('money.value')}</th><th scope="col" className="number">{t('money.each')}</th><th scope="col" className="number">{t('money.expected')}</th>
        </tr></thead>
        <tbody>{shownRows(data).map((row) => (
          <tr key={row.key} className={chosen === `${by}:${row.key}` ? 'chosen' : undefined}>
            <td><button type="button" className="plain link" aria-pressed={chosen === `${by}:${row.key}`} onClick={() => change({ of: chosen === `${by}:${row.key}` ? null : `${by}:${row.key}` })}>{keyName(row.key)}</button></td>
            <Cells row={row} />
          </tr>
        ))}</tbody>
        <tfoot><tr><td>{t('money.total')}</td><Cells row={total} /></tr></tfoot>
      </table>
    </div>
  );
}

function Cells({ row: { customers, revenueMinor, acquisitionMinor, maintenanceMinor, valueMinor, perCustomerMinor, expectedMinor } }: { row: LedgerLine }) {
  const { count, moneyRound } = useFormats();
  const currency = useCurrency();
  const cells = [count(customers), ...[revenueMinor, spent(acquisitionMinor), spent(maintenanceMinor), valueMinor, perCustomerMinor, expectedMinor].map((minor) => moneyRound(minor, currency))];
  return <>{cells.map((cell, at) => <td key={at} className="number">{cell}</td>)}</>;
}
