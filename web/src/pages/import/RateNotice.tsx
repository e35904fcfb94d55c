import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, InputNumber } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { sessionQuery, useCurrency, useData, useMay } from '../../lib/session.ts';
import { Notice } from '../../ui/Figure.tsx';
import { useToast } from '../../ui/Field.tsx';
import { ratesQuery } from './importQueries.ts';
import { currenciesOf } from './mappingEdits.ts';
import type { Piece } from './useDrop.ts';

/** Money of another currency without a rate would be refused row by row: asked for before it happens. */
export function RateNotice({ pieces, chosen }: { pieces: readonly Piece[]; chosen: string }) {
  const own = useCurrency();
  const may = useMay();
  const rates = useQuery({ ...ratesQuery, enabled: may('settings.read') });
  if (!rates.data) return null;
  const known = new Set(rates.data.rows.map(({ currency }) => currency));
  const needed = new Map<string, string>();
  for (const piece of pieces) for (const currency of currenciesOf(piece, chosen, own)) {
    const first = piece.look.sums.months.map(({ month }) => month).filter(Boolean)[0];
    if (currency !== own && !known.has(currency) && first) needed.set(currency, [needed.get(currency), `${first}-01`].filter((day) => day !== undefined).sort()[0] ?? `${first}-01`);
  }
  return [...needed].map(([currency, day]) => <OneRate key={currency} currency={currency} day={day} />);
}

function OneRate({ currency, day }: { currency: string; day: string }) {
  const t = useT();
  const own = useCurrency();
  const may = useMay();
  const { until } = useData();
  const toast = useToast();
  const client = useQueryClient();
  const formats = useFormats();
  const [rate, setRate] = useState<number | null>(null);
  const done = () => { toast.done(t('imports.saved')); void client.invalidateQueries({ queryKey: ['rates'] }); void client.invalidateQueries(sessionQuery); };
  const save = useMutation({ mutationFn: () => api.put('/rates', { rows: [{ currency, day, rate }] }), onSuccess: done, onError: toast.failed });
  const adopt = useMutation({ mutationFn: () => api.patch('/workspaces/current', { currency }), onSuccess: done, onError: toast.failed });
  const empty = until === null;
  return (
    <Notice tone="warn">
      <div className="stack">
        <p>{t('imports.rate.needed', { currency, own })}</p>
        {may('settings.write') ? (
          <span className="row">
            {empty && <><Button type="primary" loading={adopt.isPending} onClick={() => adopt.mutate()}>{t('imports.rate.adopt', { currency })}</Button><span className="grey">{t('imports.rate.or')}</span></>}
            <span className="row">1 {currency} = <InputNumber aria-label={t('imports.rate.value', { currency, own })} min={0.000001} value={rate} onChange={setRate} className="rate-input" /> {own} <span className="grey">{t('imports.rate.from', { day: formats.day(day) })}</span></span>
            <Button disabled={!rate} loading={save.isPending} onClick={() => save.mutate()}>{t('imports.rate.save')}</Button>
          </span>
        ) : <p className="grey">{t('imports.rate.askOwner')}</p>}
      </div>
    </Notice>
  );
}
