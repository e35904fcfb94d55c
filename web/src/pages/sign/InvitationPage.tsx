import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { offer } from '../../../../src/kernel/access/contract.ts';
import { api } from '../../lib/api.ts';
import { useLanguage, useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { paths } from '../../paths.ts';
import { Outside } from '../../shell/Outside.tsx';
import { Field } from '../../ui/Field.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';

type Offer = z.infer<typeof offer>;

export default function InvitationPage() {
  const t = useT();
  const { token = '' } = useParams({ strict: false });
  const invitation = useQuery({ queryKey: ['invitation', token], queryFn: () => api.post<Offer>('/invitations/open', { token }), retry: false });
  const { data, error } = invitation;
  return (
    <Outside
      title={data ? t('invite.title', { workspace: data.workspace }) : t('invite.loading')}
      lead={data ? t('invite.lead', { role: t(`role.${data.role}`), email: data.email }) : ''}
    >
      {error ? <Failure error={error} /> : data ? <Join token={token} email={data.email} /> : <Skeleton lines={4} />}
    </Outside>
  );
}

function Join({ token, email }: { token: string; email: string }) {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const language = useLanguage();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: () => api.post('/invitations/accept', { token, name, password, language }),
    onSuccess: () => {
      client.clear();
      go(paths.home(), { replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <Field label={t('invite.name')}>{(ids) => <Input {...ids} autoComplete="name" autoFocus required value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      <Field label={t('invite.password')} hint={t('invite.password.hint')} error={accept.error ? sentenceOf(t, accept.error) : undefined}>
        {(ids) => <Input.Password {...ids} autoComplete="new-password" required minLength={10} value={password} onChange={(event) => setPassword(event.target.value)} />}
      </Field>
      <Button type="primary" htmlType="submit" loading={accept.isPending}>{t('invite.go')}</Button>
    </form>
  );
}
