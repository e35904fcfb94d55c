import { useT } from '../../../lib/language.tsx';
import { Anchor } from '../../../lib/location.tsx';
import { paths } from '../../../paths.ts';
import { FieldFindings } from '../Findings.tsx';
import type { Finding } from '../templateQueries.ts';
import type { Affected } from './blockQueries.ts';

/** The same fault in many templates is told once. */
function byFault(templates: readonly Affected[]): { finding: Finding; of: Affected[] }[] {
  const found = templates.flatMap((of) => of.findings.map(({ level, code, facts }) => ({ of, finding: { level, code, facts, at: null, field: '' } })));
  return [...Map.groupBy(found, ({ finding }) => JSON.stringify(finding)).values()].flatMap((same) => (same[0] ? [{ finding: same[0].finding, of: [...new Set(same.map(({ of }) => of))] }] : []));
}

/** What saving would change: how many texts say it from then on, and what would newly speak against which. */
export function Effect({ templates }: { templates: readonly Affected[] }) {
  const t = useT();
  const faults = byFault(templates), count = templates.length;
  return (
    <section className="stack" aria-live="polite">
      <h2>{t('blocks.effect')}</h2>
      <p className="grey">{t(count === 0 ? 'blocks.effect.none' : faults.length === 0 ? 'blocks.effect.fine' : 'blocks.effect.some', { count })}</p>
      <ul className="block-uses">
        {faults.map(({ finding, of }) => (
          <li key={JSON.stringify(finding)}>
            <FieldFindings findings={[finding]} />
            <p className="small">{of.map(({ id, name, version }, at) => <span key={`${id} ${version}`}>{at > 0 && ' · '}<Anchor className="link" to={paths.template(id)}>{name}</Anchor>{version === null && <span className="grey"> {t('blocks.effect.draft')}</span>}</span>)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
