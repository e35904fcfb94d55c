import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Page } from '../../ui/Page.tsx';
import { scopeIn, type Scope } from '../lifecycle/lifecycleQueries.ts';
import { BroughtView, paretoQuery } from './BroughtView.tsx';
import { BudgetView } from './BudgetView.tsx';
import { ClvView } from './ClvView.tsx';
import { CostView } from './CostView.tsx';
import { GroupLine } from './GroupLine.tsx';
import { LedgerView } from './LedgerView.tsx';
import { ScoreView } from './ScoreView.tsx';
import './value.css';

const PEOPLE = ['all', 'consumers', 'b2b'] as const;
const VIEWS = { brought: BroughtView, ledger: LedgerView, cost: CostView, clv: ClvView, score: ScoreView, budget: BudgetView } as const;
type View = keyof typeof VIEWS;
const isView = (name: string): name is View => name in VIEWS;

/** What customers brought, what they will bring, what they cost, and what to do with the money. */
export default function ValuePage() {
  const t = useT();
  const [filters, change] = useFilters();
  const scope = { ...scopeIn(filters), people: filters['people'] ?? 'all', segment: filters['segment'], tag: filters['tag'] };
  const asked = filters['view'] ?? 'brought';
  const view: View = isView(asked) ? asked : 'brought';
  const Shown = VIEWS[view];
  return (
    <Page
      title={t('value.title')} lead={<Lead scope={scope} />}
      actions={view === 'cost' ? undefined : <Choices label={t('rfm.people')} options={PEOPLE.map((key) => ({ key, label: t(`rfm.people.${key}`) }))} value={scope.people} onChoose={(people) => change({ people })} />}
    >
      <div className="row filters-line">
        <Choices label={t('money.views')} options={Object.keys(VIEWS).map((key) => ({ key, label: t(`money.view.${key}`) }))} value={view} onChoose={(next) => change({ view: next })} />
        {view !== 'cost' && <GroupLine />}
      </div>
      <Shown scope={scope} />
    </Page>
  );
}

function Lead({ scope }: { scope: Scope }) {
  const t = useT();
  const { percent } = useFormats();
  const { data } = useQuery(paretoQuery(scope, 'net'));
  if (!data || data.all.topShare === null || data.consumers.topShare === null) return null;
  return <>{t('value.lead', { slice: percent(data.slice, 0), share: percent(data.all.topShare), consumers: percent(data.consumers.topShare) })}</>;
}
