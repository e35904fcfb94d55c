import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { isMoney, type Measure, type MonthRow, readFigure } from './reconcileQueries.ts';

type FigureProps = { row: MonthRow; measure: Measure; currency: string; readOnly: boolean };

/** The cell for the figure of one's own books: kept when left or on Enter, cleared when emptied; Enter goes one month down. */
export function MyFigure({ row, measure, currency, readOnly }: FigureProps) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const { month, decimal } = useFormats();
  const decimals = isMoney(measure) ? (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2) : 0;
  const kept = row.figures[measure];
  const shown = kept === undefined ? '' : decimal(kept / 10 ** decimals, decimals);
  const [text, setText] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const save = useMutation({
    mutationFn: (figure: number | null) => api.put('/reconcile/figures', { month: row.month, shop: row.shop, measure, figure }),
    onSuccess: async () => { await client.invalidateQueries({ queryKey: ['reconcile'] }); setText(null); },
    onError: toast.failed,
  });
  const leave = () => {
    if (text === null) return;
    const figure = readFigure(text, decimals);
    setWrong(figure === undefined);
    if (figure === undefined) return;
    if (figure === (kept ?? null)) setText(null);
    else save.mutate(figure);
  };
  if (readOnly) return <>{shown || '—'}</>;
  return (
    <input
      className={wrong ? 'input figure-input wrong' : 'input figure-input'} inputMode="decimal" placeholder={t('reconcile.type')} aria-invalid={wrong} aria-label={t('reconcile.mine.of', { name: t(`reconcile.${measure}`), month: month(row.month), shop: row.shop || 'none' })}
      value={text ?? shown} title={wrong ? t('reconcile.noNumber') : undefined}
      onChange={({ target }) => { setText(target.value); setWrong(false); }} onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === 'Escape') { setText(null); setWrong(false); }
        if (event.key === 'Enter') stepDown(event.currentTarget);
      }}
    />
  );
}

/** To the same cell of the next row, or out of the last one. */
function stepDown(input: HTMLInputElement): void {
  const all = [...(input.closest('table')?.querySelectorAll<HTMLInputElement>('.figure-input') ?? [])];
  const next = all[all.indexOf(input) + 1];
  if (next) next.focus();
  else input.blur();
}
