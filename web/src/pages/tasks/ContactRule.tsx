import { Button, InputNumber } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import type { Desk } from './tasksQueries.ts';
import { TASK_MOVES } from './tasksQueries.ts';

const PARTS = [['attempts', 1, 20], ['waitDays', 0, 365], ['retryDays', 0, 90]] as const;

/** When a task that nobody answers goes back to the pool: read by all, set by whoever sets the workspace. */
export function ContactRule({ rule }: { rule: Desk['rule'] }) {
  const t = useT();
  const may = useMay()('settings.write');
  const [draft, setDraft] = useState<Partial<Desk['rule']>>({});
  const save = useWrite(TASK_MOVES, () => api.put('/tasks/rule', draft), { done: t('tasks.rule.saved'), after: () => setDraft({}) });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <Section title={t('tasks.rule')} note={t('tasks.rule.is', { ...rule })}>
      {may && (
        <form className="row task-rule" onSubmit={submit}>
          {PARTS.map(([key, min, max]) => <Field key={key} label={t(`tasks.rule.${key}`)}>{(ids) => <InputNumber {...ids} min={min} max={max} precision={0} value={draft[key] ?? rule[key]} onChange={(value) => value !== null && setDraft({ ...draft, [key]: value })} />}</Field>)}
          <Button htmlType="submit" loading={save.isPending} disabled={Object.keys(draft).length === 0}>{t('tasks.rule.save')}</Button>
        </form>
      )}
    </Section>
  );
}
