import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { ACCOUNT_MOVES, type Account, nameIn } from './accountsQueries.ts';

/** Cooperation issues: open ones first, each closed with its outcome. */
export function Issues({ account: { id, issues, people } }: { account: Account }) {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const sorted = [...issues].sort((a, b) => Number(a.closedAt !== null) - Number(b.closedAt !== null) || b.openedAt.localeCompare(a.openedAt));
  return (
    <div className="stack">
      {issues.length === 0 && <p className="grey">{t('accounts.noissues')}</p>}
      {issues.length > 0 && (
        <ul className="account-list">
          {sorted.map((issue) => (
            <li key={issue.id} className={issue.closedAt ? 'grey' : undefined}>
              <span className="account-words">{issue.title}<span className="grey small">{[issue.detail, nameIn(people, issue.openedBy), day(issue.openedAt), issue.closedAt && t('accounts.closed', { day: day(issue.closedAt), outcome: issue.outcome })].filter(Boolean).join(' · ')}</span></span>
              {!issue.closedAt && may('customers.write') && <Close id={issue.id} title={issue.title} />}
            </li>
          ))}
        </ul>
      )}
      {may('customers.write') && <OpenIssue accountId={id} />}
    </div>
  );
}

function Close({ id, title }: { id: string; title: string }) {
  const t = useT();
  const [outcome, setOutcome] = useState<string | null>(null);
  const close = useWrite(ACCOUNT_MOVES, (text: string) => api.post(`/accounts/issues/${id}/close`, { outcome: text }), { after: () => setOutcome(null), isSeenFirst: true });
  if (outcome === null) return <button type="button" className="plain link" onClick={() => setOutcome('')}>{t('accounts.close')}</button>;
  return <Input.Search size="small" autoFocus enterButton={t('accounts.close')} aria-label={`${t('accounts.outcome')} ${title}`} placeholder={t('accounts.outcome')} value={outcome} loading={close.isPending} onChange={(event) => setOutcome(event.target.value)} onSearch={(text) => text.trim() && close.mutate(text.trim())} />;
}

function OpenIssue({ accountId }: { accountId: string }) {
  const t = useT();
  const [title, setTitle] = useState('');
  const open = useWrite(ACCOUNT_MOVES, (text: string) => api.post(`/accounts/${accountId}/issues`, { title: text }), { after: () => setTitle(''), isSeenFirst: true });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim()) open.mutate(title.trim());
  };
  return (
    <form className="row account-add" onSubmit={submit}>
      <Input className="issue-title" aria-label={t('accounts.issue')} placeholder={t('accounts.issue')} maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
      <Button htmlType="submit" loading={open.isPending} disabled={!title.trim()}>{t('accounts.issue.open')}</Button>
    </form>
  );
}
