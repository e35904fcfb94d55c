import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import type { Care } from './careQueries.ts';

/** What colleagues are to do this month, by the journey that asks for it, and how much of it is done. */
export function DueList({ due }: { due: Care['due'] }) {
  const t = useT();
  const { count, percent } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('care.due.what')}</th><th scope="col">{t('care.due.from')}</th><th scope="col" className="number">{t('care.due.due')}</th><th scope="col" className="number">{t('care.due.done')}</th><th scope="col" className="number">{t('care.due.overdue')}</th></tr></thead>
        <tbody>
          {due.map((row) => (
            <tr key={`${row.journey ?? ''} ${row.text}`}>
              <td className="phone-head">{row.text === '' ? t('care.due.written') : row.text}</td>
              <td data-label={t('care.due.from')}>{row.journey === null ? <span className="grey">{t('care.due.byHand')}</span> : <Anchor to={paths.journey(row.journey)}>{row.name || t('journeys.gone')}</Anchor>}</td>
              <td className="number" data-label={t('care.due.due')}>{count(row.due)}</td>
              <td className="number" data-label={t('care.due.done')}>{count(row.done)} <span className="grey small">{percent(row.due === 0 ? null : row.done / row.due, 0)}</span></td>
              <td className="number" data-label={t('care.due.overdue')}>{row.overdue > 0 ? <span className="ochre">{count(row.overdue)}</span> : '0'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
