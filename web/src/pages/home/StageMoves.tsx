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
      {({ stages, total }) => {
        const most = Math.max(1, ...stages.map(({ customers }) => customers));
        return (
        <div className="table-scroll" tabIndex={0}>
          <table className="data compact stacks stage-moves">
            <thead><tr><th scope="col">{t('customers.col.stage')}</th><th scope="col" className="number">{t('kit.cohort.size')}</th><th scope="col" aria-label={t('home.share')} /><th scope="col">{t('home.change')}</th><th scope="col">{t('customers.col.reach')}</th></tr></thead>
            <tbody>
              {stages.map(({ stage, customers, before, reach }) => (
                <tr key={stage}>
                  <td className="phone-head"><StageBadge stage={stage} /></td>
                  <td className="number phone-aside"><Anchor to={paths.customers({ stage })}>{count(customers)}</Anchor></td>
                  <td className="stage-share"><span className="bars-track"><i style={{ width: `${(customers / most) * 100}%`, background: `var(--stage-${stage.replace('_', '-')})` }} /></span><span className="grey small">{percent(total === 0 ? 0 : customers / total)}</span></td>
                  <td data-label={t('home.change')}><Delta change={customers - before} /></td>
                  <td data-label={t('customers.col.reach')}><Reach channels={reach} of={customers} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        );
      }}
    </Loaded>
  );
}
