import type { Definition, Edge, Entry, Node } from '../../src/engage/core/definition.ts';
import { advanceDue } from '../../src/engage/index.ts';
import { createJourney } from '../../src/engage/journeys.ts';
import { launchJourney } from '../../src/engage/launch.ts';
import { systemCaller } from '../../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts';
import { announce, drain } from '../../src/kernel/facts.ts';
import { many, sql } from '../../src/kernel/sql.ts';
import { loop } from '../../src/loop.ts';
import { putEvents } from './orders.ts';
import type { TestStores } from './stores.ts';

export const callerOf = (workspace: string) => systemCaller(workspace, PERMISSIONS);

export const send = (id: string, change: object = {}): Node => ({ id, kind: 'send', template: { id: 'template', version: null }, channel: 'email', purpose: 'marketing', priority: 0, ifBlocked: 'drop', expiresAfter: null, params: {}, ...change }) as Node;
export const wait = (id: string, amount: number, unit: 'minutes' | 'hours' | 'days'): Node => ({ id, kind: 'wait', for: { amount, unit } });
export const exit = (id: string, reason = 'through'): Node => ({ id, kind: 'exit', reason });
/** Nodes in a row, each by its one way to the next. */
export const row = (nodes: readonly Node[]): Edge[] => nodes.slice(0, -1).map(({ id }, at) => ({ from: id, port: 'next', to: nodes[at + 1]?.id ?? '' }));

/** A journey of nodes in a row, without a hold-out unless told. */
export const inARow = (entries: Entry[], nodes: Node[], change: Partial<Definition> = {}): Definition =>
  ({ entries, audience: null, key: null, reentry: 'once', start: nodes[0]?.id ?? '', nodes, edges: row(nodes), exits: [], goal: null, holdOut: 0, zoneField: null, ...change });

/** A launched journey; its id. */
export async function launched(stores: TestStores, workspace: string, definition: Definition, name = 'journey', stage: string | null = null): Promise<string> {
  const { id } = await createJourney(stores, callerOf(workspace), { name, description: '', stage, playbook: '', definition });
  await launchJourney(stores, callerOf(workspace), id);
  return id;
}

/** Something happens to somebody now, and the door says so. */
export async function happen(stores: TestStores, workspace: string, customer: string, event: string, properties: Record<string, unknown> = {}, { backfill = false, at = stores.clock.now() } = {}): Promise<void> {
  await putEvents(stores, workspace, [{ customer, time: at.toISOString().replace('T', ' ').replace('Z', ''), event, properties }]);
  const day = at.toISOString().slice(0, 10);
  await stores.pg.tx(workspace, (tx) => announce(tx, stores.clock, workspace, 'events.recorded', { from: day, to: day, backfill, shops: [], customers: [customer], bought: [], told: [], did: { [event]: [customer] } }));
}

/** Facts are answered, whoever is due goes on, until nothing moves. */
export async function settle(stores: TestStores): Promise<void> {
  for (let moved = 1; moved > 0;) {
    await drain(stores, loop);
    moved = await advanceDue(stores);
  }
}

/** Time goes by in steps, and everything that falls due in them is done. */
export async function pass(stores: TestStores, ms: number): Promise<void> {
  stores.clock.advance(ms);
  await settle(stores);
}
export const MINUTE = 60_000, HOUR = 3_600_000, DAY = 86_400_000;

export type Sent = { customer: string; step: string; state: string; reason: string | null; params: Record<string, unknown>; enrolment: string };
export const messagesOf = (stores: TestStores, workspace: string, journey: string): Promise<Sent[]> => stores.pg.tx(workspace, (tx) => many(tx, sql<Sent>`
  select customer_id as customer, step, state, reason, params, enrolment from message where workspace_id = ${workspace} and source_id = ${journey} order by created_at, customer_id, step`));
export type Row = { id: string; person: string; key: string; status: string; reason: string; node: string; version: number; arm: string };
export const enrolmentsOf = (stores: TestStores, workspace: string, journey: string): Promise<Row[]> => stores.pg.tx(workspace, (tx) => many(tx, sql<Row>`
  select id, person_id as person, key, status, reason, node, version, arm from enrolment where workspace_id = ${workspace} and journey_id = ${journey} order by entered_at, key, person_id`));
