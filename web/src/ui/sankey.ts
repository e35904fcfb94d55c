export type Flow = { from: string; to: string; count: number };
export type Block = { key: string; count: number; y: number; height: number };
export type Band = Flow & { path: string; thickness: number };
export type SankeyShape = { left: Block[]; right: Block[]; bands: Band[]; height: number };

const GAP = 10;
const LEAST = 1.5;

/** Blocks before and after and the bands between them, in the order given; heights in proportion to people. */
export function sankeyOf(flows: readonly Flow[], order: readonly string[], { width, height, block }: { width: number; height: number; block: number }): SankeyShape {
  const sum = (side: 'from' | 'to', key: string): number => flows.reduce((total, flow) => total + (flow[side] === key ? flow.count : 0), 0);
  const total = Math.max(1, flows.reduce((all, flow) => all + flow.count, 0));
  const sides = (['from', 'to'] as const).map((side) => order.map((key) => ({ key, count: sum(side, key) })).filter(({ count }) => count > 0));
  const scale = (height - GAP * (Math.max(1, ...sides.map((side) => side.length)) - 1)) / total;
  const [left = [], right = []] = sides.map((side) => {
    let y = 0;
    return side.map(({ key, count }): Block => {
      const at = { key, count, y, height: Math.max(LEAST, count * scale) };
      y += at.height + GAP;
      return at;
    });
  });
  const used = new Map<string, number>();
  const take = (side: string, at: Block, count: number): number => {
    const key = `${side} ${at.key}`;
    const y = at.y + (used.get(key) ?? 0);
    used.set(key, (used.get(key) ?? 0) + count * scale);
    return y;
  };
  const bands = order.flatMap((from) => order.flatMap((to): Band[] => {
    const count = flows.reduce((all, flow) => all + (flow.from === from && flow.to === to ? flow.count : 0), 0);
    const start = left.find(({ key }) => key === from);
    const end = right.find(({ key }) => key === to);
    if (count === 0 || !start || !end) return [];
    const thickness = Math.max(0.75, count * scale);
    const a = take('from', start, count) + thickness / 2;
    const b = take('to', end, count) + thickness / 2;
    const [x0, x1] = [block, width - block];
    const middle = (x0 + x1) / 2;
    return [{ from, to, count, thickness, path: `M${x0} ${a.toFixed(1)}C${middle} ${a.toFixed(1)} ${middle} ${b.toFixed(1)} ${x1} ${b.toFixed(1)}` }];
  }));
  const bottom = (blocks: readonly Block[]): number => (blocks.at(-1)?.y ?? 0) + (blocks.at(-1)?.height ?? 0);
  return { left, right, bands, height: Math.max(height, bottom(left), bottom(right)) };
}
