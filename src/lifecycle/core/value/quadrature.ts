/** Nodes and weights of Gauss–Legendre quadrature on [0, 1], by Newton's method on the Legendre polynomial (Abramowitz & Stegun 25.4.29). */
export function legendre(count: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(count), weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5)), slope = 1;
    for (let step = 0; step < 30; step++) {
      let before = 1, now = x;
      for (let n = 2; n <= count; n++) [before, now] = [now, ((2 * n - 1) * x * now - (n - 1) * before) / n];
      slope = (count * (x * now - before)) / (x * x - 1);
      x -= now / slope;
    }
    nodes[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

const FINE = legendre(15);
const MOST_HALVINGS = 24;

function panel(f: (v: number) => number, low: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < FINE.nodes.length; i++) sum += (FINE.weights[i] as number) * f(low + width * (FINE.nodes[i] as number));
  return sum * width;
}

/** ∫ f over [low, high] for a smooth f ≥ 0: a panel is halved until its halves agree with it to 1e-11 of the whole, as first seen or found so far. */
export function integrate(f: (v: number) => number, low: number, high: number): number {
  const first = panel(f, low, high - low);
  let total = 0;
  const visit = (from: number, width: number, whole: number, depth: number): void => {
    const half = width / 2, left = panel(f, from, half), right = panel(f, from + half, half);
    if (depth >= MOST_HALVINGS || Math.abs(left + right - whole) <= 1e-11 * Math.max(first, total + left + right)) total += left + right;
    else {
      visit(from, half, left, depth + 1);
      visit(from + half, half, right, depth + 1);
    }
  };
  visit(low, high - low, first, 0);
  return total;
}
