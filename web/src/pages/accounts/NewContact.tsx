import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';

const ROLES = ['decision_maker', 'approver', 'influencer', 'buyer', 'user', 'gatekeeper'] as const;
const BLANK = { name: '', title: '', role: 'decision_maker' as (typeof ROLES)[number], phone: '', email: '' };

export function NewContact({ accountId, onClose }: { accountId: string; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [contact, setContact] = useState(BLANK);
  const save = useMutation({
    mutationFn: () => api.post(`/accounts/${accountId}/contacts`, Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== ''))),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['account'] });
      onClose();
    },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const text = (key: 'name' | 'title' | 'phone' | 'email', type: string, required = false) => (
    <Field label={t(`accounts.contact.${key}`)}>{(ids) => <input {...ids} className="input" type={type} required={required} value={contact[key]} onChange={(event) => setContact({ ...contact, [key]: event.target.value })} />}</Field>
  );
  return (
    <SidePanel open onClose={onClose} title={t('accounts.contact.add')}>
      <form className="form" onSubmit={submit}>
        {text('name', 'text', true)}{text('title', 'text')}
        <Field label={t('accounts.col.role')}>{(ids) => <select {...ids} className="input" value={contact.role} onChange={(event) => setContact({ ...contact, role: event.target.value as typeof contact.role })}>{ROLES.map((role) => <option key={role} value={role}>{t(`contact.role.${role}`)}</option>)}</select>}</Field>
        {text('phone', 'tel')}{text('email', 'email')}
        <div><Button type="primary" htmlType="submit" loading={save.isPending}>{t('accounts.save')}</Button></div>
      </form>
    </SidePanel>
  );
}
