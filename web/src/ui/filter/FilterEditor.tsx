import { Button } from 'antd';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Catalogue } from '../../../../src/kernel/conditions/catalogue.ts';
import { describe } from '../../../../src/kernel/conditions/describe.ts';
import type { Condition } from '../../../../src/kernel/conditions/tree.ts';
import { useSpoken } from '../../lib/language.tsx';
import { Faults, Part } from './controls.tsx';
import { EventFields } from './EventFields.tsx';
import { SequenceFields, UnfollowedFields } from './ChainFields.tsx';
import { gapsOf } from './gaps.ts';
import { ConsentFields, FieldFields, SegmentFields, StageFields, TagFields } from './StateFields.tsx';
import { ASKED, type EditableLeaf, fieldIn, isEditable, labelOf, startOf, subjectOf } from './subjects.ts';

type EditorProps = {
  draft: Condition; catalogue: Catalogue; tags: readonly string[];
  /** Why the server will not ask it, by pointers into the condition. */
  fault?: { pointer: string; message: string } | undefined;
  onChange: (draft: Condition) => void; onDone: () => void; onCancel: () => void;
  onRemove?: (() => void) | undefined; onGroup?: (() => void) | undefined;
  /** Whether what is changed is asked at once, so that there is nothing to apply. */
  live: boolean;
};

const turned = (leaf: Condition, isNot: boolean): Condition => (isNot ? { kind: 'not', of: leaf } : leaf);

/** The form of one condition: what it asks about, how, and what is still missing, in words beside its part. */
export function FilterEditor({ draft, catalogue, tags, fault, onChange, onDone, onCancel, onRemove, onGroup, live }: EditorProps) {
  const { t, language } = useSpoken();
  const [tried, setTried] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>('select, input, button')?.focus(), []);
  const isNot = draft.kind === 'not', leaf = isNot ? draft.of : draft;
  const gaps = gapsOf(leaf);
  const shown = gaps.filter(({ code }) => tried || code !== 'missing').map(({ pointer, code }): [string, string] => [pointer, t(`filter.gap.${code}`)]);
  const faults = new Map([...(fault && gaps.length === 0 ? [[fault.pointer.replace(/\/op$/, ''), fault.message] as [string, string]] : []), ...shown]);
  const done = () => (gaps.length > 0 ? setTried(true) : onDone());
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    } else if (event.key === 'Enter' && (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)) {
      // The sentence may stand in a form of its page, which is not meant.
      event.preventDefault();
      done();
    }
  };
  return (
    <div ref={box} className="filter-editor" role="group" aria-label={t('filter.editor')} onKeyDown={onKeyDown}>
      <Faults value={faults}>
        {isEditable(leaf) ? <><Subject leaf={leaf} catalogue={catalogue} onChange={(next) => onChange(turned(next, isNot))} /><Fields key={subjectOf(leaf)} leaf={leaf} catalogue={catalogue} tags={tags} onChange={(next) => onChange(turned(next, isNot))} /></> : <p className="grey small">{t('filter.fixed')}</p>}
      </Faults>
      <label className="row small"><input type="checkbox" checked={isNot} onChange={({ target }) => onChange(turned(leaf, target.checked))} />{t('kit.filter.not')}</label>
      {gaps.length === 0 && isEditable(leaf) ? <p className="small filter-told" role="status">{describe({ version: 1, root: draft }, language, catalogue)}</p> : gaps.length > 0 && <p className="grey small" role="status">{t('filter.gaps', { count: gaps.length })}</p>}
      <div className="filter-actions">
        <Button type="primary" size="small" onClick={done}>{t(live ? 'filter.done' : 'kit.filter.apply')}</Button>
        <Button size="small" onClick={onCancel}>{t('filter.cancel')}</Button>
        {onGroup && gaps.length === 0 && <Button size="small" type="text" onClick={onGroup}>{t('filter.group.with')}</Button>}
        {onRemove && <Button size="small" type="text" onClick={onRemove}>{t('kit.filter.remove')}</Button>}
      </div>
    </div>
  );
}

type LeafProps = { leaf: EditableLeaf; catalogue: Catalogue; onChange: (leaf: EditableLeaf) => void };

function Subject({ leaf, catalogue, onChange }: LeafProps) {
  const { t, language } = useSpoken();
  const now = subjectOf(leaf);
  const fields = catalogue.fields.filter(({ masked }) => !masked);
  // A field that is gone, or may not be seen any more, stays what the condition asks about.
  const gone = leaf.kind === 'field' && !fields.some(({ key }) => key === leaf.field);
  return (
    <Part at="/field">{(ids) => (
      <select {...ids} className="input" aria-label={t('kit.filter.subject')} value={now} onChange={({ target }) => onChange(startOf(target.value, catalogue))}>
        <optgroup label={t('kit.filter.other')}>{ASKED.map((asked) => <option key={asked} value={asked}>{t(`filter.asked.${asked}`)}</option>)}</optgroup>
        <optgroup label={t('kit.filter.fields')}>
          {gone && <option value={now}>{leaf.kind === 'field' ? labelOf(language, fieldIn(catalogue, leaf.field)?.label, leaf.field) : now}</option>}
          {fields.map(({ key, label }) => <option key={key} value={`field:${key}`}>{labelOf(language, label, key)}</option>)}
        </optgroup>
      </select>
    )}</Part>
  );
}

function Fields({ leaf, catalogue, tags, onChange }: LeafProps & { tags: readonly string[] }): ReactNode {
  switch (leaf.kind) {
    case 'field': return <FieldFields condition={leaf} catalogue={catalogue} onChange={onChange} />;
    case 'tag': return <TagFields condition={leaf} tags={tags} onChange={onChange} />;
    case 'event': return <EventFields condition={leaf} catalogue={catalogue} onChange={onChange} />;
    case 'sequence': return <SequenceFields condition={leaf} catalogue={catalogue} onChange={onChange} />;
    case 'unfollowed': return <UnfollowedFields condition={leaf} catalogue={catalogue} onChange={onChange} />;
    case 'stage': return <StageFields condition={leaf} catalogue={catalogue} onChange={onChange} />;
    case 'consent': return <ConsentFields condition={leaf} catalogue={catalogue} onChange={onChange} />;
    case 'segment': return <SegmentFields condition={leaf} catalogue={catalogue} onChange={onChange} />;
  }
}
