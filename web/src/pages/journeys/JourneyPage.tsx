import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useT } from '../../lib/language.tsx';
import { useFilters, useGo } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Page } from '../../ui/Page.tsx';
import { Failure, Loaded, Skeleton } from '../../ui/States.tsx';
import { ApprovalBar } from './ApprovalBar.tsx';
import { JourneyCanvas } from './canvas/JourneyCanvas.tsx';
import { EffectPanel } from './EffectPanel.tsx';
import { type Journey, journeyQuery } from './journeyQueries.ts';
import { PeoplePanelOfJourney } from './PeoplePanelOfJourney.tsx';
import { ReplayPanel } from './ReplayPanel.tsx';
import { StateActions } from './StateActions.tsx';
import { StateWord } from './StateWord.tsx';
import { VersionsPanel } from './VersionsPanel.tsx';

/** The parts of the page, in their order: the first is shown where none is asked for. */
const VIEWS = { canvas: JourneyCanvas, people: PeoplePanelOfJourney, replay: ReplayPanel, effect: EffectPanel, versions: VersionsPanel } as const;
type View = keyof typeof VIEWS;
const NAMES = Object.keys(VIEWS) as View[];
const isView = (text: string | undefined): text is View => NAMES.some((one) => one === text);

/** How often a live journey is asked who stands where, in milliseconds. */
const LIVE_MS = 5_000;

export default function JourneyPage() {
  const { id = '' } = useParams({ strict: false });
  const t = useT(), journey = useQuery({ ...journeyQuery(id), refetchInterval: ({ state }) => (state.data?.state === 'live' ? LIVE_MS : false) });
  if (journey.error && !journey.data) return <Page title={t('nav.engage.journeys')}><Failure error={journey.error} onRetry={() => void journey.refetch()} /></Page>;
  return <Loaded query={journey} skeleton={<div className="page"><Skeleton lines={10} /></div>}>{(data) => <Told key={data.id} journey={data} />}</Loaded>;
}

/** One journey: in which state it is and how many are in it, what may be done with it, and its parts. */
function Told({ journey }: { journey: Journey }) {
  const t = useT();
  const go = useGo();
  const [filters, change] = useFilters();
  const view: View = isView(filters['view']) ? filters['view'] : 'canvas', Part = VIEWS[view];
  const { state, version, totals } = journey;
  const known = [
    version === 0 ? t('canvas.lead.never') : t('kit.version', { version }),
    ...(totals.entered > 0 ? [t('canvas.lead.inside', totals), ...(journey.draft.goal ? [t('canvas.lead.goal', totals)] : [])] : []),
  ];
  return (
    <Page title={journey.name} lead={<><StateWord state={state} /> · {known.join(' · ')}</>} actions={<StateActions journey={journey} changed={!journey.isLaunched} onDropped={() => go(paths.journeys())} />}>
      <ApprovalBar journey={journey} />
      <Choices label={t('canvas.view')} value={view} onChoose={(next) => change({ view: next === NAMES[0] ? null : next })} options={NAMES.map((key) => ({ key, label: t(`canvas.view.${key}`) }))} />
      <Part journey={journey} />
    </Page>
  );
}
