import { ownersOf, type Happened } from '../customers/index.ts';
import { announceAll, type Fact, type Reaction } from '../kernel/facts.ts';
import { type OwnEvent, ownRecorded, storeOwnEvents } from './ownEvents.ts';
import { loadWorkspace } from './queries/imports.ts';

const eventsIn = ({ payload }: Fact): OwnEvent[] => (payload.events as readonly (Omit<Happened, 'at'> & { at: string })[])
  .map(({ subject, event, at, messageId, properties, by = 'us' }) => ({ subject, by, event, at: new Date(at), messageId, channel: '', campaign: '', url: '', properties }));

/** Keeps what staff and rules of ours did with people as events. Killed in between, it writes the same events once more, which is once. */
export const keepMet: Reaction = async (stores, workspaceId, facts) => {
  const told = facts.flatMap(eventsIn);
  // Somebody who was erased meanwhile is not met again.
  const owners = await ownersOf(stores, workspaceId, [...new Set(told.map(({ subject }) => subject))]);
  const events = told.filter(({ subject }) => owners.has(subject));
  if (events.length === 0) return;
  const { timezone: zone } = await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId));
  await storeOwnEvents(stores, workspaceId, zone, events);
  await stores.pg.tx(workspaceId, (tx) => announceAll(tx, stores.clock, workspaceId, 'events.recorded', ownRecorded(events, { zone, now: stores.clock.now(), ownerOf: (subject) => owners.get(subject) })));
};
