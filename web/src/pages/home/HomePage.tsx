import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useCurrency, useData, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Delta, KeyFigure, Notice } from '../../ui/Figure.tsx';
import { MetricFigure } from '../../ui/MetricFigure.tsx';
import { Figures, Page, Section } from '../../ui/Page.tsx';
import { PeoplePanel, type PeopleOf } from '../../ui/PeoplePanel.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { useCounted } from '../insight/useCounted.ts';
import { overviewQuery, scopeIn } from '../lifecycle/lifecycleQueries.ts';
import WelcomePage from '../welcome/WelcomePage.tsx';
import { PulseTile } from '../events/Pulse.tsx';
import { EngageToday } from './EngageToday.tsx';
import { GoalLines } from './GoalLines.tsx';
import { type Home, homeQuery } from './homeQueries.ts';
import { NextSteps } from './NextSteps.tsx';
import { StageMoves } from './StageMoves.tsx';
import './home.css';

const SPANS = [7, 30, 90] as const;

/** A workspace without customers begins with the choice how to begin; every other with the workbench. */
export default function HomePage() {
  const may = useMay();
  const [filters] = useFilters();
  const overview = useQuery({ ...overviewQuery(scopeIn(filters)), enabled: may('lifecycle.read') });
  const isNew = overview.data?.total === 0 && !filters['shop'];
  return isNew ? <WelcomePage /> : <Workbench />;
}

/** The workbench: what changed, what needs a hand, how the goals stand. Each part shows only to who may see it. */
function Workbench() {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const days = Number(filters['days'] ?? 30) || 30;
  return (
    <Page
      title={t('nav.home')} lead={may('lifecycle.read') ? <Lead /> : undefined}
      actions={may('insight.read') && <Choices label={t('home.span')} options={SPANS.map((span) => ({ key: String(span), label: t('home.last', { days: span }) }))} value={String(days)} onChoose={(span) => change({ days: span })} />}
    >
      <Stopped />
      {may('lifecycle.read') && <Begin days={days} />}
      {may('engage.read') && <EngageToday />}
      {may('lifecycle.read') && <PulseTile />}
      {may('insight.read') && <Numbers days={days} />}
      {may('lifecycle.read') && <Section title={t('home.stages')} actions={<Anchor to={paths.lifecycle()}>{t('nav.lifecycle.stages')}</Anchor>}><StageMoves /></Section>}
      {may('insight.read') && <Aims days={days} />}
    </Page>
  );
}

function Lead() {
  const t = useT();
  const [filters] = useFilters();
  const { data } = useQuery(overviewQuery(scopeIn(filters)));
  if (!data) return null;
  const risky = data.stages.find(({ stage }) => stage === 'at_risk');
  const change = (risky?.customers ?? 0) - (risky?.before ?? 0);
  return <>{t('home.lead', { total: data.total, risky: risky?.customers ?? 0, change: Math.abs(change), way: change > 0 ? 'more' : 'fewer' })}</>;
}

/** A source that fell silent holds its customers' stages; it is said before any number. */
function Stopped() {
  const t = useT();
  const { day, list } = useFormats();
  const stale = useData().sources.filter(({ late }) => late);
  if (stale.length === 0) return null;
  return <Notice tone="warn">{t('home.stopped', { names: list(stale.map(({ name, lastDay }) => `${name} (${day(lastDay)})`)) })}</Notice>;
}

function Numbers({ days }: { days: number }) {
  const t = useT();
  const counted = useCounted();
  const [filters] = useFilters();
  const [people, setPeople] = useState<PeopleOf | null>(null);
  const home = useQuery(homeQuery(days, filters['shop']));
  return (
    <>
      <Loaded query={home} skeleton={<Skeleton height={180} />}>
        {(data) => (
          <>
            <Section title={t('home.business', { days })} note={counted(t('home.business.note', { days }), data.countedAt)} actions={<Anchor to={paths.reconcile()}>{t('nav.customers.reconcile')}</Anchor>}><Sales home={data} /></Section>
            <Section title={t('home.customers')} actions={<Anchor to={paths.metrics()}>{t('nav.insight.metrics')}</Anchor>}><Figures quiet>{data.figures.map((figure) => <MetricFigure key={figure.metric.id} figure={figure} onPeople={setPeople} />)}</Figures></Section>
          </>
        )}
      </Loaded>
      <PeoplePanel of={people} onClose={() => setPeople(null)} />
    </>
  );
}

/** The steps wait for nothing but the stages; whether a goal is missing is added when it is known. */
function Begin({ days }: { days: number }) {
  const may = useMay();
  const [filters] = useFilters();
  const home = useQuery({ ...homeQuery(days, filters['shop']), enabled: may('insight.read') });
  return <NextSteps withoutGoals={home.data?.goals.every(({ closedAt }) => closedAt !== null) ?? false} />;
}

function Aims({ days }: { days: number }) {
  const t = useT();
  const [filters] = useFilters();
  const { data } = useQuery(homeQuery(days, filters['shop']));
  if (!data || data.goals.every(({ closedAt }) => closedAt !== null)) return null;
  return <Section title={t('home.goals')} actions={<Anchor to={paths.goals()}>{t('nav.insight.goals')}</Anchor>}><GoalLines goals={data.goals} /></Section>;
}

/** Money as 对账 counts it, orders of nobody included. */
function Sales({ home: { sales, salesBefore } }: { home: Home }) {
  const t = useT();
  const { count, moneyRound, percent } = useFormats();
  const currency = useCurrency();
  const than = (now: number, before: number) => <Delta change={before === 0 ? null : now / before - 1} unit="share" than={t('kit.delta.before')} />;
  return (
    <Figures>
      <KeyFigure label={t('home.net')} value={moneyRound(sales.net, currency)} note={than(sales.net, salesBefore.net)} why={{ definition: t('home.net.why'), metric: paths.reconcile() }} />
      <KeyFigure label={t('home.orders')} value={count(sales.orders)} note={than(sales.orders, salesBefore.orders)} why={{ definition: t('home.orders.why') }} />
      <KeyFigure label={t('home.refunded')} value={moneyRound(sales.refunded, currency)} note={sales.amount > 0 ? t('home.refunded.share', { share: percent(sales.refunded / sales.amount) }) : undefined} why={{ definition: t('home.refunded.why') }} />
      <KeyFigure label={t('home.nobody')} value={moneyRound(sales.nobodyNet, currency)} note={sales.net > 0 ? t('home.nobody.share', { share: percent(sales.nobodyNet / sales.net) }) : undefined} why={{ definition: t('home.nobody.why') }} />
    </Figures>
  );
}
