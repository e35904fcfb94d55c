import type { Customers } from './columns.ts';

/** Groups, and for each customer the row of its group. */
export type Grouped = { groups: Required<Customers>; groupOf: Int32Array };

const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);

function mix(hash: number, value: number): number {
  bits[0] = value;
  let h = Math.imul(hash ^ (words[0] as number), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ (words[1] as number), 0xc2b2ae35);
  return h ^ (h >>> 13);
}

const emptySlots = (count: number): Int32Array => new Int32Array(count).fill(-1);
const SLOTS = 1 << 12;

/** Rows of four numbers (x, tx, T, weight) lying together, and an open-addressing table that leads to them; both grow as groups appear, so few groups stay near the processor. */
type Table = { keys: Float64Array; slots: Int32Array; groups: number };

function grown({ keys, slots, groups }: Table): Table {
  const wider = emptySlots(4 * slots.length), mask = wider.length - 1, longer = new Float64Array(4 * keys.length);
  longer.set(keys);
  for (let at = 0; at < 4 * groups; at += 4) {
    let slot = mix(mix(mix(0, keys[at] as number), keys[at + 1] as number), keys[at + 2] as number) & mask;
    while ((wider[slot] as number) >= 0) slot = (slot + 1) & mask;
    wider[slot] = at;
  }
  return { keys: longer, slots: wider, groups };
}

/** Collapses customers with the same x, tx and T into one row with their summed weight, in order of first appearance. A million customers take about a tenth of a second. */
export function groupCustomers({ x, tx, T, weight }: Customers): Grouped {
  const count = x.length, groupOf = new Int32Array(count);
  let table: Table = { keys: new Float64Array(2 * SLOTS), slots: emptySlots(SLOTS), groups: 0 }, { keys, slots } = table, mask = SLOTS - 1, groups = 0;
  for (let i = 0; i < count; i++) {
    const xi = x[i] as number, ti = tx[i] as number, Ti = T[i] as number;
    let slot = mix(mix(mix(0, xi), ti), Ti) & mask, at = slots[slot] as number;
    while (at >= 0 && !(keys[at] === xi && keys[at + 1] === ti && keys[at + 2] === Ti)) {
      slot = (slot + 1) & mask;
      at = slots[slot] as number;
    }
    if (at < 0) {
      at = 4 * groups++;
      slots[slot] = at;
      keys[at] = xi;
      keys[at + 1] = ti;
      keys[at + 2] = Ti;
    }
    groupOf[i] = at >> 2;
    keys[at + 3] = (keys[at + 3] as number) + (weight ? (weight[i] as number) : 1);
    if (2 * groups >= slots.length) {
      table = grown({ keys, slots, groups });
      ({ keys, slots } = table);
      mask = slots.length - 1;
    }
  }
  return { groups: unpacked(keys, groups), groupOf };
}

function unpacked(keys: Float64Array, count: number): Required<Customers> {
  const x = new Float64Array(count), tx = new Float64Array(count), T = new Float64Array(count), weight = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    x[i] = keys[at++] as number;
    tx[i] = keys[at++] as number;
    T[i] = keys[at++] as number;
    weight[i] = keys[at++] as number;
  }
  return { x, tx, T, weight };
}

/** The distinct values of a column in order of first appearance, and for each row the place of its value. */
export function distinct(column: Float64Array): { values: Float64Array; placeOf: Int32Array } {
  const count = column.length, slots = emptySlots(2 ** Math.ceil(Math.log2(Math.max(8, count * 2)))), mask = slots.length - 1;
  const placeOf = new Int32Array(count), values = new Float64Array(count);
  let places = 0;
  for (let i = 0; i < count; i++) {
    const value = column[i] as number;
    let slot = mix(0, value) & mask;
    while ((slots[slot] as number) >= 0 && values[slots[slot] as number] !== value) slot = (slot + 1) & mask;
    if ((slots[slot] as number) < 0) {
      values[places] = value;
      slots[slot] = places++;
    }
    placeOf[i] = slots[slot] as number;
  }
  return { values: values.slice(0, places), placeOf };
}
