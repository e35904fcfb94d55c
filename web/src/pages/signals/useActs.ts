import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import type { Acts } from './signalsQueries.ts';

export const ACTS = ['convertingShares', 'referrals', 'reviews', 'rating', 'shares', 'mentions', 'nps'] as const;
export type Act = (typeof ACTS)[number];

/** One act as it is said: "推荐 2 人"; null where there is none. */
export function useActs(): (acts: Acts, key: Act) => string | null {
  const t = useT();
  const { decimal } = useFormats();
  return (acts, key) => {
    const count = acts[key];
    if (count === null || (count === 0 && key !== 'nps')) return null;
    return t(`engagement.act.${key}`, { count: key === 'rating' ? decimal(count) : count });
  };
}
