import { useFormats } from '../../lib/format.ts';
import { isKnown, type Speak } from '../../lib/language.tsx';
import { useT } from '../../lib/language.tsx';
import type { FilePreview } from './importQueries.ts';

/** Why a row was not taken, as a sentence. */
export const rejectSentence = (t: Speak, code: string, params: Readonly<Record<string, unknown>>): string => (isKnown(`import.reject.${code}`) ? t(`import.reject.${code}`, params) : code);
/** What was noticed without losing a row. */
export const noteSentence = (t: Speak, code: string, count: number): string => (isKnown(`import.note.${code}`) ? t(`import.note.${code}`, { count }) : `${code}: ${count}`);

/** What will go to quarantine and why, then what was noticed without losing a row. */
export function Refused({ look }: { look: FilePreview }) {
  const t = useT();
  const { count } = useFormats();
  const notes = Object.entries(look.notes).filter(([, many]) => many > 0);
  return (
    <>
      {look.rejects.length > 0 && (
        <div className="table-scroll" tabIndex={0}>
          <table className="data compact">
            <caption className="unseen">{t('imports.refused.caption')}</caption>
            <thead><tr><th scope="col" className="number">{t('imports.refused.rows')}</th><th scope="col">{t('imports.refused.why')}</th><th scope="col">{t('imports.mapping.column')}</th><th scope="col" className="number">{t('imports.refused.first')}</th></tr></thead>
            <tbody>{look.rejects.map(({ code, column, count: many, line, params }) => <tr key={`${code} ${column}`}><td className="number">{count(many)}</td><td className="wrap">{rejectSentence(t, code, params)}</td><td>{column || '—'}</td><td className="number">{count(line)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      {look.rejects.length > 0 && <p className="grey small">{t('imports.refused.note')}</p>}
      {notes.length > 0 && <ul className="notes grey">{notes.map(([code, many]) => <li key={code}>{noteSentence(t, code, many)}</li>)}</ul>}
    </>
  );
}
