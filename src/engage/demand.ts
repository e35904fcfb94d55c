import { ownersOf, seenBy } from '../customers/index.ts';
import type { CustomerId } from '../kernel/ids.ts';
import { check, faults as conditionFaults, type Tree } from '../kernel/conditions/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { fieldCatalogue, segmentTree } from '../lifecycle/index.ts';
import { offeredOf, rulesOf } from '../reach/index.ts';
import type { Definition, Watch } from './core/definition.ts';
import { type Fault, faultsOf, templateFaults } from './core/validate.ts';
import { unchosen } from './playbooks/index.ts';
import { granterOf } from './grants.ts';
import { type JourneyRow, journeyById } from './queries/journeys.ts';

/** Something that keeps a journey from being launched: of its graph, of a condition, or of something it names that is not there. */
export type JourneyFault = Omit<Fault, 'code'> & { code: string };

/** Refuses `journey.not_found`. */
export async function demandJourney(tx: Tx, caller: Caller, id: string, how: { lock?: 'update' | 'share' } = {}): Promise<JourneyRow> {
  const found = await journeyById(tx, caller.workspaceId, id, how);
  if (!found) throw notFound('journey', { id });
  return found;
}

/** Whoever an id stands for today. Refuses `customer.not_found`, also for somebody the caller may not see. */
export async function demandCustomer(stores: Stores, caller: Caller, id: string): Promise<CustomerId> {
  const owner = (await ownersOf(stores, caller.workspaceId, [id])).get(id);
  if (owner === undefined || (await seenBy(stores, caller, [owner])).length === 0) throw notFound('customer', { id });
  return owner;
}

const watched = (node: string, on: Watch): { node: string; tree: Tree }[] => (on.kind === 'condition' ? [{ node, tree: on.tree }] : []);

/** Every condition of a definition with the node it stands at; '' for those of the whole. */
export const treesOf = ({ audience, exits, goal, nodes }: Definition): { node: string; tree: Tree }[] => [
  ...(audience ? [{ node: '', tree: audience }] : []), ...exits.flatMap(({ on }) => watched('', on)), ...(goal ? watched('', goal.on) : []),
  ...nodes.flatMap((node) => (node.kind === 'branch' ? node.branches.map(({ tree }) => ({ node: node.id, tree })) : [])),
];

async function namedFaults(stores: Stores, caller: Caller, definition: Definition): Promise<JourneyFault[]> {
  const { entries, nodes } = definition;
  const open = unchosen(definition), faults: JourneyFault[] = open.map(({ node, template }) => ({ code: 'journey.fault.template_missing', node, facts: { template } }));
  for (const entry of entries) if (entry.kind === 'segment') await segmentTree(stores, caller, entry.segment).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    faults.push({ code: 'journey.fault.segment_gone', node: '', facts: { segment: entry.segment } });
  });
  const fields = new Set((await fieldCatalogue(stores, caller)).fields.map(({ key }) => key));
  const dated = [...entries.flatMap((entry) => (entry.kind === 'date' ? [{ node: '', field: entry.field }] : [])), ...nodes.flatMap((node) => (node.kind === 'wait_date' ? [{ node: node.id, field: node.field }] : []))];
  faults.push(...dated.filter(({ field }) => !fields.has(field)).map(({ node, field }) => ({ code: 'condition.unknown_field', node, facts: { field } })));
  const sends = nodes.filter(({ id, kind }) => kind === 'send' && !open.some(({ node }) => node === id));
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const offered = await offeredOf(tx, caller.workspaceId, sends.flatMap((node) => (node.kind === 'send' ? [node.template.id] : [])));
    faults.push(...templateFaults({ nodes: sends }, offered, (await rulesOf(tx, caller.workspaceId)).best));
    for (const node of nodes) {
      if (node.kind === 'journey' && !(await journeyById(tx, caller.workspaceId, node.journey))) faults.push({ code: 'journey.fault.journey_gone', node: node.id, facts: { journey: node.journey } });
      if (node.kind === 'grant' && !granterOf(node.what)) faults.push({ code: 'journey.fault.grant_unavailable', node: node.id, facts: { what: node.what } });
    }
  });
  return faults;
}

/** Everything that keeps a definition from being launched, for the caller: they may ask of people only what they may see. */
export async function allFaults(stores: Stores, caller: Caller, definition: Definition): Promise<JourneyFault[]> {
  const catalogue = await fieldCatalogue(stores, caller);
  const conditions = treesOf(definition).flatMap(({ node, tree }) => conditionFaults(tree, catalogue).map(({ code, pointer, facts }): JourneyFault => ({ code, node, facts: { ...facts, pointer } })));
  return [...faultsOf(definition), ...conditions, ...await namedFaults(stores, caller, definition)];
}

/** A condition that its writer may not ask is not kept, or the first who may would ask it for them. Refuses what the catalogue refuses. */
export async function demandAskable(stores: Stores, caller: Caller, definition: Definition): Promise<void> {
  const catalogue = await fieldCatalogue(stores, caller);
  for (const { tree } of treesOf(definition)) check(tree, catalogue);
}
