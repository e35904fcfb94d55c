import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { type Persona, personasQuery } from './segmentsQueries.ts';
import { useSegmentWrite } from './useSegmentWrite.ts';

const LISTS = ['goals', 'pains', 'channels'] as const;
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** Whom the segment describes, told as people. */
export function SegmentPersonas({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const { count } = useFormats();
  const [open, setOpen] = useState(false);
  const { data } = useQuery(personasQuery);
  const own = data?.rows.filter(({ segmentId }) => segmentId === id) ?? [];
  return (
    <Section title={t('segments.persona')} actions={may('lifecycle.write') && !open && <Button onClick={() => setOpen(true)}>{t('segments.persona.add')}</Button>}>
      {own.length === 0 && !open && <p className="grey">{t('segments.persona.none')}</p>}
      {own.map((one) => (
        <div key={one.id} className="persona">
          <p><span className="strong">{one.name}</span> <span className="grey">{one.people === null ? '' : t('segments.preview', { count: one.people })}</span></p>
          {LISTS.map((key) => one[key].length > 0 && <p key={key} className="small">{t(`segments.persona.${key}`).replace(/[,，（].*$/, '')}{t('segments.colon')}{one[key].join(' · ')}</p>)}
          {one.people === null && <span className="grey">{count(null)}</span>}
        </div>
      ))}
      {open && <PersonaForm id={id} onDone={() => setOpen(false)} />}
    </Section>
  );
}

function PersonaForm({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState({ name: '', goals: '', pains: '', channels: '' });
  const save = useSegmentWrite(() => api.post<Persona>('/personas', { segmentId: id, name: draft.name.trim(), goals: linesOf(draft.goals), pains: linesOf(draft.pains), channels: linesOf(draft.channels) }), { done: t('segments.persona.saved'), after: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('segments.persona.name')}>{(ids) => <Input {...ids} value={draft.name} maxLength={80} onChange={({ target }) => setDraft({ ...draft, name: target.value })} />}</Field>
      {LISTS.map((key) => <Field key={key} label={t(`segments.persona.${key}`)}>{(ids) => <Input.TextArea {...ids} rows={2} value={draft[key]} onChange={({ target }) => setDraft({ ...draft, [key]: target.value })} />}</Field>)}
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={draft.name.trim() === ''}>{t('segments.save')}</Button></div>
    </form>
  );
}
