import { Button, Checkbox, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { DECISION_ROLES, type DecisionRole } from '../../../../src/customers/core/dossier.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { ACCOUNT_MOVES, type Contact, nameIn, type People } from './accountsQueries.ts';

const POWERS = [0, 1, 2, 3, 4, 5] as const;

const draftOf = (contact: Contact | undefined, people: People) => ({
  name: contact?.name ?? '', title: contact?.title ?? '', role: contact?.role ?? ('decision_maker' as DecisionRole), power: contact?.power ?? 3, background: contact?.background ?? '',
  relationOwner: contact ? nameIn(people, contact.relationOwner) : '', phone: '', email: '', left: contact ? contact.leftAt !== null : false,
});
type Draft = ReturnType<typeof draftOf>;

/** Only what differs is told, and nothing empty of somebody new. */
function told(draft: Draft, before: Draft, isNew: boolean): Partial<Draft> {
  return Object.fromEntries(Object.entries(draft).filter(([key, value]) => (isNew ? value !== '' && key !== 'left' : value !== before[key as keyof Draft])));
}

type FormProps = { onClose: () => void } & ({ accountId: string; contact?: undefined; people?: undefined } | { contact: Contact; people: People; accountId?: undefined });

/** Somebody of a company: what they decide, how much weight it has, and who of us knows them. */
export function ContactForm({ accountId, contact, people = {}, onClose }: FormProps) {
  const t = useT();
  const [before] = useState(() => draftOf(contact, people));
  const [draft, setDraft] = useState(before);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const save = useWrite(ACCOUNT_MOVES, () => (contact ? api.patch(`/contacts/${contact.id}`, told(draft, before, false)) : api.post(`/accounts/${accountId}/contacts`, told(draft, before, true))), { after: onClose, isSeenFirst: true });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  const text = (key: 'name' | 'title' | 'relationOwner' | 'phone' | 'email', type = 'text', hint?: string) => (
    <Field label={t(`accounts.contact.${key}`)} hint={hint}>{(ids) => <Input {...ids} type={type} required={key === 'name'} maxLength={100} value={draft[key]} onChange={({ target }) => set({ [key]: target.value })} />}</Field>
  );
  return (
    <SidePanel open onClose={onClose} title={contact ? t('accounts.contact.edit', { name: contact.name }) : t('accounts.contact.add')}>
      <form className="form" onSubmit={submit}>
        {text('name')}{text('title')}
        <Field label={t('accounts.col.role')}>{(ids) => <Select {...ids} value={draft.role} onChange={(role: DecisionRole) => set({ role })} options={DECISION_ROLES.map((value) => ({ value, label: t(`contact.role.${value}`) }))} />}</Field>
        <Field label={t('accounts.contact.power')} hint={t('accounts.contact.power.hint')}>{(ids) => <Select {...ids} value={draft.power} onChange={(power: number) => set({ power })} options={POWERS.map((value) => ({ value, label: t('accounts.power', { power: value }) }))} />}</Field>
        {text('relationOwner', 'text', t('accounts.contact.relationOwner.hint'))}
        {!contact && <>{text('phone', 'tel')}{text('email', 'email')}</>}
        <Field label={t('accounts.contact.background')}>{(ids) => <Input.TextArea {...ids} autoSize={{ minRows: 2, maxRows: 8 }} maxLength={5000} value={draft.background} onChange={({ target }) => set({ background: target.value })} />}</Field>
        {contact && <Checkbox checked={draft.left} onChange={({ target }) => set({ left: target.checked })}>{t('accounts.contact.left')}</Checkbox>}
        <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!draft.name.trim()}>{t('accounts.save')}</Button></div>
      </form>
    </SidePanel>
  );
}
