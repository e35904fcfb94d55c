import { addDays, type Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Exclusion, Plan } from './contract.ts';
import type { ExperimentRow } from './queries/experiments.ts';
import { heardOf } from './queries/heard.ts';
import { type Treated, unsent } from './queries/sendings.ts';
import { sinceOf } from './timing.ts';

/** The channel a person is sent something by: the first of the plan's that is open to them today. */
export const channelFor = (plan: Plan, reach: readonly string[]): string | undefined => plan.channels.find(({ channel }) => reach.includes(channel))?.channel;

type Bar = Extract<Exclusion, 'complaint' | 'unreachable' | 'capped'> | '';
/** Who complains, and who was sent something by a tool: customers by what was heard of them. */
export type Heard = Readonly<Record<'complaint' | 'capped', ReadonlySet<string>>>;

/** Why somebody who was drawn is sent nothing after all, or ''. They stay in their arm: what counts is who was meant to be treated. */
export function barOf({ owner, reach, tags, lastSent }: Treated, plan: Plan, day: Day, heard: Heard): Bar {
  if (tags.some((tag) => plan.withoutTags.includes(tag)) || heard.complaint.has(owner)) return 'complaint';
  if (!channelFor(plan, reach)) return 'unreachable';
  return plan.capDays > 0 && ((lastSent !== null && lastSent >= addDays(day, -plan.capDays)) || heard.capped.has(owner)) ? 'capped' : '';
}

export type Sorted = { waiting: Map<string, Treated[]>; leftOut: { customer: Treated['owner']; bar: string }[] };

/** Which of the treated wait for a channel's file, and who is left out of any. */
export function sortTreated(people: readonly Treated[], plan: Plan, day: Day, heard: Heard): Sorted {
  const barred = people.map((one) => ({ one, bar: barOf(one, plan, day, heard) }));
  return {
    waiting: Map.groupBy(barred.filter(({ bar }) => bar === '').map(({ one }) => one), ({ reach }) => channelFor(plan, reach) ?? ''),
    leftOut: barred.filter(({ bar }) => bar !== '').map(({ one, bar }) => ({ customer: one.owner, bar })),
  };
}

/** The treated something was not sent to yet, with what is known of each at this moment: consent, complaints, what others sent. */
export async function treatedOn(stores: Stores, tx: Tx, workspaceId: WorkspaceId, { id, plan, drawn }: ExperimentRow, day: Day): Promise<Sorted> {
  if (!drawn) return { waiting: new Map(), leftOut: [] };
  const [people, heard] = await Promise.all([unsent(tx, workspaceId, id), heardOf(stores.ch, workspaceId, drawn.drawId, sinceOf(plan, day))]);
  const who = (what: 'complaint' | 'capped'): ReadonlySet<string> => new Set(heard.filter((one) => one.what === what).map(({ customer }) => customer));
  return sortTreated(people, plan, day, { complaint: who('complaint'), capped: who('capped') });
}
