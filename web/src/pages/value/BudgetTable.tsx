import { Button, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { toMajor, toMinor } from '../../../../src/kernel/money.ts';
import { adviseBudget, type Allocation } from '../../../../src/lifecycle/core/money/budget.ts';
import { isRefused } from '../../../../src/lifecycle/core/money/refused.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { KeyFigure, Notice } from '../../ui/Figure.tsx';
import { Figures } from '../../ui/Page.tsx';
import type { Tiers } from './moneyQueries.ts';
import { whyNot } from './whyNot.ts';

/** So many steps a budget is laid out in: fine enough to read, reckoned at once. */
const STEPS = 500;
type Tier = Tiers['tiers'][number];

export const useTierName = (): ((by: string, key: string) => string) => {
  const t = useT();
  return (by, key) => t(by === 'stage' ? `stage.${key}` : `money.tier.${key}`);
};

/** The advice, reckoned as the assumptions are typed; the same inputs give the same advice on the server. */
export function BudgetTable({ data, budgetMinor }: { data: Tiers; budgetMinor: number }) {
  const t = useT();
  const may = useMay();
  const currency = useCurrency();
  const { moneyRound, percent } = useFormats();
  const [edits, setEdits] = useState<Readonly<Record<string, Partial<Tier>>>>({});
  const [name, setName] = useState('');
  const tiers = data.tiers.map((tier) => ({ ...tier, ...edits[tier.key] }));
  const inputs = {
    budgetMinor, stepMinor: Math.max(1, Math.floor(budgetMinor / STEPS)),
    tiers: tiers.map(({ key, capMinor, ceilingMinor, scaleMinor, basis }) => ({ key, capMinor, curve: { ceilingMinor, scaleMinor, source: edits[key] ? 'typed' : `assumed ${data.wonShare} of ${basis} value` } })),
  };
  const advice = adviseBudget(inputs);
  const keep = useWrite(['money'], () => api.post('/lifecycle/budget/plans', { ...inputs, name, by: data.by }), { done: t('money.budget.kept'), after: () => setName('') });
  if (isRefused(advice)) return <Notice>{whyNot(t, { code: advice.refused, facts: advice.facts })}</Notice>;
  const allocationOf = new Map(advice.allocations.map((one) => [one.key, one]));
  return (
    <>
      <Figures>
        <KeyFigure label={t('money.budget.spent')} value={moneyRound(advice.spentMinor, currency)} note={advice.leftMinor > 0 ? t('money.budget.left', { money: moneyRound(advice.leftMinor, currency) }) : undefined} />
        <KeyFigure label={t('money.budget.expected')} value={moneyRound(advice.expectedMinor, currency)} note={t('money.budget.assumed')} why={{ definition: t('money.budget.expected.why') }} />
        <KeyFigure label={t('money.budget.net')} value={moneyRound(advice.netMinor, currency)} note={advice.spentMinor > 0 ? t('money.budget.each', { value: percent(advice.netMinor / advice.spentMinor, 0) }) : undefined} />
      </Figures>
      <div className="table-scroll money-tiers" tabIndex={0}>
        <table className="data">
          <thead><tr><th scope="col">{t(`money.budget.by.${data.by}`)}</th><th scope="col" className="number">{t('money.customers')}</th><th scope="col" className="number">{t('money.budget.year')}</th><th scope="col" className="number">{t('money.budget.cap')}</th><th scope="col" className="number">{t('money.budget.ceiling')}</th><th scope="col" className="number">{t('money.budget.spend')}</th><th scope="col" className="number">{t('money.budget.brings')}</th><th scope="col">{t('money.budget.why')}</th></tr></thead>
          <tbody>{tiers.map((tier) => <TierRow key={tier.key} by={data.by} tier={tier} allocation={allocationOf.get(tier.key)} edit={(change) => setEdits({ ...edits, [tier.key]: { ...edits[tier.key], ...change } })} />)}</tbody>
        </table>
      </div>
      {may('lifecycle.write') && (
        <form className="row money-plan" onSubmit={(event) => { event.preventDefault(); keep.mutate(undefined); }}>
          <Input aria-label={t('money.budget.name')} placeholder={t('money.budget.name')} value={name} maxLength={80} onChange={({ target }) => setName(target.value)} style={{ width: 220 }} />
          <Button htmlType="submit" disabled={name.trim() === ''} loading={keep.isPending}>{t('money.budget.keep')}</Button>
        </form>
      )}
    </>
  );
}

function TierRow({ by, tier, allocation, edit }: { by: string; tier: Tier; allocation: Allocation | undefined; edit: (change: Partial<Tier>) => void }) {
  const t = useT();
  const currency = useCurrency();
  const tierName = useTierName();
  const { count, moneyRound, decimal } = useFormats();
  const typed = (key: 'capMinor' | 'ceilingMinor', label: string) => (
    <InputNumber aria-label={`${tierName(by, tier.key)}: ${label}`} min={0} max={1e11} value={toMajor(tier[key], currency)} onChange={(next) => edit({ [key]: toMinor(next ?? 0, currency) })} />
  );
  return (
    <tr>
      <td>{tierName(by, tier.key)}</td><td className="number">{count(tier.customers)}</td>
      <td className="number">{moneyRound(Math.round(tier.yearMinor), currency)} <span className="grey small">{t(`money.budget.basis.${tier.basis}`)}</span></td>
      <td className="number">{typed('capMinor', t('money.budget.cap'))}</td><td className="number">{typed('ceilingMinor', t('money.budget.ceiling'))}</td>
      <td className="number"><strong>{moneyRound(allocation?.spentMinor, currency)}</strong></td><td className="number">{moneyRound(allocation?.expectedMinor, currency)}</td>
      <td className="grey small wrap">{allocation && t(`money.budget.stop.${allocation.stoppedBy}`, { next: decimal(allocation.nextReturn ?? 0, 2) })}</td>
    </tr>
  );
}
