import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Page } from '../../ui/Page.tsx';
import { FieldsList } from './FieldsPageFields.tsx';
import { TagTree } from './FieldsPageTags.tsx';
import './settings.css';
import './fields.css';

const PARTS = ['fields', 'tags'] as const;

/** What is kept about a customer: typed fields, and the tree of tags. */
export default function FieldsPage() {
  const t = useT();
  const [filters, change] = useFilters();
  const part = filters['part'] === 'tags' ? 'tags' : 'fields';
  return (
    <Page title={t('nav.settings.fields')} lead={t(`fields.lead.${part}`)}>
      <div className="fields-parts"><Choices label={t('nav.settings.fields')} options={PARTS.map((key) => ({ key, label: t(`fields.part.${key}`) }))} value={part} onChoose={(key) => change({ part: key === 'fields' ? null : key })} /></div>
      {part === 'fields' ? <FieldsList /> : <TagTree />}
    </Page>
  );
}
