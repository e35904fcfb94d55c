import { useQuery } from '@tanstack/react-query';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { FunnelBars } from '../../ui/FunnelBars.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { ladderQuery, scopeIn } from './lifecycleQueries.ts';

/** First purchase → repeat purchase → recommendation, beside the stages. */
export function LadderBars() {
  const t = useT();
  const [filters] = useFilters();
  const ladder = useQuery(ladderQuery(scopeIn(filters)));
  return (
    <Loaded query={ladder} skeleton={<Skeleton lines={3} />}>
      {(data) => <FunnelBars steps={(['buyers', 'repeaters', 'referrers'] as const).map((key) => ({ key, label: t(`lifecycle.ladder.${key}`), count: data[key] }))} />}
    </Loaded>
  );
}
