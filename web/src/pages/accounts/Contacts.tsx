import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Field, useToast } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import type { Contact } from './accountsQueries.ts';

const ROLE_ORDER = ['decision_maker', 'approver', 'influencer', 'buyer', 'user', 'gatekeeper'];
const ATTITUDES = ['stance', 'need', 'objection', 'interest'] as const;
const STANCES = ['support', 'neutral', 'oppose'] as const;

/** People by their say, each with where they stand, what they need, what they object to and what interests them. */
export function Contacts({ contacts }: { contacts: readonly Contact[] }) {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const [open, setOpen] = useState<Contact | null>(null);
  if (contacts.length === 0) return <p className="grey">{t('accounts.nocontacts')}</p>;
  const sorted = [...contacts].sort((a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) || b.power - a.power);
  const words = (values: readonly { value: string }[]): string => values.map(({ value }) => value).join('、') || '—';
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data">
        <caption className="unseen">{t('accounts.contacts')}</caption>
        <thead><tr>{['contact', 'role', 'stance', 'need', 'objection', 'interest'].map((key) => <th key={key} scope="col">{t(`accounts.col.${key}`)}</th>)}<th scope="col"><span className="unseen">{t('accounts.observe')}</span></th></tr></thead>
        <tbody>
          {sorted.map((contact) => {
            const { id, customer, name, title, role, leftAt, attitudes: { stance, needs, objections, interests } } = contact;
            return (
              <tr key={id} className={leftAt ? 'grey' : undefined}>
                <td className="phone-head"><Anchor to={paths.customer(customer)}>{name}</Anchor> <span className="grey small">{title}{leftAt && ` · ${t('accounts.left', { day: day(leftAt) })}`}</span></td>
                <td className="phone-aside">{t(`contact.role.${role}`)}</td>
                <td>{stance ? <span title={`${stance.evidence} · ${day(stance.at)}`}>{t(`stance.${stance.value}`)}</span> : '—'}</td>
                <td className="wrap">{words(needs)}</td><td className="wrap">{words(objections)}</td><td className="wrap">{words(interests)}</td>
                <td>{may('customers.write') && <button type="button" className="plain link" onClick={() => setOpen(contact)}>{t('accounts.observe')}</button>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {open && <Observations contact={contacts.find(({ id }) => id === open.id) ?? open} onClose={() => setOpen(null)} />}
    </div>
  );
}

/** What was observed of one contact, with its evidence, and a form for the next observation. */
function Observations({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const t = useT();
  const { day, percent } = useFormats();
  return (
    <SidePanel open onClose={onClose} title={contact.name}>
      <ObservationForm contactId={contact.id} />
      <dl className="pairs observations">
        {[...contact.history].sort((a, b) => b.at.localeCompare(a.at)).map(({ id, kind, value, evidence, confidence, at, endedAt }) => (
          <div key={id} className={endedAt ? 'grey' : undefined}>
            <dt>{t(`accounts.col.${kind}`)}：{kind === 'stance' ? t(`stance.${value}`) : value}<span className="grey small"> {evidence}</span></dt>
            <dd className="grey small">{day(at)} · {t('accounts.confidence', { share: percent(confidence, 0) })}{endedAt && ` · ${t('accounts.ended', { day: day(endedAt) })}`}</dd>
          </div>
        ))}
      </dl>
    </SidePanel>
  );
}

const SURE = 0.8;

function ObservationForm({ contactId }: { contactId: string }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [kind, setKind] = useState<(typeof ATTITUDES)[number]>('stance');
  const [value, setValue] = useState<string>('neutral');
  const [evidence, setEvidence] = useState('');
  const [confidence, setConfidence] = useState(SURE);
  const save = useMutation({
    mutationFn: () => api.post(`/contacts/${contactId}/attitudes`, { kind, value, evidence, confidence }),
    onSuccess: async () => {
      setEvidence('');
      await client.invalidateQueries({ queryKey: ['account'] });
    },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const choose = (next: (typeof ATTITUDES)[number]) => {
    setKind(next);
    setValue(next === 'stance' ? 'neutral' : '');
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('accounts.kind')}>{(ids) => <select {...ids} className="input" value={kind} onChange={(event) => choose(event.target.value as (typeof ATTITUDES)[number])}>{ATTITUDES.map((one) => <option key={one} value={one}>{t(`accounts.col.${one}`)}</option>)}</select>}</Field>
      <Field label={t('accounts.value')}>
        {(ids) => (kind === 'stance'
          ? <select {...ids} className="input" value={value} onChange={(event) => setValue(event.target.value)}>{STANCES.map((stance) => <option key={stance} value={stance}>{t(`stance.${stance}`)}</option>)}</select>
          : <input {...ids} className="input" required maxLength={200} value={value} onChange={(event) => setValue(event.target.value)} />)}
      </Field>
      <Field label={t('accounts.evidence')} hint={t('accounts.evidence.hint')}>{(ids) => <input {...ids} className="input" required maxLength={2000} value={evidence} onChange={(event) => setEvidence(event.target.value)} />}</Field>
      <Field label={t('accounts.howSure')}>{(ids) => <input {...ids} type="range" min={0} max={1} step={0.1} value={confidence} onChange={(event) => setConfidence(Number(event.target.value))} />}</Field>
      <div><Button type="primary" htmlType="submit" loading={save.isPending}>{t('accounts.save')}</Button></div>
    </form>
  );
}
