import { chanceOf } from './draws.ts';
import { live, MOMENTS, type Moment } from './habits.ts';
import { buyerOf } from './people.ts';
import type { World } from './world.ts';

/** A moment of the shop's story: at which minute since its first day who did what. `serial` counts from 0 in time. */
export type Entry = Readonly<{ serial: number; key: number; customer: number; minute: number; moment: Moment; nth: number }>;
export const NOBODY = 4294967295;

/**
 * The whole story in time order, in flat arrays of about 22 bytes a moment: what fills a row is told
 * again from `key` whenever somebody asks, so a million customers need no more than this.
 */
export type Plan = Readonly<{ world: World; length: number; entry(serial: number): Entry }>;

class Growing {
  minutes = new Uint32Array(1024);
  customers = new Uint32Array(1024);
  tags = new Uint16Array(1024);
  length = 0;
  push(minute: number, customer: number, tag: number): void {
    if (this.length === this.minutes.length) this.#grow();
    this.minutes[this.length] = minute;
    this.customers[this.length] = customer;
    this.tags[this.length++] = tag;
  }
  #grow(): void {
    const wider = <T extends Uint32Array | Uint16Array>(from: T, into: T): T => { into.set(from); return into; };
    this.minutes = wider(this.minutes, new Uint32Array(this.length * 2));
    this.customers = wider(this.customers, new Uint32Array(this.length * 2));
    this.tags = wider(this.tags, new Uint16Array(this.length * 2));
  }
}

const SPAN = 67_108_864; // 2^26 moments at most: minute × SPAN + number stays exact in a double
const WALK_INS_PER_CUSTOMER = 0.045;
const TILL_OPENS = 600, TILL_MINUTES = 660;

function walkIns(world: World, all: Growing): void {
  const random = chanceOf(world.seed, NOBODY, 0);
  const count = Math.round(world.customers * WALK_INS_PER_CUSTOMER);
  for (let i = 0; i < count; i++) {
    all.push(Math.floor(random() * world.days.names.length) * 1440 + TILL_OPENS + Math.floor(random() * TILL_MINUTES), NOBODY, MOMENTS.indexOf('walk_in'));
  }
}

export function planOf(world: World): Plan {
  const all = new Growing();
  for (let index = 0; index < world.customers; index++) {
    live(world, buyerOf(world, index), (minute, moment, nth) => all.push(minute, index, MOMENTS.indexOf(moment) + 4 * Math.min(nth, 16_000)));
  }
  walkIns(world, all);
  const order = new Float64Array(all.length);
  for (let i = 0; i < all.length; i++) order[i] = (all.minutes[i] as number) * SPAN + i;
  order.sort();
  const entry = (serial: number): Entry => {
    const sorted = order[serial] as number, key = sorted % SPAN, tag = all.tags[key] as number;
    return { serial, key, customer: all.customers[key] as number, minute: (sorted - key) / SPAN, moment: MOMENTS[tag & 3] as Moment, nth: tag >> 2 };
  };
  return { world, length: all.length, entry };
}
