import { InputNumber } from 'antd';
import { useState } from 'react';
import { retentionClv } from '../../../../src/lifecycle/core/money/clv.ts';
import { isRefused } from '../../../../src/lifecycle/core/money/refused.ts';
import { toMajor, toMinor } from '../../../../src/kernel/money.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Field } from '../../ui/Field.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import type { Clv } from './moneyQueries.ts';
import { whyNot } from './whyNot.ts';

const HUNDRED = 100;

/** m·r/(1 + d − r) with the three figures as measured, and to be changed. */
export function ClvCalculator({ measured, unit, empirical }: { measured: NonNullable<Clv['measured']>; unit: string; empirical: Clv['empirical'] }) {
  const t = useT();
  const currency = useCurrency();
  const { money, moneyRound, percent, count } = useFormats();
  const [draft, setDraft] = useState({ margin: toMajor(Math.round(measured.marginMinor), currency), retention: Math.round(measured.retention * 1000) / 10, discount: Math.round(measured.discount * 10_000) / HUNDRED });
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  const value = retentionClv({ margin: toMinor(draft.margin, currency), retention: draft.retention / HUNDRED, discount: draft.discount / HUNDRED });
  const [first, reached] = [empirical?.byAge[0], empirical?.byAge.at(-1)];
  const number = (label: string, key: keyof typeof draft, hint: string, most?: number) => (
    <Field label={label} hint={hint}>{(ids) => <InputNumber {...ids} value={draft[key]} min={key === 'margin' ? -1e9 : 0} max={most ?? 1e9} step={key === 'margin' ? 10 : 1} onChange={(next) => set({ [key]: next ?? 0 })} />}</Field>
  );
  return (
    <Section title={t('money.clv.title')} note={t('money.clv.assumes.retention')}>
      <div className="money-calculator">
        {number(t(`money.clv.margin.${unit}`), 'margin', t('money.clv.measured', { value: money(Math.round(measured.marginMinor), currency), count: count(measured.buyers) }))}
        {number(t(`money.clv.retention.${unit}`), 'retention', t('money.clv.retention.measured', { value: percent(measured.retention), stayed: count(measured.stayed) }), HUNDRED)}
        {number(t(`money.clv.discount.${unit}`), 'discount', t('money.clv.discount.hint'), HUNDRED)}
      </div>
      <Figures>
        <KeyFigure label={t('money.clv.result')} value={isRefused(value) ? '—' : moneyRound(value, currency)} note={isRefused(value) ? whyNot(t, { code: value.refused, facts: value.facts }) : 'm · r ÷ (1 + d − r)'} why={{ definition: t('money.clv.formula') }} />
        {reached && first && (
          <KeyFigure
            label={t('money.clv.after')} value={moneyRound(reached.valueMinor - first.valueMinor, currency)}
            note={t('money.clv.after.note', { age: t(`money.age.${unit}`, { count: reached.age + 1 }), whole: moneyRound(reached.valueMinor, currency), first: moneyRound(first.valueMinor, currency) })} why={{ definition: t('money.clv.assumes.empirical') }}
          />
        )}
      </Figures>
    </Section>
  );
}
