import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { paretoReply, worthReply } from '../../../../src/lifecycle/contract.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Page, Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { scopeIn, type Scope } from '../lifecycle/lifecycleQueries.ts';
import { ParetoChart } from './ParetoChart.tsx';
import { TopBuyers } from './TopBuyers.tsx';

export type Pareto = z.infer<typeof paretoReply>;
type Worth = z.infer<typeof worthReply>;

const paretoQuery = (scope: Scope, measure: string) => queryOptions({ queryKey: ['lifecycle', 'pareto', scope, measure], queryFn: ({ signal }) => api.get<Pareto>('/lifecycle/pareto', { ...scope, measure }, signal), placeholderData: keepPreviousData });
const worthQuery = (scope: Scope) => queryOptions({ queryKey: ['lifecycle', 'worth', scope], queryFn: ({ signal }) => api.get<Worth>('/lifecycle/worth', scope, signal), placeholderData: keepPreviousData });

const PEOPLE = ['all', 'consumers', 'b2b'] as const;
const MEASURES = ['net', 'profit'] as const;

/** What customers brought and cost, and how much of it comes from the best fifth. */
export default function ValuePage() {
  const t = useT();
  const [filters, change] = useFilters();
  const scope = { ...scopeIn(filters), people: filters['people'] ?? 'all' };
  const measure = filters['measure'] ?? 'net';
  const worth = useQuery(worthQuery(scope));
  const pareto = useQuery(paretoQuery(scope, measure));
  return (
    <Page
      title={t('value.title')} lead={pareto.data && <Lead pareto={pareto.data} />}
      actions={<Choices label={t('rfm.people')} options={PEOPLE.map((key) => ({ key, label: t(`rfm.people.${key}`) }))} value={scope.people} onChoose={(people) => change({ people })} />}
    >
      <Loaded query={worth} skeleton={<Skeleton height={88} />}>{(data) => <Ledger worth={data} />}</Loaded>
      <Section>
        <Choices label={t('value.measure')} options={MEASURES.map((key) => ({ key, label: t(`value.measure.${key}`) }))} value={measure} onChoose={(next) => change({ measure: next })} />
        <Loaded query={pareto} skeleton={<Skeleton height={300} />}>
          {(data) => (data.all.customers === 0 ? <Empty title={t('value.empty')}>{t('lifecycle.empty.why')}</Empty> : <><ParetoChart pareto={data} /><Section title={t('value.top')} note={t('value.top.note', { count: data.top.length })}><TopBuyers pareto={data} /></Section></>)}
        </Loaded>
      </Section>
    </Page>
  );
}

function Lead({ pareto: { all, consumers, slice } }: { pareto: Pareto }) {
  const t = useT();
  const { percent } = useFormats();
  if (all.topShare === null || consumers.topShare === null) return null;
  return <>{t('value.lead', { slice: percent(slice, 0), share: percent(all.topShare), consumers: percent(consumers.topShare) })}</>;
}

/** Profit contribution line by line (R28). Lines without any cost on record are told as such, not as zero. */
function Ledger({ worth }: { worth: Worth }) {
  const t = useT();
  const { count, moneyRound, percent } = useFormats();
  const currency = useCurrency();
  const costs = (['productCostMinor', 'fulfilmentMinor', 'serviceMinor', 'incentiveMinor'] as const).map((key) => ({ key, minor: worth[key] }));
  const known = costs.some(({ minor }) => minor !== 0);
  return (
    <Figures>
      <KeyFigure label={t('value.customers')} value={count(worth.customers)} why={{ definition: t('value.customers.why') }} />
      <KeyFigure label={t('value.sales')} value={moneyRound(worth.salesMinor, currency)} why={{ definition: t('value.sales.why') }} />
      {costs.filter(({ minor }) => minor !== 0).map(({ key, minor }) => <KeyFigure key={key} label={t(`value.${key}`)} value={moneyRound(-minor, currency)} />)}
      <KeyFigure
        label={t('value.profit')} value={known ? moneyRound(worth.profitMinor, currency) : '—'} why={{ definition: t('customer.profit.why') }}
        note={known ? (worth.margin === null ? undefined : t('value.margin', { share: percent(worth.margin) })) : t('value.nocosts')}
      />
    </Figures>
  );
}
