import { Button, Input, Select, Slider } from 'antd';
import { type FormEvent, useState } from 'react';
import { ATTITUDES, type Attitude, STANCES } from '../../../../src/customers/core/attitudes.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { ACCOUNT_MOVES, type Contact, nameIn, type People } from './accountsQueries.ts';

/** What was observed of one contact, newest first, with its evidence and who noted it; and a form for the next observation. */
export function Observations({ contact, people, onClose }: { contact: Contact; people: People; onClose: () => void }) {
  const t = useT();
  const may = useMay();
  const history = [...contact.history].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <SidePanel open onClose={onClose} title={t('accounts.observed', { name: contact.name })}>
      {may('customers.write') && <ObservationForm contactId={contact.id} />}
      <h3 className="observations-title">{t('accounts.history')}</h3>
      {history.length === 0 ? <p className="grey">{t('accounts.history.none')}</p> : <ol className="observations">{history.map((one) => <Observed key={one.id} observation={one} people={people} />)}</ol>}
    </SidePanel>
  );
}

function Observed({ observation: { id, kind, value, evidence, confidence, at, author, endedAt }, people }: { observation: Contact['history'][number]; people: People }) {
  const t = useT();
  const may = useMay();
  const { day, percent } = useFormats();
  const end = useWrite(ACCOUNT_MOVES, () => api.post(`/contacts/attitudes/${id}/end`, {}), { isOldIfRefused: true });
  return (
    <li className={endedAt ? 'grey' : undefined}>
      <p className="spread"><span><span className="grey">{t(`accounts.col.${kind}`)}</span> <span className="strong">{kind === 'stance' ? t(`stance.${value}`) : value}</span></span>
        {may('customers.write') && kind !== 'stance' && !endedAt && <button type="button" className="plain link small" disabled={end.isPending} onClick={() => end.mutate()}>{t(`accounts.end.${kind}`)}</button>}</p>
      <p>{evidence}</p>
      <p className="grey small">{[day(at), nameIn(people, author), t('accounts.confidence', { share: percent(confidence, 0) }), ...(endedAt ? [t('accounts.ended', { day: day(endedAt) })] : [])].join(' · ')}</p>
    </li>
  );
}

const SURE = 0.8;

function ObservationForm({ contactId }: { contactId: string }) {
  const t = useT();
  const { percent } = useFormats();
  const [kind, setKind] = useState<Attitude>('stance');
  const [value, setValue] = useState<string>('neutral');
  const [evidence, setEvidence] = useState('');
  const [confidence, setConfidence] = useState(SURE);
  const save = useWrite(ACCOUNT_MOVES, () => api.post(`/contacts/${contactId}/attitudes`, { kind, value: value.trim(), evidence: evidence.trim(), confidence }), { after: () => { setEvidence(''); if (kind !== 'stance') setValue(''); }, isSeenFirst: true });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  const choose = (next: Attitude) => { setKind(next); setValue(next === 'stance' ? 'neutral' : ''); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('accounts.kind')}>{(ids) => <Select {...ids} value={kind} onChange={choose} options={ATTITUDES.map((one) => ({ value: one, label: t(`accounts.col.${one}`) }))} />}</Field>
      <Field label={t('accounts.value')}>
        {(ids) => (kind === 'stance'
          ? <Select {...ids} value={value} onChange={setValue} options={STANCES.map((one) => ({ value: one, label: t(`stance.${one}`) }))} />
          : <Input {...ids} maxLength={200} value={value} onChange={({ target }) => setValue(target.value)} />)}
      </Field>
      <Field label={t('accounts.evidence')} hint={t('accounts.evidence.hint')}>{(ids) => <Input.TextArea {...ids} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} value={evidence} onChange={({ target }) => setEvidence(target.value)} />}</Field>
      <div className="field"><span>{t('accounts.howSure')} · {percent(confidence, 0)}</span><Slider min={0} max={1} step={0.1} value={confidence} onChange={setConfidence} tooltip={{ open: false }} ariaLabelForHandle={t('accounts.howSure')} /></div>
      <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!value.trim() || !evidence.trim()}>{t('accounts.save')}</Button></div>
    </form>
  );
}
