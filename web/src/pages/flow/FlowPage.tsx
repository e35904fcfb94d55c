import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useData } from '../../lib/session.ts';
import { ChartFrame } from '../../ui/chart/Chart.tsx';
import { DayField } from '../../ui/DayField.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Sankey } from '../../ui/Sankey.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { type Flow, flowQuery, scopeIn } from '../lifecycle/lifecycleQueries.ts';
import { type Cell, FlowMatrix, peopleIn } from './FlowMatrix.tsx';
import { FlowPeople } from './FlowPeople.tsx';
import './flow.css';

/** Worse stages first; a move down this list is a loss, a move up a gain. */
const HEALTH = ['churned', 'at_risk', 'declining', 'prospect', 'new', 'won_back', 'active', 'mature'];
const healthOf = (stage: string): number => HEALTH.indexOf(stage);

export default function FlowPage() {
  const t = useT();
  const [filters] = useFilters();
  const flow = useQuery(flowQuery(scopeIn(filters), { from: filters['from'], to: filters['to'] }));
  return (
    <Page title={t('flow.title')} lead={t('flow.lead')}>
      <Days known={flow.data} />
      <Loaded query={flow} skeleton={<Skeleton height={480} />}>{(data) => (data.cells.length === 0 ? <Empty title={t('lifecycle.empty')}>{t('lifecycle.empty.why')}</Empty> : <Moves flow={data} />)}</Loaded>
    </Page>
  );
}

/** The two days as a sentence with two fields. */
function Days({ known }: { known: Flow | undefined }) {
  const t = useT();
  const { until } = useData();
  const [filters, change] = useFilters();
  const from = filters['from'] ?? known?.from ?? '';
  const to = filters['to'] ?? known?.to ?? '';
  return (
    <div className="row filters-line">
      <label className="row">{t('flow.from')}<DayField value={from} max={to || undefined} onChange={(day) => change({ from: day })} /></label>
      <label className="row">{t('flow.to')}<DayField value={to} min={from || undefined} max={until ?? undefined} onChange={(day) => change({ to: day })} /></label>
    </div>
  );
}

function Moves({ flow }: { flow: Flow }) {
  const t = useT();
  const { day, shortDay } = useFormats();
  const moved = flow.cells.filter(({ from, to }) => from !== to && from !== 'none');
  const sum = (cells: Flow['cells']): number => cells.reduce((total, { customers }) => total + customers, 0);
  const up = sum(moved.filter(({ from, to }) => healthOf(to) > healthOf(from)));
  const down = sum(moved.filter(({ from, to }) => healthOf(to) < healthOf(from)));
  const joined = sum(flow.cells.filter(({ from }) => from === 'none'));
  const finding = t('flow.finding', { up, down, joined });
  const [open, setOpen] = useState<Cell | null>(null);
  return (
    <>
      <Section>
        <ChartFrame
          finding={finding} note={t('flow.note', { from: day(flow.from), to: day(flow.to) })} csvName={`flow-${flow.from}-${flow.to}`}
          table={{ header: [t('flow.was'), t('flow.is'), t('kit.cohort.size')], rows: flow.cells.map(({ from, to, customers }) => ({ cells: [t(`stage.${from}`), t(`stage.${to}`), customers] })) }}
        >
          <Sankey flows={flow.cells.map(({ customers, ...way }) => ({ ...way, count: customers }))} before={shortDay(flow.from)} after={shortDay(flow.to)} onPick={setOpen} />
        </ChartFrame>
      </Section>
      <Section title={t('flow.matrix')} note={t('flow.matrix.note')}><FlowMatrix flow={flow} onPick={setOpen} /></Section>
      <FlowPeople cell={open} count={open ? peopleIn(flow, open) : 0} days={{ from: flow.from, to: flow.to }} onClose={() => setOpen(null)} />
    </>
  );
}
