import { createHash } from 'node:crypto';
import { drawExperiment } from '../../src/insight/experiments/draw.ts';
import { exportTreated } from '../../src/insight/experiments/export.ts';
import { experimentReactions } from '../../src/insight/experiments/follow.ts';
import { systemCaller } from '../../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts';
import { drain } from '../../src/kernel/facts.ts';
import { many, sql } from '../../src/kernel/sql.ts';
import type { Stores } from '../../src/kernel/stores.ts';
import { onErrand } from './errand.ts';

/** What is done to an experiment, one after the other: it is drawn, what follows of it is followed, or its list for a channel is handed out. */
export type Does = ('draw' | 'drain' | { id: string; channel: 'wecom' | 'sms' })[];
type Told = { workspace: string; experiment: string; does: Does };

/** The copy that reports read: how many are in each arm, sent or not. */
async function copyOf({ pg, ch }: Stores, workspace: string, experiment: string): Promise<object[]> {
  const draws = await pg.tx(workspace, (tx) => many(tx, sql<{ id: string }>`select draw_id as id from experiment where id = ${experiment} and draw_id is not null`));
  return ch.rows("SELECT arm, sent_on > toDate32('1900-01-01') AS sent, count() AS people, uniqExact(owner) AS persons FROM experiment_draw FINAL WHERE workspace = {w:UUID} AND draw IN {draws:Array(UUID)} GROUP BY arm, sent ORDER BY arm, sent", { w: workspace, draws: draws.map(({ id }) => id) });
}

await onErrand<Told>(async (stores, { workspace, experiment, does }) => {
  const caller = systemCaller(workspace, PERMISSIONS), files: string[] = [];
  for (const one of does) {
    if (one === 'draw') await drawExperiment(stores, caller, experiment);
    else if (one === 'drain') await drain(stores, { 'experiment.exported': experimentReactions['experiment.exported'] });
    else {
      let text = '';
      for await (const piece of (await exportTreated(stores, caller, experiment, { ...one, reason: 'told to', personalised: false, minutesEach: 0 })).csv) text += piece;
      files.push(createHash('sha256').update(text).digest('hex'), text.split('\r\n').filter(Boolean).slice(1).map((line) => line.split(',')[0]).join(' '));
    }
  }
  return { files, copy: await copyOf(stores, workspace, experiment) };
});
