import { armOf } from '../insight/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Definition } from './core/definition.ts';

import { type Effect, enter, type Known, type PathLine, step } from './core/journey.ts';
import { planOf } from './core/plan.ts';
import { demandCustomer, demandJourney } from './demand.ts';
import { fitting } from './knowledge.ts';
import { daysOfField } from './queries/happened.ts';
import { zoneOfWorkspace } from './queries/journeys.ts';

/** What a trial pretends: conditions as told rather than as they are, and at which waits what was waited for comes so many minutes later. */
export type Pretence = { conditions: Readonly<Record<string, boolean>>; happens: Readonly<Record<string, number>>; at: Date | null };
export type TrialStep = { at: Date; node: string; outcome: string; effects: string[] };
export type Trial = { arm: string; fits: boolean; steps: TrialStep[]; status: string; reason: string };

const STEPS_MAX = 300;
const YEARS_MS = 3 * 366 * 86_400_000;

/** Days and conditions of one customer as they are today; nothing is written. */
async function knownOf(stores: Stores, caller: Caller, definition: Definition, customer: CustomerId, { conditions, happens }: Pretence): Promise<{ known: (state: { node: string; since: number }) => Known; fits: boolean }> {
  const plan = planOf('trial', 1, definition);
  const holds = new Map<string, boolean>();
  for (const [name, tree] of plan.conditions) holds.set(name, conditions[name] ?? (await fitting(stores, caller.workspaceId, tree, [customer])).has(customer));
  const fields = [...new Set(definition.nodes.flatMap((node) => (node.kind === 'wait_date' ? [node.field] : [])))];
  const dates: Record<string, string | undefined> = {};
  for (const field of fields) dates[field] = (await daysOfField(stores.ch, caller.workspaceId, [customer], field))[0]?.day;
  const draw: Known['draw'] = (salt, variants, anchor) => armOf({ salt, holdOut: 0, variants }, anchor);
  return {
    fits: definition.audience === null || (await fitting(stores, caller.workspaceId, definition.audience, [customer])).has(customer),
    known: ({ node, since }) => ({ happened: new Map(happens[node] === undefined ? [] : [[`node:${node}`, [since + Math.max(1, (happens[node] ?? 0) * 60_000)]]]), holds, dates, place: () => 0, draw }),
  };
}

/**
 * Walks the draft as one customer would, from now on and as fast as time can be turned: every node with its moment and what would be done there. Nothing is sent, written
 * or told. Refuses `customer.not_found`.
 */
export async function tryAs(stores: Stores, caller: Caller, id: string, customerId: string, pretence: Pretence): Promise<Trial> {
  const customer = await demandCustomer(stores, caller, customerId);
  const { journey, zone } = await stores.pg.tx(caller.workspaceId, async (tx) => ({ journey: await demandJourney(tx, caller, id), zone: await zoneOfWorkspace(tx, caller.workspaceId) }));
  const plan = planOf(id, journey.version, journey.draft);
  const arm = armOf({ salt: journey.experimentId ?? id, holdOut: journey.draft.holdOut, variants: [{ key: 'treated', weight: 1 }] }, customer);
  const { known, fits } = await knownOf(stores, caller, journey.draft, customer, pretence);
  const began = (pretence.at ?? stores.clock.now()).getTime();
  let state = enter(plan, began), moment = began;
  const steps: TrialStep[] = [];
  while (state.status === 'inside' && steps.length < STEPS_MAX && moment - began < YEARS_MS) {
    // The held out see nothing; a trial shows what the others would.
    const walked = step(plan, { enrolment: 'trial', anchor: customer, arm: 'treated', zone }, state, moment, known(state));
    steps.push(...walked.path.map((line: PathLine): TrialStep => ({ at: new Date(moment), node: line.node, outcome: line.outcome, effects: walked.effects.filter((one: Effect) => one.node === line.node && one.visit === line.visit).map(({ kind }) => kind) })));
    state = walked.state;
    const happens = plan.nodes.get(state.node)?.kind === 'wait_event' ? pretence.happens[state.node] : undefined;
    moment = state.status !== 'inside' ? moment : happens === undefined ? state.dueAt : Math.min(state.dueAt, state.since + Math.max(1, happens * 60_000));
  }
  return { arm, fits, steps, status: state.status, reason: state.reason };
}
