import { useQuery } from '@tanstack/react-query';
import { isKnown, useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { WordSelect } from '../../ui/WordSelect.tsx';
import { tagKeysQuery } from '../customers/customersQueries.ts';
import { segmentsQuery } from '../segments/segmentsQueries.ts';

/** Whose value it is: of a saved filter, of a tag, or of both; nothing to choose where there are none. */
export function GroupLine() {
  const t = useT();
  const [filters, change] = useFilters();
  const segments = useQuery(segmentsQuery).data?.rows ?? [];
  const known = useQuery(tagKeysQuery).data ?? [];
  const asked = filters['tag'];
  const tags = asked && !known.includes(asked) ? [...known, asked] : known;
  const tagName = (key: string): string => (isKnown(`tag.${key}`) ? t(`tag.${key}`) : key);
  const parts = [
    { part: 'segment', options: [{ key: '', label: t('money.group.segment.any') }, ...segments.map(({ id, name }) => ({ key: id, label: name }))] },
    { part: 'tag', options: [{ key: '', label: t('money.group.tag.any') }, ...tags.map((key) => ({ key, label: tagName(key) }))] },
  ].filter(({ options }) => options.length > 1);
  if (parts.length === 0) return null;
  return (
    <span className="sentence">
      {parts.map(({ part, options }, at) => (
        <span key={part}>{at > 0 && <span className="sentence-joint"> · </span>}<WordSelect label={t(`money.group.${part}`)} options={options} value={filters[part] ?? ''} onChoose={(key) => change({ [part]: key })} /></span>
      ))}
      {parts.some(({ part }) => filters[part]) && <button type="button" className="plain grey sentence-add" onClick={() => change({ segment: null, tag: null })}>{t('customers.clear')}</button>}
    </span>
  );
}
