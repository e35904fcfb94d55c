import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Page } from '../../ui/Page.tsx';
import { AccountsView } from './AccountsView.tsx';
import { GroupsView } from './GroupsView.tsx';
import { SuppressionsView } from './SuppressionsView.tsx';
import './reach.css';
import './channels.css';

const VIEWS = ['accounts', 'suppressions', 'groups'] as const;

/** By which ways messages leave, who is left alone, and the topics people may leave. */
export default function ChannelsPage() {
  const t = useT();
  const [{ view = 'accounts' }, change] = useFilters();
  const shown = VIEWS.find((one) => one === view) ?? 'accounts';
  return (
    <Page title={t('nav.engage.channels')} lead={t(`channels.lead.${shown}`)}>
      <Choices label={t('nav.engage.channels')} value={shown} onChoose={(key) => change({ view: key === 'accounts' ? null : key, reason: null, lifted: null })} options={VIEWS.map((key) => ({ key, label: t(`channels.view.${key}`) }))} />
      {shown === 'accounts' && <AccountsView />}
      {shown === 'suppressions' && <SuppressionsView />}
      {shown === 'groups' && <GroupsView />}
    </Page>
  );
}
