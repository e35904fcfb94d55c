import { Input, Select } from 'antd';
import { useMemo } from 'react';
import type { Field } from '../../../../src/collect/core/fields.ts';
import { isKnown, type Speak } from '../../lib/language.tsx';
import { useT } from '../../lib/language.tsx';
import { fieldGroups, needsName, samplesOf, withField, withName } from './mappingEdits.ts';
import type { Drop, Piece } from './useDrop.ts';

/** A meaning in words; a measure of the file's own naming keeps its name. */
export const fieldLabel = (t: Speak, field: string): string => (isKnown(`import.field.${field}`) ? t(`import.field.${field}`) : field.replace(/^money\./, ''));

const sureness = (certain: number): 'exact' | 'near' | 'guess' | 'none' => (certain >= 1 ? 'exact' : certain >= 0.75 ? 'near' : certain > 0 ? 'guess' : 'none');

/** Column by column: its name, some of its values, what it means, and how it was recognised. */
export function MappingTable({ piece, drop }: { piece: Piece; drop: Drop }) {
  const t = useT();
  const { look, mapping, certain } = piece;
  const groups = useMemo(() => fieldGroups(mapping).map(({ area, fields }) => ({ label: t(`imports.area.${area}`), options: fields.map((value) => ({ value, label: fieldLabel(t, value) })) })), [mapping, t]);
  const at = new Map(look.header.map((header, index) => [header, index]));
  return (
    <div className="table-scroll mapping" tabIndex={0}>
      <table className="data compact">
        <caption className="unseen">{t('imports.mapping.caption', { name: look.name })}</caption>
        <thead><tr><th scope="col">{t('imports.mapping.column')}</th><th scope="col">{t('imports.mapping.field')}</th><th scope="col">{t('imports.mapping.samples')}</th><th scope="col">{t('imports.mapping.certain')}</th></tr></thead>
        <tbody>
          {mapping.columns.map((column) => (
            <tr key={column.header} className={column.field === 'ignore' ? 'ignored' : undefined}>
              <th scope="row" className="column-name">{column.header}</th>
              <td>
                <span className="row field-choice">
                  <Select
                    aria-label={t('imports.mapping.of', { column: column.header })} value={column.field} options={groups} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={240} variant="borderless"
                    onChange={(field: Field) => drop.edit(piece, { columns: withField(mapping, column.header, field) })}
                  />
                  {needsName(column.field) && <Input className="as-input" aria-label={t('imports.mapping.as')} value={column.as ?? ''} maxLength={100} onChange={({ target }) => drop.edit(piece, { columns: withName(mapping, column.header, target.value) })} />}
                </span>
              </td>
              <td className="grey samples">{samplesOf(look.firstRows, at.get(column.header) ?? -1).join(' · ') || '—'}</td>
              <td className={`nowrap small ${sureness(certain[column.header] ?? 0) === 'guess' ? 'ochre' : 'grey'}`}>{t(`imports.certain.${sureness(certain[column.header] ?? 0)}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
