import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { type Group, groupsQuery } from './reachQueries.ts';

/** Topics people may leave one by one. */
export function GroupsView() {
  const t = useT();
  const may = useMay()('reach.write');
  const groups = useQuery(groupsQuery);
  const [editing, setEditing] = useState<Group | null>(null);
  return (
    <>
      <Loaded query={groups} skeleton={<Skeleton lines={4} />}>
        {({ rows }) => (rows.length === 0 ? <Empty title={t('channels.group.none')} /> : <ul className="accounts topics">{rows.map((one) => <Topic key={one.id} group={one} may={may} onEdit={() => setEditing(one)} />)}</ul>)}
      </Loaded>
      {may && <Section title={t('channels.group.new')}><GroupForm onDone={() => undefined} /></Section>}
      <SidePanel open={editing !== null} onClose={() => setEditing(null)} title={editing?.name ?? ''}>{editing && <GroupForm group={editing} onDone={() => setEditing(null)} />}</SidePanel>
    </>
  );
}

function Topic({ group: { id, key, name, description, archived, left }, may, onEdit }: { group: Group; may: boolean; onEdit: () => void }) {
  const t = useT();
  const turn = useWrite(['reach'], () => api.patch(`/reach/groups/${id}`, { archived: !archived }), { done: t('channels.saved') });
  return (
    <li>
      <div className="spread"><span><strong className="strong">{name}</strong> <code className="grey small">{key}</code>{archived && <span className="ochre small"> · {t('channels.group.archived')}</span>}</span><span className="grey small">{t('channels.group.left', { count: left })}</span></div>
      {description && <p className="grey small">{description}</p>}
      {may && (
        <div className="row account-acts">
          <button type="button" className="plain link" onClick={onEdit}>{t('channels.change')}</button>
          <button type="button" className="plain link" disabled={turn.isPending} onClick={() => turn.mutate(undefined)}>{t(archived ? 'channels.group.restore' : 'channels.group.archive')}</button>
        </div>
      )}
    </li>
  );
}

const KEY = /^[a-z][a-z0-9_-]{0,59}$/;

function GroupForm({ group, onDone }: { group?: Group; onDone: () => void }) {
  const t = useT();
  const blank = { key: '', name: group?.name ?? '', description: group?.description ?? '' };
  const [draft, setDraft] = useState(blank);
  const said = { name: draft.name.trim(), description: draft.description.trim() };
  const save = useWrite(['reach'], () => (group ? api.patch(`/reach/groups/${group.id}`, said) : api.post('/reach/groups', { ...said, key: draft.key.trim() })), { done: t(group ? 'channels.saved' : 'channels.group.added'), after: () => { setDraft(blank); onDone(); } });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('channels.group.name')} hint={t('channels.group.name.hint')}>{(ids) => <Input {...ids} maxLength={100} value={draft.name} onChange={({ target }) => setDraft({ ...draft, name: target.value })} />}</Field>
      {!group && <Field label={t('channels.group.key')} hint={t('channels.group.key.hint')}>{(ids) => <Input {...ids} maxLength={60} value={draft.key} onChange={({ target }) => setDraft({ ...draft, key: target.value })} />}</Field>}
      <Field label={t('channels.group.description')}>{(ids) => <Input {...ids} maxLength={500} value={draft.description} onChange={({ target }) => setDraft({ ...draft, description: target.value })} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={said.name === '' || (!group && !KEY.test(draft.key.trim()))}>{t(group ? 'channels.save' : 'channels.group.add')}</Button></div>
    </form>
  );
}
