import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { broadcastsQuery } from './reachQueries.ts';

const COUNTS = ['pending', 'sent', 'failed', 'overLimit'] as const;

/** How far each of staff is with the messages they were given to send; asked of the provider when it is opened. */
export function Broadcasts({ account }: { account: string }) {
  const t = useT();
  const { moment, count } = useFormats();
  const tasks = useQuery(broadcastsQuery(account));
  return (
    <Loaded query={tasks} skeleton={<Skeleton lines={3} />}>
      {({ rows }) => (rows.length === 0 ? <p className="grey small">{t('channels.broadcasts.none')}</p> : (
        <div className="table-scroll" tabIndex={0}>
          <table className="data compact stacks">
            <caption className="unseen">{t('channels.broadcasts')}</caption>
            <thead><tr><th scope="col">{t('channels.broadcasts.task')}</th><th scope="col">{t('channels.broadcasts.staff')}</th>{COUNTS.map((key) => <th key={key} scope="col" className="number">{t(`channels.broadcasts.${key}`)}</th>)}</tr></thead>
            <tbody>{rows.flatMap(({ task, at, staff }) => staff.map((one) => <tr key={`${task} ${one.staff}`}><td className="nowrap" data-label={t('channels.broadcasts.task')}>{moment(at)}</td><td className="phone-head">{one.staff}</td>{COUNTS.map((key) => <td key={key} className="number" data-label={t(`channels.broadcasts.${key}`)}>{count(one[key])}</td>)}</tr>))}</tbody>
          </table>
        </div>
      ))}
    </Loaded>
  );
}
