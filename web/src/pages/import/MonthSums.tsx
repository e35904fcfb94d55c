import { Radio } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { fieldLabel } from './MappingTable.tsx';
import { currenciesOf } from './mappingEdits.ts';
import type { Drop, Piece } from './useDrop.ts';

/** Sums that are no measure of an order and cannot be 销售额. */
const OTHERS = ['lines', 'refunded', 'refunds', 'costs'];

/** Every money measure by month, to be held against one's own books, and which of them is 销售额. */
export function MonthSums({ piece, drop }: { piece: Piece; drop: Drop }) {
  const t = useT();
  const { month, money, count, list } = useFormats();
  const own = useCurrency();
  const { look: { sums: { measures, months }, complete, rows }, mapping } = piece;
  const [currency = own, ...others] = currenciesOf(piece, '', own);
  const choosable = mapping.roles.includes('order') || mapping.roles.includes('line');
  const canChoose = (name: string) => choosable && (!OTHERS.includes(name) || (name === 'lines' && mapping.roles.includes('line')));
  const chosen = mapping.measure ?? 'lines';
  const label = (name: string) => (OTHERS.includes(name) ? t(`imports.sum.${name}`) : fieldLabel(t, `money.${name}`));
  const total = (name: string) => months.reduce((sum, { sums }) => sum + (sums[name] ?? 0), 0);
  return (
    <>
      {choosable && measures.filter(canChoose).length > 1 && <p className="grey small">{t('imports.measure.ask')}</p>}
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact sums">
          <caption className="unseen">{t('imports.sums.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('imports.sums.month')}</th>
              {measures.map((name) => (
                <th key={name} scope="col" className="number">
                  {canChoose(name) && measures.filter(canChoose).length > 1
                    ? <Radio checked={chosen === name} onChange={() => drop.edit(piece, { measure: name === 'lines' ? null : name })}>{label(name)}</Radio>
                    : label(name)}
                  {canChoose(name) && chosen === name && <span className="accent small"> {t('imports.measure.is')}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{months.map(({ month: key, sums }) => <tr key={key}><td>{key ? month(key) : t('imports.sums.undated')}</td>{measures.map((name) => <td key={name} className={`number${chosen === name && canChoose(name) ? ' strong' : ''}`}>{sums[name] === undefined ? '—' : money(sums[name], currency)}</td>)}</tr>)}</tbody>
          <tfoot><tr><td>{t('imports.sums.total')}</td>{measures.map((name) => <td key={name} className="number">{money(total(name), currency)}</td>)}</tr></tfoot>
        </table>
      </div>
      {others.length > 0 && <p className="ochre small">{t('imports.sums.mixed', { currencies: list([currency, ...others]) })}</p>}
      {!complete && <p className="grey small">{t('imports.sums.partial', { rows: count(rows) })}</p>}
    </>
  );
}
