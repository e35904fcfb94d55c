import { useT } from '../../lib/language.tsx';
import { Empty } from '../../ui/States.tsx';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';

/** Nobody bought at all, or nobody of those chosen did: two different things to do next. */
export function NoBuyers({ scope: { segment, tag, shop, people } }: { scope: Scope }) {
  const t = useT();
  const isNarrowed = Boolean(segment || tag || shop) || (people !== undefined && people !== 'all');
  return isNarrowed ? <Empty title={t('value.empty.chosen')}>{t('value.empty.chosen.why')}</Empty> : <Empty title={t('value.empty')}>{t('lifecycle.empty.why')}</Empty>;
}
