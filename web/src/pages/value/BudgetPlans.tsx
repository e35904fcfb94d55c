import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { useTierName } from './BudgetTable.tsx';
import { type PlanLine, plansQuery } from './moneyQueries.ts';

/** Budgets kept, each with everything it was reckoned from. */
export function BudgetPlans() {
  const t = useT();
  const plans = useQuery(plansQuery);
  return <Loaded query={plans} skeleton={<Skeleton lines={3} />}>{({ rows }) => <Section title={t('money.budget.plans')} note={rows.length === 0 ? t('money.budget.plans.none') : t('money.budget.plans.note')}>{rows.length > 0 && <Kept rows={rows} />}</Section>}</Loaded>;
}

function Kept({ rows }: { rows: readonly PlanLine[] }) {
  const t = useT();
  const may = useMay();
  const currency = useCurrency();
  const tierName = useTierName();
  const { day, moneyRound } = useFormats();
  const drop = useWrite(['money'], (id: string) => api.delete(`/lifecycle/budget/plans/${id}`), { done: t('money.budget.dropped') });
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('money.budget.name')}</th><th scope="col">{t('money.budget.asOf')}</th><th scope="col" className="number">{t('money.budget.sum')}</th><th scope="col">{t('money.budget.spend')}</th><th scope="col" className="number">{t('money.budget.net')}</th><th scope="col" aria-label={t('settings.actions')} /></tr></thead>
        <tbody>{rows.map(({ id, name, asOf, splitBy, inputs, advice }) => (
          <tr key={id}>
            <td className="phone-head">{name}</td><td data-label={t('money.budget.asOf')}>{day(asOf)}</td><td className="number" data-label={t('money.budget.sum')}>{moneyRound(inputs.budgetMinor, currency)}</td>
            <td className="wrap" data-label={t('money.budget.spend')}>{advice.allocations.filter(({ spentMinor }) => spentMinor > 0).map(({ key, spentMinor }) => `${tierName(splitBy, key)} ${moneyRound(spentMinor, currency)}`).join(' · ') || '—'}</td>
            <td className="number" data-label={t('money.budget.net')}>{moneyRound(advice.netMinor, currency)}</td>
            <td className="phone-aside">{may('lifecycle.write') && <button type="button" className="plain link" onClick={() => drop.mutate(id)}>{t('money.cost.remove')}</button>}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
