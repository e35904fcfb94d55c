import type { Caller } from '../../kernel/access/caller.ts';
import { type Day, monthOf } from '../../kernel/day.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Scorecard, scorecardOf } from '../core/experiment/index.ts';
import { today } from './experiments.ts';
import { experimentsAfter } from './queries/experiments.ts';
import { repliesByMonth } from './queries/results.ts';
import { sentByMonth } from './queries/sendings.ts';
import { readResult } from './settle.ts';

const EXPERIMENTS_MAX = 200;

/** Net gain of the experiments that began in each month, as far as each can be read. */
async function gainByMonth(stores: Stores, caller: Caller, months: ReadonlySet<string>, asOf: Day): Promise<Map<string, number>> {
  const all = await stores.pg.tx(caller.workspaceId, (tx) => experimentsAfter(tx, caller.workspaceId, caller.shops, null, EXPERIMENTS_MAX));
  const gains = new Map<string, number>();
  for (const experiment of all.filter(({ drawn, startsOn }) => drawn !== null && startsOn <= asOf && months.has(monthOf(startsOn)))) {
    const { comparisons } = await readResult(stores, caller, experiment, asOf);
    for (const { net } of comparisons) if (net) gains.set(monthOf(experiment.startsOn), (gains.get(monthOf(experiment.startsOn)) ?? 0) + net.value);
  }
  return gains;
}

/**
 * Four numbers a month from the log of sendings (R50), newest first: share personalised, reply rate, minutes saved, net gain a
 * sending. What was never recorded (answers, an experiment that can be read) is null, not zero.
 */
export async function scorecard(stores: Stores, caller: Caller, months: number): Promise<(Scorecard & { sends: number })[]> {
  const asOf = await today(stores, caller);
  const [sent, replies] = await Promise.all([stores.pg.tx(caller.workspaceId, (tx) => sentByMonth(tx, caller.workspaceId)), repliesByMonth(stores.ch, caller.workspaceId)]);
  const shown = sent.slice(0, months);
  const gains = await gainByMonth(stores, caller, new Set(shown.map(({ month }) => month)), asOf);
  return shown.map((row) => {
    const card = scorecardOf({ ...row, replies: replies.find(({ month }) => month === row.month)?.replies ?? 0, valueMinor: gains.get(row.month) ?? 0 });
    return { ...card, sends: row.sends, replyRate: replies.length === 0 ? null : card.replyRate, valuePerSendMinor: gains.has(row.month) ? card.valuePerSendMinor : null };
  });
}
