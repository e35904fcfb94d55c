import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, Handle, type Node as FlowNode, type NodeProps, Position, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { createContext, useContext, useEffect, useMemo, useRef } from 'react';
import { useT } from '../../../lib/language.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { Card } from './Cards.tsx';
import type { Drawing, Line, Mark } from './core/drawn.ts';
import type { Box, Layout } from './core/layout.ts';
import { type Direction, neighbour } from './core/walk.ts';
import { isSameWay, type Way } from './core/ways.ts';
import { Palette } from './Palette.tsx';
import type { Stage } from './stage.ts';
import { LabelWords, useLabels } from './useLabels.tsx';
import '@xyflow/react/dist/base.css';

type Data = { mark: Mark; box: Box };
type LineData = { line: Line; path: string; x: number; y: number };
const StageOf = createContext<Stage | null>(null);
const useStage = (): Stage => useContext(StageOf) as Stage;

function MarkNode({ data: { mark } }: NodeProps<FlowNode<Data>>) {
  const stage = useStage();
  return (
    <>
      {mark.kind !== 'entry' && <Handle type="target" position={Position.Top} isConnectable={stage.canEdit} isConnectableStart={false} />}
      {mark.kind === 'open' ? <OpenEnd way={mark.way} /> : <Card mark={mark} faults={stage.faultsOf(mark)} standing={stage.standing} isOpen={stage.open === mark.id} isDim={stage.isDim(mark)} note={stage.noteOf(mark)} tabIndex={stage.focus === mark.id ? 0 : -1} onOpen={stage.onOpen} />}
      {mark.kind !== 'open' && <Handle type="source" position={Position.Bottom} isConnectable={false} />}
    </>
  );
}

/** The end of a way that leads nowhere yet. */
function OpenEnd({ way }: { way: Way }) {
  const t = useT();
  const stage = useStage();
  if (!stage.canEdit) return <span className="jc-open grey small">{t('canvas.form.ports.open')}</span>;
  return (
    <Palette open={stage.adding !== null && isSameWay(stage.adding, way)} onOpen={(open) => stage.onAdding(open ? way : null)} onKind={(kind) => stage.onInsert(way, kind)}>
      <button type="button" className="plain jc-open" tabIndex={-1}>＋ {t('canvas.add.open')}</button>
    </Palette>
  );
}

function WayEdge({ data, markerEnd }: EdgeProps<Edge<LineData>>) {
  const t = useT();
  const stage = useStage(), labels = useLabels();
  if (!data) return null;
  const { line, path, x, y } = data, { way } = line;
  const isLit = stage.isLit(line), label = labels.wordsOf(line, stage.passed);
  const canAdd = stage.canEdit && way !== null && !line.to.startsWith('open:');
  return (
    <>
      <BaseEdge path={path} {...(markerEnd ? { markerEnd } : {})} className={`jc-line${isLit ? ' lit' : ''}${stage.isDimLine(line) ? ' dim' : ''}`} />
      <EdgeLabelRenderer>
        <div className={`jc-on-line nodrag nopan${stage.isDimLine(line) ? ' dim' : ''}`} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
          <LabelWords label={label} />
          {canAdd && way && (
            <Palette open={stage.adding !== null && isSameWay(stage.adding, way)} onOpen={(open) => stage.onAdding(open ? way : null)} onKind={(kind) => stage.onInsert(way, kind)}>
              <button type="button" className="plain jc-plus" tabIndex={-1} data-way={line.id} aria-label={t('canvas.add.here', { after: stage.nameOf(line.from) })} title={t('canvas.add')}><Icon name="plus" size={14} /></button>
            </Palette>
          )}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

const nodeTypes = { mark: MarkNode }, edgeTypes = { way: WayEdge };
const ARROWS: Readonly<Record<string, Direction>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };
const TOP = 24;
const LEAST = 0.55;

/** Keeps what has the focus in sight, and shows the drawing from its beginning, as wide as it fits. */
function View({ layout, focus }: { layout: Layout; focus: string }) {
  const flow = useReactFlow();
  const begun = useRef(false), frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const pane = frame.current?.parentElement;
    if (!pane || begun.current) return;
    begun.current = true;
    const boxes = [...layout.boxes.values()], left = Math.min(...boxes.map(({ x }) => x)), right = Math.max(...boxes.map(({ x, width }) => x + width)), top = Math.min(...boxes.map(({ y }) => y));
    const zoom = Math.max(LEAST, Math.min(1, (pane.clientWidth - 64) / (right - left)));
    void flow.setViewport({ x: pane.clientWidth / 2 - ((left + right) / 2) * zoom, y: TOP - top * zoom, zoom });
  }, [flow, layout]);
  // What is in the middle stays there when a form opens beside it.
  useEffect(() => {
    const pane = frame.current?.parentElement;
    if (!pane) return undefined;
    let wide = pane.clientWidth;
    const seen = new ResizeObserver(() => {
      const { x, y, zoom } = flow.getViewport(), by = (pane.clientWidth - wide) / 2;
      wide = pane.clientWidth;
      if (by !== 0) void flow.setViewport({ x: x + by, y, zoom });
    });
    seen.observe(pane);
    return () => seen.disconnect();
  }, [flow]);
  useEffect(() => {
    const pane = frame.current?.parentElement, box = layout.boxes.get(focus);
    if (!pane || !box || !begun.current) return;
    const { x, y, zoom } = flow.getViewport(), left = box.x * zoom + x, top = box.y * zoom + y;
    const isSeen = left >= 0 && top >= 0 && left + box.width * zoom <= pane.clientWidth && top + box.height * zoom <= pane.clientHeight;
    if (!isSeen) void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom });
  }, [flow, layout, focus]);
  return <div ref={frame} hidden />;
}

function Zoom() {
  const t = useT();
  const flow = useReactFlow();
  return (
    <div className="jc-zoom">
      <button type="button" className="plain jc-tool" aria-label={t('canvas.zoom.in')} title={t('canvas.zoom.in')} onClick={() => void flow.zoomIn()}><Icon name="plus" size={16} /></button>
      <button type="button" className="plain jc-tool" aria-label={t('canvas.zoom.out')} title={t('canvas.zoom.out')} onClick={() => void flow.zoomOut()}><span aria-hidden="true">−</span></button>
      <button type="button" className="plain jc-tool" aria-label={t('canvas.zoom.fit')} title={t('canvas.zoom.fit')} onClick={() => void flow.fitView({ padding: 0.08, maxZoom: 1 })}><svg width="16" height="16" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" aria-hidden="true"><path d="M4 7.500V4h3.500M12.500 4H16v3.500M16 12.500V16h-3.500M7.500 16H4v-3.500" /></svg></button>
    </div>
  );
}

type Props = { drawing: Drawing; layout: Layout; stage: Stage; onFocus: (mark: string) => void; onKey: (key: string, mark: string) => boolean };

/** A definition as a drawing from top to bottom. Positions are laid out anew with every change; nothing is dragged but the ends of lines. */
export default function Flow({ drawing, layout, stage, onFocus, onKey }: Props) {
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const nodes = useMemo(() => drawing.marks.map((mark): FlowNode<Data> => {
    const box = layout.boxes.get(mark.id) as Box;
    return { id: mark.id, type: 'mark', position: { x: box.x, y: box.y }, width: box.width, height: box.height, data: { mark, box }, style: { pointerEvents: 'all' }, draggable: false, selectable: false, focusable: false };
  }), [drawing, layout]);
  const edges = useMemo(() => drawing.lines.map((line): Edge<LineData> => {
    const route = layout.routes.get(line.id) ?? { path: '', x: 0, y: 0 };
    return { id: line.id, type: 'way', source: line.from, target: line.to, data: { line, ...route }, selectable: false, focusable: false, reconnectable: stage.canEdit && line.way !== null ? 'target' : false };
  }), [drawing, layout, stage.canEdit]);
  const go = (mark: string): void => { onFocus(mark); frame.current?.querySelector<HTMLElement>(`[data-mark="${CSS.escape(mark)}"]`)?.focus({ preventScroll: true }); };
  const keys = (event: React.KeyboardEvent): void => {
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-mark]')?.dataset['mark'];
    if (at === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    if (direction) go(neighbour(drawing, layout, at, direction));
    if (direction || onKey(event.key, at)) event.preventDefault();
  };
  return (
    <StageOf value={stage}>
      <ReactFlowProvider>
        <div ref={frame} className="jc-flow" role="group" aria-label={t('canvas.name')} aria-describedby="jc-keys" onKeyDown={keys} onFocus={(event) => { const at = (event.target as HTMLElement).dataset['mark']; if (at) onFocus(at); }}>
          <ReactFlow
            nodes={nodes} edges={edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes} nodesDraggable={false} nodesConnectable={stage.canEdit} elementsSelectable={false} nodesFocusable={false} edgesFocusable={false} disableKeyboardA11y
            panOnScroll zoomOnDoubleClick={false} minZoom={0.2} maxZoom={1.5} deleteKeyCode={null} selectionKeyCode={null} multiSelectionKeyCode={null} onPaneClick={stage.onClose} onReconnect={(old, { target }) => { const way = old.data?.line.way; if (way) stage.onLead(way, target); }}
            ariaLabelConfig={{ 'node.a11yDescription.default': '', 'edge.a11yDescription.default': '' }} proOptions={{ hideAttribution: false }}
          >
            <View layout={layout} focus={stage.focus} />
            <Zoom />
          </ReactFlow>
          <p id="jc-keys" className="unseen">{t('canvas.keys')}</p>
        </div>
      </ReactFlowProvider>
    </StageOf>
  );
}
