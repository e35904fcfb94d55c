import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { complainersIn } from '../reach/index.ts';
import type { PassedReason } from './contract.ts';
import type { Plan } from './core/plan.ts';
import { isClosed } from './effect.ts';
import { fitting } from './knowledge.ts';
import { lastEntries } from './queries/enrolments.ts';
import type { JourneyRow } from './queries/journeys.ts';

type Asked = { journey: JourneyRow; plan: Plan };

/**
 * Why each of some people whom a live journey did not let in was passed over: the first reason that holds of its days, its audience, complaints, and of
 * what is known of the last time they entered.
 */
export async function whyPassed(stores: Stores, workspaceId: WorkspaceId, { journey, plan: { definition } }: Asked, people: readonly CustomerId[]): Promise<Map<CustomerId, PassedReason>> {
  if (people.length === 0) return new Map();
  const fits = definition.audience ? await fitting(stores, workspaceId, definition.audience, people) : new Set(people);
  return stores.pg.tx(workspaceId, async (tx) => {
    const isOver = await isClosed(tx, workspaceId, journey, definition, stores.clock.now());
    const complaining = definition.withoutComplaints === true ? await complainersIn(tx, workspaceId, people) : new Set<CustomerId>();
    const before = Map.groupBy(await lastEntries(tx, workspaceId, journey.id, people), ({ personId }) => personId);
    return new Map(people.map((person): [CustomerId, PassedReason] => {
      const last = before.get(person) ?? [];
      if (isOver) return [person, 'entering_over'];
      if (!fits.has(person)) return [person, 'not_in_audience'];
      if (complaining.has(person)) return [person, 'open_complaint'];
      if (last.length === 0) return [person, 'no_key'];
      if (last.some(({ inside }) => inside)) return [person, 'inside'];
      return [person, definition.reentry === 'once' ? 'once_only' : definition.reentry === 'always' ? 'heard' : 'too_soon'];
    }));
  });
}
