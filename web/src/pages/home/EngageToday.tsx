import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { careQuery } from '../care/careQueries.ts';
import { faultWords } from '../journeys/FaultList.tsx';
import { approvalsQuery, attentionQuery } from '../journeys/journeyQueries.ts';
import { countsQuery, healthQuery, sinceDays } from '../reach/reachQueries.ts';

type Line = { key: string; said: string; action: string; to: string };

/** What of engagement needs a hand now: decisions that wait for the reader first, then what is broken or held; then what was sent today. */
export function EngageToday() {
  const t = useT();
  const lines = useLines();
  const may = useMay();
  if (lines === null) return null;
  return (
    <Section title={t('home.engage')} actions={<Anchor to={paths.journeys()}>{t('nav.engage.journeys')}</Anchor>}>
      {lines.length > 0 && <ul className="work-steps">{lines.map(({ key, said, action, to }) => <li key={key}><span>{said}</span><Anchor to={to}>{action}</Anchor></li>)}</ul>}
      {may('reach.read') && <SentToday />}
      <CareToday />
    </Section>
  );
}

/** Null as long as there is no journey and nothing to answer: a workspace that does not engage yet is not told about it. */
function useLines(): Line[] | null {
  const t = useT();
  const may = useMay();
  const needs = useQuery(attentionQuery).data, approvals = useQuery(approvalsQuery({ open: 'true' })).data?.rows, health = useQuery({ ...healthQuery, enabled: may('reach.read') }).data?.rows;
  if (!needs || !approvals) return null;
  const mine = approvals.filter(({ own, outdated }) => !own && !outdated), asked = approvals.filter(({ own }) => own);
  const unwell = (health ?? []).filter(({ kind, unwellAt, liftedAt }) => kind === 'journey' && unwellAt !== null && liftedAt === null);
  if (needs.live + needs.paused.length + approvals.length === 0) return null;
  return [
    ...(may('engage.approve') ? mine.map(({ id, journeyName, askedByName, people }) => ({ key: id, said: t('home.engage.approve', { name: journeyName, by: askedByName, people }), action: t('home.engage.approve.go'), to: paths.approvals() })) : []),
    ...needs.broken.map(({ id, name, faults, ...fault }) => ({ key: `broken ${id}`, said: t('home.engage.broken', { name, fault: faultWords(t, fault), faults }), action: t('home.engage.open'), to: paths.journey(id) })),
    ...unwell.map(({ id, bounces, complaints }) => ({ key: `unwell ${id}`, said: t('home.engage.unwell', { bounces, complaints }), action: t('home.engage.open'), to: paths.journey(id) })),
    ...needs.paused.map(({ id, name, inside }) => ({ key: `paused ${id}`, said: t('home.engage.paused', { name, inside }), action: t('home.engage.open'), to: paths.journey(id) })),
    ...asked.map(({ id, journeyName, journeyId }) => ({ key: `asked ${id}`, said: t('home.engage.asked', { name: journeyName }), action: t('home.engage.open'), to: paths.journey(journeyId) })),
  ];
}

/** What care today holds, in a sentence that leads to the calendar. */
function CareToday() {
  const t = useT();
  const { data } = useQuery(careQuery(undefined));
  const now = data?.days.find(({ day }) => day === data.today);
  if (!now) return null;
  return <p className="engage-care">{t('care.lead', { birthdays: now.birthdays, lunar: now.lunarBirthdays, journeys: now.journeys.length, due: now.tasks.due - now.tasks.done })} <Anchor to={paths.care({ day: now.day })}>{t('nav.engage.care')}</Anchor></p>;
}

function SentToday() {
  const t = useT();
  const { count } = useFormats();
  const { data } = useQuery(countsQuery({ from: sinceDays(1) }));
  if (!data) return null;
  const of = (...states: string[]): number => data.states.reduce((sum, { state, count: many }) => sum + (states.includes(state) ? many : 0), 0);
  const to = (state: string): string => paths.decisions({ state, period: '1' });
  return (
    <Figures quiet>
      <KeyFigure label={t('home.engage.sent')} value={count(of('accepted', 'unknown'))} why={{ definition: t('home.engage.sent.why'), people: to('accepted') }} />
      <KeyFigure label={t('home.engage.failed')} value={count(of('failed'))} why={{ definition: t('home.engage.failed.why'), people: to('failed') }} />
      <KeyFigure label={t('home.engage.refused')} value={count(of('refused'))} why={{ definition: t('home.engage.refused.why'), people: to('refused') }} />
      <KeyFigure label={t('home.engage.waiting')} value={count(of('waiting', 'deferred', 'sending'))} why={{ definition: t('home.engage.waiting.why'), people: to('deferred') }} />
    </Figures>
  );
}
