type Vertex = { at: Float64Array; value: number };

/**
 * Smallest value of `f` near `start` by the downhill simplex (Nelder & Mead 1965, standard coefficients), without
 * derivatives. `f` may answer Infinity where it is not defined. Deterministic.
 */
export function minimise(f: (at: Float64Array) => number, start: readonly number[], step = 0.5, rounds = 60 * start.length): Float64Array {
  const size = start.length;
  const vertexOf = (at: Float64Array): Vertex => ({ at, value: f(at) });
  const simplex = Array.from({ length: size + 1 }, (_, corner) => vertexOf(Float64Array.from(start, (value, at) => (at === corner - 1 ? value + step : value))));
  const sort = (): void => void simplex.sort((a, b) => a.value - b.value);
  sort();
  for (let round = 0; round < rounds; round++) {
    const [best, worst, second] = [simplex[0], simplex[size], simplex[size - 1]];
    if (!best || !worst || !second || Math.abs(worst.value - best.value) <= 1e-8 * (Math.abs(best.value) + 1e-30)) break;
    const centre = new Float64Array(size);
    for (const vertex of simplex) if (vertex !== worst) for (let at = 0; at < size; at++) centre[at] = (centre[at] ?? 0) + (vertex.at[at] ?? 0) / size;
    const along = (factor: number): Vertex => {
      const moved = new Float64Array(size);
      for (let at = 0; at < size; at++) moved[at] = (centre[at] ?? 0) + factor * ((worst.at[at] ?? 0) - (centre[at] ?? 0));
      return vertexOf(moved);
    };
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      simplex[size] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < second.value) simplex[size] = reflected;
    else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(worst.value, reflected.value)) simplex[size] = contracted;
      else simplex.forEach((vertex, corner) => { if (corner > 0) simplex[corner] = vertexOf(vertex.at.map((value, at) => ((best.at[at] ?? 0) + value) / 2)); });
    }
    sort();
  }
  return simplex[0]?.at ?? Float64Array.from(start);
}
