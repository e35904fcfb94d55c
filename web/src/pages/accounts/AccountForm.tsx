import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { ACCOUNT_MOVES, type Account, nameIn } from './accountsQueries.ts';

/** A new company, or the name, industry and owner of one. */
export function AccountForm({ account, onClose }: { account?: Account; onClose: () => void }) {
  const t = useT();
  const go = useGo();
  const before = { name: account?.name ?? '', industry: account?.industry ?? '', owner: account ? nameIn(account.people, account.owner) : '' };
  const [draft, setDraft] = useState(before);
  const save = useWrite(
    ACCOUNT_MOVES,
    async () => {
      const changes = Object.fromEntries(Object.entries(draft).map(([key, value]) => [key, value.trim()]).filter(([key, value]) => value !== before[key as keyof typeof before]));
      if (account) return api.patch(`/accounts/${account.id}`, changes);
      const { id } = await api.post<{ id: string }>('/accounts', changes);
      return go(paths.account(id));
    },
    { after: onClose, isSeenFirst: true },
  );
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  const field = (key: keyof typeof before, max: number, hint?: string) => (
    <Field label={t(`accounts.${key}`)} hint={hint}>{(ids) => <Input {...ids} autoFocus={key === 'name'} required={key === 'name'} maxLength={max} value={draft[key]} onChange={({ target }) => setDraft({ ...draft, [key]: target.value })} />}</Field>
  );
  return (
    <SidePanel open onClose={onClose} title={t(account ? 'accounts.edit' : 'accounts.add')}>
      <form className="form" onSubmit={submit}>
        {field('name', 200)}{field('industry', 100)}{field('owner', 100, account ? undefined : t('accounts.owner.hint'))}
        <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!draft.name.trim()}>{t('accounts.save')}</Button></div>
      </form>
    </SidePanel>
  );
}
