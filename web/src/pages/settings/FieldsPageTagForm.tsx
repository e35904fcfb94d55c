import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { ON_EMPTY, type OnEmpty } from '../../../../src/customers/core/tags.ts';
import { isValueKind, VALUE_KINDS, type ValueKind } from '../../../../src/lifecycle/core/tags/bands.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { Reach } from '../../ui/Figure.tsx';
import { FilterSentence, type Tree } from '../../ui/FilterSentence.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { catalogueQuery, isEverybody, wordsOfTags } from '../customers/customersQueries.ts';
import { TagPreview } from './FieldsPageTagPreview.tsx';
import { TagValue } from './FieldsPageTagValue.tsx';
import { OwnerField } from './OwnerField.tsx';
import { blankValue, gapsIn, specOf, type ValueDraft, valueDraft } from './tagValues.ts';
import { fitsQuery, type Placed, type Tag } from './fieldsQueries.ts';

const TOP = '';
const BY_HAND = 0;
/** Owners are kept with what they are: of the people only the number is chosen. */
const STAFF = /^user:/;
const HOURS = [1, 24, 168] as const;
const NOBODY_YET: Tree = { version: 1, root: { kind: 'and', of: [] } };

const treeOf = (tag: Tag | undefined): Tree => (tag?.spec as { tree?: Tree } | undefined)?.tree ?? NOBODY_YET;
/** A tag cannot stand below itself or below one of its own. */
const below = (tag: Tag): string[] => [tag.id, ...tag.children.flatMap(below)];

/** What the form can make, in the order offered; an imported tag is given by hand from then on. */
const KINDS = ['manual', 'rule', ...VALUE_KINDS] as const;
type Kind = (typeof KINDS)[number];
type Draft = { name: string; key: string; kind: Kind; parent: string; owner: string; onEmpty: OnEmpty; everyHours: number; tree: Tree; value: ValueDraft };
const kindOf = (kind: string | undefined): Kind => KINDS.find((one) => one === kind) ?? 'manual';
const draftOf = (tag: Tag | undefined): Draft => ({
  name: tag?.name ?? '', key: tag?.key ?? '', kind: kindOf(tag?.kind), parent: tag?.parentId ?? TOP, owner: tag?.owner.replace(STAFF, '') ?? '', onEmpty: tag?.onEmpty ?? 'clear', everyHours: tag ? tag.everyHours ?? BY_HAND : 24,
  tree: treeOf(tag), value: valueDraft(tag?.kind ?? '', tag?.spec) ?? blankValue('first'),
});

const specOfDraft = ({ kind, tree, value }: Draft): object => (isValueKind(kind) ? specOf(kind, value) : { tree });
/** The parts of a computed tag's rule, whatever the kind. */
const isWhole = ({ kind, tree, value }: Draft): boolean => kind === 'manual' || (isValueKind(kind) ? gapsIn(kind, value) === 0 : !isEverybody(tree));

/** Only what was changed is told: a rule told again is a new version and is computed anew. */
function changesOf(tag: Tag, draft: Draft) {
  const isComputed = draft.kind !== 'manual', everyHours = draft.everyHours || null, spec = specOfDraft(draft);
  return {
    name: draft.name.trim(), parentId: draft.parent || null,
    ...(draft.owner !== '' && draft.owner !== tag.owner.replace(STAFF, '') ? { owner: `user:${draft.owner}` } : {}),
    ...(isComputed && draft.onEmpty !== tag.onEmpty ? { onEmpty: draft.onEmpty } : {}),
    ...(isComputed && everyHours !== tag.everyHours ? { everyHours } : {}),
    ...(isComputed && JSON.stringify(spec) !== JSON.stringify(specOfDraft(draftOf(tag))) ? { spec } : {}),
  };
}

const newOf = (draft: Draft) => ({
  name: draft.name.trim(), key: draft.key.trim() || draft.name.trim(), kind: draft.kind, parentId: draft.parent || null,
  ...(draft.kind === 'manual' ? {} : { onEmpty: draft.onEmpty, everyHours: draft.everyHours || null, spec: specOfDraft(draft) }),
});

export function TagForm({ tag, lines, onDone }: { tag: Tag | undefined; lines: readonly Placed[]; onDone: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(tag));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const save = useWrite(['settings'], () => (tag ? api.patch(`/tags/${tag.id}`, changesOf(tag, draft)) : api.post('/tags', newOf(draft))), { done: t('fields.tag.saved'), after: () => { void client.invalidateQueries(); onDone(); } });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  const barred = new Set(tag ? below(tag) : []);
  const { kind } = draft;
  const choose = (next: string) => { const to = kindOf(next); set({ kind: to, ...(isValueKind(to) ? { value: blankValue(to) } : {}) }); };
  return (
    <form className="form wide-form" onSubmit={submit}>
      {!tag && <Choices label={t('fields.tag.kind')} options={KINDS.map((key) => ({ key, label: t(`tag.kind.${key}`) }))} value={kind} onChoose={choose} />}
      {!tag && <p className="grey small tag-kind-means">{t(`fields.tag.means.${kind}`)}</p>}
      <Field label={t('fields.tag.name')}>{(ids) => <Input {...ids} autoFocus required maxLength={100} value={draft.name} onChange={({ target }) => set({ name: target.value })} />}</Field>
      {!tag && <Field label={t('fields.col.key')} hint={t('fields.tag.key.hint')}>{(ids) => <Input {...ids} maxLength={100} value={draft.key} onChange={({ target }) => set({ key: target.value })} />}</Field>}
      <Field label={t('fields.tag.parent')}>{(ids) => <Select {...ids} showSearch optionFilterProp="label" value={draft.parent} onChange={(parent: string) => set({ parent })} options={[{ value: TOP, label: t('fields.tag.top') }, ...lines.filter(({ tag: one }) => !barred.has(one.id)).map(({ tag: one, depth }) => ({ value: one.id, label: `${'　'.repeat(depth)}${one.name}` }))]} />}</Field>
      {tag && <Field label={t('fields.tag.owner')}>{(ids) => <OwnerField ids={ids} value={draft.owner} onChange={(owner) => set({ owner })} />}</Field>}
      {kind === 'rule' && <Rule draft={draft} own={tag?.key} lines={lines} set={set} />}
      {isValueKind(kind) && <Value kind={kind} draft={draft} set={set} />}
      {kind !== 'manual' && <Keeping draft={draft} set={set} />}
      <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!draft.name.trim() || !isWhole(draft)}>{t('settings.save')}</Button></div>
    </form>
  );
}

type Set = (change: Partial<Draft>) => void;
type RuleProps = { draft: Draft; own: string | undefined; lines: readonly Placed[]; set: Set };

/** Who fits bears the tag. */
function Rule({ draft: { tree }, own, lines, set }: RuleProps) {
  const t = useT();
  const catalogue = useQuery(catalogueQuery);
  const fits = useQuery({ ...fitsQuery(tree), enabled: !isEverybody(tree) });
  return (
    <div className="field">
      <span>{t('fields.tag.rule')}</span>
      {catalogue.data && <div className="tag-rule"><FilterSentence tree={tree} catalogue={catalogue.data} tags={wordsOfTags(lines.map(({ tag }) => tag).filter(({ key }) => key !== own))} onChange={(next) => set({ tree: next })} /></div>}
      {isEverybody(tree) && <span className="grey small">{t('fields.tag.rule.empty')}</span>}
      {!isEverybody(tree) && fits.data && <span className="small" role="status">{t('fields.tag.fits', { count: fits.data.count })} <Reach channels={fits.data.reach} of={fits.data.count} /></span>}
    </div>
  );
}

function Value({ kind, draft: { value }, set }: { kind: ValueKind; draft: Draft; set: Set }) {
  const catalogue = useQuery(catalogueQuery);
  if (!catalogue.data) return <Skeleton lines={3} />;
  return (
    <>
      <TagValue key={kind} kind={kind} draft={value} catalogue={catalogue.data} onChange={(next) => set({ value: next })} />
      <TagPreview kind={kind} draft={value} />
    </>
  );
}

/** What happens to who fits no longer, and how often everybody is looked at, is said beforehand. */
function Keeping({ draft: { kind, onEmpty, everyHours }, set }: { draft: Draft; set: Set }) {
  const t = useT();
  const everyWord = (hours: number): string => (hours === BY_HAND ? t('fields.tag.byHand') : t('fields.tag.every', { hours }));
  const hours = [...new Set([BY_HAND, ...HOURS, everyHours])].sort((a, b) => a - b), what = isValueKind(kind) ? 'value' : 'rule';
  return (
    <>
      <Field label={t(`fields.tag.onEmpty.of.${what}`)} hint={t(`fields.tag.onEmpty.${what}.${onEmpty}`)}>{(ids) => <Select {...ids} value={onEmpty} onChange={(value: OnEmpty) => set({ onEmpty: value })} options={ON_EMPTY.map((value) => ({ value, label: t(`tag.on_empty.${value}`) }))} />}</Field>
      <Field label={t('fields.tag.refreshEvery')} {...(what === 'value' ? { hint: t(everyHours === BY_HAND ? 'fields.tag.follows.not' : 'fields.tag.follows') } : {})}>{(ids) => <Select {...ids} value={everyHours} onChange={(value: number) => set({ everyHours: value })} options={hours.map((value) => ({ value, label: everyWord(value) }))} />}</Field>
    </>
  );
}
