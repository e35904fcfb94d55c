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
import { Figures, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import { WordSelect } from '../../ui/WordSelect.tsx';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';
import { NoBuyers } from './NoBuyers.tsx';
import { ParetoChart } from './ParetoChart.tsx';
import { ReferralPart } from './ReferralPart.tsx';
import { TopBuyers } from './TopBuyers.tsx';

/** The best fifth, unless another slice is chosen. */
const SLICE = '0.2';
const SLICES = ['0.01', '0.05', '0.1', SLICE, '0.3', '0.5'] as const;

export type Pareto = z.infer<typeof paretoReply>;
type Worth = z.infer<typeof worthReply>;

export const paretoQuery = (scope: Scope, measure: string, slice = SLICE) => queryOptions({ queryKey: ['lifecycle', 'pareto', scope, measure, slice], queryFn: ({ signal }) => api.get<Pareto>('/lifecycle/pareto', { ...scope, measure, slice }, signal), placeholderData: keepPreviousData });
const worthQuery = (scope: Scope) => queryOptions({ queryKey: ['lifecycle', 'worth', scope], queryFn: ({ signal }) => api.get<Worth>('/lifecycle/worth', scope, signal), placeholderData: keepPreviousData });

const MEASURES = ['net', 'profit'] as const;

/** What customers brought, how much of it comes from the best fifth, and how much by recommendation. */
export function BroughtView({ scope }: { scope: Scope }) {
  const t = useT();
  const { percent } = useFormats();
  const [filters, change] = useFilters();
  const measure = filters['measure'] ?? 'net';
  const worth = useQuery(worthQuery(scope));
  const slice = SLICES.find((one) => one === filters['slice']) ?? SLICE;
  const pareto = useQuery(paretoQuery(scope, measure, slice));
  return (
    <>
      <Loaded query={worth} skeleton={<Skeleton height={88} />}>{(data) => <Contribution worth={data} />}</Loaded>
      <Section>
        <div className="row filters-line">
          <Choices label={t('value.measure')} options={MEASURES.map((key) => ({ key, label: t(`value.measure.${key}`) }))} value={measure} onChoose={(next) => change({ measure: next })} />
          <span className="sentence"><WordSelect label={t('value.slice')} options={SLICES.map((key) => ({ key, label: t('value.slice.of', { share: percent(Number(key), 0) }) }))} value={slice} onChoose={(next) => change({ slice: next === SLICE ? null : next })} /></span>
        </div>
        <Loaded query={pareto} skeleton={<Skeleton height={300} />}>
          {(data) => (data.all.customers === 0 ? <NoBuyers scope={scope} /> : <><ParetoChart pareto={data} /><Section title={t('value.top')} note={t('value.top.note', { count: data.top.length })}><TopBuyers pareto={data} /></Section></>)}
        </Loaded>
      </Section>
      {!scope.segment && !scope.tag && <WhenSeen height={200}><ReferralPart /></WhenSeen>}
    </>
  );
}

/** Profit contribution line by line (R28). Lines without any cost on record are told as such, not as zero. */
function Contribution({ worth }: { worth: Worth }) {
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
