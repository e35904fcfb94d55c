import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useSpoken } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { describe } from '../../../../src/kernel/conditions/describe.ts';
import { isOfProperty, isValueKind } from '../../../../src/lifecycle/core/tags/bands.ts';
import type { Tree } from '../../ui/FilterSentence.tsx';
import { labelOf } from '../../ui/filter/subjects.ts';
import { catalogueQuery } from '../customers/customersQueries.ts';
import { type Tag, tagVersionsQuery } from './fieldsQueries.ts';
import { membersQuery } from './settingsQueries.ts';
import { valueDraft } from './tagValues.ts';

/** What a tag's rule was, the newest first: every version is kept, and so is who bore what when. */
export function TagVersions({ tag }: { tag: Tag }) {
  const { t } = useSpoken();
  const { moment } = useFormats();
  const versions = useQuery(tagVersionsQuery(tag.id)), members = useQuery({ ...membersQuery, enabled: useMay()('members.read') });
  const said = useRuleWords(tag.kind);
  const nameOf = (author: string): string => members.data?.rows.find(({ userId }) => author === `user:${userId}`)?.name ?? '';
  return (
    <section className="tag-versions">
      <h3>{t('fields.tag.versions')}</h3>
      <p className="grey small">{t('fields.tag.versions.kept')}</p>
      <ol className="plain-list">
        {(versions.data?.rows ?? []).map(({ version, spec, onEmpty, author, at }) => (
          <li key={version}><b>v{version}</b> <span className="grey small">{moment(at)}{nameOf(author) && ` · ${nameOf(author)}`} · {t(`tag.on_empty.${onEmpty}`)}</span><br /><span className="small">{said(spec)}</span></li>
        ))}
      </ol>
    </section>
  );
}

/** A rule in a few words: a filter as its sentence, what is looked at of an event, or a figure with its bands. */
function useRuleWords(kind: string): (spec: unknown) => string {
  const { t, language } = useSpoken();
  const catalogue = useQuery(catalogueQuery).data;
  return (spec) => {
    const draft = valueDraft(kind, spec);
    if (!catalogue || !draft || !isValueKind(kind)) return catalogue && kind === 'rule' ? describe((spec as { tree: Tree }).tree, language, catalogue) : '';
    const { of, event, where, window, property, measure, field, bands } = draft, names = bands.map(({ name }) => name).join(' / ');
    const label = (key: string) => labelOf(language, catalogue.fields.find((one) => one.key === key)?.label, key);
    if (kind === 'metric' && of === 'field') return t('fields.tag.said.figure', { what: label(field), bands: names });
    const what = property === '$category' ? t('fields.tag.category') : property.startsWith('$') ? t(`condition.property.${property.slice(1)}`) : property;
    const did = describe({ version: 1, root: { kind: 'event', event, where, window, of: { measure: 'count', test: { op: 'at_least', value: 1 } } } }, language, catalogue);
    if (kind === 'metric') return t('fields.tag.said.metric', { measure: t(`filter.measure.${measure}`), what: isOfProperty(measure) ? what : '', did, bands: names });
    return t('fields.tag.said.value', { kind: t(`tag.kind.${kind}`), what, did });
  };
}
