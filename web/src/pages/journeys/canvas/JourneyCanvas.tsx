import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { NEXT, portsOf } from '../../../../../src/engage/core/definition.ts';
import { isTyping } from './typing.ts';
import { useFilters } from '../../../lib/location.tsx';
import { useMay } from '../../../lib/session.ts';
import { Loaded, Skeleton } from '../../../ui/States.tsx';
import { faultsQuery, type Journey, versionQuery } from '../journeyQueries.ts';
import type { Trial } from './canvasQueries.ts';
import { DOOR_MARK, drawingOf, type Mark, markOfEntry, markOfNode } from './core/drawn.ts';
import { removeEntry } from './core/edit.ts';
import { allFound, foundHere } from './core/faults.ts';
import { layoutOf, type Size } from './core/layout.ts';
import { nodeOf, START } from './core/ways.ts';
import { BenchProvider, useBench, useSurroundings, type Workbench } from './context.ts';
import { useNarrow } from './Dock.tsx';
import { EntryPanel, SettingsPanel } from './EntryPanel.tsx';
import { FaultsPanel } from './Faults.tsx';
import { NodePanel } from './NodePanel.tsx';
import { Outline } from './Outline.tsx';
import { doorSaid } from '../said.ts';
import type { Stage } from './stage.ts';
import { DRAFT, Notices, type Panel, type Shape, Toolbar } from './Toolbar.tsx';
import { TryPanel } from './TryPanel.tsx';
import { type Drafting, useDraft } from './useDraft.ts';
import { useLabels } from './useLabels.tsx';
import { useStage } from './useStage.tsx';
import './canvas.css';

/** React Flow comes only to those who look at a drawing. */
const Flow = lazy(() => import('./Flow.tsx'));

/** The drawing of a journey: its draft, to be changed by those who may; its versions, to be looked at. */
export function JourneyCanvas({ journey }: { journey: Journey }) {
  const may = useMay();
  const canWrite = may('engage.write');
  const [filters, change] = useFilters();
  const drafting = useDraft(journey, !canWrite);
  const version = journey.versions.some((one) => String(one.version) === filters['version']) ? Number(filters['version']) : DRAFT;
  const shown = useQuery(versionQuery(journey.id, version));
  const { isReady, ...surroundings } = useSurroundings(journey.id);
  const edit = canWrite && version === DRAFT ? drafting.edit : null;
  if (!isReady) return <Skeleton height={480} />;
  const bench = (definition: Workbench['definition']): Workbench => ({ ...surroundings, definition, edit });
  const rest = { journey, drafting, canWrite, version, onVersion: (next: number) => change({ version: next === DRAFT ? null : String(next) }) };
  if (version === DRAFT) return <Board key="draft" bench={bench(drafting.definition)} {...rest} />;
  return <Loaded query={shown} skeleton={<Skeleton height={480} />}>{({ definition }) => <Board key={version} bench={bench(definition)} {...rest} />}</Loaded>;
}

type BoardProps = { journey: Journey; drafting: Drafting; bench: Workbench; canWrite: boolean; version: number; onVersion: (version: number) => void };

/** The draft's faults: what the browser sees at once, what only the server knows of the draft it holds. */
function useFaults({ journey, bench, version }: BoardProps) {
  const { definition, templates } = bench;
  const server = useQuery({ ...faultsQuery(journey.id, journey.revision), enabled: version === DRAFT });
  const faults = useMemo(() => (version === DRAFT ? allFound(foundHere(definition, templates && new Map(templates.map(({ id, published }) => [id, published]))), server.data?.faults ?? [], definition) : []), [version, definition, templates, server.data]);
  return { faults, people: server.data?.people ?? null, approvalNeeded: server.data?.approvalNeeded ?? false };
}

/** Ctrl+Z, Ctrl+Shift+Z and Ctrl+S wherever the focus is, but in fields, which take back by themselves. */
function useShortcuts({ drafting, bench: { edit } }: BoardProps): void {
  const { undo, redo, save } = drafting;
  useEffect(() => {
    if (!edit) return undefined;
    const keys = (event: KeyboardEvent): void => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || !['z', 'y', 's'].includes(key) || (key !== 's' && isTyping(event.target))) return;
      event.preventDefault();
      if (key === 's') save();
      else if (key === 'y' || event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, [edit, undo, redo, save]);
}

function Board(props: BoardProps) {
  const { journey, bench, version, drafting } = props;
  const isNarrow = useNarrow();
  const [open, setOpen] = useState<string | null>(null), [panel, setPanel] = useState<Panel | null>(null), [trial, setTrial] = useState<Trial | null>(null), [shape, setShape] = useState<Shape>('flow');
  const { faults, people, approvalNeeded } = useFaults(props);
  const show = (mark: string | null): void => { setOpen(mark === DOOR_MARK ? null : mark); setPanel(mark === DOOR_MARK ? 'settings' : trial && mark === null ? 'try' : null); if (mark !== null) setTrial(null); };
  const stage = useStage({ journey, version, bench, faults, trial, open: panel === 'settings' ? DOOR_MARK : open, onOpen: show });
  useShortcuts(props);
  const close = (): void => { setOpen(null); setPanel(null); setTrial(null); refocus(stage.focus); };
  const jump = (node: string): void => { const mark = node === '' ? DOOR_MARK : markOfNode(node); stage.setFocus(mark); show(mark); };
  const node = open?.startsWith('node:') ? nodeOf(bench.definition, open.slice('node:'.length)) : undefined;
  return (
    <BenchProvider value={bench}>
      <Toolbar {...props} faults={faults.length} shape={shape} onShape={isNarrow ? null : setShape} panel={panel} onEntry={(at) => show(markOfEntry(at))} onPanel={(next) => { setOpen(null); setPanel((before) => (before === next ? null : next)); }} />
      <Notices {...props} />
      <div className={`jc-board${isNarrow || shape === 'list' ? ' listed' : ''}`}>
        <Drawn stage={stage} asList={isNarrow || shape === 'list'} onFocus={stage.setFocus} onRemove={stage.removeNode} />
        {node && <NodePanel journey={journey.id} node={node} faults={faults.filter((one) => one.node === node.id)} standing={stage.standing.get(node.id)} onClose={close} onRemove={() => stage.removeNode(node.id)} />}
        {open?.startsWith('entry:') && <EntryPanel at={Number(open.slice('entry:'.length))} onClose={close} />}
        {panel === 'settings' && <SettingsPanel journey={journey} why={{ reason: drafting.reason, explain: drafting.explain, needed: drafting.needsReason }} faults={faults.filter((one) => one.node === '')} onClose={close} />}
        {panel === 'faults' && <FaultsPanel faults={faults} people={people} approvalNeeded={approvalNeeded} onJump={jump} onClose={close} />}
        {panel === 'try' && <TryPanel id={journey.id} isSaved={drafting.state === 'saved'} trial={trial} onTrial={setTrial} onJump={stage.setFocus} onClose={close} />}
      </div>
    </BenchProvider>
  );
}

/** Leads the focus back to where it was before a panel was open. */
const refocus = (mark: string): void => void setTimeout(() => document.querySelector<HTMLElement>(`[data-mark="${CSS.escape(mark)}"]`)?.focus({ preventScroll: true }), 0);

const ENTRY: Size = { width: 220, height: 40 }, NODE: Size = { width: 248, height: 62 }, OPEN: Size = { width: 132, height: 32 };
const DOOR = { width: 320, head: 42, line: 22 } as const;

type DrawnProps = { stage: Stage; asList: boolean; onFocus: (mark: string) => void; onRemove: (node: string) => void };

function Drawn({ stage, asList, onFocus, onRemove }: DrawnProps) {
  const { definition, edit, teller } = useBench();
  const labels = useLabels();
  const drawing = useMemo(() => drawingOf(definition), [definition]);
  const lines = doorSaid(teller, definition).length;
  const layout = useMemo(() => {
    const kinds = new Map(drawing.marks.map((mark): [string, Mark['kind']] => [mark.id, mark.kind])), byId = new Map(drawing.lines.map((line) => [line.id, line]));
    const sizeOf = (mark: string): Size => ({ entry: ENTRY, node: NODE, open: OPEN, door: { width: DOOR.width, height: DOOR.head + DOOR.line * lines } })[kinds.get(mark) ?? 'node'];
    return layoutOf(drawing, sizeOf, (line) => { const found = byId.get(line); return found ? labels.sizeOf(found) : { width: 0, height: 0 }; });
  }, [drawing, labels, lines]);
  const key = (pressed: string, mark: string): boolean => {
    const id = mark.startsWith('node:') ? mark.slice('node:'.length) : '', found = nodeOf(definition, id);
    if (pressed === 'Escape') { stage.onClose(); return true; }
    const isGone = pressed === 'Delete' || pressed === 'Backspace';
    if (edit && isGone && mark.startsWith('entry:')) { edit(removeEntry(definition, Number(mark.slice('entry:'.length)))); stage.onClose(); return true; }
    if (!edit || (!found && mark !== DOOR_MARK)) return false;
    if (pressed === 'a') { const port = found ? portsOf(found)[0] : NEXT; if (port !== undefined) stage.onAdding(found ? { from: id, port } : START); return true; }
    if (isGone && found) { onRemove(id); return true; }
    return false;
  };
  return (
    <div className="jc-drawn">
      {asList ? <Outline stage={stage} /> : <Suspense fallback={<Skeleton height={480} />}><Flow drawing={drawing} layout={layout} stage={stage} onFocus={onFocus} onKey={key} /></Suspense>}
    </div>
  );
}
