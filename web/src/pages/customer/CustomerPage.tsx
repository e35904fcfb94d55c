import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency, useData } from '../../lib/session.ts';
import { KeyFigure, ReachMarks } from '../../ui/Figure.tsx';
import { Figures, Page, Section } from '../../ui/Page.tsx';
import { RhythmStripLarge } from '../../ui/RhythmStrip.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { branchState } from '../customers/customerColumns.tsx';
import { type Explained, explainedOf } from '../customers/customersQueries.ts';
import { CustomerTimeline } from './CustomerTimeline.tsx';
import { type Card, cardQuery, type Customer, customerQuery } from './customerQueries.ts';
import { Consents, Identifiers, PortraitBlocks, StageHistory, Tags } from './CustomerSides.tsx';
import './customer.css';

export default function CustomerPage() {
  const { id = '' } = useParams({ strict: false });
  const [clear, setClear] = useState(false);
  const customer = useQuery(customerQuery(id, clear));
  const card = useQuery(cardQuery(id));
  return (
    <Loaded query={customer} skeleton={<div className="page"><Skeleton lines={2} /><Skeleton height={96} /><Skeleton lines={8} /></div>}>
      {(data) => <Story customer={data} card={card.data} unmask={clear || !data.canUnmask ? undefined : () => setClear(true)} />}
    </Loaded>
  );
}

type StoryProps = { customer: Customer; card: Card | undefined; unmask: (() => void) | undefined };

/** Strip and sentence first; then the portrait, what happened, and how to reach them. */
function Story({ customer, card, unmask }: StoryProps) {
  const t = useT();
  const explained = card && explainedOf(card, card);
  return (
    <Page title={customer.name || t('customers.nameless')} lead={<Standing customer={customer} explained={explained} />}>
      <div className="customer-strip">
        {explained ? <RhythmStripLarge rhythm={explained.rhythm} /> : <Skeleton height={96} />}
        {explained && <p className="customer-reason">{t(explained.reason.code, explained.reason.params)}</p>}
      </div>
      <Worth customer={customer} card={card} />
      <div className="customer-columns">
        <Section title={t('customer.portrait')}><PortraitBlocks portrait={customer.portrait} /></Section>
        <Section title={t('customer.timeline')}><CustomerTimeline id={customer.id} /></Section>
        <div>
          {card && <Section title={t('customer.stages')}><StageHistory card={card} /></Section>}
          <Section title={t('customer.identifiers')}><Identifiers identifiers={customer.identifiers} {...(unmask ? { unmask } : {})} /></Section>
          <Section title={t('customer.consent')}><Consents consents={customer.consents} /></Section>
          <Section title={t('customer.tags')}><Tags tags={customer.tags} /></Section>
        </div>
      </div>
    </Page>
  );
}

const MS_PER_DAY = 86_400_000;
const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY);

function Standing({ customer, explained }: { customer: Customer; explained: Explained | undefined }) {
  const t = useT();
  const { until } = useData();
  const { stage, stageSince, cycle, rfm, b2b, reach } = customer;
  return (
    <span className="customer-standing">
      {stage && <StageBadge stage={stage} state={branchState(explained?.state)} />}
      {stageSince && until && <span className="grey">{t('customer.since', { days: Math.max(0, daysBetween(stageSince, until)) })}</span>}
      {cycle !== null && cycle > 1 && <span className="grey">{t('customer.cycle', { cycle })}</span>}
      {rfm && <span>{t(`rfm.${rfm}`)}</span>}
      {b2b && <span className="ochre">{t('customer.b2b')}</span>}
      <ReachMarks channels={reach} />
    </span>
  );
}

function Worth({ customer, card }: { customer: Customer; card: Card | undefined }) {
  const t = useT();
  const { money, count, day, percent } = useFormats();
  const { until } = useData();
  const currency = useCurrency();
  const { netMinor, orderCount, gapDays, lastOn } = customer;
  return (
    <Figures>
      <KeyFigure label={t('customer.net')} value={money(netMinor, currency)} why={{ definition: t('customer.net.why') }} />
      <KeyFigure label={t('customer.orders')} value={count(orderCount)} />
      <KeyFigure label={t('customer.aov')} value={netMinor !== null && orderCount ? money(Math.round(netMinor / orderCount), currency) : '—'} />
      {card && card.worth.margin !== null && card.worth.profitMinor !== card.worth.salesMinor && <KeyFigure label={t('customer.profit')} value={money(card.worth.profitMinor, currency)} note={percent(card.worth.margin)} why={{ definition: t('customer.profit.why') }} />}
      <KeyFigure label={t('customer.gap')} value={gapDays === null ? '—' : t('customers.days', { days: Math.round(gapDays) })} />
      <KeyFigure label={t('customer.last')} value={day(lastOn)} note={lastOn && until ? t('customer.ago', { days: Math.max(0, daysBetween(lastOn, until)) }) : undefined} />
    </Figures>
  );
}
