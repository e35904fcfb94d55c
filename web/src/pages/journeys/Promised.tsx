import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { EFFECT, type EffectPlan } from '../../../../src/engage/core/definition.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import type { Journey } from './journeyQueries.ts';
import { useJourneyWrite } from './useJourneyWrite.ts';
import { usePromise } from './usePromise.ts';

const HUNDRED = 100;
const DAYS_MAX = 180, ENTRY_MAX = 365;

/** What is promised of the effect before anybody enters: days that count, margin, coupon, costs; the draft's, to be changed there. */
export function Promised({ journey }: { journey: Journey }) {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const edit = may('engage.write') && journey.state !== 'stopped' && !open && <Button onClick={() => setOpen(true)}>{t('journeys.promise.edit')}</Button>;
  return (
    <Section title={t('journeys.promise')} note={t('journeys.promise.note')} actions={edit}>
      {open ? <PromiseForm journey={journey} onDone={() => setOpen(false)} /> : <Read effect={journey.draft.effect ?? EFFECT} without={journey.draft.withoutComplaints === true} />}
    </Section>
  );
}

function Read({ effect, without }: { effect: EffectPlan; without: boolean }) {
  const t = useT();
  const says = usePromise();
  return <p className="promise">{says(effect)}{without && ` ${t('journeys.promise.without')}`}</p>;
}

function PromiseForm({ journey, onDone }: { journey: Journey; onDone: () => void }) {
  const t = useT();
  const [effect, setEffect] = useState<EffectPlan>(journey.draft.effect ?? EFFECT);
  const [without, setWithout] = useState(journey.draft.withoutComplaints === true);
  const change = (part: Partial<EffectPlan>) => setEffect({ ...effect, ...part });
  const save = useJourneyWrite(() => api.patch(`/journeys/${journey.id}`, { revision: journey.revision, definition: { ...journey.draft, effect, ...(without || journey.draft.withoutComplaints ? { withoutComplaints: without } : {}) } }), { done: t('settings.saved'), after: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const { margin, coupon } = effect;
  return (
    <form className="form promise-form" onSubmit={submit}>
      <Field label={t('journeys.promise.window')}>{(ids) => <InputNumber {...ids} min={1} max={DAYS_MAX} precision={0} value={effect.windowDays} onChange={(value) => change({ windowDays: value ?? EFFECT.windowDays })} suffix={t('experiments.days')} />}</Field>
      <Field label={t('journeys.promise.refund')}>{(ids) => <InputNumber {...ids} min={0} max={DAYS_MAX} precision={0} value={effect.refundDays} onChange={(value) => change({ refundDays: value ?? 0 })} suffix={t('experiments.days')} />}</Field>
      <Field label={t('journeys.promise.entry')} hint={t('journeys.promise.entry.why')}>{(ids) => <InputNumber {...ids} min={1} max={ENTRY_MAX} precision={0} value={effect.entryDays} onChange={(entryDays) => change({ entryDays })} suffix={t('experiments.days')} />}</Field>
      <Field label={t('experiments.margin')}>{(ids) => <Select {...ids} value={margin.basis} onChange={(basis: string) => change({ margin: basis === 'costs' ? { basis: 'costs' } : { basis: 'share', share: 0.4 } })} options={(['share', 'costs'] as const).map((value) => ({ value, label: t(`experiments.margin.${value}`) }))} />}</Field>
      {margin.basis === 'share' && <Field label={t('experiments.margin.percent')}>{(ids) => <InputNumber {...ids} min={0} max={100} value={Math.round(margin.share * HUNDRED)} onChange={(value) => change({ margin: { basis: 'share', share: (value ?? 0) / HUNDRED } })} suffix="%" />}</Field>}
      <Field label={t('experiments.fixedCost')}>{(ids) => <InputNumber {...ids} min={0} value={effect.fixedCostMinor / HUNDRED} onChange={(value) => change({ fixedCostMinor: Math.round((value ?? 0) * HUNDRED) })} />}</Field>
      <Checkbox checked={coupon !== null} onChange={({ target }) => change({ coupon: target.checked ? { code: '', costMinor: 0 } : null })}>{t('journeys.promise.coupon')}</Checkbox>
      {coupon && <Field label={t('journeys.promise.couponCost')}>{(ids) => <InputNumber {...ids} min={0} value={coupon.costMinor / HUNDRED} onChange={(value) => change({ coupon: { ...coupon, costMinor: Math.round((value ?? 0) * HUNDRED) } })} />}</Field>}
      {coupon && <Field label={t('journeys.promise.couponCode')} hint={t('journeys.promise.couponCode.why')}>{(ids) => <Input {...ids} maxLength={60} value={coupon.code} onChange={({ target }) => change({ coupon: { ...coupon, code: target.value } })} />}</Field>}
      <Checkbox checked={without} onChange={({ target }) => setWithout(target.checked)}>{t('journeys.promise.withoutComplaints')}</Checkbox>
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending}>{t('accounts.save')}</Button><Button onClick={onDone}>{t('customers.cancel')}</Button></div>
    </form>
  );
}
