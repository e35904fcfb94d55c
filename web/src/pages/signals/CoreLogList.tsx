import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { coreLogQuery } from './signalsQueries.ts';

const [FIRST, MORE] = [8, 100];

/** Who came and went, newest first, with the day and why. */
export function CoreLogList({ id }: { id: string }) {
  const t = useT();
  const { day } = useFormats();
  const [limit, setLimit] = useState(FIRST);
  const log = useQuery(coreLogQuery(id, limit));
  return (
    <section className="core-log">
      <h3>{t('core.log')}</h3>
      <Loaded query={log} skeleton={<Skeleton lines={4} />}>
        {({ rows, next }) => (
          <>
            {rows.length === 0 && <p className="grey">{t('core.log.none')}</p>}
            <ul className="plain-list">
              {rows.map(({ id: row, on, way, why, customer }) => <li key={row}><span className="grey small">{day(on)}</span> <Anchor to={paths.customer(customer.id)}>{customer.name || t('customers.nameless')}</Anchor> {t(way === 'entered' ? 'core.log.entered' : `core.log.left.${why ?? 'rule'}`)}</li>)}
            </ul>
            {next && limit === FIRST && <p><Button size="small" onClick={() => setLimit(MORE)}>{t('core.more')}</Button></p>}
          </>
        )}
      </Loaded>
    </section>
  );
}
