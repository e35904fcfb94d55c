import { Select } from 'antd';
import { type Status, STATUSES } from '../../../../src/collect/core/statuses.ts';
import { useT } from '../../lib/language.tsx';
import { Notice } from '../../ui/Figure.tsx';
import type { Drop, Piece } from './useDrop.ts';

/** Status words nobody knows: asked once, remembered in the mapping. Rows of an unanswered word go to quarantine. */
export function StatusQuestions({ piece, drop }: { piece: Piece; drop: Drop }) {
  const t = useT();
  const { look, mapping } = piece;
  const open = look.questions.flatMap(({ words }) => words);
  const words = [...new Set([...open, ...piece.answered])];
  if (words.length === 0) return null;
  const left = words.filter((word) => !mapping.statuses[word]).length;
  const answer = (word: string, status: Status | undefined) => {
    const { [word]: _, ...rest } = mapping.statuses;
    drop.answer(piece, word, { statuses: status ? { ...rest, [word]: status } : rest });
  };
  return (
    <Notice tone={left > 0 ? 'warn' : 'note'}>
      <p>{t(left > 0 ? 'imports.statuses' : 'imports.statuses.said', { count: left })}</p>
      <ul className="status-words">
        {words.map((word) => (
          <li key={word} className="row">
            <span className="strong">{word || t('imports.statuses.blank')}</span><span aria-hidden="true">→</span>
            <Select aria-label={t('imports.statuses.of', { word })} className="status-choice" placeholder={t('imports.statuses.choose')} allowClear value={mapping.statuses[word] ?? null} onChange={(status: Status | undefined) => answer(word, status)} options={STATUSES.map((value) => ({ value, label: t(`import.status.${value}`) }))} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}
