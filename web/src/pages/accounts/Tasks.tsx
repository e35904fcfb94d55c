import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { DayField } from '../../ui/DayField.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { taskWords } from '../tasks/tasksQueries.ts';
import { ACCOUNT_MOVES, type Task, tasksQuery } from './accountsQueries.ts';

/** What is to be done for a company, the first due first. */
export function Tasks({ accountId }: { accountId: string }) {
  const t = useT();
  const may = useMay();
  const tasks = useQuery(tasksQuery(accountId));
  return (
    <div className="stack">
      <Loaded query={tasks} skeleton={<Skeleton lines={2} />}>{({ rows }) => (rows.length === 0 ? <p className="grey">{t('accounts.notasks')}</p> : <ul className="account-list">{rows.map((task) => <TaskLine key={task.id} task={task} />)}</ul>)}</Loaded>
      {may('customers.write') && <NewTask accountId={accountId} />}
    </div>
  );
}

function TaskLine({ task: { id, code, params, dueOn, assignee } }: { task: Task }) {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const done = useWrite([...ACCOUNT_MOVES, 'tasks'], () => api.post(`/tasks/${id}/done`, {}), { isOldIfRefused: true });
  const words = taskWords(t, { code, params });
  return (
    <li>
      <span className="account-words">{words}<span className="grey small">{[...(dueOn ? [t('accounts.task.due', { day: day(dueOn) })] : []), ...(assignee && !assignee.includes(':') ? [assignee] : [])].join(' · ')}</span></span>
      {may('customers.write') && <button type="button" className="plain link" aria-label={`${t('accounts.task.done')} ${words}`} disabled={done.isPending} onClick={() => done.mutate()}>{t('accounts.task.done')}</button>}
    </li>
  );
}

function NewTask({ accountId }: { accountId: string }) {
  const t = useT();
  const [text, setText] = useState('');
  const [dueOn, setDueOn] = useState('');
  const save = useWrite([...ACCOUNT_MOVES, 'tasks'], () => api.post('/tasks', { text: text.trim(), accountId, ...(dueOn ? { dueOn } : {}) }), { after: () => { setText(''); setDueOn(''); }, isSeenFirst: true });
  const submit = (event: FormEvent) => { event.preventDefault(); if (text.trim()) save.mutate(); };
  return (
    <form className="row account-add" onSubmit={submit}>
      <Input className="issue-title" aria-label={t('accounts.task')} placeholder={t('accounts.task')} maxLength={500} value={text} onChange={({ target }) => setText(target.value)} />
      <DayField aria-label={t('accounts.task.dueOn')} value={dueOn} clearable onChange={setDueOn} />
      <Button htmlType="submit" loading={save.isPending} disabled={!text.trim()}>{t('accounts.task.add')}</Button>
    </form>
  );
}
