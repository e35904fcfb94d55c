import type pg from 'pg';
import { run, sql, type Tx } from './sql.ts';

/** What whoever works for itself waits for: something happened, somebody is due in a journey, a message was proposed. */
const CHANNELS = ['facts', 'journeys', 'messages'] as const;
export type Channel = (typeof CHANNELS)[number];

const AGAIN_MS = 1_000;

/** Tells those who wait that there is work, once the caller's transaction has committed. Whoever misses it finds the work at their next look. */
export const tellNews = (tx: Tx, channel: Channel): Promise<number> => run(tx, sql`select pg_notify(${channel}, '')`);

type Hearer = { channel: Channel; wake: () => void };
type Ear = { hearers: Set<Hearer>; end(): Promise<void> };

/** One connection a pool listens for all who hear, as long as anybody does. */
const ears = new WeakMap<pg.Pool, Ear>();

async function listen(pool: pg.Pool, hearers: ReadonlySet<Hearer>, ended: Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  try {
    client.on('notification', ({ channel }) => { for (const one of hearers) if (one.channel === channel) one.wake(); });
    const broken = new Promise((gone) => client.once('error', gone).once('end', gone));
    for (const channel of CHANNELS) await client.query(`listen ${channel}`);
    // What was told while nobody listened is looked for now.
    for (const { wake } of hearers) wake();
    await Promise.race([broken, ended]);
  } finally {
    client.release(true);
  }
}

function openEar(pool: pg.Pool): Ear {
  const hearers = new Set<Hearer>();
  let over = false, end: () => void = () => undefined;
  const ended = new Promise<void>((done) => { end = done; });
  const work = async (): Promise<void> => {
    while (!over) {
      await listen(pool, hearers, ended).catch(() => undefined);
      if (!over) await Promise.race([ended, new Promise((again) => setTimeout(again, AGAIN_MS).unref())]);
    }
  };
  const working = work();
  return { hearers, end: async () => { over = true; end(); await working; } };
}

/** Wakes somebody whenever a channel has news. To be ended by calling what is given back. */
export function hearNews(pool: pg.Pool, channel: Channel, wake: () => void): () => Promise<void> {
  const ear = ears.get(pool) ?? openEar(pool), hearer = { channel, wake };
  ears.set(pool, ear);
  ear.hearers.add(hearer);
  return async () => {
    ear.hearers.delete(hearer);
    if (ear.hearers.size > 0) return;
    ears.delete(pool);
    await ear.end();
  };
}

/** A wait that news cuts short, also news that came while nobody waited. */
export function alarm(): { wake(): void; rest(ms: number): Promise<void> } {
  let rung = false, ring: () => void = () => undefined;
  return {
    wake: () => { rung = true; ring(); },
    rest: async (ms) => {
      if (!rung) await new Promise<void>((over) => {
        const timer = setTimeout(over, ms);
        ring = () => { clearTimeout(timer); over(); };
      });
      rung = false;
    },
  };
}
