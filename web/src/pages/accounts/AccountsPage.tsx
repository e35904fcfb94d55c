import { Button, Input } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Page } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { AccountForm } from './AccountForm.tsx';
import { type AccountRow, fetchAccounts, PAGE_SIZE } from './accountsQueries.ts';
import './accounts.css';

/** Companies and the people who decide in them. */
export default function AccountsPage() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const { count, percent } = useFormats();
  const [filters, change] = useFilters();
  const [adding, setAdding] = useState(false);
  const q = filters['q'] ?? '';
  const pages = usePages(['accounts', q], (cursor, signal) => fetchAccounts(q, cursor, signal));
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns: Column<AccountRow>[] = [
    { key: 'name', title: t('accounts.name'), phone: 'head', cell: ({ id, name }) => <Anchor className="customer-name" to={paths.account(id)} tabIndex={-1}>{name}</Anchor> },
    { key: 'industry', title: t('accounts.industry'), cell: ({ industry }) => industry || '—' },
    { key: 'dossier', title: t('accounts.dossier'), phone: 'aside', cell: ({ completeness: { filled, of, missing } }) => <span>{percent(filled / of, 0)}{missing.length > 0 && <span className="grey small missing"> {t('accounts.missing', { sections: missing.map((section) => t(`dossier.${section}`)).join(t('fields.comma')) })}</span>}</span> },
    { key: 'contacts', title: t('accounts.contacts'), numeric: true, cell: ({ contacts }) => count(contacts) },
    { key: 'issues', title: t('accounts.openIssues'), numeric: true, cell: ({ openIssues }) => (openIssues > 0 ? <span className="ochre strong">{count(openIssues)}</span> : '—') },
    { key: 'owner', title: t('accounts.owner'), cell: ({ owner }) => owner || '—' },
  ];
  const add = may('customers.write') && <Button type="primary" onClick={() => setAdding(true)}>{t('accounts.add')}</Button>;
  return (
    <Page title={t('nav.customers.accounts')} lead={t('accounts.lead')} actions={(q !== '' || (data && data.rows.length > 0)) && add}>
      <div className="accounts-tools"><Input.Search allowClear defaultValue={q} placeholder={t('accounts.find')} aria-label={t('accounts.find')} onSearch={(text) => change({ q: text.trim() })} /></div>
      <DataTable
        name="accounts" caption={t('nav.customers.accounts')} columns={columns} rows={data?.rows} rowKey={({ id }) => id} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData}
        onOpen={({ id }) => go(paths.account(id))} empty={q ? <Empty title={t('accounts.none')} /> : <Empty title={t('accounts.empty')} action={add}>{t('accounts.empty.why')}</Empty>}
      />
      <Pager pages={pages} size={PAGE_SIZE} noun="accounts.count" />
      {adding && <AccountForm onClose={() => setAdding(false)} />}
    </Page>
  );
}
