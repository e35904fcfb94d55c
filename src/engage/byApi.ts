import { ownersOf, seenBy } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Stores } from '../kernel/stores.ts';
import type { PassedReason } from './contract.ts';
import { enrol } from './enrol.ts';
import { planFor } from './plans.ts';
import { demandJourney } from './demand.ts';
import { whyPassed } from './passed.ts';
import { peopleOf } from './queries/enrolments.ts';

export type Named = { people: readonly { customer: string; properties: Record<string, unknown> }[]; occasion: string };

/**
 * Lets people in whom a program or a member of staff names. Refuses `journey.no_api_entry` where the journey is not entered so, `journey.state` where nobody enters,
 * `customer.not_found` for somebody who is not there or whom the caller may not see. `why`: of whoever is passed over.
 */
export async function enrolNamed(stores: Stores, caller: Caller, id: string, { people, occasion }: Named): Promise<{ enrolled: string[]; passed: number; why: { customer: string; reason: PassedReason }[] }> {
  const { journey, plan } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await demandJourney(tx, caller, id);
    return { journey: found, plan: found.version > 0 ? await planFor(tx, caller.workspaceId, id, found.version) : null };
  });
  if (journey.state !== 'live' || !plan) throw new Refusal('journey.state', { state: journey.state, wanted: 'live' }, 409);
  if (!plan.definition.entries.some(({ kind }) => kind === 'api')) throw new Refusal('journey.no_api_entry', {}, 409);
  const ids = [...new Set(people.map(({ customer }) => customer))];
  const [owners, seen] = await Promise.all([ownersOf(stores, caller.workspaceId, ids), seenBy(stores, caller, ids)]);
  const hidden = ids.find((one) => !owners.has(one) || !seen.includes(one));
  if (hidden !== undefined) throw new Refusal('customer.not_found', { id: hidden }, 404);
  const at = stores.clock.now();
  const enrolled = await enrol(stores, caller.workspaceId, id, people.map(({ customer, properties }) => ({
    person: owners.get(customer) as string, at, occasion: { kind: 'api', event: 'journey.entered', at: at.toISOString(), properties }, mark: `api:${occasion === '' ? at.getTime() : occasion}`,
  })));
  const entered = new Set(await stores.pg.tx(caller.workspaceId, (tx) => peopleOf(tx, caller.workspaceId, enrolled)));
  const passed = ids.filter((one) => !entered.has(owners.get(one) as string)), why = await whyPassed(stores, caller.workspaceId, { journey, plan }, passed.map((one) => owners.get(one) as string));
  return { enrolled, passed: people.length - enrolled.length, why: passed.map((customer) => ({ customer, reason: why.get(owners.get(customer) as string) ?? 'heard' })) };
}
