import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Fit, fitsQuery } from './offersQueries.ts';

const NEW: { sku: string; name: string; owners: string } = { sku: '', name: '', owners: '' };
const listed = (text: string): string[] => [...new Set(text.split(/[,，、\s]+/).filter(Boolean))];

const MOVES = ['offers'] as const;

/** For owners of which products new ones are made; said anew under the same number, it replaces what was said. */
export function Fits() {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const fits = useQuery(fitsQuery);
  return (
    <>
      <Loaded query={fits} skeleton={<Skeleton lines={3} />}>{({ rows }) => (rows.length === 0 ? <p className="grey">{t('offers.fits.none')}</p> : <FitTable rows={rows} may={may} />)}</Loaded>
      {may && <FitForm />}
    </>
  );
}

function FitTable({ rows, may }: { rows: readonly Fit[]; may: boolean }) {
  const t = useT();
  const remove = useWrite(MOVES, (sku: string) => api.delete(`/products/fits/${encodeURIComponent(sku)}`), { done: t('offers.fits.removed') });
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <caption className="unseen">{t('offers.fits')}</caption>
        <thead><tr><th scope="col">{t('offers.fits.sku')}</th><th scope="col">{t('offers.fits.name')}</th><th scope="col">{t('offers.fits.owners')}</th>{may && <th scope="col" aria-label={t('offers.fits.remove')} />}</tr></thead>
        <tbody>{rows.map(({ sku, name, owners }) => (
          <tr key={sku}>
            <td className="phone-head">{sku}</td><td data-label={t('offers.fits.name')}>{name || '—'}</td><td data-label={t('offers.fits.owners')}>{owners.join(', ')}</td>
            {may && <td className="phone-aside"><button type="button" className="plain link" disabled={remove.isPending} onClick={() => remove.mutate(sku)}>{t('offers.fits.remove')}</button></td>}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function FitForm() {
  const t = useT();
  const [draft, setDraft] = useState(NEW);
  const owners = listed(draft.owners), sku = draft.sku.trim();
  const save = useWrite(MOVES, () => api.put(`/products/fits/${encodeURIComponent(sku)}`, { name: draft.name, owners }), { done: t('offers.fits.saved'), after: () => setDraft(NEW) });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('offers.fits.sku')}>{(ids) => <Input {...ids} value={draft.sku} maxLength={100} onChange={({ target }) => setDraft({ ...draft, sku: target.value })} />}</Field>
      <Field label={t('offers.fits.name')}>{(ids) => <Input {...ids} value={draft.name} maxLength={200} onChange={({ target }) => setDraft({ ...draft, name: target.value })} />}</Field>
      <Field label={t('offers.fits.owners')} hint={t('offers.fits.owners.hint')}>{(ids) => <Input {...ids} value={draft.owners} onChange={({ target }) => setDraft({ ...draft, owners: target.value })} />}</Field>
      <Button type="primary" htmlType="submit" loading={save.isPending} disabled={sku === '' || owners.length === 0}>{t('offers.fits.add')}</Button>
    </form>
  );
}
