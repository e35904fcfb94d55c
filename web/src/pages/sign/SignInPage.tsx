import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters, useGo } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { paths } from '../../paths.ts';
import { Outside } from '../../shell/Outside.tsx';
import { Field } from '../../ui/Field.tsx';

/** Only an address of this app may be returned to. */
const safeBack = (back: string | undefined): string => (back && /^\/(?![/\\])/.test(back) ? back : paths.home());

export default function SignInPage() {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const [filters] = useFilters();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useMutation({
    mutationFn: () => api.post('/session', { email, password }),
    onSuccess: () => {
      client.clear();
      go(safeBack(filters['back']), { replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <Outside title={t('sign.title')} lead={t('sign.lead')}>
      <form className="form" onSubmit={submit}>
        <Field label={t('sign.email')}>{(ids) => <Input {...ids} type="email" autoComplete="username" autoFocus required value={email} onChange={(event) => setEmail(event.target.value)} />}</Field>
        <Field label={t('sign.password')} error={enter.error ? sentenceOf(t, enter.error) : undefined}>
          {(ids) => <Input.Password {...ids} autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />}
        </Field>
        <Button type="primary" htmlType="submit" loading={enter.isPending}>{t('sign.go')}</Button>
        <p className="grey small">{t('sign.forgot')}</p>
      </form>
    </Outside>
  );
}
