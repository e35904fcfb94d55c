import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useT } from '../../lib/language.tsx';
import { useFilters, useGo } from '../../lib/location.tsx';
import { useData, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/Page.tsx';
import { Empty, Failure, Skeleton } from '../../ui/States.tsx';
import { planAsked } from '../churn/SavePlanPanel.tsx';
import { planQuery } from '../churn/scoringQueries.ts';
import { EVERYBODY, treeIn } from '../customers/customersQueries.ts';
import { dayAfter, type Held, PLAN } from './draft.ts';
import { DraftForm } from './DraftForm.tsx';
import { peopleKept } from './people.ts';
import './experiments.css';

/** The people a new experiment begins with, as the address says: a segment, conditions, or a list that was chosen. */
function audienceIn(filters: Readonly<Record<string, string>>): Held['audience'] {
  const kept = filters['people'] === 'list' ? peopleKept() : undefined;
  if (kept && kept.ids.length > 0) return { kind: 'customers', ids: [...kept.ids], label: kept.label };
  if (filters['segment']) return { kind: 'segment', id: filters['segment'] };
  return { kind: 'tree', tree: treeIn(filters) ?? EVERYBODY };
}

export default function NewExperimentPage() {
  const t = useT();
  const [filters] = useFilters();
  const { isHeard, until } = useData();
  const plan = useQuery({ ...planQuery(planAsked(filters)), enabled: filters['from'] === 'plan' });
  const ids = plan.data?.chosen.map(({ customerId }) => customerId) ?? [];
  if (plan.error) return <Page title={t('experiments.new')}><Failure error={plan.error} onRetry={() => void plan.refetch()} /></Page>;
  const saved: Held['audience'] | undefined = ids.length > 0 ? { kind: 'customers', ids, label: t('experiments.list.plan', { people: ids.length }), from: 'save_plan' } : undefined;
  if (isHeard && !until) return <NobodyYet />;
  if (!until || (filters['from'] === 'plan' && !plan.data)) return <Page title={t('experiments.new')}><Skeleton lines={8} /></Page>;
  return <DraftForm start={{ name: '', hypothesis: '', goalId: null, audience: saved ?? audienceIn(filters), plan: PLAN, startsOn: dayAfter(until) }} />;
}

/** A workspace that nothing was brought into has nobody to try anything on. */
function NobodyYet() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  return <Page title={t('experiments.new')}><Empty title={t('experiments.nobody')} action={may('imports.write') && <Button type="primary" onClick={() => go(paths.imports())}>{t('customers.import')}</Button>}>{t('experiments.nobody.why')}</Empty></Page>;
}
