import { Button } from 'antd';
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { CUSTOMER_MOVES } from './customerQueries.ts';

const KINDS = ['note', 'interview', 'call', 'visit', 'message', 'contract'] as const;
const LONGEST = 5_000;

const namesIn = (text: string): string[] => [...new Set(text.split(/[,，、;；]/).map((name) => name.trim()).filter(Boolean))];

/** What staff heard or did, written where it will stand: at the top of the timeline, coded with the tags seen in it. Ctrl Enter saves. */
export function NoteForm({ customerId }: { customerId: string }) {
  const t = useT();
  const id = useId();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('note');
  const [body, setBody] = useState('');
  const [codes, setCodes] = useState('');
  const clear = () => { setBody(''); setCodes(''); };
  const save = useWrite(CUSTOMER_MOVES, () => api.post(`/customers/${customerId}/notes`, { kind, body: body.trim(), tags: namesIn(codes) }), { done: t('customer.note.saved'), after: clear });
  const ready = body.trim() !== '' && !save.isPending;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (ready) save.mutate(undefined);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
  };
  return (
    <form className="note-form" onSubmit={submit}>
      <label htmlFor={id} className="unseen">{t('customer.note.label')}</label>
      <textarea id={id} className="input" rows={body === '' ? 1 : 3} maxLength={LONGEST} placeholder={t('customer.note.hint')} value={body} onKeyDown={press} onChange={(event) => setBody(event.target.value)} />
      {body !== '' && <input className="input" aria-label={t('customer.note.codes')} placeholder={t('customer.note.codes')} maxLength={LONGEST} value={codes} onChange={(event) => setCodes(event.target.value)} />}
      <select className="input" aria-label={t('customer.note.kind')} value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
        {KINDS.map((one) => <option key={one} value={one}>{t(`customer.note.kind.${one}`)}</option>)}
      </select>
      <Button htmlType="submit" disabled={!ready} loading={save.isPending}>{t('customer.note.save')}</Button>
    </form>
  );
}
