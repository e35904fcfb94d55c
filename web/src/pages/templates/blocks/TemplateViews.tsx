import { useT } from '../../../lib/language.tsx';
import { Anchor } from '../../../lib/location.tsx';
import { paths } from '../../../paths.ts';

const VIEWS = [{ key: 'templates', to: paths.templates(), word: 'nav.engage.templates' }, { key: 'blocks', to: paths.blocks(), word: 'blocks.title' }] as const;

/** What is sent, and what many of it have in common, side by side. */
export function TemplateViews({ at }: { at: (typeof VIEWS)[number]['key'] }) {
  const t = useT();
  return (
    <nav className="choices template-views" aria-label={t('blocks.views')}>
      {VIEWS.map(({ key, to, word }) => <Anchor key={key} className="choice" to={to} aria-current={key === at ? 'page' : undefined}>{t(word)}</Anchor>)}
    </nav>
  );
}
