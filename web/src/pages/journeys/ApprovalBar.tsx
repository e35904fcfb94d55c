import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Notice } from '../../ui/Figure.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Answer } from './Answer.tsx';
import { AskApproval } from './AskApproval.tsx';
import { DraftDifference } from './Difference.tsx';
import { type Approval, approvalsQuery, faultsQuery, type Journey } from './journeyQueries.ts';
import './journeys.css';

/** Where the draft stands with the yes it needs: not asked, waiting, given, refused. Nothing where it needs none. */
export function ApprovalBar({ journey }: { journey: Journey }) {
  const t = useT();
  const may = useMay();
  const { moment } = useFormats();
  const [asking, setAsking] = useState(false);
  const isOpen = !journey.isLaunched && journey.state !== 'stopped';
  const faults = useQuery({ ...faultsQuery(journey.id, journey.revision), enabled: isOpen });
  const approvals = useQuery({ ...approvalsQuery({ journey: journey.id }), enabled: isOpen });
  if (!isOpen || !faults.data || !approvals.data) return null;
  const current = approvals.data.rows.find(({ outdated }) => !outdated), stale = approvals.data.rows.find(({ outdated, decision }) => outdated && decision === null);
  const { people, approvalNeeded } = faults.data;
  const ask = may('engage.write') && <Button size="small" onClick={() => setAsking(true)}>{t('journeys.approval.ask')}</Button>;
  const question = asking && <AskApproval journey={journey} people={people} onClose={() => setAsking(false)} />;
  if (current && current.decision === null) return <Waits approval={current} journey={journey} />;
  if (current?.decision === 'approved') return <Notice>{t('journeys.bar.approved', { name: current.decidedByName, at: moment(current.decidedAt), note: current.decisionNote || 'none' })}</Notice>;
  if (current?.decision === 'refused') return <><Notice tone="warn" action={ask}>{t('journeys.bar.refused', { name: current.decidedByName, at: moment(current.decidedAt), note: current.decisionNote || 'none' })}</Notice>{question}</>;
  if (!approvalNeeded && !stale) return null;
  return <><Notice tone="warn" action={ask}>{t(stale ? 'journeys.bar.stale' : 'journeys.bar.needed', { people })}</Notice>{question}</>;
}

/** Asked and not answered: the one who may answer reads what changed and does so here. */
function Waits({ approval, journey }: { approval: Approval; journey: Journey }) {
  const t = useT();
  const { moment } = useFormats();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Notice action={<Button size="small" onClick={() => setOpen(true)}>{t('journeys.bar.look')}</Button>}>{t('journeys.bar.waits', { name: approval.askedByName, at: moment(approval.askedAt), people: approval.people })}{approval.own && <> <span className="grey">{t('journeys.bar.own')}</span></>}</Notice>
      <SidePanel open={open} onClose={() => setOpen(false)} title={t('journeys.approvals.of', { name: journey.name })}>
        <div className="stack">
          {approval.note && <blockquote>{approval.note}</blockquote>}
          <DraftDifference journey={journey} />
          <Answer approval={approval} />
        </div>
      </SidePanel>
    </>
  );
}
