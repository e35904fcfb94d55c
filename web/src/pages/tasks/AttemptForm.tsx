import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { OUTCOMES, type Outcome } from '../../../../src/customers/core/attempts.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { DayField } from '../../ui/DayField.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import type { Attempted, Desk } from './tasksQueries.ts';
import { TASK_MOVES } from './tasksQueries.ts';

const LONGEST = 2_000;
const ENDS: ReadonlySet<Outcome> = new Set(['refused', 'wrong_number']);

/** What came of trying to reach somebody, and when to try again; says beforehand what the rule will make of it. */
export function AttemptForm({ id, unanswered, rule, today, onDone }: { id: string; unanswered: number; rule: Desk['rule']; today: string; onDone: () => void }) {
  const t = useT();
  const { day } = useFormats();
  const [outcome, setOutcome] = useState<Outcome>('no_answer');
  const [note, setNote] = useState('');
  const [nextOn, setNextOn] = useState('');
  const ends = ENDS.has(outcome), returns = outcome === 'no_answer' && unanswered + 1 >= rule.attempts;
  const became = ({ isDone, isPooled, dueOn }: Attempted) => (isDone ? t('tasks.done.said') : isPooled ? t('tasks.pooled', { day: day(dueOn) }) : t('tasks.again', { day: day(dueOn) }));
  const save = useWrite(TASK_MOVES, () => api.post<Attempted>(`/tasks/${id}/attempts`, { outcome, note: note.trim(), nextOn: ends || returns || nextOn === '' ? null : nextOn }), { done: became, after: onDone, isOldIfRefused: true });
  const missing = outcome === 'callback' && nextOn === '';
  const submit = (event: FormEvent) => { event.preventDefault(); if (!missing) save.mutate(undefined); };
  const follows = returns ? t('tasks.follows.pool', { count: unanswered + 1, days: rule.waitDays }) : ends || (outcome === 'reached' && nextOn === '') ? t('tasks.follows.done') : outcome === 'no_answer' && nextOn === '' ? t('tasks.follows.again', { days: rule.retryDays }) : missing ? t('tasks.follows.when') : t('tasks.follows.day', { day: day(nextOn) });
  return (
    <form className="form" onSubmit={submit}>
      <Choices label={t('tasks.outcome')} options={OUTCOMES.map((key) => ({ key, label: t(`task.outcome.${key}`) }))} value={outcome} onChoose={(key) => setOutcome(key as Outcome)} />
      <Field label={t('tasks.note')}>{(ids) => <textarea {...ids} className="input" rows={3} maxLength={LONGEST} value={note} onChange={({ target }) => setNote(target.value)} />}</Field>
      {!ends && !returns && <Field label={t('tasks.next')}>{(ids) => <DayField {...ids} value={nextOn} min={today} clearable onChange={setNextOn} />}</Field>}
      <p className="grey" role="status">{follows}</p>
      <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={missing}>{t('tasks.attempt.save')}</Button></div>
    </form>
  );
}
