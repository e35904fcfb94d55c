import { Button, InputNumber } from 'antd';
import { type FormEvent, useState } from 'react';
import { CUT_KEYS } from '../../../../../src/lifecycle/core/layers/definitions.ts';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { useCurrency } from '../../../lib/session.ts';
import { Field } from '../../../ui/Field.tsx';
import { SidePanel } from '../../../ui/SidePanel.tsx';
import type { Layers } from './layersQueries.ts';
import { useLayersWrite } from './useLayersWrite.ts';

const MINOR = 100;
const LEAST_DAYS = 7;
const MOST_DAYS = 3_650;
const isMoney = (key: string): boolean => key.endsWith('Minor');

/** Where high begins, by hand; what is left empty is learned from the shop's own buyers. */
export function LayerRulesPanel({ layers, onClose }: { layers: Layers; onClose: () => void }) {
  const t = useT();
  const { day, moneyRound, count } = useFormats();
  const currency = useCurrency();
  const [rules, setRules] = useState(layers.rules);
  const save = useLayersWrite(onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ ...rules, version: layers.version });
  };
  const learned = (key: (typeof CUT_KEYS)[number]): string => {
    const cut = layers.learned?.[key] ?? null;
    return cut === null ? t('layers.rules.unlearned') : t('layers.rules.learned', { cut: isMoney(key) ? moneyRound(cut, currency) : count(cut) });
  };
  return (
    <SidePanel open onClose={onClose} title={t('layers.rules')}>
      <form className="form" onSubmit={submit}>
        <p className="grey">{t('layers.rules.lead')}</p>
        <Field label={t('layers.rule.windowDays')}>{(ids) => <InputNumber {...ids} min={LEAST_DAYS} max={MOST_DAYS} precision={0} value={rules.windowDays} onChange={(value) => setRules({ ...rules, windowDays: value ?? layers.rules.windowDays })} />}</Field>
        {CUT_KEYS.map((key) => {
          const value = rules[key];
          const scale = isMoney(key) ? MINOR : 1;
          return (
            <Field key={key} label={t(`layers.rule.${key}`)} hint={learned(key)}>
              {(ids) => <InputNumber {...ids} min={1 / scale} precision={isMoney(key) ? 2 : 0} value={value === null ? null : value / scale} placeholder={t('layers.rules.byItself')} onChange={(next) => setRules({ ...rules, [key]: next === null ? null : Math.round(next * scale) })} />}
            </Field>
          );
        })}
        <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending}>{t('layers.rules.save')}</Button></div>
        {layers.changedAt && <p className="grey small">{t('layers.rules.changed', { version: layers.version, name: layers.changedBy || t('segments.made.program'), day: day(layers.changedAt) })}</p>}
      </form>
    </SidePanel>
  );
}
