import { runImport } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { drain } from '../src/kernel/facts.ts';
import { runScoring } from '../src/lifecycle/index.ts';
import { loop } from '../src/loop.ts';
import { startSample } from '../src/product/sample.ts';
import { PAGES } from '../web/src/pageList.ts';
import { browse, type Browsing, type Visit } from './browsing.ts';
import { benchStores, percentile, report } from './support.ts';

/** The simulated shop of 6,000 customers in a real browser: from the click to a page without anything still to come. */
const P95_MS = 300;
const ROUNDS = 10;
/** A page that asks for little; each round begins here with nothing kept of the round before. */
const START = '/settings/keys';
const SOMEBODY = '/customers/$id';

type Round = { rounds: number; before?: () => Promise<void> };

/** Every page in turn, once a round, by pattern; a customer's page shows somebody else each time, as it does to those who work with it. */
async function visitAll(browsing: Browsing, patterns: readonly string[], customers: string[], { rounds, before }: Round): Promise<Map<string, Visit[]>> {
  const seen = new Map<string, Visit[]>(patterns.map((pattern) => [pattern, []]));
  for (let round = 0; round < rounds; round++) {
    await browsing.start(START);
    for (const pattern of patterns) {
      await before?.();
      seen.get(pattern)?.push(await browsing.visit(pattern === SOMEBODY ? `/customers/${customers.pop() ?? ''}` : pattern));
    }
  }
  return seen;
}

/** A write that changes nothing: answers kept until the next write are forgotten, as after an import. */
const forget = (): Promise<void> => stores.ch.command('optimize table costs');

function tell(pattern: string, visits: readonly Visit[], first: readonly Visit[]): void {
  const at = (share: number, of: (visit: Visit) => number): number => percentile(visits.map(of), share);
  const [p95, reply] = [at(0.95, ({ drawnMs }) => drawnMs), at(0.95, ({ slowestReplyMs }) => slowestReplyMs)];
  const [slowest] = [...visits].sort((a, b) => b.slowestReplyMs - a.slowestReplyMs);
  const afresh = percentile(first.map(({ drawnMs }) => drawnMs), 0.95);
  console.log(`  ${p95.toFixed(0).padStart(6)} ms p95  ${at(0.5, ({ drawnMs }) => drawnMs).toFixed(0).padStart(6)} ms p50  ${afresh.toFixed(0).padStart(6)} ms p95 after a change  ${reply.toFixed(0).padStart(6)} ms slowest of ${slowest?.replies ?? 0} replies p95  ${pattern}  ${slowest?.slowest.replace(/^https?:\/\/[^/]+/, '').slice(0, 60) ?? ''}`);
  report({ name: `page ${pattern}, click to drawn p95 (ratio to its slowest reply)`, value: p95, unit: 'ms', ratioToRaw: reply > 0 ? p95 / reply : null, threshold: P95_MS, better: 'less' });
  report({ name: `page ${pattern}, first look after a change, p95`, value: afresh, unit: 'ms' });
}

const { stores, workspaceId, close } = await benchStores();
try {
  await runImport(stores, workspaceId, await startSample(stores, systemCaller(workspaceId, PERMISSIONS), {}));
  await drain(stores, loop);
  // Scores are asked for by the import and made by a job; pages of scores are looked at with them.
  await runScoring(stores, workspaceId, 'import');
  await drain(stores, loop);
  const browsing = await browse(stores, workspaceId);
  try {
    const { body } = await browsing.owner.call<{ rows: { id: string }[] }>('GET', `/api/v1/customers?limit=${1 + 2 * ROUNDS}`), customers = body.rows.map(({ id }) => id);
    // Pages of one thing are shown where the sample has such a thing.
    const patterns = PAGES.map(({ path }) => path).filter((path) => (path === SOMEBODY || !path.includes('$')) && path !== START);
    await visitAll(browsing, patterns, customers, { rounds: 1 });
    const seen = await visitAll(browsing, patterns, customers, { rounds: ROUNDS }), first = await visitAll(browsing, patterns, customers, { rounds: ROUNDS, before: forget });
    for (const pattern of patterns) tell(pattern, seen.get(pattern) ?? [], first.get(pattern) ?? []);
  } finally {
    await browsing.close();
  }
} finally {
  await close();
}
