import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { CONSUMERS, planQuery, scoringQuery } from '../churn/scoringQueries.ts';
import { type Overview, overviewQuery, scopeIn, verdictOf } from '../lifecycle/lifecycleQueries.ts';
import { quarantineQuery } from '../quality/qualityQueries.ts';
import { openReviewsQuery } from '../reviews/reviewsQueries.ts';

type Step = { key: string; said: string; action: string; to: string };

/** What deserves a hand now: number, cause, next step. The first is the one to begin with. */
export function NextSteps({ withoutGoals }: { withoutGoals: boolean }) {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const [filters] = useFilters();
  const overview = useQuery(overviewQuery(scopeIn(filters)));
  const quarantine = useQuery({ ...quarantineQuery({ state: 'open' }), enabled: may('imports.write') });
  const reviews = useQuery({ ...openReviewsQuery, enabled: may('customers.merge') });
  const stageSteps = useStageSteps();
  const saveSteps = useSaveSteps();
  if (!overview.data) return <Skeleton lines={4} />;
  const refused = (quarantine.data?.counts ?? []).reduce((sum, { count }) => sum + count, 0);
  const unsure = reviews.data?.total ?? { count: 0, over: false };
  const steps: Step[] = [
    ...saveSteps,
    ...stageSteps(overview.data),
    ...(refused > 0 ? [{ key: 'refused', said: t('home.next.refused', { count: refused }), action: t('home.next.refused.go'), to: paths.quality() }] : []),
    ...(unsure.count > 0 ? [{ key: 'reviews', said: t('home.next.reviews', { count: unsure.count, over: String(unsure.over) }), action: t('home.next.reviews.go'), to: paths.reviews() }] : []),
    ...(withoutGoals && may('insight.write') ? [{ key: 'goal', said: t('home.next.goal'), action: t('home.next.goal.go'), to: paths.goals() }] : []),
  ];
  if (steps.length === 0) return null;
  return (
    <Section title={t('home.next')}>
      <ul className="work-steps">
        {steps.map(({ key, said, action, to }, at) => (
          <li key={key}><span>{said}</span>{at === 0 ? <Button type="primary" onClick={() => go(to)}>{action}</Button> : <Anchor to={to}>{action}</Anchor>}</li>
        ))}
      </ul>
    </Section>
  );
}

/** The steps that the stages ask for: those about to be lost, those who should buy a second time, and a label that cannot be trusted yet. */
function useStageSteps(): (overview: Overview) => Step[] {
  const t = useT();
  const may = useMay();
  const { moneyRound } = useFormats();
  const currency = useCurrency();
  return ({ stages, states, report }) => {
    const risky = stages.find(({ stage }) => stage === 'at_risk');
    const quiet = stages.find(({ stage }) => stage === 'declining');
    const secondDue = states.filter(({ state }) => state === 'one_time.awaiting').reduce((sum, { customers }) => sum + customers, 0);
    const verdict = report && report.verdict !== 'calibrated' ? verdictOf(report) : null;
    return [
      ...(risky && risky.customers > 0 ? [{ key: 'risk', said: t('home.next.risk', { count: risky.customers, money: moneyRound(risky.netMinor, currency), reachable: risky.reachable }), action: t('home.next.risk.go'), to: paths.customers({ stage: 'at_risk' }) }] : []),
      ...(quiet && quiet.customers > 0 ? [{ key: 'quiet', said: t('home.next.quiet', { count: quiet.customers, second: secondDue, reachable: quiet.reachable }), action: t('home.next.quiet.go'), to: paths.customers({ stage: 'declining' }) }] : []),
      ...(verdict && may('settings.read') ? [{ key: 'verdict', said: `${t(verdict.word)} · ${t(verdict.why, verdict.params)}`, action: t('home.next.verdict.go'), to: paths.settings('stages') }] : []),
    ];
  };
}

/** Whom to save, once customers are scored. */
function useSaveSteps(): Step[] {
  const t = useT();
  const { moneyRound } = useFormats();
  const currency = useCurrency();
  const [{ shop }] = useFilters();
  const scoring = useQuery(scoringQuery);
  const { data: plan } = useQuery({ ...planQuery({ shop, people: CONSUMERS }), enabled: (scoring.data?.scored.customers ?? 0) > 0 });
  if (!plan || plan.chosen.length === 0) return [];
  return [{ key: 'save', said: t(plan.attemptCostMinor === null ? 'home.next.save.gross' : 'home.next.save', { chosen: plan.chosen.length, money: moneyRound(plan.gainMinor, currency) }), action: t('home.next.save.go'), to: paths.churn() }];
}
