import { type ReactNode, useMemo, useState } from 'react';
import type { NodeKind } from '../../../../../src/engage/core/definition.ts';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { useToast } from '../../../ui/Field.tsx';
import type { Journey, Trial } from './canvasQueries.ts';
import { blankNode } from './core/blank.ts';
import { DOOR_MARK, type Line, type Mark, markOfNode } from './core/drawn.ts';
import { insert, lead, remove } from './core/edit.ts';
import type { Found } from './core/faults.ts';
import { START, type Way, waysInto } from './core/ways.ts';
import type { Workbench } from './context.ts';
import { nodeSaid } from '../said.ts';
import { passedKey, type Stage } from './stage.ts';

/** Who stands where, and how many went which way: of one version, or of all. */
function usePeople({ standing, passed }: Journey, version: number) {
  return useMemo(() => {
    const here = new Map<string, { people: number; control: number }>();
    for (const { node, version: of, people, control } of standing) {
      if (version !== 0 && of !== version) continue;
      const before = here.get(node) ?? { people: 0, control: 0 };
      here.set(node, { people: before.people + people, control: before.control + control });
    }
    return { standing: here, passed: new Map(passed.map(({ node, outcome, people }) => [passedKey({ from: node, port: outcome }), people])) };
  }, [standing, passed, version]);
}

/** The way of a trial: which nodes it came to, by which ways, and when first. */
function useLit(trial: Trial | null) {
  return useMemo(() => (trial && {
    at: new Map(trial.steps.toReversed().map(({ node, at }) => [markOfNode(node), at])), ways: new Set([passedKey(START), ...trial.steps.map(({ node, outcome }) => passedKey({ from: node, port: outcome }))]),
  }), [trial]);
}

type Given = { journey: Journey; version: number; bench: Workbench; faults: readonly Found[]; trial: Trial | null; open: string | null; onOpen: (mark: string | null) => void };

/** What is shown and done on the drawing, for the canvas and the list alike. */
export function useStage({ journey, version, bench, faults, trial, open, onOpen }: Given): Stage & { setFocus: (mark: string) => void; removeNode: (node: string) => void } {
  const t = useT();
  const toast = useToast();
  const { moment } = useFormats();
  const { definition, edit, hints, teller } = bench;
  const [focus, setFocus] = useState(DOOR_MARK), [adding, setAdding] = useState<Way | null>(null);
  const { standing, passed } = usePeople(journey, version), lit = useLit(trial);
  const isLit = ({ way, from }: Line): boolean => lit !== null && (way === null ? from.startsWith('entry:') : lit.ways.has(passedKey(way)));
  const put = (way: Way, kind: NodeKind): void => {
    const node = blankNode(kind, definition, hints);
    setAdding(null);
    if (!node || !edit) return;
    const next = insert(definition, way, node), gone = definition.nodes.length + 1 - next.nodes.length;
    edit(next);
    if (gone > 0) toast.done(t('canvas.removed', { count: gone }));
    setFocus(markOfNode(node.id));
    onOpen(markOfNode(node.id));
  };
  const removeNode = (node: string): void => {
    const [before] = waysInto(definition, node), next = remove(definition, node);
    if (next === definition) return toast.done(t('canvas.kept'));
    edit?.(next);
    toast.done(t('canvas.removed', { count: definition.nodes.length - next.nodes.length }));
    onOpen(null);
    setFocus(before ? markOfNode(before.from) : DOOR_MARK);
  };
  const nameOf = (mark: string): string => { const node = definition.nodes.find(({ id }) => markOfNode(id) === mark); return node ? nodeSaid(teller, node).does : t('canvas.door'); };
  const noteOf = (mark: Mark): ReactNode => { const at = lit?.at.get(mark.id); return at === undefined ? null : moment(at); };
  return {
    canEdit: edit !== null, open, focus, adding, standing, passed, isLit, nameOf, noteOf, setFocus, removeNode,
    faultsOf: (mark) => (mark.kind === 'node' ? faults.filter(({ node }) => node === mark.node) : mark.kind === 'door' ? faults.filter(({ node }) => node === '') : []),
    isDim: ({ id, kind }) => lit !== null && kind === 'node' && !lit.at.has(id),
    isDimLine: (line) => lit !== null && !isLit(line),
    onOpen: (mark) => { setFocus(mark); onOpen(mark === open ? null : mark); },
    onAdding: setAdding, onInsert: put, onClose: () => { setAdding(null); onOpen(null); },
    onLead: (way, mark) => { if (mark.startsWith('node:')) edit?.(lead(definition, way, mark.slice('node:'.length))); },
  };
}
