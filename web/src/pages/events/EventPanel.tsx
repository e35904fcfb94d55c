import type { ReactNode } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Became } from './Became.tsx';
import type { LiveEvent } from './liveQueries.ts';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => <><dt>{name}</dt><dd>{children}</dd></>;

/** One event with everything it said, and the way on: to its customer, or to the quarantine where it can be mended. */
export function EventPanel({ event, onClose }: { event: LiveEvent | null; onClose: () => void }) {
  const t = useT();
  const may = useMay();
  const { moment } = useFormats();
  return (
    <SidePanel open={event !== null} onClose={onClose} title={event?.event || t('live.event')}>
      {event && (
        <div className="stack">
          <dl className="live-facts">
            <Fact name={t('live.became')}><Became row={event} /></Fact>
            <Fact name={t('live.at')}>{moment(event.receivedAt)}</Fact>
            {event.at && <Fact name={t('live.happened')}>{moment(event.at)}{event.backfill && <span className="grey small"> {t('live.backfill')}</span>}</Fact>}
            <Fact name={t('live.source')}>{event.sourceName}</Fact>
            {event.messageId && <Fact name={t('live.message')}><code>{event.messageId}</code></Fact>}
            {event.person.map(({ kind, shown }) => <Fact key={`${kind} ${shown}`} name={t(`identifier.kind.${kind}`)}>{shown}</Fact>)}
          </dl>
          {event.customer && <p><Anchor to={paths.customer(event.customer)}>{t('live.customer')}</Anchor></p>}
          {event.state === 'refused' && may('imports.write') && <p><Anchor to={paths.quality({ state: 'open', code: event.reason?.code ?? null })}>{t('live.mend')}</Anchor></p>}
          {Object.keys(event.content).length > 0 && <><h3>{t('live.holds')}</h3><pre className="said" tabIndex={0}>{JSON.stringify(event.content, null, 2)}</pre></>}
          {event.raw !== null && <><h3>{t('live.raw')}</h3><pre className="said" tabIndex={0}>{event.raw}</pre></>}
        </div>
      )}
    </SidePanel>
  );
}
