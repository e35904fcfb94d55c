const DIGITS = 6;
const BUCKETS = 2048;

/** The bits of each number, turned so that unsigned order is numeric order (Herf 2001). */
function sortableBits(values: Float64Array): Uint32Array {
  const bits = new Uint32Array(values.slice().buffer);
  for (let low = 0; low < bits.length; low += 2) {
    // -0 equals 0, and must not stand before it.
    const high = bits[low + 1] === 0x80000000 && bits[low] === 0 ? 0 : (bits[low + 1] as number);
    const flip = high >>> 31 === 1 ? 0xffffffff : 0;
    bits[low] = (bits[low] as number) ^ flip;
    bits[low + 1] = high ^ (flip || 0x80000000);
  }
  return bits;
}

function digitOf(low: number, high: number, digit: number): number {
  if (digit < 2) return (low >>> (11 * digit)) & 2047;
  if (digit === 2) return ((low >>> 22) | (high << 10)) & 2047;
  return (high >>> (11 * digit - 32)) & 2047;
}

/**
 * Rows by rising value, equal values in row order: radix sort by 11 bits, least first, so that a million customers
 * take tens of milliseconds. `values` without NaN.
 */
export function rising(values: Float64Array): Uint32Array {
  const bits = sortableBits(values);
  let from = new Uint32Array(values.length);
  for (let row = 0; row < from.length; row++) from[row] = row;
  let to = new Uint32Array(values.length);
  for (let digit = 0; digit < DIGITS; digit++) {
    const starts = new Uint32Array(BUCKETS + 1);
    for (let at = 0; at < bits.length; at += 2) (starts[digitOf(bits[at] as number, bits[at + 1] as number, digit) + 1] as number)++;
    if (starts.includes(values.length)) continue;
    for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1] = (starts[bucket + 1] as number) + (starts[bucket] as number);
    for (let at = 0; at < from.length; at++) {
      const row = from[at] as number;
      const bucket = digitOf(bits[2 * row] as number, bits[2 * row + 1] as number, digit);
      to[starts[bucket] as number] = row;
      (starts[bucket] as number)++;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Customers of equal score taken together, highest score first: how many, and the sum of what they did. */
export type TieGroups = { score: Float64Array; people: Float64Array; sum: Float64Array };

/** Groups rows by equal score, so that no measure depends on the order in which equal scores happen to stand. */
export function tieGroups(scores: Float64Array, outcomes: ArrayLike<number>): TieGroups {
  const order = rising(scores);
  const [score, people, sum] = [new Float64Array(order.length), new Float64Array(order.length), new Float64Array(order.length)];
  let groups = 0;
  for (let at = order.length - 1; at >= 0; at--) {
    const row = order[at] as number;
    if (groups === 0 || scores[row] !== score[groups - 1]) score[groups++] = scores[row] as number;
    people[groups - 1] = (people[groups - 1] as number) + 1;
    sum[groups - 1] = (sum[groups - 1] as number) + (outcomes[row] as number);
  }
  return { score: score.slice(0, groups), people: people.slice(0, groups), sum: sum.slice(0, groups) };
}
