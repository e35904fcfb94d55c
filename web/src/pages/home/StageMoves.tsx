import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Delta, Reach } from '../../ui/Figure.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { overviewQuery, scopeIn } from '../lifecycle/lifecycleQueries.ts';

/** The eight stages as lines: people, share, change, who can be reached; each opens its people. */
export function StageMoves() {
  const t = useT();
  const [filters] = useFilters();
  const { count, percent } = useFormats();
  const overview = useQuery(overviewQuery(scopeIn(filters)));
  return (
    <Loaded query={overview} skeleton={<Skeleton lines={8} />}>
      {({ stages, total }) => (
        <div className="table-scroll" tabIndex={0}>
          <table className="data compact stage-moves">
            <thead><tr><th scope="col">{t('customers.col.stage')}</th><th scope="col" className="number">{t('kit.cohort.size')}</th><th scope="col" aria-label={t('home.share')} /><th scope="col">{t('home.change')}</th><th scope="col">{t('customers.col.reach')}</th></tr></thead>
            <tbody>
              {stages.map(({ stage, customers, before, reach }) => (
                <tr key={stage}>
                  <td><StageBadge stage={stage} /></td>
                  <td className="number"><Anchor to={paths.customers({ stage })}>{count(customers)}</Anchor></td>
                  <td className="stage-share"><span className="bars-track"><i style={{ width: `${total === 0 ? 0 : (customers / total) * 100}%`, background: `var(--stage-${stage.replace('_', '-')})` }} /></span><span className="grey small">{percent(total === 0 ? 0 : customers / total)}</span></td>
                  <td><Delta change={customers - before} /></td>
                  <td><Reach channels={reach} of={customers} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Loaded>
  );
}
