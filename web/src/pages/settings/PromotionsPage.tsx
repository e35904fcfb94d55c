import { Button, Input, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useData, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { DayRange } from '../../ui/DayRange.tsx';
import { Field } from '../../ui/Field.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { type Promotion, promotionsQuery } from './settingsQueries.ts';
import './settings.css';

/** Promotions and festivals: the idle clock stands still in them, and their orders are one occasion. */
export default function PromotionsPage() {
  const t = useT();
  const may = useMay();
  const promotions = useQuery(promotionsQuery);
  return (
    <Page title={t('nav.settings.promotions')} lead={t('settings.promotions.lead')}>
      <Loaded query={promotions} skeleton={<Skeleton lines={4} />}>{({ rows }) => (rows.length === 0 ? <Empty title={t('settings.promotions.none')} /> : <Promotions rows={rows} />)}</Loaded>
      {may('insight.write') && <Section title={t('settings.promotions.new')}><NewPromotion /></Section>}
    </Page>
  );
}

function Promotions({ rows }: { rows: readonly Promotion[] }) {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const remove = useWrite(['settings'], (id: string) => api.delete(`/insight/promotions/${id}`), { done: t('settings.removed') });
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('settings.promotions.name')}</th><th scope="col">{t('settings.promotions.days')}</th><th scope="col">{t('settings.promotions.shop')}</th><th scope="col" aria-label={t('settings.actions')} /></tr></thead>
        <tbody>{rows.map(({ id, name, firstDay, lastDay, shop }) => <tr key={id}><td className="phone-head">{name}</td><td className="nowrap" data-label={t('settings.promotions.days')}>{day(firstDay)} – {day(lastDay)}</td><td data-label={t('settings.promotions.shop')}>{shop || t('settings.shops.all')}</td><td className="phone-aside">{may('insight.write') && <button type="button" className="plain link" onClick={() => remove.mutate(id)}>{t('settings.remove')}</button>}</td></tr>)}</tbody>
      </table>
    </div>
  );
}

function NewPromotion() {
  const t = useT();
  const { until, shops } = useData();
  const [typed, setDraft] = useState({ name: '', shop: '', from: '', to: '' });
  // The newest day of the data is known a moment after the page.
  const draft = { ...typed, from: typed.from || (until ?? ''), to: typed.to || (until ?? '') };
  const make = useWrite(['settings'], () => api.post('/insight/promotions', { name: draft.name, shop: draft.shop, firstDay: draft.from, lastDay: draft.to }), { done: t('settings.saved'), after: () => setDraft({ ...draft, name: '' }) });
  const submit = (event: FormEvent) => { event.preventDefault(); make.mutate(undefined); };
  return (
    <form className="row settings-form" onSubmit={submit}>
      <Field label={t('settings.promotions.name')}>{(ids) => <Input {...ids} value={draft.name} maxLength={80} onChange={({ target }) => setDraft({ ...draft, name: target.value })} />}</Field>
      <Field label={t('settings.promotions.days')}>{() => <DayRange label={t('settings.promotions.days')} from={draft.from} to={draft.to} onChange={(days) => setDraft({ ...draft, ...days })} />}</Field>
      <Field label={t('settings.promotions.shop')}>{(ids) => <Select {...ids} className="shops-choice" value={draft.shop} onChange={(shop: string) => setDraft({ ...draft, shop })} options={[{ value: '', label: t('settings.shops.all') }, ...shops.map(({ key, name }) => ({ value: key, label: name }))]} />}</Field>
      <Button type="primary" htmlType="submit" loading={make.isPending} disabled={draft.name.trim() === '' || draft.from === ''}>{t('settings.promotions.add')}</Button>
    </form>
  );
}
