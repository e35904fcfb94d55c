import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';

const VIEWS = [{ key: 'segments', to: paths.segments(), word: 'nav.customers.segments' }, { key: 'layers', to: paths.layers(), word: 'layers.title' }, { key: 'personas', to: paths.personas(), word: 'personas.title' }] as const;

/** The ways to divide customers, side by side: filters kept, ready layers, and the people behind them. */
export function SegmentViews({ at }: { at: (typeof VIEWS)[number]['key'] }) {
  const t = useT();
  return (
    <nav className="choices segment-views" aria-label={t('segments.views')}>
      {VIEWS.map(({ key, to, word }) => <Anchor key={key} className="choice" to={to} aria-current={key === at ? 'page' : undefined}>{t(word)}</Anchor>)}
    </nav>
  );
}
