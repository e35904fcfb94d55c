import type { Definition, Edge, Entry, Node } from '../../src/engage/core/definition.ts';
import { advanceDue } from '../../src/engage/index.ts';
import { fromPlaybook } from '../../src/engage/fromPlaybook.ts';
import { changeJourney, createJourney } from '../../src/engage/journeys.ts';
import { launchJourney } from '../../src/engage/launch.ts';
import { PLAYBOOKS } from '../../src/engage/playbooks/index.ts';
import { systemCaller } from '../../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts';
import { announce, drain } from '../../src/kernel/facts.ts';
import { isUuid, newId } from '../../src/kernel/ids.ts';
import { many, sql } from '../../src/kernel/sql.ts';
import type { Stores } from '../../src/kernel/stores.ts';
import { loop } from '../../src/loop.ts';
import { insertVersion, saveTemplate } from '../../src/reach/templates/store.ts';
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

const TEXTS = ['email', 'sms', 'push', 'in_app', 'wecom', 'call'].map((channel) => ({ language: 'zh-CN', content: { channel, text: '到店喝茶' } }));
const templates = new Map<string, string>();

/** A published template of a workspace, for messages that are proposed and never written. */
export async function templateOf(stores: Stores, workspace: string): Promise<string> {
  const known = templates.get(workspace);
  if (known !== undefined) return known;
  const id = newId(), at = stores.clock.now(), document = { language: 'zh-CN', variants: [{ key: 'all', name: '', when: {}, contents: TEXTS }], sample: {} } as never;
  await stores.pg.tx(workspace, async (tx) => {
    await saveTemplate(tx, workspace, { id, name: 'journeys', description: '', purpose: 'marketing', draft: document, revision: 1, published: 1, createdBy: 'test', createdAt: at, updatedBy: 'test', updatedAt: at });
    await insertVersion(tx, workspace, { templateId: id, version: 1, purpose: 'marketing', document, findings: [], reason: '', publishedBy: 'test', publishedAt: at, compiled: [], experimentId: null });
  });
  templates.set(workspace, id);
  return id;
}

/** A definition whose messages name a template of the workspace. */
export async function written(stores: Stores, workspace: string, definition: Definition): Promise<Definition> {
  const id = await templateOf(stores, workspace);
  return { ...definition, nodes: definition.nodes.map((node) => (node.kind === 'send' && !isUuid(node.template.id) ? { ...node, template: { id, version: null } } : node)) };
}

/** A launched journey; its id. */
export async function launched(stores: TestStores, workspace: string, drawn: Definition, name = 'journey', stage: string | null = null): Promise<string> {
  const definition = await written(stores, workspace, drawn);
  const { id } = await createJourney(stores, callerOf(workspace), { name, description: '', stage, playbook: '', definition });
  await launchJourney(stores, callerOf(workspace), id);
  return id;
}

/** A ready journey with templates, launched for everybody; its id. */
export async function ready(stores: Stores, workspace: string, key: string, change: Partial<Definition> = {}): Promise<string> {
  const caller = callerOf(workspace), template = await templateOf(stores, workspace), { templates = [] } = PLAYBOOKS.find((one) => one.key === key) ?? {};
  const { id, draft } = await fromPlaybook(stores, caller, key, { templates: Object.fromEntries(templates.map((one) => [one, template])) });
  await changeJourney(stores, caller, id, { revision: 1, definition: { ...draft, holdOut: 0, ...change }, holdOutReason: 'everybody is looked at here' });
  await launchJourney(stores, caller, id);
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
/** Who was to get what of a journey: the place of a customer among `people`, from 1, and the step. */
export const toldBy = async (stores: TestStores, workspace: string, journey: string, people: readonly string[]): Promise<string[]> =>
  (await messagesOf(stores, workspace, journey)).map(({ customer, step }) => `${people.indexOf(customer) + 1} ${step}`).sort();
export type Row = { id: string; person: string; key: string; status: string; reason: string; node: string; version: number; arm: string };
export const enrolmentsOf = (stores: TestStores, workspace: string, journey: string): Promise<Row[]> => stores.pg.tx(workspace, (tx) => many(tx, sql<Row>`
  select id, person_id as person, key, status, reason, node, version, arm from enrolment where workspace_id = ${workspace} and journey_id = ${journey} order by entered_at, key, person_id`));
