import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import { AtRiskList } from './AtRiskList.tsx';
import { ExitReasons } from './ExitReasons.tsx';
import { planAsked, SavePlanPanel } from './SavePlanPanel.tsx';
import { planQuery, type Scoring } from './scoringQueries.ts';
import { NotScored, Standing } from './Training.tsx';
import { useScoring } from './useScoring.ts';
import './churn.css';

/** Whom to save: the answer, what saving costs and brings, the people by value at risk, and why others left. */
export default function ChurnPage() {
  const t = useT();
  const scoring = useScoring();
  const scored = (scoring.data?.scored.customers ?? 0) > 0;
  return (
    <Page title={t('nav.lifecycle.churn')} lead={scored ? <Answer /> : undefined} actions={<Anchor className="link" to={paths.model({ kind: 'churn' })}>{t('atRisk.trust')}</Anchor>}>
      <Loaded query={scoring} skeleton={<><Skeleton height={120} /><Skeleton lines={14} /></>}>{(state) => (scored ? <Told state={state} /> : <NotScored state={state} />)}</Loaded>
    </Page>
  );
}

function Told({ state }: { state: Scoring }) {
  const t = useT();
  return (
    <>
      <Standing state={state} />
      <SavePlanPanel />
      <AtRiskList state={state} />
      <WhenSeen height={420}><Section title={t('atRisk.exits')} note={t('atRisk.exits.note')}><ExitReasons /></Section></WhenSeen>
    </>
  );
}

/** How many are worth saving, what may be lost with them, and how many of them the week has room for. */
function Answer() {
  const t = useT();
  const { moneyRound } = useFormats();
  const currency = useCurrency();
  const [filters] = useFilters();
  const { data: plan, error } = useQuery(planQuery(planAsked(filters)));
  if (!plan) return error ? null : t('atRisk.lead.wait');
  const worth = plan.chosen.length + plan.beyondCapacity;
  if (worth === 0) return <>{plan.refused || plan.attemptCostMinor === null ? t('atRisk.lead.nobody') : t('atRisk.lead.none', { cost: moneyRound(plan.attemptCostMinor, currency) })}</>;
  const risked = plan.chosen.reduce((sum, { atRiskMinor }) => sum + atRiskMinor, 0);
  if (plan.attemptCostMinor === null) return <>{t('atRisk.lead.unknown', { capacity: plan.capacity, chosen: plan.chosen.length, money: moneyRound(risked, currency) })}</>;
  return <>{t('atRisk.lead', { worth, capacity: plan.capacity, chosen: plan.chosen.length, money: moneyRound(risked, currency) })}</>;
}
