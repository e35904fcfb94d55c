import { useEffect, useRef, useState } from 'react';
import { describe } from '../../../src/kernel/conditions/describe.ts';
import type { Catalogue } from '../../../src/kernel/conditions/catalogue.ts';
import type { Condition, Tree } from '../../../src/kernel/conditions/tree.ts';
import { useSpoken } from '../lib/language.tsx';
import { FilterEditor } from './filter/FilterEditor.tsx';
import { FilterWords } from './filter/FilterWords.tsx';
import { gapsOf } from './filter/gaps.ts';
import { GroupTools } from './filter/GroupTools.tsx';
import { added, at, type Group, isGroup, type Path, placeOf, removed, replaced } from './filter/paths.ts';
import { startingField, startOf } from './filter/subjects.ts';

export type { Catalogue, Condition, Tree };

type SentenceProps = {
  tree: Tree; catalogue: Catalogue; onChange?: (tree: Tree) => void; tags?: readonly string[];
  /** Every whole condition counts as it is typed, instead of when it is applied. */
  live?: boolean;
  /** Why the server will not ask the filter, and a pointer into the tree to the part that is meant. */
  fault?: { pointer: string; message: string } | undefined;
};

/** A filter as a sentence. Each part is a button that opens its form beneath; without `onChange` it only reads. */
export function FilterSentence({ onChange, tags = [], live = false, fault, ...told }: SentenceProps) {
  const { language } = useSpoken();
  if (!onChange) return <span className="sentence">{describe(told.tree, language, told.catalogue)}</span>;
  return <EditedSentence {...told} onChange={onChange} tags={tags} live={live} fault={fault} />;
}

/** What is open: a condition, where its draft goes in the tree there was before, or a group. */
type Open =
  | { kind: 'leaf'; path: Path; base: Condition; draft: Condition; isNew: boolean; last: Condition; put: (draft: Condition) => Condition }
  | { kind: 'group'; path: Path; last: Condition };

const same = (a: Condition, b: Condition): boolean => JSON.stringify(a) === JSON.stringify(b);

function EditedSentence({ tree: { root }, catalogue, onChange, tags, live, fault }: Required<Omit<SentenceProps, 'fault'>> & Pick<SentenceProps, 'fault'>) {
  const [open, setOpen] = useState<Open | null>(null);
  const box = useRef<HTMLSpanElement>(null);
  const tell = (next: Condition) => onChange({ version: 1, root: next });
  // Whoever changes the filter from elsewhere (another version, an address) changes what the open form would be put into.
  useEffect(() => setOpen((now) => (now && !same(now.last, root) ? null : now)), [root]);
  const close = (path?: Path) => {
    setOpen(null);
    if (path) requestAnimationFrame(() => (box.current?.querySelector<HTMLElement>(`[data-path="${path.join('.')}"]`) ?? box.current?.querySelector<HTMLElement>('button'))?.focus());
  };
  const begin = (path: Path, draft: Condition, isNew: boolean, put: (draft: Condition) => Condition) => setOpen({ kind: 'leaf', path, base: root, last: root, draft, isNew, put });
  const fresh = () => startOf(startingField(catalogue), catalogue);
  const change = (draft: Condition) => {
    if (open?.kind !== 'leaf') return;
    const next = live && gapsOf(draft).length === 0 ? open.put(draft) : open.last;
    setOpen({ ...open, draft, last: next });
    if (next !== open.last) tell(next);
  };
  const finish = (next: Condition, path: Path) => {
    close(path);
    if (!same(next, root)) tell(next);
  };
  const group = (path: Path, condition: Condition, kind: Group['kind']) => begin(path, fresh(), true, (draft) => replaced(root, path, { kind, of: [condition, draft] }));
  const around = open ? at(root, open.path.slice(0, -1)) : undefined;
  const opposite = around?.kind === 'or' ? 'and' : 'or';
  const placed = fault && placeOf(root, fault.pointer);
  const faulty = open && placed && [open.path.join('.'), [...open.path, 0].join('.')].includes(placed.path.join('.')) ? { pointer: placed.inside, message: fault.message } : undefined;
  const opened = open?.kind === 'group' ? at(root, open.path) : undefined;
  return (
    <span className="filter" ref={box}>
      <FilterWords
        root={root} catalogue={catalogue} openAt={open && !(open.kind === 'leaf' && open.isNew) ? open.path : null} faultAt={placed?.path ?? null} onFlip={tell}
        onOpen={(path) => { const draft = at(root, path); if (draft) begin(path, draft, false, (next) => replaced(root, path, next)); }}
        onOpenGroup={(path) => setOpen({ kind: 'group', path, last: root })}
        onAdd={(path) => begin(path, fresh(), true, (draft) => added(root, path, draft))}
        onAddGroup={(path, kind) => begin(path, fresh(), true, (draft) => added(root, path, { kind, of: [draft] }))}
      />
      {fault && !faulty && <span className="act small filter-fault" role="alert">{fault.message}</span>}
      {open?.kind === 'leaf' && (
        <FilterEditor
          key={`${open.path.join('.')} ${open.isNew}`} draft={open.draft} catalogue={catalogue} tags={tags} fault={faulty} live={live} onChange={change}
          onDone={() => finish(open.put(open.draft), open.path)} onCancel={() => finish(open.base, open.path)}
          onRemove={open.isNew ? undefined : () => finish(removed(open.base, open.path), open.path)}
          onGroup={open.isNew ? undefined : () => group(open.path, open.draft, opposite)}
        />
      )}
      {open?.kind === 'group' && opened && isGroup(opened) && <GroupTools root={root} group={opened} path={open.path} onChange={tell} onClose={() => close(open.path)} />}
    </span>
  );
}
