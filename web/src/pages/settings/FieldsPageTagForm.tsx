import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { ON_EMPTY, type OnEmpty } from '../../../../src/customers/core/tags.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { Reach } from '../../ui/Figure.tsx';
import { FilterSentence, type Tree } from '../../ui/FilterSentence.tsx';
import { catalogueQuery, isEverybody } from '../customers/customersQueries.ts';
import { fitsQuery, type Placed, type Tag } from './fieldsQueries.ts';
import { useWrite } from './useWrite.ts';

const TOP = '';
const BY_HAND = 0;
const HOURS = [1, 24, 168] as const;
const NOBODY_YET: Tree = { version: 1, root: { kind: 'and', of: [] } };

const treeOf = (tag: Tag | undefined): Tree => (tag?.spec as { tree?: Tree } | undefined)?.tree ?? NOBODY_YET;
/** A tag cannot stand below itself or below one of its own. */
const below = (tag: Tag): string[] => [tag.id, ...tag.children.flatMap(below)];

type Draft = { name: string; key: string; kind: 'manual' | 'rule'; parent: string; onEmpty: OnEmpty; everyHours: number; tree: Tree };
const draftOf = (tag: Tag | undefined): Draft => ({
  name: tag?.name ?? '', key: tag?.key ?? '', kind: tag?.kind === 'rule' ? 'rule' : 'manual', parent: tag?.parentId ?? TOP, onEmpty: tag?.onEmpty ?? 'clear', everyHours: tag ? tag.everyHours ?? BY_HAND : 24, tree: treeOf(tag),
});

/** Only what was changed is told: a rule told again is a new version and is computed anew. */
function changesOf(tag: Tag, draft: Draft) {
  const isRule = tag.kind === 'rule';
  const everyHours = draft.everyHours || null;
  return {
    name: draft.name.trim(), parentId: draft.parent || null,
    ...(isRule && draft.onEmpty !== tag.onEmpty ? { onEmpty: draft.onEmpty } : {}),
    ...(isRule && everyHours !== tag.everyHours ? { everyHours } : {}),
    ...(isRule && JSON.stringify(draft.tree) !== JSON.stringify(treeOf(tag)) ? { spec: { tree: draft.tree } } : {}),
  };
}

const newOf = ({ name, key, kind, parent, onEmpty, everyHours, tree }: Draft) => ({
  name: name.trim(), key: key.trim() || name.trim(), kind, parentId: parent || null, ...(kind === 'rule' ? { onEmpty, everyHours: everyHours || null, spec: { tree } } : {}),
});

export function TagForm({ tag, lines, onDone }: { tag: Tag | undefined; lines: readonly Placed[]; onDone: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(tag));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const save = useWrite(() => (tag ? api.patch(`/tags/${tag.id}`, changesOf(tag, draft)) : api.post('/tags', newOf(draft))), { done: t('fields.tag.saved'), after: () => { void client.invalidateQueries(); onDone(); } });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  const barred = new Set(tag ? below(tag) : []);
  const isRule = draft.kind === 'rule';
  return (
    <form className="form wide-form" onSubmit={submit}>
      {!tag && <Choices label={t('fields.tag.kind')} options={(['manual', 'rule'] as const).map((key) => ({ key, label: t(`tag.kind.${key}`) }))} value={draft.kind} onChoose={(kind) => set({ kind: kind === 'rule' ? 'rule' : 'manual' })} />}
      <Field label={t('fields.tag.name')}>{(ids) => <Input {...ids} autoFocus required maxLength={100} value={draft.name} onChange={({ target }) => set({ name: target.value })} />}</Field>
      {!tag && <Field label={t('fields.col.key')} hint={t('fields.tag.key.hint')}>{(ids) => <Input {...ids} maxLength={100} value={draft.key} onChange={({ target }) => set({ key: target.value })} />}</Field>}
      <Field label={t('fields.tag.parent')}>{(ids) => <Select {...ids} showSearch optionFilterProp="label" value={draft.parent} onChange={(parent: string) => set({ parent })} options={[{ value: TOP, label: t('fields.tag.top') }, ...lines.filter(({ tag: one }) => !barred.has(one.id)).map(({ tag: one, depth }) => ({ value: one.id, label: `${'　'.repeat(depth)}${one.name}` }))]} />}</Field>
      {isRule && <Rule draft={draft} own={tag?.key} lines={lines} set={set} />}
      <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!draft.name.trim() || (isRule && isEverybody(draft.tree))}>{t('settings.save')}</Button></div>
    </form>
  );
}

type RuleProps = { draft: Draft; own: string | undefined; lines: readonly Placed[]; set: (change: Partial<Draft>) => void };

/** Who fits bears the tag. What happens to who fits no longer is said beforehand. */
function Rule({ draft: { tree, onEmpty, everyHours }, own, lines, set }: RuleProps) {
  const t = useT();
  const catalogue = useQuery(catalogueQuery);
  const fits = useQuery({ ...fitsQuery(tree), enabled: !isEverybody(tree) });
  const everyWord = (hours: number): string => (hours === BY_HAND ? t('fields.tag.byHand') : t('fields.tag.every', { hours }));
  const hours = [...new Set([BY_HAND, ...HOURS, everyHours])].sort((a, b) => a - b);
  return (
    <>
      <div className="field">
        <span>{t('fields.tag.rule')}</span>
        {catalogue.data && <div className="tag-rule"><FilterSentence tree={tree} catalogue={catalogue.data} tags={lines.map(({ tag }) => tag.key).filter((key) => key !== own)} onChange={(next) => set({ tree: next })} /></div>}
        {isEverybody(tree) && <span className="grey small">{t('fields.tag.rule.empty')}</span>}
        {!isEverybody(tree) && fits.data && <span className="small" role="status">{t('fields.tag.fits', { count: fits.data.count })} <Reach channels={fits.data.reach} of={fits.data.count} /></span>}
      </div>
      <Field label={t('fields.tag.onEmpty')} hint={t(`fields.tag.onEmpty.${onEmpty}`)}>{(ids) => <Select {...ids} value={onEmpty} onChange={(value: OnEmpty) => set({ onEmpty: value })} options={ON_EMPTY.map((value) => ({ value, label: t(`tag.on_empty.${value}`) }))} />}</Field>
      <Field label={t('fields.tag.refreshEvery')}>{(ids) => <Select {...ids} value={everyHours} onChange={(value: number) => set({ everyHours: value })} options={hours.map((value) => ({ value, label: everyWord(value) }))} />}</Field>
    </>
  );
}
