/** How many of the first have room in a row of this width; where not all have, `more` is kept free for what opens the rest. */
export function fitting(widths: readonly number[], width: number, more: number): number {
  let sum = 0, count = 0;
  for (const own of widths) {
    sum += own;
    if (sum <= width - more) count++;
  }
  return sum <= width ? widths.length : count;
}
