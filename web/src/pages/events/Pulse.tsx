import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { type Pulse, pulseQuery } from './liveQueries.ts';
import './events.css';

/** Sixty thin bars, the running minute last; refused events stand on top in ochre. The sentence says the same. */
export function MinuteBars({ minutes }: { minutes: Pulse['minutes'] }) {
  const t = useT();
  const most = Math.max(1, ...minutes.map(({ events, refused }) => events + refused));
  const sum = (pick: (of: Pulse['minutes'][number]) => number) => minutes.reduce((all, one) => all + pick(one), 0);
  return (
    <figure className="minutes">
      <div className="minute-bars" aria-hidden="true">
        {minutes.map(({ minute, events, refused }) => <span key={minute}><i className="refused" style={{ height: `${(refused / most) * 100}%` }} /><i style={{ height: `${(events / most) * 100}%` }} /></span>)}
      </div>
      <figcaption className="grey small"><span>{t('live.minutes.from')}</span><span className="unseen">{t('live.minutes', { count: sum(({ events }) => events), refused: sum(({ refused }) => refused) })}</span><span>{t('live.minutes.to')}</span></figcaption>
    </figure>
  );
}

/** The numbers that move: events a minute, orders, new customers, what was refused. */
export function PulseFigures({ pulse: { minutes, hour, day } }: { pulse: Pulse }) {
  const t = useT();
  const { count, percent } = useFormats();
  const [before, running] = [minutes.at(-2)?.events ?? 0, minutes.at(-1)?.events ?? 0];
  const all = day.events + day.repeated + day.refused;
  return (
    <Figures>
      <KeyFigure label={t('live.perMinute')} value={<span aria-live="off" data-pulse="events">{count(Math.max(before, running))}</span>} note={t('live.perMinute.now', { count: running })} why={{ definition: t('live.perMinute.why') }} />
      <KeyFigure label={t('live.orders')} value={<span data-pulse="orders">{count(day.orders)}</span>} note={hour.orders === null ? undefined : t('live.hour', { count: hour.orders })} why={{ definition: t('live.orders.why') }} />
      <KeyFigure label={t('live.customers')} value={<span data-pulse="customers">{count(day.customers)}</span>} note={hour.customers === null ? undefined : t('live.hour', { count: hour.customers })} why={{ definition: t('live.customers.why') }} />
      <KeyFigure label={t('live.refused')} value={count(day.refused)} note={all > 0 ? t('live.refused.share', { share: percent(day.refused / all) }) : undefined} why={{ definition: t('live.refused.why') }} />
    </Figures>
  );
}

/** The tile on the workbench: there as soon as something comes over HTTP, and gone a day after it stopped. */
export function PulseTile() {
  const t = useT();
  const may = useMay();
  const { data } = useQuery(pulseQuery);
  if (!data || data.day.events + data.day.refused === 0) return null;
  return (
    <Section title={t('live.now')} actions={may('imports.read') && <Anchor to={paths.settings('events')}>{t('live.open')}</Anchor>}>
      <PulseFigures pulse={data} />
      <MinuteBars minutes={data.minutes} />
    </Section>
  );
}
