import { Button } from 'antd';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import type { Open } from './TaskPanel.tsx';
import { type DeskTask, type Task, TASK_MOVES, taskWords } from './tasksQueries.ts';

type ItemProps = { task: Task & Partial<Pick<DeskTask, 'customerName' | 'attempts' | 'unanswered' | 'last'>>; today: string; me: string; people: Readonly<Record<string, string>>; onOpen: (open: Open) => void; about?: ReactNode };

/** A task: what is to be done, for whom, by when, what was tried; and what can be done with it now. */
export function TaskItem({ task, today, me, people, onOpen, about }: ItemProps) {
  const t = useT();
  const may = useMay();
  const words = taskWords(t, task), rests = task.assignee === '' && task.restsUntil !== null && task.restsUntil > today;
  const claim = useWrite(TASK_MOVES, () => api.post(`/tasks/${task.id}/claim`, {}), { done: t('tasks.claimed'), isOldIfRefused: true });
  const done = useWrite(TASK_MOVES, () => api.post(`/tasks/${task.id}/done`, {}), { done: t('tasks.done.said'), isOldIfRefused: true });
  const person = task.customerId !== null || task.contactId !== null;
  return (
    <li aria-label={words}>
      <div className="task-words">
        <span className="task-title">{words}</span>
        {about}
        {task.customerId && task.customerName !== undefined && <Anchor className="strong" to={paths.customer(task.customerId)}>{task.customerName || t('customers.nameless')}</Anchor>}
        <Facts task={task} today={today} me={me} people={people} />
      </div>
      {may('customers.write') && (
        <div className="task-acts">
          {task.assignee === '' && <Button disabled={rests} loading={claim.isPending} onClick={() => claim.mutate(undefined)}>{t('tasks.claim')}</Button>}
          {person && <Button disabled={rests} onClick={() => onOpen({ task, act: 'attempt' })}>{t('tasks.attempt')}</Button>}
          <Button type="text" loading={done.isPending} aria-label={`${t('tasks.done')} ${words}`} onClick={() => done.mutate(undefined)}>{t('tasks.done')}</Button>
          <Button type="text" aria-label={`${t('tasks.hand_over')} ${words}`} onClick={() => onOpen({ task, act: 'hand_over' })}>{t('tasks.hand_over')}</Button>
        </div>
      )}
    </li>
  );
}

/** By when, whose, and what came of trying. */
function Facts({ task: { dueOn, restsUntil, assignee, attempts = 0, unanswered = 0, last }, today, me, people }: Pick<ItemProps, 'task' | 'today' | 'me' | 'people'>) {
  const t = useT();
  const { day, moment } = useFormats();
  const rests = assignee === '' && restsUntil !== null && restsUntil > today, late = dueOn !== null && dueOn < today;
  return (
    <span className="task-facts grey small">
      {rests ? <span>{t('tasks.rests', { day: day(restsUntil) })}</span> : dueOn && <span className={late ? 'act' : dueOn === today ? 'ochre' : undefined}>{t(late ? 'tasks.late' : dueOn === today ? 'tasks.today' : 'tasks.due', { day: day(dueOn) })}</span>}
      {assignee !== '' && assignee !== me && <span>{people[assignee] ?? (assignee.includes(':') ? t('tasks.somebody') : assignee)}</span>}
      {attempts > 0 && <span>{unanswered > 0 ? t('tasks.unanswered', { count: unanswered }) : t('tasks.attempts', { count: attempts })}</span>}
      {last && <span>{[t(`task.outcome.${last.kind}`), moment(last.at), last.note].filter(Boolean).join(' · ')}</span>}
    </span>
  );
}
