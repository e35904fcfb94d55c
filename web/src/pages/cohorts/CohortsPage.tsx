import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { ChartFrame } from '../../ui/chart/Chart.tsx';
import { CohortTable } from '../../ui/CohortTable.tsx';
import { Page } from '../../ui/Page.tsx';
import { type PeopleOf, PeoplePanel } from '../../ui/PeoplePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { EventChoice } from '../insight/EventChoice.tsx';
import { type Cohorts, cohortsQuery, scopeOf } from '../insight/insightQueries.ts';
import { ScopeLine, useScope } from '../insight/ScopeLine.tsx';
import { useCounted } from '../insight/useCounted.ts';
import '../insight/insight.css';

const UNITS = ['day', 'week', 'month'] as const;
const PERIODS = { day: 14, week: 12, month: 12 } as const;
type Unit = (typeof UNITS)[number];

/** Who came back, by when they began: a triangle whose every cell opens its people. */
export default function CohortsPage() {
  const t = useT();
  const { ready, scope, filters, change, dimensions } = useScope();
  const unit = UNITS.find((one) => one === filters['unit']) ?? 'month';
  const start = filters['start'] ?? 'order.paid';
  const back = filters['back'] ?? 'order.paid';
  return (
    <Page title={t('nav.insight.cohorts')} lead={t('insight.cohorts.lead')}>
      <div className="row filters-line">
        <Choices label={t('insight.unit')} options={UNITS.map((key) => ({ key, label: t(`insight.unit.${key}`) }))} value={unit} onChoose={(key) => change({ unit: key })} />
        <EventChoice label={t('insight.cohorts.start')} value={start} events={dimensions?.events ?? []} onChoose={(event) => change({ start: event })} />
        <EventChoice label={t('insight.cohorts.back')} value={back} events={dimensions?.events ?? []} onChoose={(event) => change({ back: event })} />
        <ScopeLine />
      </div>
      {ready && <Triangle unit={unit} body={{ start: { event: start }, back: { event: back }, unit, periods: PERIODS[unit], scope: scopeOf(scope) }} />}
    </Page>
  );
}

function Triangle({ unit, body }: { unit: Unit; body: object }) {
  const query = useQuery(cohortsQuery(body));
  return <Loaded query={query} skeleton={<Skeleton height={360} />}>{(data) => <Drawn unit={unit} data={data} />}</Loaded>;
}

function Drawn({ unit, data }: { unit: Unit; data: Cohorts }) {
  const t = useT();
  const { day, month, percent, count } = useFormats();
  const counted = useCounted();
  const [people, setPeople] = useState<PeopleOf | null>(null);
  const nameOf = (cohort: string): string => (unit === 'month' ? month(cohort) : day(cohort));
  const periods = Math.max(0, ...data.rows.map(({ cells }) => cells.length));
  if (periods === 0) return <Empty title={t('insight.empty')} />;
  const heads = Array.from({ length: periods }, (_, k) => t(`insight.cohorts.period.${unit}`, { k }));
  const first = data.means[1];
  const finding = first ? t('insight.cohorts.finding', { share: percent(first.rate), unit }) : t('insight.cohorts.young');
  const table = {
    header: [t('kit.cohort.cohort'), t('kit.cohort.size'), ...heads],
    rows: data.rows.map(({ cohort, size, cells }) => ({ cells: [cohort, size, ...heads.map((_, k) => cells[k]?.rate ?? null)], shown: [nameOf(cohort), count(size), ...heads.map((_, k) => percent(cells[k]?.rate ?? null))] })),
  };
  return (
    <>
      <ChartFrame finding={finding} note={counted(data.sentence, data.countedAt)} table={table} csvName="cohorts">
        <CohortTable
          caption={t('nav.insight.cohorts')} periods={heads}
          overall={{ label: t('insight.cohorts.overall'), size: data.rows.reduce((sum, { size }) => sum + size, 0), shares: heads.map((_, k) => data.means[k]?.rate ?? null) }}
          cohorts={data.rows.map(({ cohort, size, cells }) => ({ key: cohort, label: nameOf(cohort), size, shares: heads.map((_, k) => cells[k]?.rate ?? null) }))}
          onPick={({ key, label }, k) => setPeople({ token: data.token, pick: { cohort: key, k }, title: `${label} · ${heads[k] ?? ''}` })}
        />
      </ChartFrame>
      <PeoplePanel of={people} onClose={() => setPeople(null)} />
    </>
  );
}
