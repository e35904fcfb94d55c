import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { unanswered } from '../../../../src/customers/core/attempts.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { AttemptForm } from './AttemptForm.tsx';
import { type Desk, deskQuery, stepsQuery, type Task, TASK_MOVES } from './tasksQueries.ts';

export type Open = { task: Task; act: 'attempt' | 'hand_over' };

/** One task: note what was tried, or give it away; beneath, everything that was tried before. */
export function TaskPanel({ open: { task, act }, onDone }: { open: Open; onDone: () => void }) {
  const t = useT();
  const desk = useQuery(deskQuery);
  const steps = useQuery(stepsQuery(task.id));
  const tried = steps.data?.rows ?? [];
  return (
    <Loaded query={desk} skeleton={<Skeleton lines={6} />}>
      {(data) => (
        <>
          {act === 'attempt'
            ? <AttemptForm id={task.id} unanswered={unanswered(tried.map(({ kind }) => kind))} rule={data.rule} today={data.today} onDone={onDone} />
            : <HandOver task={task} desk={data} onDone={onDone} />}
          {tried.length > 0 && <Section title={t('tasks.history')}><Steps id={task.id} /></Section>}
        </>
      )}
    </Loaded>
  );
}

function Steps({ id }: { id: string }) {
  const t = useT();
  const { moment } = useFormats();
  const steps = useQuery(stepsQuery(id));
  return (
    <Loaded query={steps}>
      {({ rows, people }) => (
        <ul className="task-steps">
          {rows.map(({ id: step, kind, note, at, author }) => (
            <li key={step}><span>{isKnown(`timeline.attempt.${kind}`) ? t(`timeline.attempt.${kind}`, { note }) : kind}</span><span className="grey small">{[moment(at), people[author] ?? ''].filter(Boolean).join(' · ')}</span></li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function HandOver({ task, desk, onDone }: { task: Task; desk: Desk; onDone: () => void }) {
  const t = useT();
  const [to, setTo] = useState<string | null>(null);
  const give = useWrite(TASK_MOVES, () => api.post(`/tasks/${task.id}/hand-over`, { assignee: to ?? '' }), { done: t('tasks.handed'), after: onDone, isOldIfRefused: true });
  const people = desk.colleagues.filter(({ id }) => id !== task.assignee).map(({ id, name }) => ({ value: id, label: id === desk.me ? t('tasks.me', { name }) : name }));
  const options = [...people, ...(task.assignee === '' ? [] : [{ value: '', label: t('tasks.to.pool') }])];
  return (
    <div className="form">
      <Field label={t('tasks.to')}>{(ids) => <Select {...ids} showSearch={{ optionFilterProp: 'label' }} className="task-to" options={options} value={to} onChange={setTo} />}</Field>
      <div><Button type="primary" disabled={to === null} loading={give.isPending} onClick={() => give.mutate(undefined)}>{t('tasks.hand_over')}</Button></div>
    </div>
  );
}
