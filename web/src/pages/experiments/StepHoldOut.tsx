import { InputNumber, Slider } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { DayField } from '../../ui/DayField.tsx';
import { Field } from '../../ui/Field.tsx';
import type { StepProps } from './draft.ts';
import type { Preview } from './experimentsQueries.ts';
import { usePoints } from './usePoints.ts';

const PERCENT = 100;

/** How many are left alone, for how long it is watched, and what so many people can prove. */
export function StepHoldOut({ held, set, plan, preview }: StepProps & { preview: Preview | undefined }) {
  const t = useT();
  const { percent } = useFormats();
  const { holdOut, windowDays, refundDays, baseShare } = held.plan;
  return (
    <div className="stack">
      <Field label={t('experiments.holdOut')} hint={t('experiments.holdOut.hint')}>
        {(ids) => <div className="row holdout-row"><Slider className="holdout-slider" min={0} max={50} step={5} value={Math.round(holdOut * PERCENT)} onChange={(value) => plan({ holdOut: value / PERCENT })} ariaLabelForHandle={t('experiments.holdOut')} /><InputNumber {...ids} min={0} max={90} value={Math.round(holdOut * PERCENT)} onChange={(value) => plan({ holdOut: (value ?? 0) / PERCENT })} suffix="%" /></div>}
      </Field>
      <div className="experiment-fields">
        <Field label={t('experiments.startsOn')} hint={t('experiments.startsOn.hint')}>{(ids) => <DayField {...ids} value={held.startsOn} min={preview?.asOf} onChange={(startsOn) => set({ startsOn })} />}</Field>
        <Field label={t('experiments.windowDays')}>{(ids) => <InputNumber {...ids} min={1} max={180} value={windowDays} onChange={(value) => plan({ windowDays: value ?? 14 })} suffix={t('experiments.days')} />}</Field>
        <Field label={t('experiments.refundDays')} hint={t('experiments.refundDays.hint')}>{(ids) => <InputNumber {...ids} min={0} max={180} value={refundDays} onChange={(value) => plan({ refundDays: value ?? 0 })} suffix={t('experiments.days')} />}</Field>
        <Field label={t('experiments.base')} hint={preview && preview.baseMeasured !== null ? t('experiments.base.measured', { days: windowDays, share: percent(preview.baseMeasured) }) : undefined}>
          {(ids) => <InputNumber {...ids} min={0.1} max={99} step={0.5} value={baseShare === null ? null : baseShare * PERCENT} placeholder={preview?.baseShare ? percent(preview.baseShare) : ''} onChange={(value) => plan({ baseShare: value === null ? null : value / PERCENT })} suffix="%" />}
        </Field>
      </div>
      {preview && preview.needed.length > 0 && <Sizes preview={preview} />}
    </div>
  );
}

/** The size helper: what each rise would take, and which of them these people can prove. */
function Sizes({ preview }: { preview: Preview }) {
  const t = useT();
  const { count } = useFormats();
  const points = usePoints();
  return (
    <table className="data compact size-table">
      <caption className="grey small">{t('experiments.sizes')}</caption>
      <thead><tr><th scope="col">{t('experiments.rise')}</th><th scope="col" className="number">{t('experiments.needed')}</th><th scope="col">{t('experiments.provable')}</th></tr></thead>
      <tbody>{preview.needed.map(({ effect, customers }) => <tr key={effect}><td>{points(effect)}</td><td className="number">{count(customers)}</td><td className={customers <= preview.eligible ? 'accent' : 'grey'}>{t(customers <= preview.eligible ? 'experiments.provable.yes' : 'experiments.provable.no')}</td></tr>)}</tbody>
    </table>
  );
}
