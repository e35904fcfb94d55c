import { Graph, layout as arrange } from '@dagrejs/dagre';
import type { Drawing } from './drawn.ts';

/** In pixels of the drawing; `x` and `y` are the upper left corner. */
export type Box = { x: number; y: number; width: number; height: number };
export type Size = Pick<Box, 'width' | 'height'>;
/** Where a line goes: its path, and the middle of what stands on it. */
export type Route = { path: string; x: number; y: number };
export type Layout = { boxes: ReadonlyMap<string, Box>; routes: ReadonlyMap<string, Route> };

const GAP = { between: 36, ranks: 40, lane: 36 } as const;
const ROUND = 10, TURN = 9;
type Point = { x: number; y: number };
/** A stop of a line, with how far it reaches up and down: turns are taken between stops. */
type Stop = Point & { half: number };

/** A path with right angles through points, its corners rounded. */
export function rounded(points: readonly Point[]): string {
  const corners = points.filter((point, at) => { const before = points[at - 1]; return !before || Math.abs(before.x - point.x) > 0.5 || Math.abs(before.y - point.y) > 0.5; });
  const toward = (from: Point, to: Point, by: number): Point => { const far = Math.hypot(to.x - from.x, to.y - from.y) || 1; return { x: from.x + ((to.x - from.x) * by) / far, y: from.y + ((to.y - from.y) * by) / far }; };
  const told = ({ x, y }: Point): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
  return corners.map((point, at) => {
    const before = corners[at - 1], next = corners[at + 1];
    if (!before) return `M${told(point)}`;
    if (!next) return `L${told(point)}`;
    const by = Math.min(ROUND, Math.hypot(point.x - before.x, point.y - before.y) / 2, Math.hypot(next.x - point.x, next.y - point.y) / 2);
    return `L${told(toward(point, before, by))} Q${told(point)} ${told(toward(point, next, by))}`;
  }).join(' ');
}

/** Straight down from stop to stop, turning in the room between two: right below where a line begins and right above where it ends, so that lines of one fork and into one place run together. */
function downward(stops: readonly Stop[]): Point[] {
  return stops.flatMap((stop, at) => {
    const before = stops[at - 1];
    if (!before || Math.abs(before.x - stop.x) < 1) return [stop];
    const low = stop.y - stop.half, high = before.y + before.half;
    const y = at === stops.length - 1 ? Math.max((high + low) / 2, low - TURN) : at === 1 ? Math.min((high + low) / 2, high + TURN) : (high + low) / 2;
    return [{ x: before.x, y }, { x: stop.x, y }, stop];
  });
}

/** Up again beside everything between the two, for a way that leads back. */
function backward(from: Box, to: Box, lane: number): Route {
  const low = from.y + from.height / 2, high = to.y + to.height / 2;
  return { path: rounded([{ x: from.x + from.width, y: low }, { x: lane, y: low }, { x: lane, y: high }, { x: to.x + to.width, y: high }]), x: lane, y: (low + high) / 2 };
}

/** A graph whose nodes have their rows, and soon their places in them: as much as is asked of it. */
type Rows = { edges(): readonly { v: string; w: string }[]; node(id: string): { rank?: number; order?: number } };
/** How many pairs of lines between two rows cross, as ordered just now. */
function crossings(graph: Rows): number {
  const lines = graph.edges().map(({ v, w }) => ({ rank: graph.node(v).rank ?? 0, from: graph.node(v).order ?? 0, to: graph.node(w).order ?? 0 }));
  return [...Map.groupBy(lines, ({ rank }) => rank).values()].reduce((sum, row) => sum + row.reduce((many, a, at) => many + row.slice(at + 1).filter((b) => (a.from - b.from) * (a.to - b.to) < 0).length, 0), 0);
}
/** Ways stand from left to right as their node has them; where lines would cross, as crosses least. */
const inOrder = <G extends Rows>(graph: G, order: (graph: G, how?: { disableOptimalOrderHeuristic: boolean }) => void): void => {
  order(graph, { disableOptimalOrderHeuristic: true });
  if (crossings(graph) > 0) order(graph);
};

const right = ({ x, width }: Box): number => x + width;

/** Lays a drawing out from top to bottom. `sizeOf`: how large each mark is; `labelOf`: how much room what stands on a line takes. */
export function layoutOf({ marks, lines }: Drawing, sizeOf: (mark: string) => Size, labelOf: (line: string) => Size): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: GAP.between, ranksep: GAP.ranks, edgesep: 24 });
  for (const { id } of marks) graph.setNode(id, { ...sizeOf(id) });
  // What follows a fork stands right below it rather than right above where ways meet.
  for (const { id, from, to, isNamed } of lines) graph.setEdge(from, to, { ...labelOf(id), labelpos: 'c', weight: isNamed ? 3 : 1 }, id);
  arrange(graph, { customOrder: inOrder });
  const boxes = new Map(marks.map(({ id }): [string, Box] => {
    const { x = 0, y = 0 } = graph.node(id) as Partial<Point>, { width, height } = sizeOf(id);
    return [id, { x: x - width / 2, y: y - height / 2, width, height }];
  }));
  let lanes = 0;
  const routes = new Map(lines.map(({ id, from, to }): [string, Route] => {
    const start = boxes.get(from) as Box, end = boxes.get(to) as Box;
    if (end.y <= start.y) {
      const beside = [...boxes.values()].filter(({ y, height }) => y + height >= end.y && y <= start.y + start.height);
      return [id, backward(start, end, Math.max(...beside.map(right)) + GAP.lane + 20 * lanes++)];
    }
    const edge = graph.edge({ v: from, w: to, name: id }) as { points: Point[] } & Partial<Point>;
    const { x = (start.x + end.x) / 2, y = (start.y + end.y) / 2 } = edge, label = labelOf(id);
    const top: Stop = { x: start.x + start.width / 2, y: start.y + start.height, half: 0 }, bottom: Stop = { x: end.x + end.width / 2, y: end.y, half: 0 };
    const between = edge.points.slice(1, -1).map((point): Stop => ({ ...point, half: Math.abs(point.y - y) < 1 ? label.height / 2 : 0 }));
    return [id, { path: rounded(downward([top, ...between, bottom])), x, y }];
  }));
  return { boxes, routes };
}
