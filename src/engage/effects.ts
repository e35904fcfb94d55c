import { applyIn, raiseTasks, type TaskInput } from '../customers/index.ts';
import { addDays, dayIn } from '../kernel/day.ts';
import { announceAll } from '../kernel/facts.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Intent, noteRefused, propose, withdraw } from '../reach/index.ts';
import { askContacts } from '../lifecycle/index.ts';
import { ADVISER, type Send } from './core/definition.ts';
import { type Effect, nameOfEffect } from './core/journey.ts';
import { later } from './core/zone.ts';
import { granterOf } from './grants.ts';
import { idFrom } from './ids.ts';
import type { Enrolment } from './queries/enrolments.ts';

/** An effect of somebody's step, with whose it is. */
export type Due = { row: Enrolment; effect: Effect };

const idOf = ({ row, effect }: Due): string => idFrom(nameOfEffect(row.id, effect));
const of = <Kind extends Effect['kind']>(all: readonly Due[], kind: Kind): { row: Enrolment; effect: Extract<Effect, { kind: Kind }>; id: string }[] =>
  all.flatMap((due) => (due.effect.kind === kind ? [{ row: due.row, effect: due.effect as Extract<Effect, { kind: Kind }>, id: idOf(due) }] : []));

/** The wish to send that a step makes: the template is given what the node says and what brought the person in. */
export const intentOf = ({ row, effect, id }: { row: Enrolment; effect: Send & { node: string }; id: string }, now: Date): Intent => ({
  id, customer: row.personId, source: { kind: 'journey', id: row.journeyId, version: row.version, step: effect.node, enrolment: row.id }, channel: effect.channel as Intent['channel'], purpose: effect.purpose,
  template: effect.template, params: { ...row.occasion.properties, ...effect.params }, priority: effect.priority, ifBlocked: effect.ifBlocked, dueAt: now,
  expiresAt: effect.expiresAfter ? new Date(later(row.zone, now.getTime(), effect.expiresAfter)) : null,
});

const factOf = ({ row, effect, id }: { row: Enrolment; effect: Extract<Effect, { kind: 'webhook' }>; id: string }) =>
  ({ journey: row.journeyId, step: effect.node, name: effect.name, customer: row.personId, occasion: { event: row.occasion.event ?? null, at: row.occasion.at ?? null }, data: effect.data, id });

type Asked = { row: Enrolment; effect: Extract<Effect, { kind: 'task' }>; id: string };
const taskOf = ({ row, effect, id }: Asked, adviser: string | null, now: Date): TaskInput & { id: string } => ({
  id, code: 'task.journey', params: { text: effect.text, journey: row.journeyId, node: effect.node }, customerId: row.personId,
  assignee: effect.assignee === ADVISER || effect.assignee === '' ? adviser ?? '' : effect.assignee, dueOn: effect.dueDays === null ? null : addDays(dayIn(row.zone, now), effect.dueDays),
});
/** What the ledger shows of a task that was not raised. */
const wishOf = ({ row, effect, id }: Asked, now: Date): Intent => ({
  id, customer: row.personId, source: { kind: 'journey', id: row.journeyId, version: row.version, step: effect.node, enrolment: row.id }, channel: 'call', purpose: 'service', template: { id: 'task', version: null }, params: {},
  priority: 0, ifBlocked: 'drop', dueAt: now, expiresAt: null,
});

/** Raises tasks for people, the adviser's where the customer has one; whom their service tier keeps from them stands in the ledger with the reason (R26). */
async function askPeople(tx: Tx, stores: Stores, workspaceId: WorkspaceId, tasks: readonly Asked[]): Promise<void> {
  const now = stores.clock.now(), contacts = await askContacts(tx, stores, workspaceId, tasks.map(({ row }) => row.personId)), asked = tasks.map((one, place) => ({ one, ...contacts[place] }));
  await noteRefused(tx, stores, workspaceId, asked.flatMap(({ one, human }) => (human ? [{ intent: wishOf(one, now), ...human }] : [])));
  await raiseTasks(tx, stores, workspaceId, 'system:journey', asked.flatMap(({ one, human, adviser = null }) => (human ? [] : [taskOf(one, adviser, now)])));
}

/**
 * Does what a batch of steps called for, in the transaction that keeps the steps: both or neither. Each effect has an id made of enrolment, node and visit.
 * True where fields or tags were written, whose mirror is to be told after the commit.
 */
export async function carryOut(tx: Tx, stores: Stores, workspaceId: WorkspaceId, all: readonly Due[]): Promise<boolean> {
  const now = stores.clock.now();
  const withdrawn = of(all, 'withdraw'), sends = of(all, 'send'), tasks = of(all, 'task'), updates = of(all, 'update');
  for (const [reason, some] of Map.groupBy(withdrawn, ({ effect }) => effect.reason)) await withdraw(tx, stores.clock, workspaceId, some.map(({ row }) => row.id), `journey.${reason}`);
  if (sends.length > 0) await propose(tx, stores, workspaceId, sends.map((one) => intentOf(one, now)));
  await askPeople(tx, stores, workspaceId, tasks);
  await announceAll(tx, stores.clock, workspaceId, 'journey.told', of(all, 'webhook').map(factOf));
  await announceAll(tx, stores.clock, workspaceId, 'journey.asked', of(all, 'journey').map(({ row, effect, id }) => ({ action: effect.action, journey: effect.journey, customer: row.personId, occasion: id })));
  await applyIn(tx, stores, workspaceId, 'system:journey', updates.map(({ row, effect: { change } }) => ({ ...change, customer: row.personId })));
  for (const [what, some] of Map.groupBy(of(all, 'grant'), ({ effect }) => effect.what)) {
    await granterOf(what)?.(tx, stores, workspaceId, some.map(({ row, effect, id }) => ({ id, customer: row.personId, params: effect.params, source: `journey:${row.journeyId}:${effect.node}` })));
  }
  return updates.length > 0;
}
