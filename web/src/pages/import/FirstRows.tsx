import { useT } from '../../lib/language.tsx';
import type { FilePreview } from './importQueries.ts';

const SHOWN = 10;
const COLUMNS_SHOWN = 60;

/** The first rows as the file holds them. */
export function FirstRows({ look }: { look: FilePreview }) {
  const t = useT();
  const header = look.header.slice(0, COLUMNS_SHOWN);
  return (
    <div className="table-scroll first-rows" tabIndex={0}>
      <table className="data compact">
        <caption className="unseen">{t('imports.view.rows')}</caption>
        <thead><tr>{header.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>{look.firstRows.filter((row) => row.length > 0).slice(0, SHOWN).map((row, index) => <tr key={index}>{header.map((name, at) => <td key={name}><span className="clip-cell">{row[at] ?? ''}</span></td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
