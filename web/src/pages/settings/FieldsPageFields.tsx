import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { isKnown, type Speak, useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { FieldForm } from './FieldsPageFieldForm.tsx';
import { type FieldLine, fieldsQuery } from './fieldsQueries.ts';

const OPTIONS_SHOWN = 6;

const nameOf = (t: Speak, { key, label }: FieldLine): string => (label && label !== key ? label : isKnown(`field.${key}`) ? t(`field.${key}`) : key);

function optionsOf(t: Speak, { options, optionWords }: FieldLine): string {
  const words = options.slice(0, OPTIONS_SHOWN).map((option) => (optionWords && isKnown(`${optionWords}${option}`) ? t(`${optionWords}${option}`) : option));
  return words.join(t('fields.comma')) + (options.length > OPTIONS_SHOWN ? ' …' : '');
}

/** Fields of one's own first, then those the product keeps by itself. */
export function FieldsList() {
  const t = useT();
  const may = useMay();
  const fields = useQuery(fieldsQuery);
  const [editing, setEditing] = useState<FieldLine | 'new' | null>(null);
  const add = may('settings.write') && <Button type="primary" onClick={() => setEditing('new')}>{t('fields.add')}</Button>;
  return (
    <>
      <Loaded query={fields} skeleton={<Skeleton lines={8} />}>
        {({ rows }) => {
          const own = rows.filter(({ source }) => source === 'own');
          return (
            <>
              <Section title={t('fields.own')} note={t('fields.own.note')} actions={own.length > 0 && add}>
                {own.length === 0 ? <Empty title={t('fields.own.none')} action={add}>{t('fields.own.none.why')}</Empty> : <FieldTable rows={own} caption={t('fields.own')} {...(may('settings.write') ? { onEdit: setEditing } : {})} />}
              </Section>
              <Section title={t('fields.builtIn')} note={t('fields.builtIn.note')}><FieldTable rows={rows.filter(({ source }) => source !== 'own')} caption={t('fields.builtIn')} /></Section>
            </>
          );
        }}
      </Loaded>
      <SidePanel open={editing !== null} onClose={() => setEditing(null)} title={t(editing === 'new' ? 'fields.add' : 'fields.edit')}>
        {editing !== null && <FieldForm key={editing === 'new' ? '' : editing.key} field={editing === 'new' ? undefined : editing} onDone={() => setEditing(null)} />}
      </SidePanel>
    </>
  );
}

type TableProps = { rows: readonly FieldLine[]; caption: string; onEdit?: (field: FieldLine) => void };

function FieldTable({ rows, caption, onEdit }: TableProps) {
  const t = useT();
  const columns = ['name', 'key', 'type', 'section', 'block', 'options'];
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <caption className="unseen">{caption}</caption>
        <thead><tr>{columns.map((key) => <th key={key} scope="col">{t(`fields.col.${key}`)}</th>)}{onEdit ? <th scope="col"><span className="unseen">{t('settings.actions')}</span></th> : <th scope="col">{t('fields.col.source')}</th>}</tr></thead>
        <tbody>
          {rows.map((field) => (
            <tr key={field.key}>
              <td>{nameOf(t, field)}{field.sealed && <span className="grey small"> · {t('fields.sealed')}</span>}</td>
              <td><code className="small grey">{field.key}</code></td>
              <td>{t(`field.type.${field.type}`)}{field.unit && field.unit !== 'money' && <span className="grey"> · {t(`fields.unit.${field.unit}`)}</span>}</td>
              <td>{t(`field.section.${field.section}`)}</td>
              <td>{field.block ? t(`portrait.${field.block}`) : '—'}</td>
              <td className="wrap">{optionsOf(t, field) || '—'}</td>
              <td>{onEdit ? <Actions field={field} onEdit={onEdit} /> : isKnown(`source.${field.source}`) ? t(`source.${field.source}`) : field.source}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Actions({ field, onEdit }: { field: FieldLine; onEdit: (field: FieldLine) => void }) {
  const t = useT();
  const client = useQueryClient();
  const name = nameOf(t, field);
  const drop = useWrite(['settings'], () => api.delete(`/fields/${encodeURIComponent(field.key)}`), { done: t('fields.hidden'), after: () => void client.invalidateQueries() });
  return (
    <span className="row fields-actions">
      <button type="button" className="plain link" aria-label={`${t('stageRules.edit')} ${name}`} onClick={() => onEdit(field)}>{t('stageRules.edit')}</button>
      <Popconfirm title={t('fields.hide.sure', { name })} description={<p className="stages-sure">{t('fields.hide.why')}</p>} okText={t('fields.hide')} cancelText={t('settings.keep')} onConfirm={() => drop.mutate(undefined)}><button type="button" className="plain link" aria-label={`${t('fields.hide')} ${name}`}>{t('fields.hide')}</button></Popconfirm>
    </span>
  );
}
