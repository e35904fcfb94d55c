import type { FieldDiff } from '../../../../src/reach/core/templates/difference.ts';
import { useT } from '../../lib/language.tsx';

/** What differs, text by text, line by line. */
export function FieldDifferences({ fields }: { fields: readonly FieldDiff[] }) {
  const t = useT();
  return fields.map(({ at, lines }) => (
    <figure key={at} className="difference">
      <figcaption className="grey small">{at}</figcaption>
      <div tabIndex={0} role="group" aria-label={at}>
        {lines.map(({ kind, text }, i) => (kind === 'same' ? <p key={i}>{text || ' '}</p> : kind === 'in' ? <ins key={i}><span className="unseen">{t('templates.line.in')} </span>{text || ' '}</ins> : <del key={i}><span className="unseen">{t('templates.line.out')} </span>{text || ' '}</del>))}
      </div>
    </figure>
  ));
}
