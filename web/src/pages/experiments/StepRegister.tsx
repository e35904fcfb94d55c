import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, InputNumber, Select } from 'antd';
import { useT } from '../../lib/language.tsx';
import { Field } from '../../ui/Field.tsx';
import { goalsQuery } from '../insight/insightQueries.ts';
import type { StepProps } from './draft.ts';

const GUARDED = ['unsubscribed', 'complained', 'refunded'] as const;
const PERCENT = 100;

/** What is promised: the hypothesis, the one metric, what must not get worse, and when it is read. */
export function StepRegister({ held, set, plan }: StepProps) {
  const t = useT();
  const goals = useQuery(goalsQuery(false));
  const { guardrails, stopping } = held.plan;
  const marginOf = (metric: string): number | undefined => guardrails.find((one) => one.metric === metric)?.margin;
  const guard = (metric: (typeof GUARDED)[number], margin: number | undefined) => plan({ guardrails: [...guardrails.filter((one) => one.metric !== metric), ...(margin === undefined ? [] : [{ metric, margin }])] });
  return (
    <div className="stack">
      <div className="experiment-fields">
        <Field label={t('experiments.name')}>{(ids) => <Input {...ids} value={held.name} maxLength={80} onChange={({ target }) => set({ name: target.value })} placeholder={t('experiments.name.example')} />}</Field>
        <Field label={t('experiments.goal')}>{(ids) => <Select {...ids} allowClear value={held.goalId} placeholder={t('experiments.goal.none')} onChange={(goalId: string | undefined) => set({ goalId: goalId ?? null })} options={(goals.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))} />}</Field>
      </div>
      <Field label={t('experiments.hypothesis')} hint={t('experiments.hypothesis.hint')}>{(ids) => <Input.TextArea {...ids} rows={2} value={held.hypothesis} maxLength={1000} onChange={({ target }) => set({ hypothesis: target.value })} />}</Field>
      <p><span className="grey">{t('experiments.metric')}</span> <span className="strong">{t('experiments.metric.buyers')}</span> <span className="grey small">{t('experiments.metric.why')}</span></p>
      <fieldset className="plain-fieldset channel-rows">
        <legend className="grey small">{t('experiments.guardrails.note')}</legend>
        {GUARDED.map((metric) => {
          const margin = marginOf(metric);
          return (
            <div key={metric} className="channel-row">
              <Checkbox checked={margin !== undefined} onChange={({ target }) => guard(metric, target.checked ? 0.005 : undefined)}>{t(`experiments.guarded.${metric}`)}</Checkbox>
              {margin !== undefined && <InputNumber size="small" min={0} max={100} step={0.1} value={margin * PERCENT} onChange={(value) => guard(metric, (value ?? 0) / PERCENT)} aria-label={t('experiments.guardrail.margin')} suffix="%" />}
            </div>
          );
        })}
      </fieldset>
      <Field label={t('experiments.stopping')} hint={t(`experiments.stopping.${stopping}.why`)}>{(ids) => <Select {...ids} className="experiment-select" value={stopping} onChange={(value: 'fixed' | 'sequential') => plan({ stopping: value })} options={(['fixed', 'sequential'] as const).map((value) => ({ value, label: t(`experiments.stopping.${value}`) }))} />}</Field>
    </div>
  );
}
