import { Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Failure } from '../../ui/States.tsx';
import { FirstRows } from './FirstRows.tsx';
import { MappingTable } from './MappingTable.tsx';
import { MonthSums } from './MonthSums.tsx';
import { ReadingChoice } from './ReadingChoice.tsx';
import { ReadingRules } from './ReadingRules.tsx';
import { Refused } from './Refused.tsx';
import { StatusQuestions } from './StatusQuestions.tsx';
import type { Drop, Piece } from './useDrop.ts';

const VIEWS = ['sums', 'columns', 'rows', 'refused', 'rules'] as const;
type View = (typeof VIEWS)[number];
/** With more files than this, each is folded to its sentence. */
const FOLDED_FROM = 3;

/** One file as it will be read: what it is, what is asked, and behind words its columns, rows, sums and refusals. */
export function FilePiece({ piece, drop, inside, onRemove }: { piece: Piece; drop: Drop; inside: string; onRemove: (() => void) | undefined }) {
  const t = useT();
  const { list } = useFormats();
  const { look, mapping } = piece;
  const hasSums = look.sums.months.length > 0;
  const [view, setView] = useState<View | ''>(drop.drops.length > FOLDED_FROM ? '' : look.recipe !== null && hasSums ? 'sums' : 'columns');
  const refused = look.rejects.reduce((sum, one) => Math.max(sum, one.count), 0);
  const isRecognised = mapping.columns.some(({ field }) => field !== 'property' && field !== 'ignore');
  const labels: Record<View, string> = {
    sums: t('imports.view.sums'), columns: t('imports.view.columns', { count: mapping.columns.length }), rows: t('imports.view.rows'),
    refused: refused > 0 ? t('imports.view.refused', { count: refused }) : t('imports.noticed'), rules: t('imports.view.rules'),
  };
  const shown = VIEWS.filter((one) => (one === 'sums' ? hasSums : one === 'refused' ? look.rejects.length > 0 || Object.keys(look.notes).length > 0 : true));
  return (
    <section className={piece.wanted ? 'piece' : 'piece unwanted'} aria-label={look.name}>
      <header className="spread">
        <span className="row">
          <Checkbox checked={piece.wanted} onChange={({ target }) => drop.want(piece, target.checked)}><span className="strong file-name">{look.name}</span></Checkbox>
          {inside && <span className="grey small">{t('imports.inside', { name: inside })}</span>}
        </span>
        {onRemove && <button type="button" className="plain link small" onClick={onRemove}>{t('imports.remove')}</button>}
      </header>
      <p className={piece.stale ? 'fading piece-said' : 'piece-said'}>
        {t('imports.piece', { roles: list(mapping.roles.map((role) => t(`import.role.${role}`))), recipe: look.recipe ? t(`import.recipe.${look.recipe}`) : 'none', rows: look.rows, complete: String(look.complete) })}{' '}
        {look.rows === 0 ? t('imports.piece.empty') : !isRecognised ? t('imports.piece.unknown') : (refused === 0 ? t('imports.piece.all') : <button type="button" className="plain ochre underlined" onClick={() => setView('refused')}>{t('imports.piece.some', { count: refused })}</button>)}
        <span className="grey small"> {t('imports.piece.format', { format: look.format.toUpperCase() })}</span>
      </p>
      {piece.wanted && (
        <>
          {look.sheets.length > 1 && (
            <label className="row sheet-choice">{t('imports.sheet', { count: look.sheets.length })}
              <Select value={look.sheet} onChange={(sheet: string) => drop.chooseSheet(piece, sheet)} options={look.sheets.map((value) => ({ value, label: value }))} popupMatchSelectWidth={false} />
            </label>
          )}
          <ReadingChoice piece={piece} drop={drop} />
          {piece.error !== null && <Failure error={piece.error} />}
          <StatusQuestions piece={piece} drop={drop} />
          <Choices label={t('imports.views')} value={view} onChoose={(key) => setView(key === view ? '' : (key as View))} options={shown.map((key) => ({ key, label: labels[key] }))} />
          <div className={piece.stale ? 'piece-view fading' : 'piece-view'}>
            {view === 'sums' && <MonthSums piece={piece} drop={drop} />}
            {view === 'columns' && <MappingTable piece={piece} drop={drop} />}
            {view === 'rows' && <FirstRows look={look} />}
            {view === 'refused' && <Refused look={look} />}
            {view === 'rules' && <ReadingRules piece={piece} drop={drop} />}
          </div>
        </>
      )}
    </section>
  );
}
