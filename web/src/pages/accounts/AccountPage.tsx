import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { AccountForm } from './AccountForm.tsx';
import { type Account, accountQuery, nameIn } from './accountsQueries.ts';
import { AccountTimeline } from './AccountTimeline.tsx';
import { ContactForm } from './ContactForm.tsx';
import { Contacts } from './Contacts.tsx';
import { Dossier } from './Dossier.tsx';
import { Issues } from './Issues.tsx';
import { Tasks } from './Tasks.tsx';
import './accounts.css';

export default function AccountPage() {
  const { id = '' } = useParams({ strict: false });
  const account = useQuery(accountQuery(id));
  return <Loaded query={account} skeleton={<div className="page"><Skeleton lines={8} /></div>}>{(data) => <Told account={data} />}</Loaded>;
}

/** Contacts by their say first, then what stands open, then the dossier with what is missing, then everything that happened. */
function Told({ account }: { account: Account }) {
  const t = useT();
  const may = useMay();
  const [panel, setPanel] = useState<'contact' | 'account' | null>(null);
  const { completeness, contacts, industry, owner, openIssues, people } = account;
  const write = may('customers.write');
  const decides = contacts.some(({ role, leftAt }) => role === 'decision_maker' && leftAt === null);
  const missing = completeness.missing.map((section) => t(`dossier.${section}`)).join(t('fields.comma'));
  return (
    <Page title={account.name} actions={write && <><Button onClick={() => setPanel('account')}>{t('accounts.edit')}</Button><PutAway account={account} /></>}
      lead={<span className="grey">{[industry, owner && t('accounts.ownedBy', { owner: nameIn(people, owner) }), openIssues > 0 && t('accounts.open', { count: openIssues })].filter(Boolean).join(' · ')}</span>}>
      {contacts.length > 0 && !decides && <Notice tone="warn">{t('accounts.nobodyDecides')}</Notice>}
      <Section title={t('accounts.contacts')} actions={write && <Button size="small" onClick={() => setPanel('contact')}>{t('accounts.contact.add')}</Button>}><Contacts contacts={contacts} people={people} /></Section>
      <div className="account-halves">
        <Section title={t('accounts.issues')}><Issues account={account} /></Section>
        <Section title={t('accounts.tasks')}><Tasks accountId={account.id} /></Section>
      </div>
      <Section title={t('accounts.dossier')} note={completeness.missing.length > 0 ? t('dossier.missing', { percent: completeness.percent, sections: missing }) : t('accounts.complete')}><Dossier account={account} /></Section>
      <Section title={t('accounts.timeline')} note={t('accounts.timeline.note')}><AccountTimeline id={account.id} /></Section>
      {panel === 'contact' && <ContactForm accountId={account.id} onClose={() => setPanel(null)} />}
      {panel === 'account' && <AccountForm account={account} onClose={() => setPanel(null)} />}
    </Page>
  );
}

function PutAway({ account: { id, name } }: { account: Account }) {
  const t = useT();
  const go = useGo();
  const drop = useWrite(['accounts'], () => api.delete(`/accounts/${id}`), { after: () => go(paths.accounts()), isSeenFirst: true });
  return (
    <Popconfirm title={t('accounts.putAway.sure', { name })} description={<p className="account-sure">{t('accounts.putAway.why')}</p>} okText={t('accounts.putAway')} cancelText={t('customers.cancel')} onConfirm={() => drop.mutate(undefined)} placement="bottomRight"><Button loading={drop.isPending}>{t('accounts.putAway')}</Button></Popconfirm>
  );
}
