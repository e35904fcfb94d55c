import { useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { NEXT } from '../../../../src/engage/core/definition.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Notice } from '../../ui/Figure.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { DecisionWords } from '../reach/DecisionWords.tsx';
import type { Decision } from '../reach/reachQueries.ts';
import { type Definition, type Journey, JOURNEY_MOVES, messagesQuery, type Path, pathQuery } from './journeyQueries.ts';
import { portSaid, reasonSaid, type Teller } from './said.ts';
import { useEnrolledName } from './useEnrolledName.ts';
import { useStepName } from './useStepName.ts';
import { useTeller } from './useTeller.ts';

/** The way one person went: every step with its time, what was sent there, and what was not and why. */
export function PathPanel({ journey, enrolment, onClose }: { journey: Journey; enrolment: string | null; onClose: () => void }) {
  const t = useT();
  const path = useQuery({ ...pathQuery(journey.id, enrolment ?? ''), enabled: enrolment !== null });
  const nameOf = useEnrolledName();
  return (
    <SidePanel open={enrolment !== null} onClose={onClose} title={path.data ? nameOf(path.data) : t('journeys.people.path')}>
      <Loaded query={path} skeleton={<Skeleton lines={8} />}>{(way) => <Way journey={journey} way={way} />}</Loaded>
    </SidePanel>
  );
}

function Way({ journey, way }: { journey: Journey; way: Path }) {
  const t = useT();
  const may = useMay();
  const { moment } = useFormats();
  const step = useStepName(journey);
  const { teller } = useTeller();
  const outcomeOf = (node: string, outcome: string): string => outcomeWords(teller, journey.draft.nodes.find(({ id }) => id === node), outcome);
  const messages = useQuery({ ...messagesQuery(way.id), enabled: may('reach.read') }).data?.rows ?? [];
  return (
    <div className="stack">
      <div className="spread"><Anchor to={paths.customer(way.customer)}>{t('journeys.path.customer')}</Anchor>{way.status === 'inside' && <TakeOut journey={journey} way={way} />}</div>
      {way.arm === 'control' && <Notice>{t('journeys.path.control')}</Notice>}
      <ol className="path">
        <li><time className="grey nowrap" dateTime={way.enteredAt}>{moment(way.enteredAt)}</time><span>{t('journeys.path.entered', { version: way.version })}{way.key && <span className="grey"> · {way.key}</span>}</span></li>
        {way.path.map(({ visit, node, outcome, at }) => <Step key={`${visit} ${node} ${outcome}`} at={moment(at)} instant={at} words={step(node)} outcome={outcome === NEXT ? '' : outcomeOf(node, outcome)} messages={messages.filter(({ source }) => source.step === node)} control={way.arm === 'control'} />)}
        {way.goalAt && <li className="path-goal"><time className="grey nowrap" dateTime={way.goalAt}>{moment(way.goalAt)}</time><span>{t('journeys.path.goal')}</span></li>}
        <li className="path-now"><time className="grey nowrap" dateTime={way.endedAt ?? way.dueAt}>{moment(way.endedAt ?? way.dueAt)}</time><span>{way.status === 'inside' ? t('journeys.path.now', { step: step(way.node) }) : <End way={way} />}</span></li>
      </ol>
    </div>
  );
}

function End({ way: { status, reason } }: { way: Path }) {
  const t = useT();
  return <>{t(`journeys.status.${status}`)}{reason && status !== 'done' && <span className="grey"> · {reasonSaid({ t }, reason)}</span>}</>;
}

/** By which way somebody left a step: a way out of it, or an end (`exited:paid`). */
function outcomeWords(teller: Teller, node: Definition['nodes'][number] | undefined, outcome: string): string {
  const { t } = teller;
  const [status = '', reason = ''] = outcome.split(':');
  if (outcome.includes(':')) return isKnown(`journeys.status.${status}`) ? t('journeys.replay.end', { status: t(`journeys.status.${status}`), reason: reasonSaid(teller, reason) }) : outcome;
  return portSaid(teller, node, outcome);
}

type StepProps = { at: string; instant: string; words: string; outcome: string; messages: readonly Decision[]; control: boolean };

function Step({ at, instant, words, outcome, messages, control }: StepProps) {
  const t = useT();
  return (
    <li>
      <time className="grey nowrap" dateTime={instant}>{at}</time>
      <div className="stack-tight">
        <span>{words}{outcome !== '' && <span className="grey"> → {outcome}</span>}</span>
        {!control && messages.map((one) => <span key={one.id} className="small row"><DecisionWords of={one} /><Anchor to={paths.decisions({ customer: one.customer, source: one.source.id, period: 'all' })}>{t('journeys.path.decision')}</Anchor></span>)}
      </div>
    </li>
  );
}

function TakeOut({ journey, way }: { journey: Journey; way: Path }) {
  const t = useT();
  const may = useMay();
  const out = useWrite(JOURNEY_MOVES, () => api.delete(`/journeys/${journey.id}/enrolments/${way.id}`), { done: t('journeys.out.done') });
  if (!may('engage.write')) return null;
  return <Popconfirm title={t('journeys.out.sure')} description={t('journeys.out.means')} okText={t('journeys.out')} cancelText={t('customers.cancel')} onConfirm={() => out.mutate(undefined)}><Button size="small" loading={out.isPending}>{t('journeys.out')}</Button></Popconfirm>;
}
