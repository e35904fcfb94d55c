import { registerEraser, registerTimeline, type TimelineEntry } from '../../customers/index.ts';
import { registerSegmentUses } from '../../lifecycle/index.ts';
import { segmentsBehind } from './audience.ts';
import { experimentsEraser } from './erase.ts';
import { experimentsAfter } from './queries/experiments.ts';
import { type Sent, sentTo } from './queries/sendings.ts';

const KINDS = ['sending'] as const;
const EXPERIMENTS_MAX = 1_000;

const entryOf = ({ batchId, code, channel, arm, experimentId, name, madeAt }: Sent): TimelineEntry =>
  ({ id: `sending:${batchId}`, at: madeAt.toISOString(), kind: 'sending', code: 'timeline.sending', params: { code, channel, arm, name }, link: `/api/v1/insight/experiments/${experimentId}` });

/** Tells `customers` what lists people were put on: an exposure stands in the timeline; what to forget; and `lifecycle` which segments lists and experiments that are not over work with. To be called once, by app.ts. */
export function registerExperiments(): void {
  registerEraser(experimentsEraser);
  registerSegmentUses('experiments', async (tx, { workspaceId, shops }) =>
    (await experimentsAfter(tx, workspaceId, shops, null, EXPERIMENTS_MAX)).filter(({ settled }) => settled === null)
      .flatMap(({ id, name, audience }) => segmentsBehind(audience).map((segment) => ({ kind: 'experiment', id, name, segment }))));
  registerTimeline({
    name: 'experiments', kinds: KINDS,
    load: async (stores, workspaceId, { customers, subjects }, { before, kinds, limit }) =>
      (kinds && !kinds.includes('sending') ? [] : (await stores.pg.tx(workspaceId, (tx) => sentTo(tx, workspaceId, [...customers, ...subjects], { before: before ?? null, limit }))).map(entryOf)),
  });
}
