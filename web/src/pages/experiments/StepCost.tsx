import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Field } from '../../ui/Field.tsx';
import { channelWith, type StepProps } from './draft.ts';
import type { DraftPlan, Preview } from './experimentsQueries.ts';

const CHANNELS = ['wecom', 'sms', 'mp', 'email', 'platform_only'] as const;
const HUNDRED = 100;
type Variant = DraftPlan['variants'][number];

/** By which channel, at what cost: messages, coupons, and the margin they are paid from. */
export function StepCost({ held, plan, preview }: StepProps & { preview: Preview | undefined }) {
  const t = useT();
  const { count } = useFormats();
  const { channels, margin, fixedCostMinor, capDays } = held.plan;
  const toggle = (channel: string, on: boolean) => plan({ channels: on ? [...channels, channelWith(channel)] : channels.filter((one) => one.channel !== channel) });
  const costOf = (channel: string, costMinor: number) => plan({ channels: channels.map((one) => (one.channel === channel ? { ...one, costMinor } : one)) });
  return (
    <div className="stack">
      <fieldset className="plain-fieldset channel-rows">
        <legend className="grey small">{t('experiments.channels.hint')}</legend>
        {CHANNELS.map((channel) => {
          const chosen = channels.find((one) => one.channel === channel);
          const seen = preview?.channels.find((one) => one.channel === channel);
          return (
            <div key={channel} className="channel-row">
              <Checkbox checked={chosen !== undefined} disabled={chosen !== undefined && channels.length === 1} onChange={({ target }) => toggle(channel, target.checked)}>{t(`experiment.channel.${channel}`)}</Checkbox>
              {chosen && <InputNumber size="small" min={0} step={0.01} value={chosen.costMinor / HUNDRED} onChange={(value) => costOf(channel, (value ?? 0) * HUNDRED)} aria-label={t('experiments.channel.cost', { channel: t(`experiment.channel.${channel}`) })} />}
              {chosen && <span className="grey small">{seen ? t('experiments.channel.reach', { open: count(seen.open), assigned: count(seen.assigned) }) : ''}</span>}
            </div>
          );
        })}
      </fieldset>
      <Variants variants={held.plan.variants} onChange={(variants) => plan({ variants })} />
      <div className="experiment-fields">
        <Field label={t('experiments.margin')} hint={t('experiments.margin.hint')}>
          {(ids) => <Select {...ids} value={margin.basis} onChange={(basis: string) => plan({ margin: basis === 'costs' ? { basis: 'costs' } : { basis: 'share', share: 0.4 } })} options={(['share', 'costs'] as const).map((value) => ({ value, label: t(`experiments.margin.${value}`) }))} />}
        </Field>
        {margin.basis === 'share' && <Field label={t('experiments.margin.percent')}>{(ids) => <InputNumber {...ids} min={0} max={100} value={Math.round(margin.share * HUNDRED)} onChange={(value) => plan({ margin: { basis: 'share', share: (value ?? 0) / HUNDRED } })} suffix="%" />}</Field>}
        <Field label={t('experiments.fixedCost')}>{(ids) => <InputNumber {...ids} min={0} value={fixedCostMinor / HUNDRED} onChange={(value) => plan({ fixedCostMinor: Math.round((value ?? 0) * HUNDRED) })} />}</Field>
        <Field label={t('experiments.cap')} hint={t('experiments.cap.hint')}>{(ids) => <InputNumber {...ids} min={0} max={180} value={capDays} onChange={(value) => plan({ capDays: value ?? 0 })} suffix={t('experiments.days')} />}</Field>
      </div>
    </div>
  );
}

const VARIANTS_MAX = 4;
const LETTERS = ['a', 'b', 'c', 'd'] as const;

/** What the treated get: one thing, or several against each other and the control. */
function Variants({ variants, onChange }: { variants: readonly Variant[]; onChange: (variants: Variant[]) => void }) {
  const t = useT();
  const change = (at: number, part: Partial<Variant>) => onChange(variants.map((one, nth) => (nth === at ? { ...one, ...part } : one)));
  const add = () => {
    const named = variants.length === 1 ? variants.map((one) => ({ ...one, key: 'a', name: one.name || 'A' })) : variants;
    const free = LETTERS.find((letter) => !named.some(({ key }) => key === letter)) ?? 'd';
    onChange([...named, { key: free, name: free.toUpperCase(), weight: 1, couponMinor: 0, couponCode: '' }]);
  };
  return (
    <div className="stack">
      {variants.map((variant, at) => (
        <div key={variant.key} className="experiment-fields">
          {variants.length > 1 && <Field label={t('experiments.variant.name')}>{(ids) => <Input {...ids} value={variant.name} maxLength={60} onChange={({ target }) => change(at, { name: target.value })} />}</Field>}
          <Field label={t('experiments.coupon')} hint={at === 0 ? t('experiments.coupon.hint') : undefined}>{(ids) => <InputNumber {...ids} min={0} value={variant.couponMinor / HUNDRED} onChange={(value) => change(at, { couponMinor: Math.round((value ?? 0) * HUNDRED) })} />}</Field>
          <Field label={t('experiments.couponCode')} hint={at === 0 ? t('experiments.couponCode.hint') : undefined}>{(ids) => <Input {...ids} value={variant.couponCode} maxLength={60} onChange={({ target }) => change(at, { couponCode: target.value })} />}</Field>
          {variants.length > 1 && <Button type="text" onClick={() => onChange(variants.length === 2 ? variants.filter((_, nth) => nth !== at).map((one) => ({ ...one, key: 'treated', name: '' })) : variants.filter((_, nth) => nth !== at))}>{t('experiments.variant.remove')}</Button>}
        </div>
      ))}
      {variants.length < VARIANTS_MAX && <p><button type="button" className="plain link" onClick={add}>{t('experiments.variant.add')}</button></p>}
    </div>
  );
}
