import { Button, Switch } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Reach, WhyButton } from '../../ui/Figure.tsx';
import { writeFigure } from '../../ui/MetricFigure.tsx';
import { Page } from '../../ui/Page.tsx';
import { type PeopleOf, PeoplePanel } from '../../ui/PeoplePanel.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import { type Goal, goalsQuery } from '../insight/insightQueries.ts';
import { GoalCycles } from './GoalCycles.tsx';
import { GoalForm } from './GoalForm.tsx';
import { GoalPath } from './GoalPath.tsx';
import '../insight/insight.css';
import '../experiments/experiments.css';

/** Each goal: now against target, the gap in people, where the pace leads, and the forecast. */
export default function GoalsPage() {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const closed = filters['closed'] === 'yes';
  const goals = useQuery(goalsQuery(closed));
  const [editing, setEditing] = useState<Goal | 'new' | null>(null);
  const [people, setPeople] = useState<PeopleOf | null>(null);
  const add = may('insight.write') && <Button type="primary" onClick={() => setEditing('new')}>{t('insight.goals.add')}</Button>;
  return (
    <Page title={t('nav.insight.goals')} lead={t('insight.goals.lead')} actions={<span className="row"><label className="row"><Switch size="small" checked={closed} onChange={(on) => change({ closed: on ? 'yes' : null })} aria-label={t('insight.goals.closed')} /><span className="grey">{t('insight.goals.closed')}</span></label>{goals.data && goals.data.rows.length > 0 && add}</span>}>
      <Loaded query={goals} skeleton={<Skeleton lines={6} />}>
        {({ rows }) => rows.length === 0
          ? <Empty title={t('insight.goals.none')} action={add} />
          : <ul className="goals">{rows.map((goal) => <GoalRow key={goal.id} goal={goal} onEdit={() => setEditing(goal)} onPeople={setPeople} />)}</ul>}
      </Loaded>
      <SidePanel open={editing !== null} onClose={() => setEditing(null)} title={t(editing === 'new' ? 'insight.goals.add' : 'insight.goals.edit')}>
        {editing !== null && <GoalForm goal={editing === 'new' ? undefined : editing} onDone={() => setEditing(null)} />}
      </SidePanel>
      <PeoplePanel of={people} onClose={() => setPeople(null)} />
    </Page>
  );
}

type RowProps = { goal: Goal; onEdit: () => void; onPeople: (of: PeopleOf) => void };

function GoalRow({ goal, onEdit, onPeople }: RowProps) {
  const t = useT();
  const may = useMay();
  const formats = useFormats();
  const currency = useCurrency();
  const { metric, current, target, gapPeople, state, scope, elapsed, closedAt } = goal;
  const write = (value: number | null) => writeFigure(formats, metric.unit, value, currency);
  const done = target === 0 ? 1 : Math.min(1, Math.max(0, (current.value ?? 0) / target));
  const missing = current.people.no ?? current.people.counted;
  return (
    <li className="goal">
      <div className="goal-head">
        <h2>{goal.name}</h2>
        <span className={`goal-state ${state}`}>{t(`insight.goal.state.${state}`)}</span>
        {may('insight.write') && <button type="button" className="plain link" onClick={onEdit}>{t('insight.goals.edit')}</button>}
      </div>
      <div className="goal-figures">
        <span className="figure">{write(current.value)}</span>
        <span className="grey">{t('insight.goals.of', { target: write(target) })}</span>
        <WhyButton label={metric.name} definition={<><p>{metric.sentence}</p><p className="grey small">{metric.formula} · {t('kit.version', { version: metric.version })}</p></>} metric={paths.metrics({ id: metric.id })} onPeople={() => onPeople({ token: current.people.counted.token, title: goal.name })} />
      </div>
      <div className="goal-track" role="img" aria-label={t('insight.goals.progress', { now: write(current.value), target: write(target) })}><i style={{ width: `${done * 100}%` }} /></div>
      <p className="row goal-notes">
        {gapPeople > 0
          ? <button type="button" className="plain link" onClick={() => onPeople({ token: missing.token, title: `${goal.name} · ${t('insight.goals.missing')}` })}>{t('insight.goals.gap', { people: gapPeople })}</button>
          : <span>{t('insight.goals.reached')}</span>}
        <span className="grey">{formats.day(scope.from)} – {formats.day(scope.to)}</span>
        <Owner goal={goal} onEdit={onEdit} />
      </p>
      {elapsed < 1 && <Pace goal={goal} write={write} />}
      <p className="row"><span className="grey small">{t('insight.goals.reach')}</span><Reach channels={missing.reach} of={missing.count} /></p>
      {elapsed > 0 && elapsed < 1 && closedAt === null && <WhenSeen height={200}><GoalPath goal={goal} /></WhenSeen>}
      <GoalCycles goalId={goal.id} />
    </li>
  );
}

/** Where the pace so far leads by the last day, and the gap it would leave: arithmetic, no forecast. */
function Pace({ goal: { forecast, scope, target, metric: { better } }, write }: { goal: Goal; write: (value: number | null) => string }) {
  const t = useT();
  const { day } = useFormats();
  if (!forecast) return <p className="grey">{t('insight.goals.pace.waiting', { day: day(scope.from) })}</p>;
  const asked = { value: write(forecast.value), day: day(scope.to), target: write(target), people: forecast.gapPeople };
  return <p title={forecast.sentence}>{t(forecast.gapPeople === 0 ? 'insight.goals.pace.reached' : better === 'less' ? 'insight.goals.pace.over' : 'insight.goals.pace.short', asked)}</p>;
}

/** Who looks after the goal. Where nobody does, whoever may can choose somebody. */
function Owner({ goal: { ownerName }, onEdit }: Pick<RowProps, 'goal' | 'onEdit'>) {
  const t = useT();
  const may = useMay();
  if (ownerName) return <span className="grey">{t('insight.goals.owner.of', { name: ownerName })}</span>;
  return <span className="grey">{t('insight.goals.owner.of', { name: t('insight.goals.owner.nobody') })}{may('insight.write') && <> <button type="button" className="plain link" onClick={onEdit}>{t('insight.goals.owner.choose')}</button></>}</span>;
}
