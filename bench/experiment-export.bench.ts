import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { flushMirror, resolve } from '../src/customers/index.ts';
import { drawExperiment, newExperiment, Plan } from '../src/insight/index.ts';
import { exportTreated } from '../src/insight/experiments/export.ts';
import { dayIn } from '../src/kernel/day.ts';
import { benchStores, report, stopwatch, timed, watchMemory } from './support.ts';

/** A list experiment on 125,000 people, 100,000 of them treated: the draw, and the file of the treated from the question to its last line. */
const PEOPLE = Number(process.argv[2] ?? 125_000);
const PEOPLE_PER_RESOLVE = 5_000;
const EVERYBODY = { version: 1 as const, root: { kind: 'and' as const, of: [] } };

const { stores, workspaceId, close } = await benchStores();
const watch = stopwatch();
try {
  const caller = systemCaller(workspaceId, PERMISSIONS);
  for (let from = 0; from < PEOPLE; from += PEOPLE_PER_RESOLVE) {
    await resolve(stores, workspaceId, Array.from({ length: PEOPLE_PER_RESOLVE }, (_, n) => ({
      identifiers: [{ kind: 'member_no' as const, value: `M${from + n}` }, { kind: 'phone' as const, value: `138${String(10_000_000 + from + n)}` }],
      at: stores.clock.now(), source: 'bench', name: `茶客${from + n}`, consents: [{ channel: 'sms' as const, state: 'given' as const }],
    })));
  }
  await flushMirror(stores, workspaceId);
  watch.mark('people written');
  const startsOn = dayIn('Asia/Shanghai', stores.clock.now());
  const plan = Plan.parse({ channels: [{ channel: 'sms', costMinor: 5 }] });
  const { id } = await newExperiment(stores, caller, { name: 'bench', hypothesis: '', goalId: null, audience: { kind: 'tree', tree: EVERYBODY }, plan, startsOn });
  const draw = await timed(() => drawExperiment(stores, caller, id));
  watch.mark('drawn');
  const before = process.memoryUsage.rss();
  const { result: { result, seconds }, peakBytes } = await watchMemory(() => timed(async () => {
    const { csv, batch } = await exportTreated(stores, caller, id, { channel: 'sms', reason: 'bench', personalised: false, minutesEach: 0 });
    const prepared = { rss: process.memoryUsage.rss(), at: performance.now() };
    let bytes = 0, most = 0;
    for await (const piece of csv) { bytes += piece.length; most = Math.max(most, process.memoryUsage.rss()); }
    return { people: batch.people, bytes, streamed: (performance.now() - prepared.at) / 1000, grown: most - prepared.rss };
  }));
  watch.mark('handed out');
  console.log(`  ${result.people} people drawn in ${draw.seconds.toFixed(1)} s, file of ${(result.bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s, ${result.streamed.toFixed(1)} s of it writing; memory ${((peakBytes - before) / 1e6).toFixed(0)} MB over the start at most, ${(result.grown / 1e6).toFixed(0)} MB more while writing`);
  report({ name: `draw of ${PEOPLE} people`, value: draw.seconds, unit: 's', better: 'less' });
  report({ name: `export of ${result.people} treated, question to last line`, value: seconds, unit: 's', better: 'less' });
  report({ name: 'memory grown while the file is written', value: Math.round(result.grown / 1e6), unit: 'MB', better: 'less' });
} finally {
  watch.print();
  await close();
}
