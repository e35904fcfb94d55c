import { useQuery } from '@tanstack/react-query';
import type { ValueKind } from '../../../../src/lifecycle/core/tags/bands.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { tagPreviewQuery } from './fieldsQueries.ts';
import { gapsIn, specOf, type ValueDraft } from './tagValues.ts';

/** How many would get which value, as of today, before the tag is saved. */
export function TagPreview({ kind, draft }: { kind: ValueKind; draft: ValueDraft }) {
  const t = useT();
  const { count, percent } = useFormats();
  const gaps = gapsIn(kind, draft);
  const preview = useQuery({ ...tagPreviewQuery(kind, specOf(kind, draft)), enabled: gaps === 0 });
  if (gaps > 0) return <p className="grey small">{t('filter.gaps', { count: gaps })}</p>;
  if (preview.isError) return <p className="act small" role="alert">{sentenceOf(t, preview.error)}</p>;
  if (!preview.data) return <p className="grey small">{t('fields.tag.counting')}</p>;
  const { people, valued, values, rows } = preview.data;
  return (
    <div className="field" role="status">
      <span className="small">{t('fields.tag.valued', { valued, people })}</span>
      {rows.length > 0 && (
        <table className="data compact tag-preview">
          <caption className="unseen">{t('fields.tag.preview')}</caption>
          <thead><tr><th scope="col">{t('fields.tag.value')}</th><th scope="col" className="number">{t('fields.tag.count')}</th><th scope="col" className="number">{t('fields.tag.share')}</th></tr></thead>
          <tbody>{rows.map((row) => <tr key={row.value}><td>{row.value}</td><td className="number">{count(row.count)}</td><td className="number">{percent(people === 0 ? null : row.count / people)}</td></tr>)}</tbody>
        </table>
      )}
      {values > rows.length && <span className="grey small">{t('fields.tag.more', { count: values - rows.length })}</span>}
    </div>
  );
}
