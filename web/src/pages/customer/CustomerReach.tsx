import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type May, mayQuery } from '../reach/reachQueries.ts';
import { useChannelWord, useReason } from '../reach/useReason.ts';

/** Whether a marketing message would go out now, channel by channel, and if not why. */
export function CustomerReach({ id }: { id: string }) {
  const t = useT();
  const { list } = useFormats();
  const channelWord = useChannelWord();
  const may = useQuery(mayQuery(id));
  return (
    <Loaded query={may} skeleton={<Skeleton lines={4} />}>
      {({ ways }) => {
        const absent = ways.filter(({ reason }) => reason === 'no_account'), there = ways.filter(({ reason }) => reason !== 'no_account');
        return (
          <div className="stack may-write">
            <p className="grey small">{t('mayWrite.note')}</p>
            <dl>{there.map((way) => <Way key={way.channel} way={way} />)}</dl>
            {absent.length > 0 && <p className="grey small">{t('mayWrite.unconnected', { channels: list(absent.map(({ channel }) => channelWord(channel))) })} <Anchor to={paths.channels()}>{t('mayWrite.connect')}</Anchor></p>}
            <p className="small"><Anchor to={paths.decisions({ customer: id, period: 'all' })}>{t('mayWrite.past')}</Anchor></p>
          </div>
        );
      }}
    </Loaded>
  );
}

function Way({ way: { channel, act, reason, facts, until } }: { way: May['ways'][number] }) {
  const t = useT();
  const { moment } = useFormats();
  const channelWord = useChannelWord();
  const why = useReason();
  return (
    <div>
      <dt className="grey">{channelWord(channel)}</dt>
      <dd><span className={act === 'send' ? 'accent-word' : 'ochre'}>{reason === 'channel_paused' ? t('mayWrite.paused') : t(`mayWrite.${act}`, { until: moment(until) })}</span>{reason !== null && <span className="small may-why">{why(reason, facts)}</span>}</dd>
    </div>
  );
}
