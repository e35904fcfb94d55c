import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { TagForm } from './FieldsPageTagForm.tsx';
import { TagVersions } from './FieldsPageTagVersions.tsx';
import { placed, type Placed, type Tag, tagTreeQuery } from './fieldsQueries.ts';

/** The customers who bear a tag, as a filter of the list. */
const bearers = (word: string): string => paths.customers({ where: JSON.stringify({ version: 1, root: { kind: 'and', of: [{ kind: 'tag', test: { op: 'any_of', values: [word] } }] } }) });
const isComputed = ({ kind }: Tag): boolean => kind !== 'manual' && kind !== 'import';
const VALUES_SHOWN = 4;

/** Tags below one another, with how many bear each; a computed tag tells how it is kept, and one that carries values who bears which. */
export function TagTree() {
  const t = useT();
  const may = useMay();
  const tags = useQuery(tagTreeQuery);
  const [editing, setEditing] = useState<Tag | 'new' | null>(null);
  const lines = placed(tags.data?.rows ?? []);
  const add = may('customers.write') && <Button type="primary" onClick={() => setEditing('new')}>{t('fields.tag.add')}</Button>;
  return (
    <Section title={t('fields.tags')} note={t('fields.tags.note')} actions={lines.length > 0 && add}>
      <Loaded query={tags} skeleton={<Skeleton lines={6} />}>
        {() => (lines.length === 0 ? <Empty title={t('fields.tags.none')} action={add}>{t('fields.tags.none.why')}</Empty> : <TagTable lines={lines} onEdit={setEditing} />)}
      </Loaded>
      <SidePanel open={editing !== null} onClose={() => setEditing(null)} title={t(editing === 'new' ? 'fields.tag.add' : 'fields.tag.edit')}>
        {editing !== null && <TagForm key={editing === 'new' ? '' : editing.id} tag={editing === 'new' ? undefined : editing} lines={lines} onDone={() => setEditing(null)} />}
        {editing !== null && editing !== 'new' && isComputed(editing) && <TagVersions tag={editing} />}
      </SidePanel>
    </Section>
  );
}

function TagTable({ lines, onEdit }: { lines: readonly Placed[]; onEdit: (tag: Tag) => void }) {
  const t = useT();
  const { count, moment } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <caption className="unseen">{t('fields.tags')}</caption>
        <thead><tr><th scope="col">{t('fields.tag.name')}</th><th scope="col" className="number">{t('fields.tag.count')}</th><th scope="col">{t('fields.tag.kind')}</th><th scope="col">{t('fields.tag.onEmpty')}</th><th scope="col">{t('fields.tag.refreshed')}</th><th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>
          {lines.map(({ tag, depth }) => (
            <tr key={tag.id}>
              <td><span className="tag-name" style={{ paddingLeft: depth * 20 }}>{depth > 0 && <span className="grey" aria-hidden="true">└ </span>}{tag.name}{tag.key !== tag.name && <code className="grey small"> {tag.key}</code>}</span>{tag.values.length > 0 && <Values tag={tag} indent={depth * 20} />}</td>
              <td className="number"><Anchor to={bearers(tag.key)}>{count(tag.count)}</Anchor></td>
              <td>{t(`tag.kind.${tag.kind}`)}</td>
              <td>{isComputed(tag) ? t(`tag.on_empty.${tag.onEmpty}`) : '—'}</td>
              <td>{tag.refreshedAt ? moment(tag.refreshedAt) : '—'}{tag.everyHours !== null && <span className="grey"> · {t('fields.tag.every', { hours: tag.everyHours })}</span>}</td>
              <td><TagActions tag={tag} onEdit={onEdit} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The most frequent values, each opening who bears it. */
function Values({ tag: { key, values }, indent }: { tag: Tag; indent: number }) {
  const { count } = useFormats();
  return (
    <span className="tag-values small" style={{ paddingLeft: indent }}>
      {values.slice(0, VALUES_SHOWN).map(({ value, count: bear }) => <span key={value} className="nowrap"><Anchor to={bearers(`${key}:${value}`)}>{value}</Anchor> <span className="grey">{count(bear)}</span></span>)}
      {values.length > VALUES_SHOWN && <span className="grey">…</span>}
    </span>
  );
}

function TagActions({ tag, onEdit }: { tag: Tag; onEdit: (tag: Tag) => void }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const after = () => void client.invalidateQueries();
  const refresh = useWrite(['settings'], () => api.post(`/tags/${tag.id}/refresh`, {}), { done: t('fields.tag.recomputed'), after });
  const drop = useWrite(['settings'], () => api.delete(`/tags/${tag.id}`), { done: t('fields.tag.retired'), after });
  if (!may('customers.write')) return null;
  return (
    <span className="row fields-actions">
      <button type="button" className="plain link" aria-label={`${t('stageRules.edit')} ${tag.name}`} onClick={() => onEdit(tag)}>{t('stageRules.edit')}</button>
      {isComputed(tag) && <button type="button" className="plain link" disabled={refresh.isPending} aria-label={`${t('fields.tag.refresh')} ${tag.name}`} onClick={() => refresh.mutate(undefined)}>{t('fields.tag.refresh')}</button>}
      <Popconfirm title={t('fields.tag.retire.sure', { name: tag.name })} description={<p className="stages-sure">{t('fields.tag.retire.why', { count: tag.count })}</p>} okText={t('fields.tag.retire')} cancelText={t('settings.keep')} onConfirm={() => drop.mutate(undefined)}><button type="button" className="plain link" aria-label={`${t('fields.tag.retire')} ${tag.name}`}>{t('fields.tag.retire')}</button></Popconfirm>
    </span>
  );
}
