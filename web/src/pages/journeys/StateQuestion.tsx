import { useQuery } from '@tanstack/react-query';
import { App, Modal, Radio } from 'antd';
import { type ReactNode, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Skeleton } from '../../ui/States.tsx';
import { AskApproval } from './AskApproval.tsx';
import { FaultList } from './FaultList.tsx';
import { approvalsQuery, faultsQuery, JOURNEY_MOVES, type JourneyRow } from './journeyQueries.ts';
import type { Move } from './StateActions.tsx';

type Props = { move: Move; journey: JourneyRow; onClose: () => void; onDropped?: () => void };

/** What a change of state means and whom it touches, before it is made. */
export function StateQuestion({ move, journey, onClose, onDropped }: Props) {
  if (move === 'launch') return <LaunchQuestion journey={journey} onClose={onClose} />;
  if (move === 'pause') return <PauseQuestion journey={journey} onClose={onClose} />;
  if (move === 'resume') return <ResumeQuestion journey={journey} onClose={onClose} />;
  return <EndQuestion move={move} journey={journey} onClose={onClose} {...(onDropped ? { onDropped } : {})} />;
}

type AskProps = { move: Move; journey: JourneyRow; onClose: () => void; onOk: () => void; busy: boolean; disabled?: boolean; danger?: boolean; children: ReactNode };

function Ask({ move, journey, onClose, onOk, busy, disabled = false, danger = false, children }: AskProps) {
  const t = useT();
  return (
    <Modal open title={t(`journeys.${move}.title`, { name: journey.name })} onCancel={onClose} okText={t(`journeys.${move}`)} cancelText={t('customers.cancel')} okButtonProps={{ loading: busy, disabled, danger }} onOk={onOk} width={480}>
      <div className="stack">{children}</div>
    </Modal>
  );
}

type Of = { journey: JourneyRow; onClose: () => void };

/** Faults first, then the yes of somebody else where so many people need one, then the launch. */
function LaunchQuestion({ journey, onClose }: Of) {
  const t = useT();
  const faults = useQuery(faultsQuery(journey.id, journey.revision));
  const approvals = useQuery(approvalsQuery({ journey: journey.id }));
  const launch = useWrite(JOURNEY_MOVES, () => api.post(`/journeys/${journey.id}/launch`, {}), { done: t('journeys.launch.done', { name: journey.name }), after: onClose });
  const known = faults.data, answer = approvals.data?.rows.find(({ outdated, decision }) => !outdated && decision !== null);
  if (known?.approvalNeeded && approvals.data && answer?.decision !== 'approved') return <AskApproval journey={journey} people={known.people} onClose={onClose} />;
  return (
    <Ask move="launch" journey={journey} onClose={onClose} onOk={() => launch.mutate(undefined)} busy={launch.isPending} disabled={!known || known.faults.length > 0}>
      {!known && !faults.error && <Skeleton lines={2} />}
      {known && known.faults.length > 0 && <><p>{t('journeys.faults', { count: known.faults.length })}</p><FaultList journeyId={journey.id} faults={known.faults} /></>}
      {known && known.faults.length === 0 && <><p>{t(journey.version > 0 ? 'journeys.launch.again' : 'journeys.launch.means', { people: known.people })}</p><p className="grey small">{journey.holdOut === 0 ? t('journeys.launch.noHoldOut') : t('journeys.launch.holdOut', { percent: Math.round(journey.holdOut * 100) })}</p></>}
    </Ask>
  );
}

/** Pausing harms nobody and can be taken back from the news itself. */
function PauseQuestion({ journey, onClose }: Of) {
  const t = useT();
  const { message } = App.useApp();
  const back = useWrite(JOURNEY_MOVES, () => api.post(`/journeys/${journey.id}/resume`, { waits: 'ran' }), { done: t('journeys.resume.done', { name: journey.name }) });
  const pause = useWrite(JOURNEY_MOVES, () => api.post(`/journeys/${journey.id}/pause`, {}), {
    after: () => {
      onClose();
      const key = `pause-${journey.id}`;
      void message.success({ key, duration: 8, content: <>{t('journeys.pause.done', { name: journey.name })} <button type="button" className="plain link" onClick={() => { message.destroy(key); back.mutate(undefined); }}>{t('journeys.undo')}</button></> });
    },
  });
  return (
    <Ask move="pause" journey={journey} onClose={onClose} onOk={() => pause.mutate(undefined)} busy={pause.isPending}>
      <p>{t('journeys.pause.means', { inside: journey.totals.inside })}</p>
      {journey.stage && <p className="grey small">{t('journeys.pause.stage', { stage: t(`stage.${journey.stage}`) })}</p>}
    </Ask>
  );
}

const WAITS = ['ran', 'stood'] as const;

function ResumeQuestion({ journey, onClose }: Of) {
  const t = useT();
  const [waits, setWaits] = useState<(typeof WAITS)[number]>('ran');
  const resume = useWrite(JOURNEY_MOVES, () => api.post(`/journeys/${journey.id}/resume`, { waits }), { done: t('journeys.resume.done', { name: journey.name }), after: onClose });
  return (
    <Ask move="resume" journey={journey} onClose={onClose} onOk={() => resume.mutate(undefined)} busy={resume.isPending}>
      <p>{t('journeys.resume.means', { inside: journey.totals.inside })}</p>
      <Radio.Group className="stack" value={waits} onChange={({ target }) => setWaits(target.value as 'ran')} options={WAITS.map((value) => ({ value, label: t(`journeys.resume.${value}`) }))} />
    </Ask>
  );
}

function EndQuestion({ move, journey, onClose, onDropped }: Of & { move: Move; onDropped?: () => void }) {
  const t = useT();
  const after = () => {
    onClose();
    if (move === 'drop') onDropped?.();
  };
  const end = useWrite(JOURNEY_MOVES, () => (move === 'stop' ? api.post(`/journeys/${journey.id}/stop`, {}) : api.delete(`/journeys/${journey.id}`)), { done: t(`journeys.${move}.done`, { name: journey.name }), after });
  return <Ask move={move} journey={journey} onClose={onClose} onOk={() => end.mutate(undefined)} busy={end.isPending} danger><p>{t(`journeys.${move}.means`, { inside: journey.totals.inside })}</p></Ask>;
}
