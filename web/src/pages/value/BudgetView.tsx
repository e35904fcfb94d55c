import { useQuery } from '@tanstack/react-query';
import { InputNumber } from 'antd';
import { useState } from 'react';
import { toMajor, toMinor } from '../../../../src/kernel/money.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';
import { BudgetPlans } from './BudgetPlans.tsx';
import { BudgetTable } from './BudgetTable.tsx';
import { tiersQuery } from './moneyQueries.ts';

const SPLITS = ['tier', 'stage'] as const;
const HUNDRED = 100;

/** Where a sum of money brings most: value measured, the return of spending assumed and open to correction (R30). */
export function BudgetView({ scope }: { scope: Scope }) {
  const t = useT();
  const currency = useCurrency();
  const { percent, money } = useFormats();
  const [filters, change] = useFilters();
  const by = filters['split'] ?? 'tier';
  const [budget, setBudget] = useState(toMinor(10_000, currency));
  const [assumed, setAssumed] = useState({ wonShare: 0.05, perHeadMinor: toMinor(2, currency) });
  const tiers = useQuery(tiersQuery(scope, by, assumed));
  return (
    <>
      <Section title={t('money.budget.title')} note={t('money.budget.note')}>
        <div className="money-calculator">
          <Field label={t('money.budget.sum')} hint={t('money.budget.sum.hint')}>{(ids) => <InputNumber {...ids} min={0} max={1e9} step={1000} value={toMajor(budget, currency)} onChange={(next) => setBudget(toMinor(next ?? 0, currency))} className="money-amount" />}</Field>
          <Field label={t('money.budget.won')} hint={t('money.budget.won.hint', { share: percent(assumed.wonShare, 0) })}>{(ids) => <InputNumber {...ids} min={0} max={HUNDRED} value={assumed.wonShare * HUNDRED} onChange={(next) => setAssumed({ ...assumed, wonShare: (next ?? 0) / HUNDRED })} className="money-amount" />}</Field>
          <Field label={t('money.budget.head')} hint={t('money.budget.head.hint', { money: money(assumed.perHeadMinor, currency) })}>{(ids) => <InputNumber {...ids} min={toMajor(1, currency)} max={1e6} value={toMajor(assumed.perHeadMinor, currency)} onChange={(next) => setAssumed({ ...assumed, perHeadMinor: Math.max(1, toMinor(next ?? 0, currency)) })} className="money-amount" />}</Field>
        </div>
      </Section>
      <Section>
        <Choices label={t('money.budget.by')} options={SPLITS.map((key) => ({ key, label: t(`money.budget.by.${key}`) }))} value={by} onChoose={(next) => change({ split: next })} />
        <Loaded query={tiers} skeleton={<Skeleton lines={6} />}>{(data) => <BudgetTable key={`${data.by} ${data.wonShare} ${data.perHeadMinor} ${scope.people ?? ''}`} data={data} budgetMinor={budget} />}</Loaded>
      </Section>
      <WhenSeen height={160}><BudgetPlans /></WhenSeen>
    </>
  );
}
