import type { Drawing } from './drawn.ts';
import type { Box, Layout } from './layout.ts';

export type Direction = 'up' | 'down' | 'left' | 'right';

const middle = ({ x, y, width, height }: Box): { x: number; y: number } => ({ x: x + width / 2, y: y + height / 2 });

/** The mark an arrow key leads to: along the lines up and down, to the neighbour in the same row sideways. The same mark where there is none. */
export function neighbour({ marks, lines }: Drawing, { boxes }: Layout, from: string, direction: Direction): string {
  const box = boxes.get(from);
  if (!box) return marks[0]?.id ?? from;
  const here = middle(box);
  const away = (id: string): { x: number; y: number } => { const at = middle(boxes.get(id) ?? box); return { x: at.x - here.x, y: at.y - here.y }; };
  if (direction === 'up' || direction === 'down') {
    const linked = direction === 'down' ? lines.filter((line) => line.from === from).map(({ to }) => to) : lines.filter((line) => line.to === from).map((line) => line.from);
    const ahead = linked.filter((id) => (direction === 'down' ? away(id).y > 0 : away(id).y < 0));
    return [...(ahead.length > 0 ? ahead : linked)].sort((a, b) => Math.abs(away(a).x) - Math.abs(away(b).x))[0] ?? from;
  }
  const beside = marks.map(({ id }) => id).filter((id) => id !== from && Math.abs(away(id).y) < box.height && (direction === 'left' ? away(id).x < 0 : away(id).x > 0));
  return beside.sort((a, b) => Math.abs(away(a).x) - Math.abs(away(b).x))[0] ?? from;
}
