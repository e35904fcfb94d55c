import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { usePromotionName } from '../../lib/promotions.ts';
import { useCurrency, useData, useMay } from '../../lib/session.ts';
import { KeyFigure, ReachMarks } from '../../ui/Figure.tsx';
import { Figures, Page, Section } from '../../ui/Page.tsx';
import { RhythmStripLarge } from '../../ui/RhythmStrip.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import { customerScoreQuery } from '../churn/scoringQueries.ts';
import { branchState } from '../customers/customerColumns.tsx';
import { type Explained, explainedOf } from '../customers/customersQueries.ts';
import { CustomerTimeline } from './CustomerTimeline.tsx';
import { type Card, cardQuery, type Customer, customerQuery } from './customerQueries.ts';
import { CustomerConsents } from './CustomerConsents.tsx';
import { CustomerEngagement } from './CustomerEngagement.tsx';
import { CustomerJourneys } from './CustomerJourneys.tsx';
import { CustomerTrials } from './CustomerTrials.tsx';
import { JoinJourney } from './JoinJourney.tsx';
import { CustomerLedger } from './CustomerLedger.tsx';
import { CustomerSources, CustomerTraits } from './CustomerOrigins.tsx';
import { CustomerReach } from './CustomerReach.tsx';
import { CustomerAlive, CustomerRisk } from './CustomerRisk.tsx';
import { Identifiers, PortraitBlocks, StageHistory, type Unmask } from './CustomerSides.tsx';
import { CustomerSegments } from './CustomerSegments.tsx';
import { CustomerTags } from './CustomerTags.tsx';
import { CustomerTasks } from '../tasks/CustomerTasks.tsx';
import { EditCustomer } from './EditCustomer.tsx';
import { ErasedReceipt, ErasePanel } from './ErasePanel.tsx';
import { MergePanel } from './MergePanel.tsx';
import { Merges } from './Merges.tsx';
import { NoteForm } from './NoteForm.tsx';
import { canPart, PartPanel } from './PartPanel.tsx';
import './customer.css';

export default function CustomerPage() {
  const { id = '' } = useParams({ strict: false });
  const [clear, setClear] = useState(false);
  const [erased, setErased] = useState<string | null>(null);
  const customer = useQuery(customerQuery(id, clear));
  const card = useQuery(cardQuery(id));
  // Asked for with the head, not after it is drawn.
  usePromotionName();
  usePrefetchQuery(customerScoreQuery(id));
  if (erased) return <Erased id={erased} />;
  return (
    <Loaded query={customer} skeleton={<div className="page"><Skeleton lines={2} /><Skeleton height={96} /><Skeleton lines={8} /></div>}>
      {(data) => <Story customer={data} card={card.data} unmask={data.canUnmask ? { clear, change: setClear } : undefined} onErased={setErased} />}
    </Loaded>
  );
}

type StoryProps = { customer: Customer; card: Card | undefined; unmask: Unmask | undefined; onErased: (id: string) => void };

/** Strip and sentence first, then what is to be expected. */
function Story({ customer, card, unmask, onErased }: StoryProps) {
  const t = useT();
  const may = useMay();
  const explained = card && explainedOf(card, card);
  return (
    <Page title={customer.name || t('customers.nameless')} lead={<Standing customer={customer} explained={explained} />} actions={<Actions customer={customer} onErased={onErased} />}>
      <div className="customer-strip">
        {explained ? <RhythmStripLarge rhythm={explained.rhythm} /> : <Skeleton height={96} />}
        {explained && <p className="customer-reason">{t(explained.reason.code, explained.reason.params)}</p>}
      </div>
      {may('lifecycle.read') && <CustomerRisk id={customer.id} name={customer.name || t('customers.nameless')} />}
      <Worth customer={customer} card={card} />
      {may('lifecycle.read') && <CustomerAlive id={customer.id} />}
      <WhenSeen height={900}><Columns customer={customer} card={card} unmask={unmask} /></WhenSeen>
    </Page>
  );
}

/** Who they are, what happened, how to reach them: below the window for everybody whose future is drawn above. */
function Columns({ customer, card, unmask }: Omit<StoryProps, 'onErased'>) {
  const t = useT();
  const may = useMay();
  return (
    <div className="customer-columns">
      <Section title={t('customer.portrait')}><PortraitBlocks portrait={customer.portrait} /></Section>
      <Section title={t('customer.timeline')}>{may('customers.write') && <NoteForm customerId={customer.id} />}<CustomerTimeline id={customer.id} /></Section>
      <div>
        <Section title={t('nav.customers.tasks')}><CustomerTasks id={customer.id} /></Section>
        {card && <Section title={t('customer.stages')}><StageHistory card={card} /></Section>}
        <Section title={t('customer.identifiers')}><Identifiers identifiers={customer.identifiers} {...(unmask ? { unmask } : {})} /></Section>
        <Section title={t('customer.consent')}><CustomerConsents customer={customer} /></Section>
        {may('reach.read') && <Section title={t('mayWrite.title')}><CustomerReach id={customer.id} /></Section>}
        {may('engage.read') && <Section title={t('journeys.of.customer')}><CustomerJourneys id={customer.id} />{may('engage.write') && <JoinJourney id={customer.id} name={customer.name || t('customers.nameless')} />}</Section>}
        <Section title={t('trials.title')}><CustomerTrials id={customer.id} /></Section>
        <Section title={t('segments.of.customer')}><CustomerSegments id={customer.id} /></Section>
        <Section title={t('customer.tags')}><CustomerTags customer={customer} /></Section>
        {customer.merges > 0 && <Section title={t('customer.merges')}><Merges id={customer.id} /></Section>}
        <WhenSeen height={320}><Section title={t('money.ledger.title')}><CustomerLedger id={customer.id} /></Section></WhenSeen>
        <WhenSeen height={200}><Section title={t('engagement.title')}><CustomerEngagement id={customer.id} /></Section></WhenSeen>
        <WhenSeen height={320}>
          <Section title={t('customer.traits')}><CustomerTraits customer={customer} /></Section>
          <Section title={t('customer.sources')}><CustomerSources id={customer.id} /></Section>
        </WhenSeen>
      </div>
    </div>
  );
}

function Erased({ id }: { id: string }) {
  const t = useT();
  return <Page title={t('erase.title')} narrow><ErasedReceipt id={id} /></Page>;
}

/** What may be done to the record: correct it, make it one with another, or part it in two. */
function Actions({ customer, onErased }: { customer: Customer; onErased: (id: string) => void }) {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'merge' | 'part' | 'erase' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      {may('customers.write') && <Button onClick={() => setOpen('edit')}>{t('customer.edit')}</Button>}
      {may('customers.merge') && <Button onClick={() => setOpen('merge')}>{t('customer.merge')}</Button>}
      {may('customers.merge') && canPart(customer) && <Button onClick={() => setOpen('part')}>{t('customer.part')}</Button>}
      {may('customers.erase') && <Button onClick={() => setOpen('erase')}>{t('erase.open')}</Button>}
      <SidePanel open={open !== null} onClose={close} title={t(open === 'merge' ? 'customer.merge.title' : open === 'part' ? 'customer.part.title' : open === 'erase' ? 'erase.title' : 'customer.edit')}>
        {open === 'edit' && <EditCustomer customer={customer} onDone={close} />}
        {open === 'merge' && <MergePanel customer={customer} onDone={close} />}
        {open === 'erase' && <ErasePanel customer={customer} onErased={onErased} />}
        {open === 'part' && <PartPanel customer={customer} onDone={close} />}
      </SidePanel>
    </>
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
