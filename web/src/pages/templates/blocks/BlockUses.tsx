import { useT } from '../../../lib/language.tsx';
import { Anchor } from '../../../lib/location.tsx';
import { paths } from '../../../paths.ts';
import type { Use } from './blockQueries.ts';

const WAYS: Readonly<Record<Use['kind'], (id: string) => string>> = { template: (id) => paths.template(id), journey: (id) => paths.journey(id), block: paths.block };

/** Who uses a block, each with the way there. */
export function BlockUses({ uses }: { uses: readonly Use[] }) {
  const t = useT();
  return (
    <section className="stack" aria-label={t('blocks.used')}>
      <h2>{t('blocks.used')}</h2>
      {uses.length === 0 && <p className="grey">{t('blocks.used.none')}</p>}
      <ul className="block-uses">{uses.map(({ kind, id, name }) => <li key={`${kind} ${id}`}><span className="grey small">{t(`blocks.use.${kind}`)}</span> <Anchor className="link" to={WAYS[kind](id)}>{name}</Anchor></li>)}</ul>
    </section>
  );
}
