import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { timed } from '../support.ts';
import { eventsOf, type Plan } from './bodies.ts';
import type { Shop } from './shop.ts';

const BODIES_PER_BLOCK = 200;
const COLUMNS = ['user_id', 'anonymous_id', 'message_id', 'kind', 'event', 'time', 'url', 'properties'] as const;

type Said = { userId: string; anonymousId: string; messageId: string; type: string; event?: string; timestamp: string; context: { page: { url: string } }; properties?: object };
const rowOf = ({ userId, anonymousId, messageId, type, event = '', timestamp, context, properties = {} }: Said): string =>
  [userId, anonymousId, messageId, type, event, timestamp.slice(0, 23).replace('T', ' '), context.page.url, JSON.stringify(properties)].join('\t');

/** The events of a plan as tab-separated blocks of 20,000 rows. */
const blocksOf = (plan: Plan): string[] => Array.from({ length: Math.ceil(plan.bodies / BODIES_PER_BLOCK) }, (_, block) =>
  Array.from({ length: Math.min(BODIES_PER_BLOCK, plan.bodies - block * BODIES_PER_BLOCK) }, (_unused, at) => eventsOf(plan, block * BODIES_PER_BLOCK + at, new Date()).map((one) => `${rowOf(one as Said)}\n`).join('')).join(''));

async function copied({ stores }: Shop, blocks: readonly string[]): Promise<number> {
  const client = new pg.Client(stores.pg.connections.owner);
  await client.connect();
  await client.query(`create table bench_raw (${COLUMNS.map((name) => `${name} text not null`).join(', ')})`);
  const { seconds } = await timed(async () => {
    for (const block of blocks) await pipeline(Readable.from([block]), client.query(copyFrom('copy bench_raw from stdin')));
  });
  await client.query('drop table bench_raw');
  await client.end();
  return seconds;
}

async function inserted({ stores: { ch }, folder }: Shop, blocks: readonly string[]): Promise<number> {
  const types: Readonly<Record<string, string>> = { time: "DateTime64(3, 'UTC')", properties: 'JSON' };
  const dir = join(folder, 'raw');
  mkdirSync(dir);
  for (const [nth, block] of blocks.entries()) writeFileSync(join(dir, `${nth}.tsv`), block);
  await ch.command(`create table bench_raw (${COLUMNS.map((name) => `${name} ${types[name] ?? 'String'}`).join(', ')}) engine = MergeTree order by (user_id, time, message_id) settings fsync_after_insert = 1, fsync_part_directory = 1`);
  const structure = COLUMNS.map((name) => `${name} String`).join(', ');
  const { seconds } = await timed(async () => {
    for (const nth of blocks.keys()) await ch.command('insert into bench_raw select * from file({path:String}, TSVRaw, {structure:String})', { path: join(dir, `${nth}.tsv`), structure });
  });
  await ch.command('drop table bench_raw');
  return seconds;
}

/** Seconds the two engines take for the events of a plan by themselves, one after another, each block on the disk before the next. */
export async function rawSeconds(shop: Shop, plan: Plan): Promise<{ copy: number; insert: number }> {
  const blocks = blocksOf(plan);
  return { copy: await copied(shop, blocks), insert: await inserted(shop, blocks) };
}
