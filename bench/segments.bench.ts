import { rmSync } from 'node:fs';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { readConfig } from '../src/kernel/config.ts';
import { Tree, type TreeInput } from '../src/kernel/conditions/index.ts';
import { openFiles } from '../src/kernel/files.ts';
import { openStores } from '../src/kernel/open.ts';
import { compiledFor } from '../src/lifecycle/segments/compiledFor.ts';
import { sizeOf } from '../src/lifecycle/segments/queries/members.ts';
import { recomputeSegments } from '../src/lifecycle/segments/recompute.ts';
import { createSegment, listSegments } from '../src/lifecycle/segments/segments.ts';
import { dataDay, reassess } from '../src/lifecycle/index.ts';
import { settingOf } from '../src/lifecycle/store.ts';
import { openShop } from './scale/shop.ts';
import { watchStatements } from './statements.ts';
import { quietly, report, stopwatch } from './support.ts';

/**
 * Two hundred segments over a shop: a look at everybody in one pass, told and written, against one query a segment in the same run. Of those a sample is
 * asked, as many of each shape, and counted for all. PERENNIAL_SCALE_PEOPLE and PERENNIAL_SCALE_EVENTS give its size (1,000,000 and 20,000,000 is what the
 * thresholds are meant for), PERENNIAL_SCALE_DATA a folder that keeps the shop.
 */
const [PEOPLE, EVENTS] = [Number(process.env.PERENNIAL_SCALE_PEOPLE ?? 20_000), Number(process.env.PERENNIAL_SCALE_EVENTS ?? 400_000)];
const SEGMENTS = 200, SECONDS_MOST = 60, RATIO_LEAST = 5, PER_SHAPE = 3;
const done = (event: string, days: number, least: number): TreeInput['root'] => ({ kind: 'event', event, window: { kind: 'rolling', days }, of: { measure: 'count', test: { op: 'at_least', value: least } } });
const SHAPES: readonly ((n: number) => TreeInput['root'])[] = [
  (n) => ({ kind: 'and', of: [done('order.paid', 30 + n, 1 + (n % 4)), { kind: 'not', of: done('product.viewed', 1 + n, 1) }] }),
  (n) => ({ kind: 'event', event: 'order.paid', window: { kind: 'rolling', days: 60 + n }, of: { measure: 'sum', property: '$amount', test: { op: 'at_least', value: 1_000 * (n + 1) } } }),
  (n) => ({ kind: 'field', field: 'net_minor', test: { op: 'greater', value: 500 * n } }),
  (n) => ({ kind: 'and', of: [{ kind: 'field', field: 'order_count', test: { op: 'at_least', value: n % 6 } }, { kind: 'field', field: 'last_on', test: { op: 'within_last', days: 20 + n } }] }),
  (n) => ({ kind: 'sequence', steps: [{ event: 'product.viewed' }, { event: 'order.paid', within: { amount: 1 + n, unit: 'hours' } }], window: { kind: 'rolling', days: 90 + n } }),
  (n) => ({ kind: 'or', of: [{ kind: 'stage', ask: 'is', stages: ['at_risk', 'churned'] }, done('product.viewed', 7 + n, 2 + (n % 5))] }),
  (n) => ({ kind: 'event', event: 'product.viewed', where: [{ property: 'category', test: { op: 'in', values: [`C${n % 8}`] } }], window: { kind: 'rolling', days: 14 + n }, of: { measure: 'days', test: { op: 'at_least', value: 2 + (n % 3) } } }),
  (n) => ({ kind: 'stage', ask: 'lasted', stages: ['active', 'new'], test: { op: 'at_least', value: 5 + n } }),
];
/** A few of each shape, spread over what its numbers range over. */
const SAMPLE = Array.from({ length: PER_SHAPE }, (_, nth) => SHAPES.map((_, shape) => SHAPES.length * Math.floor(((nth + 0.5) * SEGMENTS) / SHAPES.length / PER_SHAPE) + shape)).flat();
const treeOf = (n: number): Tree => Tree.parse({ version: 1, root: (SHAPES[n % SHAPES.length] as (typeof SHAPES)[number])(Math.floor(n / SHAPES.length)) });

const shop = await openShop({ people: PEOPLE, events: EVENTS, days: 540 });
const { stores, close } = await openStores(readConfig(['--data', shop.folder], {}), openFiles(shop.folder), { now: () => new Date() });
try {
  const caller = systemCaller(shop.workspaceId, ['customers.read', 'lifecycle.write', 'customers.unmask']);
  const { assessedAsOf } = await stores.pg.tx(shop.workspaceId, (tx) => settingOf(tx, shop.workspaceId));
  if (assessedAsOf === null) await reassess(stores, shop.workspaceId, 'all', await dataDay(stores, shop.workspaceId), { mode: 'backfill' });
  const known = await listSegments(stores, caller);
  for (let n = known.length; n < SEGMENTS; n++) await createSegment(stores, caller, { name: `bench ${n}`, description: '', tree: treeOf(n) });
  // The look that they ask of the queue is what is measured here.
  await stores.pg.jobsPool.query("select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs where task_identifier = 'lifecycle.segments'))");
  const parts = stopwatch(shop.folder), statements = process.env.PERENNIAL_SCALE_STATEMENTS ? watchStatements(stores.ch) : () => undefined, look = (): Promise<unknown> => recomputeSegments(stores, shop.workspaceId, { backfill: true });
  const first = await quietly(look);
  parts.mark('first look, everybody told');
  const again = await quietly(look);
  parts.mark('another look');
  statements();
  const apart = await quietly(async () => {
    for (const n of SAMPLE) await sizeOf(stores.ch, shop.workspaceId, await compiledFor(stores, caller, treeOf(n)));
  });
  parts.mark(`${SAMPLE.length} of them, one query each`);
  parts.print();
  const size = `${SEGMENTS} segments over ${shop.size.people.toLocaleString('en')} people and ${shop.size.events.toLocaleString('en')} events`;
  report({ name: `${size}, the first time`, value: first.ms / 1000, unit: 's', threshold: SECONDS_MOST, better: 'less' });
  report({ name: `${size}, again`, value: again.ms / 1000, unit: 's', threshold: SECONDS_MOST, better: 'less' });
  report({ name: `so many times faster than one query a segment (${SAMPLE.length} asked, counted for all)`, value: (apart.ms * SEGMENTS) / SAMPLE.length / again.ms, unit: '×', threshold: RATIO_LEAST, better: 'more' });
} finally {
  await close();
  if (!shop.kept) rmSync(shop.folder, { recursive: true, force: true });
}
