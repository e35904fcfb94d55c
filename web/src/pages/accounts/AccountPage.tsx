import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Account, accountQuery } from './accountsQueries.ts';
import { Contacts } from './Contacts.tsx';
import { Dossier } from './Dossier.tsx';
import { Issues } from './Issues.tsx';
import { NewContact } from './NewContact.tsx';
import './accounts.css';

export default function AccountPage() {
  const { id = '' } = useParams({ strict: false });
  const account = useQuery(accountQuery(id));
  return <Loaded query={account} skeleton={<div className="page"><Skeleton lines={8} /></div>}>{(data) => <Told account={data} />}</Loaded>;
}

/** Contacts by their say first, then what stands open, then the dossier with what is missing. */
function Told({ account }: { account: Account }) {
  const t = useT();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const { completeness, contacts, industry, owner, openIssues } = account;
  const decides = contacts.some(({ role, leftAt }) => role === 'decision_maker' && leftAt === null);
  return (
    <Page title={account.name} lead={<span className="grey">{[industry, owner && t('accounts.ownedBy', { owner }), openIssues > 0 && t('accounts.open', { count: openIssues })].filter(Boolean).join(' · ')}</span>}>
      {contacts.length > 0 && !decides && <Notice tone="warn">{t('accounts.nobodyDecides')}</Notice>}
      <Section title={t('accounts.contacts')} actions={may('customers.write') && <Button size="small" onClick={() => setAdding(true)}>{t('accounts.contact.add')}</Button>}><Contacts contacts={contacts} /></Section>
      <Section title={t('accounts.issues')}><Issues account={account} /></Section>
      <Section title={t('accounts.dossier')} note={completeness.missing.length > 0 ? t('dossier.missing', { percent: completeness.percent, sections: completeness.missing.map((section) => t(`dossier.${section}`)).join('、') }) : undefined}>
        <Dossier account={account} />
      </Section>
      {adding && <NewContact accountId={account.id} onClose={() => setAdding(false)} />}
    </Page>
  );
}
