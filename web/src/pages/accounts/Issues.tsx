import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useToast } from '../../ui/Field.tsx';
import type { Account } from './accountsQueries.ts';

/** Cooperation issues: open ones first, each closed with its outcome. */
export function Issues({ account: { id, issues } }: { account: Account }) {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const sorted = [...issues].sort((a, b) => Number(a.closedAt !== null) - Number(b.closedAt !== null) || b.openedAt.localeCompare(a.openedAt));
  return (
    <div className="stack">
      {issues.length === 0 && <p className="grey">{t('accounts.noissues')}</p>}
      <dl className="pairs">
        {sorted.map((issue) => (
          <div key={issue.id} className={issue.closedAt ? 'grey' : undefined}>
            <dt>{issue.title}{issue.detail && <span className="grey small"> {issue.detail}</span>}</dt>
            <dd className="grey small">{issue.closedAt ? t('accounts.closed', { day: day(issue.closedAt), outcome: issue.outcome }) : <>{day(issue.openedAt)} {may('customers.write') && <Close id={issue.id} title={issue.title} />}</>}</dd>
          </div>
        ))}
      </dl>
      {may('customers.write') && <OpenIssue accountId={id} />}
    </div>
  );
}

/** Saves something about the account and reads it again. */
function useSaved<T>(work: (value: T) => Promise<unknown>, done: () => void) {
  const toast = useToast();
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['account'] });
      done();
    },
    onError: toast.failed,
  });
}

function Close({ id, title }: { id: string; title: string }) {
  const t = useT();
  const [outcome, setOutcome] = useState<string | null>(null);
  const close = useSaved((text: string) => api.post(`/accounts/issues/${id}/close`, { outcome: text }), () => setOutcome(null));
  if (outcome === null) return <button type="button" className="plain link" onClick={() => setOutcome('')}>{t('accounts.close')}</button>;
  return <Input.Search size="small" autoFocus enterButton={t('accounts.close')} aria-label={`${t('accounts.outcome')} ${title}`} placeholder={t('accounts.outcome')} value={outcome} loading={close.isPending} onChange={(event) => setOutcome(event.target.value)} onSearch={(text) => text.trim() && close.mutate(text.trim())} />;
}

function OpenIssue({ accountId }: { accountId: string }) {
  const t = useT();
  const [title, setTitle] = useState('');
  const open = useSaved((text: string) => api.post(`/accounts/${accountId}/issues`, { title: text }), () => setTitle(''));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim()) open.mutate(title.trim());
  };
  return (
    <form className="row" onSubmit={submit}>
      <Input className="issue-title" aria-label={t('accounts.issue')} placeholder={t('accounts.issue')} maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
      <Button htmlType="submit" loading={open.isPending} disabled={!title.trim()}>{t('accounts.issue.open')}</Button>
    </form>
  );
}
