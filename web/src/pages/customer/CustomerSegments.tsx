import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { membershipsQuery } from '../segments/segmentsQueries.ts';

/** The segments somebody is in now; each leads to why. */
export function CustomerSegments({ id }: { id: string }) {
  const t = useT();
  const { day } = useFormats();
  const memberships = useQuery(membershipsQuery(id));
  return (
    <Loaded query={memberships} skeleton={<Skeleton lines={1} />}>{({ rows }) => (rows.length === 0 ? <p className="grey">{t('segments.of.none')}</p> : (
      <ul className="stack" style={{ listStyle: 'none', padding: 0, margin: 0, gap: 4 }}>
        {rows.map((one) => <li key={one.id}><Anchor className="link" to={paths.segment(one.id, { why: id })}>{one.name}</Anchor>{one.since && <span className="grey small"> {t('segments.since', { day: day(one.since) })}</span>}</li>)}
      </ul>
    ))}</Loaded>
  );
}
