import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { DayField } from '../../ui/DayField.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { TaskItem } from './TaskItem.tsx';
import { type Open, TaskPanel } from './TaskPanel.tsx';
import { customerTasksQuery, deskQuery, TASK_MOVES, taskWords } from './tasksQueries.ts';
import './tasks.css';

/** What is to be done for one customer, and a way to add to it. */
export function CustomerTasks({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState<Open | null>(null);
  const tasks = useQuery(customerTasksQuery(id));
  const desk = useQuery(deskQuery);
  const { today = '', me = '', colleagues = [] } = desk.data ?? {};
  const people = Object.fromEntries(colleagues.map((one) => [one.id, one.name]));
  const close = () => setOpen(null);
  return (
    <div className="stack">
      <Loaded query={tasks} skeleton={<Skeleton lines={2} />}>
        {({ rows }) => (rows.length === 0 ? <p className="grey">{t('tasks.none')}</p> : <ul className="tasks narrow">{rows.map((task) => <TaskItem key={task.id} task={task} today={today} me={me} people={people} onOpen={setOpen} />)}</ul>)}
      </Loaded>
      {may('customers.write') && <NewTask id={id} today={today} me={me} />}
      <SidePanel open={open !== null} onClose={close} title={open ? taskWords(t, open.task) : ''}>{open && <TaskPanel open={open} onDone={close} />}</SidePanel>
    </div>
  );
}

function NewTask({ id, today, me }: { id: string; today: string; me: string }) {
  const t = useT();
  const [text, setText] = useState('');
  const [dueOn, setDueOn] = useState('');
  const save = useWrite(TASK_MOVES, () => api.post('/tasks', { text: text.trim(), customerId: id, assignee: me, ...(dueOn ? { dueOn } : {}) }), { done: t('tasks.added'), after: () => { setText(''); setDueOn(''); } });
  const submit = (event: FormEvent) => { event.preventDefault(); if (text.trim()) save.mutate(undefined); };
  return (
    <form className="row task-add" onSubmit={submit}>
      <Input className="task-text" aria-label={t('tasks.new')} placeholder={t('tasks.new')} maxLength={500} value={text} onChange={({ target }) => setText(target.value)} />
      <DayField aria-label={t('tasks.dueOn')} value={dueOn} min={today} clearable onChange={setDueOn} />
      <Button htmlType="submit" loading={save.isPending} disabled={!text.trim()}>{t('tasks.add')}</Button>
    </form>
  );
}
