import { Button, Input, InputNumber, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toMinor } from '../../../../src/kernel/money.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency, useData } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { COST_KINDS } from './costKinds.ts';
import { acquisitionQuery } from './moneyQueries.ts';

const CURRENCY = /^[A-Z]{3}$/;
const ON = /^\d{4}-\d{2}(-\d{2})?$/;

/** Writes down a cost of a day or of a whole month. */
export function CostForm({ onDone }: { onDone: () => void }) {
  const t = useT();
  const own = useCurrency();
  const { until } = useData();
  const channels = useQuery(acquisitionQuery).data?.channels ?? [];
  const [draft, setDraft] = useState({ kind: 'acquisition', channel: '', on: (until ?? '').slice(0, 7), amount: null as number | null, currency: own, note: '' });
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  const save = useWrite(['money'], () => api.post('/lifecycle/costs', { kind: draft.kind, channel: draft.channel.trim(), on: draft.on.trim(), amountMinor: toMinor(draft.amount ?? 0, draft.currency), currency: draft.currency, note: draft.note }), { done: t('money.cost.saved'), after: onDone });
  const ready = draft.amount !== null && draft.amount > 0 && ON.test(draft.on.trim()) && CURRENCY.test(draft.currency);
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('money.cost.kind')} hint={t(`money.kind.${draft.kind}.hint`)}>{(ids) => <Select {...ids} value={draft.kind} onChange={(kind: string) => set({ kind })} options={COST_KINDS.map((key) => ({ value: key, label: t(`money.kind.${key}`) }))} />}</Field>
      <Field label={t('money.by.channel')} hint={t('money.cost.channel.hint')}>{(ids) => <Input {...ids} list="money-channels" value={draft.channel} maxLength={100} onChange={({ target }) => set({ channel: target.value })} />}</Field>
      <datalist id="money-channels">{channels.filter(({ channel }) => channel !== '').map(({ channel }) => <option key={channel} value={channel} />)}</datalist>
      <Field label={t('money.cost.on')} hint={t('money.cost.on.hint')}>{(ids) => <Input {...ids} value={draft.on} placeholder="2026-03" maxLength={10} onChange={({ target }) => set({ on: target.value })} />}</Field>
      <Field label={t('money.cost.amount')}>{(ids) => <InputNumber {...ids} min={0} value={draft.amount} onChange={(amount) => set({ amount })} className="money-amount" />}</Field>
      <Field label={t('money.cost.currency')} hint={draft.currency === own ? undefined : t('money.cost.currency.hint', { currency: own })}>{(ids) => <Input {...ids} value={draft.currency} maxLength={3} onChange={({ target }) => set({ currency: target.value.toUpperCase() })} />}</Field>
      <Field label={t('money.cost.note')}>{(ids) => <Input {...ids} value={draft.note} maxLength={200} onChange={({ target }) => set({ note: target.value })} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" disabled={!ready} loading={save.isPending}>{t('money.cost.save')}</Button></div>
    </form>
  );
}
