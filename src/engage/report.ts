import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import type { Stores } from '../kernel/stores.ts';
import { CONTROL } from './core/journey.ts';
import { demandJourney } from './demand.ts';
import { goalsByArm, reportBySteps, type StepRow } from './queries/report.ts';
import type { reportShape } from './replies.ts';

const messagesOf = ({ proposed, sent, waiting, refused, failed, withdrawn, delivered, opened, clicked, replied, bounced, unsubscribed, complained }: StepRow) => ({ proposed, sent, waiting, refused, failed, withdrawn, delivered, opened, clicked, replied, bounced, unsubscribed, complained });
const peopleOf = (row: StepRow) => ({ proposed: row.peopleProposed, sent: row.peopleSent, delivered: row.peopleDelivered, opened: row.peopleOpened, clicked: row.peopleClicked, unsubscribed: row.peopleUnsubscribed, complained: row.peopleComplained });

/**
 * What a journey said and what was heard back (R50): messages and people by state and receipt, of the whole and step by step, and who reached the goal in each arm. Money, with
 * refunds subtracted, is told by its experiment. Refuses `journey.not_found`.
 */
export async function reportOf(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof reportShape>> {
  const { steps, arms } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandJourney(tx, caller, id);
    return { steps: await reportBySteps(tx, caller.workspaceId, id), arms: await goalsByArm(tx, caller.workspaceId, id) };
  });
  const [all, ...each] = steps as [StepRow, ...StepRow[]];
  const sum = (of: typeof arms) => of.reduce((so, { people, goal }) => ({ people: so.people + people, goal: so.goal + goal }), { people: 0, goal: 0 });
  return {
    messages: messagesOf(all), people: peopleOf(all), treated: sum(arms.filter(({ arm }) => arm !== CONTROL)), control: sum(arms.filter(({ arm }) => arm === CONTROL)),
    steps: each.map((row) => ({ step: row.step ?? '', template: row.template ?? '', messages: messagesOf(row), people: peopleOf(row) })),
  };
}
