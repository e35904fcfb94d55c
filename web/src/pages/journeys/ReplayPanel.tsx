import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Bars } from '../../ui/Bars.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { useChannelWord, useReasonName } from '../reach/useReason.ts';
import { usePoints } from '../experiments/usePoints.ts';
import { FaultList } from './FaultList.tsx';
import { faultsQuery, type Journey, type Replay, replayQuery } from './journeyQueries.ts';
import { ReplayChart } from './ReplayChart.tsx';
import { reasonSaid } from './said.ts';
import '../reach/reach.css';
import './journeys.css';

const SPANS = [7, 28, 90] as const;
const USUAL = 28;
/** A rise of the share of buyers that hardly anything brings: whoever can prove only more proves nothing. */
const WEAK = 0.2;

/** What the draft would have done in the last days, had it been live: said before it is launched. */
export function ReplayPanel({ journey }: { journey: Journey }) {
  const t = useT();
  const [filters, change] = useFilters();
  const days = SPANS.find((span) => String(span) === filters['days']) ?? USUAL;
  const replay = useQuery(replayQuery(journey.id, journey.revision, days));
  return (
    <div className="stack" aria-busy={replay.isFetching}>
      <div className="spread">
        <Choices label={t('journeys.replay.days')} options={SPANS.map((span) => ({ key: String(span), label: t('journeys.replay.last', { days: span }) }))} value={String(days)} onChoose={(span) => change({ days: span })} />
        {replay.isFetching && <Working key={days} />}
      </div>
      {replay.error && !replay.isFetching ? <Broken journey={journey} error={replay.error} onRetry={() => void replay.refetch()} /> : replay.data ? <div className={replay.isPlaceholderData ? 'fading' : undefined}><Told replay={replay.data} journey={journey} /></div> : <Skeleton height={320} />}
    </div>
  );
}

/** Says that it works, and for how long already. */
function Working() {
  const t = useT();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const every = setInterval(() => setSeconds((now) => now + 1), 1_000);
    return () => clearInterval(every);
  }, []);
  return <p className="grey small" role="status">{t('journeys.replay.working', { seconds })}</p>;
}

/** A draft with faults cannot be walked: what is wrong, step by step. */
function Broken({ journey, error, onRetry }: { journey: Journey; error: unknown; onRetry: () => void }) {
  const t = useT();
  const isFaulty = error instanceof ApiError && error.problem.code === 'journey.has_faults';
  const faults = useQuery({ ...faultsQuery(journey.id, journey.revision), enabled: isFaulty });
  if (!isFaulty || !faults.data) return <Failure error={error} onRetry={onRetry} />;
  return <><p>{t('journeys.replay.faults')}</p><FaultList journeyId={journey.id} faults={faults.data.faults} /></>;
}

const sumOf = (of: Readonly<Record<string, number>>): number => Object.values(of).reduce((sum, one) => sum + one, 0);

function Told({ replay, journey }: { replay: Replay; journey: Journey }) {
  const t = useT();
  const { money, percent, count } = useFormats();
  const currency = useCurrency();
  const messages = sumOf(replay.messages), { collisions } = replay;
  const stopped = sumOf(collisions.deferred) + sumOf(collisions.refused);
  return (
    <>
      <p className="lead effect-says">{t('journeys.replay.says', { days: replay.days, people: replay.people, entrants: replay.entrants, messages })}</p>
      <Proof replay={replay} holdOut={journey.draft.holdOut} />
      <Figures quiet>
        <KeyFigure label={t('journeys.entered')} value={count(replay.entrants)} note={t('journeys.replay.control', { control: replay.control })} why={{ definition: t('journeys.replay.why') }} />
        <KeyFigure label={t('journeys.replay.messages')} value={count(messages)} note={<Channels of={replay.messages} />} />
        <KeyFigure label={t('journeys.replay.stopped')} value={count(stopped)} note={stopped > 0 && t('journeys.replay.split', { later: sumOf(collisions.deferred), never: sumOf(collisions.refused) })} why={{ definition: t('journeys.replay.stopped.why') }} />
        <KeyFigure label={t('journeys.replay.cost')} value={money(replay.costMinor, currency)} why={{ definition: t('journeys.replay.cost.why') }} />
        {replay.tasks > 0 && <KeyFigure label={t('journeys.replay.tasks')} value={count(replay.tasks)} />}
      </Figures>
      {replay.sampled < 1 && <p className="grey small">{t('journeys.replay.sampled', { share: percent(replay.sampled) })}</p>}
      {replay.entrants > 0 && <Section><ReplayChart replay={replay} /></Section>}
      {stopped > 0 && <Section title={t('journeys.replay.collisions', { stopped })} note={t('journeys.replay.collisions.note')}><Collisions collisions={collisions} /></Section>}
      {replay.entrants > 0 && <Section title={t('journeys.replay.ends')} note={t('journeys.replay.inside', { inside: replay.stillInside })}><Ends exits={replay.exits} /></Section>}
    </>
  );
}

/** What so many people could prove, before anybody is treated. */
function Proof({ replay: { detectable, baseShare, control, people, days }, holdOut }: { replay: Replay; holdOut: number }) {
  const t = useT();
  const { percent } = useFormats();
  const points = usePoints();
  const isProvable = holdOut > 0 && detectable !== null && baseShare !== null;
  const isWeak = isProvable && detectable > WEAK;
  const said = holdOut === 0 ? t('journeys.replay.noHoldOut') : isWeak ? t('journeys.replay.weak', { control, people, rise: points(detectable) }) : isProvable ? t('journeys.replay.proof', { control, people, days, base: percent(baseShare), rise: points(detectable) }) : t('journeys.replay.noProof');
  return <p className={isProvable && !isWeak ? undefined : 'ochre'}>{said}</p>;
}

function Channels({ of }: { of: Replay['messages'] }) {
  const { count, list } = useFormats();
  const channel = useChannelWord();
  return <>{list(Object.entries(of).map(([key, many]) => `${channel(key)} ${count(many)}`))}</>;
}

function Collisions({ collisions }: { collisions: Replay['collisions'] }) {
  const t = useT();
  const { count } = useFormats();
  const reason = useReasonName();
  const bars = [...Object.entries(collisions.refused).map(([key, value]) => ({ key: `refused ${key}`, label: reason(key), value, colour: 'var(--ochre)' })), ...Object.entries(collisions.deferred).map(([key, value]) => ({ key: `deferred ${key}`, label: t('journeys.replay.later', { reason: reason(key) }), value, colour: 'var(--holdout)' }))];
  return <div className="reach-bars"><Bars bars={bars.sort((a, b) => b.value - a.value).map((bar) => ({ ...bar, shown: count(bar.value) }))} /></div>;
}

function Ends({ exits }: { exits: Replay['exits'] }) {
  const t = useT();
  const { count } = useFormats();
  const bars = Object.entries(exits).sort(([, a], [, b]) => b - a).map(([key, value]) => {
    const [status = '', reason = ''] = key.split(':');
    return { key, label: reason && status === 'exited' ? t('journeys.replay.end', { status: t(`journeys.status.${status}`), reason: reasonSaid({ t }, reason) }) : t(`journeys.status.${status}`), value, shown: count(value) };
  });
  return <div className="reach-bars"><Bars bars={bars} /></div>;
}
