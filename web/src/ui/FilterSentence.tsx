import { Popover } from 'antd';
import { useState } from 'react';
import { describe } from '../../../src/kernel/conditions/describe.ts';
import type { Catalogue } from '../../../src/kernel/conditions/catalogue.ts';
import type { Condition, Tree } from '../../../src/kernel/conditions/tree.ts';
import { useSpoken, useT } from '../lib/language.tsx';
import { ConditionForm } from './ConditionForm.tsx';

export type { Catalogue, Condition, Tree };
type Group = Extract<Condition, { kind: 'and' | 'or' }>;

type SentenceProps = { tree: Tree; catalogue: Catalogue; onChange?: (tree: Tree) => void; tags?: readonly string[] };

const groupOf = (condition: Condition): Group => (condition.kind === 'and' || condition.kind === 'or' ? condition : { kind: 'and', of: [condition] });

/** A filter as a sentence. Each part is a button that opens its own small form; without `onChange` it only reads. */
export function FilterSentence({ tree, catalogue, onChange, tags = [] }: SentenceProps) {
  const { language } = useSpoken();
  if (!onChange) return <span className="sentence">{describe(tree, language, catalogue)}</span>;
  return <span className="sentence"><GroupWords group={groupOf(tree.root)} catalogue={catalogue} tags={tags} onChange={(root) => onChange({ version: 1, root })} top /></span>;
}

type GroupProps = { group: Group; catalogue: Catalogue; tags: readonly string[]; onChange: (group: Group) => void; top?: boolean };

function GroupWords({ group, catalogue, tags, onChange, top }: GroupProps) {
  const { t, language } = useSpoken();
  const replace = (at: number, next: Condition | null) => onChange({ ...group, of: group.of.flatMap((one, index) => (index === at ? (next ? [next] : []) : [one])) });
  const flip = () => onChange({ ...group, kind: group.kind === 'and' ? 'or' : 'and' });
  return (
    <>
      {!top && <span className="sentence-joint">{t('kit.filter.open')}</span>}
      {group.of.length === 0 && <span>{describe({ version: 1, root: group }, language, catalogue)}</span>}
      {group.of.map((one, at) => (
        <span key={`${at} ${JSON.stringify(one)}`}>
          {at > 0 && <button type="button" className="plain sentence-joint" title={t('kit.filter.flip')} onClick={flip}>{t(`condition.${group.kind}`)}</button>}
          <Part condition={one} catalogue={catalogue} tags={tags} onChange={(next) => replace(at, next)} />
        </span>
      ))}
      {!top && <span className="sentence-joint">{t('kit.filter.close')}</span>}
      <AddPart catalogue={catalogue} tags={tags} onAdd={(next) => onChange({ ...group, of: [...group.of, next] })} />
    </>
  );
}

type PartProps = { condition: Condition; catalogue: Catalogue; tags: readonly string[]; onChange: (condition: Condition | null) => void };

function Part({ condition, catalogue, tags, onChange }: PartProps) {
  const { language } = useSpoken();
  const [open, setOpen] = useState(false);
  if (condition.kind === 'and' || condition.kind === 'or') {
    return <GroupWords group={condition} catalogue={catalogue} tags={tags} onChange={(next) => onChange(next.of.length === 0 ? null : next)} />;
  }
  const done = (next: Condition | null) => {
    setOpen(false);
    onChange(next);
  };
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" destroyOnHidden content={<ConditionForm start={condition} catalogue={catalogue} tags={tags} onDone={done} />}>
      <button type="button" className="sentence-part" aria-expanded={open}>{describe({ version: 1, root: condition }, language, catalogue)}</button>
    </Popover>
  );
}

function AddPart({ catalogue, tags, onAdd }: { catalogue: Catalogue; tags: readonly string[]; onAdd: (condition: Condition) => void }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const done = (next: Condition | null) => {
    setOpen(false);
    if (next) onAdd(next);
  };
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" destroyOnHidden content={<ConditionForm catalogue={catalogue} tags={tags} onDone={done} />}>
      <button type="button" className="plain sentence-add" aria-expanded={open}>＋ {t('kit.filter.add')}</button>
    </Popover>
  );
}
