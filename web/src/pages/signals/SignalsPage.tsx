import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from 'antd';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Page } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { CoreView } from './CoreView.tsx';
import { EngagementView } from './EngagementView.tsx';
import { RiskRules } from './RiskRules.tsx';
import { RisksView } from './RisksView.tsx';
import { countsQuery, programmesQuery } from './signalsQueries.ts';
import './signals.css';

const VIEWS = ['risk', 'core', 'engagement'] as const;
type View = (typeof VIEWS)[number];

/** Who to look at, who to look after, and who speaks for us. */
export default function SignalsPage() {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const [ruling, setRuling] = useState(false);
  const view = VIEWS.find((one) => one === filters['view']) ?? 'risk';
  const shown: Record<View, ReactNode> = { risk: <RisksView />, core: <CoreView />, engagement: <EngagementView /> };
  return (
    <Page title={t('nav.customers.signals')} lead={<Lead view={view} />} actions={view === 'risk' && may('lifecycle.read') && <Button onClick={() => setRuling(true)}>{t('risks.rules')}</Button>}>
      <Choices label={t('signals.view')} options={VIEWS.map((key) => ({ key, label: t(`signals.view.${key}`) }))} value={view} onChoose={(key) => change({ view: key === 'risk' ? null : key, state: null, kind: null })} />
      {shown[view]}
      <SidePanel open={ruling} onClose={() => setRuling(false)} title={t('risks.rules')}>{ruling && <RiskRules />}</SidePanel>
    </Page>
  );
}

function Lead({ view }: { view: View }) {
  const t = useT();
  const counts = useQuery({ ...countsQuery, enabled: view === 'risk' });
  const programmes = useQuery({ ...programmesQuery, enabled: view === 'core' });
  if (view === 'engagement') return t('engagement.lead');
  if (view === 'core') return programmes.data ? t('core.lead', { members: programmes.data.rows.reduce((sum, { members }) => sum + members, 0) }) : ' ';
  return counts.data ? t('risks.lead', { open: counts.data.counts.open }) : ' ';
}
