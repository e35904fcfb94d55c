import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type CustomerEngagement as Told, customerEngagementQuery } from '../signals/signalsQueries.ts';
import { type Act, useActs } from '../signals/useActs.ts';
import '../signals/signals.css';

/** How active a customer is and how much they speak for us, each with the parts that sum to the score. */
export function CustomerEngagement({ id }: { id: string }) {
  const engagement = useQuery(customerEngagementQuery(id));
  return <Loaded query={engagement} skeleton={<Skeleton lines={4} />}>{(told) => <div className="engagement-scores"><Activity told={told} /><Advocacy told={told} /></div>}</Loaded>;
}

function Activity({ told: { activity, days, basis } }: { told: Told }) {
  const t = useT();
  const { decimal } = useFormats();
  if (!activity) return <p className="grey">{t('engagement.activity.none', { days })}</p>;
  const words: Readonly<Record<string, string>> = {
    logins: t('engagement.part.logins', { basis, count: activity.logins }), interactions: t('engagement.part.interactions', { count: activity.interactions }),
    minutes: t('engagement.part.minutes', { count: Math.round(activity.minutes), sessions: activity.sessions }),
  };
  return (
    <section>
      <h3>{t('engagement.activity', { score: decimal(activity.score) })}</h3>
      <p className="grey small">{t('engagement.activity.among', { people: activity.people, days })}</p>
      <ul className="score-parts">{activity.parts.map(({ key, points }) => <li key={key}><span>{words[key]}</span><span className="number grey">{t('engagement.points', { points: decimal(points) })}</span></li>)}</ul>
    </section>
  );
}

function Advocacy({ told: { advocacy, advocacyDays } }: { told: Told }) {
  const t = useT();
  const { count, decimal } = useFormats();
  const say = useActs();
  const parts = advocacy.parts.filter(({ key }) => say(advocacy.acts, key as Act) !== null);
  if (parts.length === 0) return <p className="grey">{t('engagement.advocacy.none', { days: advocacyDays })}</p>;
  return (
    <section>
      <h3>{t('engagement.advocacy', { score: count(advocacy.score) })}</h3>
      <ul className="score-parts">{parts.map(({ key, points }) => <li key={key}><span>{say(advocacy.acts, key as Act)}</span><span className="number grey">{points < 0 ? decimal(points) : t('engagement.points', { points: decimal(points) })}</span></li>)}</ul>
    </section>
  );
}
