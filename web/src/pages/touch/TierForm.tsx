import { useQuery } from '@tanstack/react-query';
import { Button, Input, InputNumber, Select } from 'antd';
import { CHANNELS } from '../../../../src/reach/core/message.ts';
import { HUMANS, OFFERS } from '../../../../src/lifecycle/core/touch/policy.ts';
import { useFormats } from '../../lib/format.ts';
import { toMajor, toMinor } from '../../../../src/kernel/money.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Field } from '../../ui/Field.tsx';
import { segmentNamesQuery, type Tier } from './touchQueries.ts';

const MARKETING = CHANNELS.filter((channel) => channel !== 'call' && channel !== 'webhook');
const MINUTES = 60;

type TierProps = { tier: Tier; isLast: boolean; may: boolean; customers: number | undefined; onChange: (tier: Tier) => void; onDrop?: () => void };

/** One tier: who is of it and what they get. */
export function TierForm({ tier, isLast, may, customers, onChange, onDrop }: TierProps) {
  const t = useT();
  const { count } = useFormats();
  const currency = useCurrency();
  const segments = useQuery(segmentNamesQuery);
  const hours = (key: 'firstReplyMinutes' | 'resolveMinutes') => (
    <Field label={t(`touch.sla.${key}`)}>{(ids) => <InputNumber {...ids} min={0.1} max={8_760} disabled={!may} value={tier.sla[key] / MINUTES} onChange={(value) => value !== null && onChange({ ...tier, sla: { ...tier.sla, [key]: Math.max(1, Math.round(value * MINUTES)) } })} />}</Field>
  );
  return (
    <fieldset className="tier" disabled={!may}>
      <legend>{tier.name}{customers !== undefined && !isLast && <span className="grey small"> {t('touch.customers', { count: count(customers) })}</span>}</legend>
      <Field label={t('touch.tier.name')}>{(ids) => <Input {...ids} maxLength={60} value={tier.name} onChange={({ target }) => onChange({ ...tier, name: target.value })} />}</Field>
      {isLast
        ? <Field label={t('touch.tier.segment')}>{(ids) => <Input {...ids} disabled value={t('touch.tier.rest')} />}</Field>
        : <Field label={t('touch.tier.segment')}>{(ids) => <Select {...ids} showSearch={{ optionFilterProp: 'label' }} placeholder={t('touch.tier.choose')} disabled={!may} loading={segments.isPending} options={(segments.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={tier.segment} onChange={(segment) => onChange({ ...tier, segment })} />}</Field>}
      <Field label={t('touch.human')}>{(ids) => <Select {...ids} disabled={!may} options={HUMANS.map((value) => ({ value, label: t(`touch.human.${value}`) }))} value={tier.human} onChange={(human) => onChange({ ...tier, human })} />}</Field>
      <Field label={t('touch.offer')}>{(ids) => <Select {...ids} disabled={!may} options={OFFERS.map((value) => ({ value, label: t(`touch.offer.${value}`) }))} value={tier.offer} onChange={(offer) => onChange({ ...tier, offer })} />}</Field>
      {hours('firstReplyMinutes')}
      {hours('resolveMinutes')}
      <Field label={t('touch.channels')}>{(ids) => <Select {...ids} mode="multiple" disabled={!may} placeholder={t('touch.channels.all')} options={MARKETING.map((value) => ({ value, label: t(`message.channel.${value}`) }))} value={tier.channels ?? []} onChange={(channels: string[]) => onChange({ ...tier, channels: channels.length === 0 ? null : channels })} />}</Field>
      <Field label={t('touch.cap', { currency })}>{(ids) => <InputNumber {...ids} min={0} max={1e9} disabled={!may} placeholder={t('touch.cap.none')} value={tier.capMinor === null ? null : toMajor(tier.capMinor, currency)} onChange={(value) => onChange({ ...tier, capMinor: value === null ? null : toMinor(value, currency) })} />}</Field>
      {onDrop && may && <div><Button type="text" onClick={onDrop}>{t('touch.tier.drop')}</Button></div>}
    </fieldset>
  );
}
