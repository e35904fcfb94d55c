import { registerEraser, registerTimeline, type TimelineEntry } from '../../customers/index.ts';
import { experimentsEraser } from './erase.ts';
import { type Sent, sentTo } from './queries/sendings.ts';

const KINDS = ['sending'] as const;

const entryOf = ({ batchId, code, channel, arm, experimentId, name, madeAt }: Sent): TimelineEntry =>
  ({ id: `sending:${batchId}`, at: madeAt.toISOString(), kind: 'sending', code: 'timeline.sending', params: { code, channel, arm, name }, link: `/api/v1/insight/experiments/${experimentId}` });

/** Tells `customers` what lists people were put on: an exposure stands in the timeline; and what to forget. To be called once, by app.ts. */
export function registerExperiments(): void {
  registerEraser(experimentsEraser);
  registerTimeline({
    name: 'experiments', kinds: KINDS,
    load: async (stores, workspaceId, { customers, subjects }, { before, kinds, limit }) =>
      (kinds && !kinds.includes('sending') ? [] : (await stores.pg.tx(workspaceId, (tx) => sentTo(tx, workspaceId, [...customers, ...subjects], { before: before ?? null, limit }))).map(entryOf)),
  });
}
