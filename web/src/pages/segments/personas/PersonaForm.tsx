import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../../lib/api.ts';
import { useT } from '../../../lib/language.tsx';
import { useWrite } from '../../../lib/useWrite.ts';
import { Field } from '../../../ui/Field.tsx';
import { type Persona, segmentsQuery } from '../segmentsQueries.ts';

const LISTS = ['goals', 'pains', 'channels'] as const;
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** A persona to be made or changed; `segmentId` where the page says whose it is. */
export function PersonaForm({ persona, segmentId, onDone }: { persona?: Persona; segmentId?: string; onDone: () => void }) {
  const t = useT();
  const segments = useQuery({ ...segmentsQuery, enabled: segmentId === undefined });
  const [draft, setDraft] = useState({ segmentId: segmentId ?? persona?.segmentId ?? '', name: persona?.name ?? '', story: persona?.story ?? '', goals: persona?.goals.join('\n') ?? '', pains: persona?.pains.join('\n') ?? '', channels: persona?.channels.join('\n') ?? '' });
  const body = { segmentId: draft.segmentId, name: draft.name.trim(), story: draft.story.trim(), goals: linesOf(draft.goals), pains: linesOf(draft.pains), channels: linesOf(draft.channels) };
  const save = useWrite(['segments'], () => (persona ? api.put<Persona>(`/personas/${persona.id}`, body) : api.post<Persona>('/personas', body)), { done: t('segments.persona.saved'), after: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('segments.persona.name')}>{(ids) => <Input {...ids} autoFocus value={draft.name} maxLength={80} onChange={({ target }) => setDraft({ ...draft, name: target.value })} />}</Field>
      {segmentId === undefined && <Field label={t('nav.customers.segments')} hint={t('personas.segment.hint')}>{(ids) => <Select {...ids} showSearch optionFilterProp="label" loading={segments.isPending} value={draft.segmentId || null} onChange={(value: string) => setDraft({ ...draft, segmentId: value })} options={(segments.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))} />}</Field>}
      <Field label={t('personas.story')}>{(ids) => <Input.TextArea {...ids} rows={3} maxLength={2000} value={draft.story} onChange={({ target }) => setDraft({ ...draft, story: target.value })} />}</Field>
      {LISTS.map((key) => <Field key={key} label={t(`segments.persona.${key}`)}>{(ids) => <Input.TextArea {...ids} rows={3} value={draft[key]} onChange={({ target }) => setDraft({ ...draft, [key]: target.value })} />}</Field>)}
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={body.name === '' || body.segmentId === ''}>{t('segments.save')}</Button><Button type="text" onClick={onDone}>{t('customers.cancel')}</Button></div>
    </form>
  );
}
