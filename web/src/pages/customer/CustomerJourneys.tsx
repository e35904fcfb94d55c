import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { journeysOfQuery } from '../journeys/journeyQueries.ts';

/** The journeys somebody is or was in, newest first; each leads to the way they went. */
export function CustomerJourneys({ id }: { id: string }) {
  const t = useT();
  const { moment } = useFormats();
  const journeys = useQuery(journeysOfQuery(id));
  return (
    <Loaded query={journeys} skeleton={<Skeleton lines={1} />}>{({ rows }) => (rows.length === 0 ? <p className="grey">{t('journeys.of.none')}</p> : (
      <ul className="stack customer-journeys">
        {rows.map(({ id: enrolment, journeyId, journeyName, status, enteredAt, arm }) => (
          <li key={enrolment}>
            <Anchor className="link" to={paths.journey(journeyId, { view: 'people', enrolment })}>{journeyName}</Anchor>
            <span className="grey small"> {t(`journeys.status.${status}`)}{arm === 'control' && ` · ${t('journeys.people.control')}`} · {moment(enteredAt)}</span>
          </li>
        ))}
      </ul>
    ))}</Loaded>
  );
}
