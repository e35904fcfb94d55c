import type { z } from 'zod';
import { ownersIn } from '../customers/index.ts';
import { demandSeen } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { groupChange, groupShape, newGroup, sayBody } from './contract.ts';
import { groupById, type GroupRow, groupRows, insertGroup, insertWords, type Standing, standingOf, updateGroup } from './queries/groups.ts';
import { demandAllShops } from './rules.ts';

type View = z.input<typeof groupShape>;
const viewOf = ({ createdAt, archivedAt, ...row }: GroupRow): View => ({ ...row, createdAt: createdAt.toISOString(), archived: archivedAt !== null });

/** Topics people may leave. */
export const listGroups = async (stores: Stores, { workspaceId }: Caller): Promise<View[]> => (await stores.pg.tx(workspaceId, (tx) => groupRows(tx, workspaceId))).map(viewOf);

/** Makes a topic. Refuses `reach.group_taken` (409), `reach.all_shops`. */
export async function makeGroup(stores: Stores, caller: Caller, { key, name, description }: z.output<typeof newGroup>): Promise<View> {
  demandAllShops(caller);
  const row: GroupRow = { id: newId(), key, name, description, createdAt: stores.clock.now(), archivedAt: null, left: 0 };
  return stores.pg.tx(caller.workspaceId, async (tx) => {
    if ((await insertGroup(tx, caller.workspaceId, row)) === 0) throw new Refusal('reach.group_taken', { key }, 409);
    await audit(tx, stores.clock, caller, { action: 'reach.group', target: row.id, detail: { key } });
    return viewOf(row);
  });
}

/** Renames a topic, or puts it away. What people said of it stays. Refuses `group.not_found`, `reach.all_shops`. */
export async function changeGroup(stores: Stores, caller: Caller, id: string, { name, description, archived }: z.output<typeof groupChange>): Promise<void> {
  demandAllShops(caller);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const row = await groupById(tx, caller.workspaceId, id);
    if (!row) throw notFound('group', { id });
    await updateGroup(tx, caller.workspaceId, { id, name: name ?? row.name, description: description ?? row.description, archivedAt: archived === undefined ? row.archivedAt : archived ? stores.clock.now() : null });
    await audit(tx, stores.clock, caller, { action: 'reach.group.change', target: id, detail: { changed: Object.keys({ name, description, archived }) } });
  });
}

/** What somebody says of topics, on a page of theirs or to staff, inside a transaction. */
export const sayTopicsIn = (tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, said: readonly { group: string; customer: string; state: 'joined' | 'left'; source: string; proof: string }[]): Promise<number> =>
  insertWords(tx, workspaceId, said.map(({ group, ...one }) => ({ ...one, id: newId(), groupId: group, at: stores.clock.now() })));

/** How somebody stands to each topic, inside a transaction. */
export const topicsOfIn = (tx: Tx, workspaceId: WorkspaceId, customer: string): Promise<Standing[]> => standingOf(tx, workspaceId, customer);

/** Writes down that somebody joins or leaves a topic, as they told staff. Refuses `group.not_found`, `customer.not_found`. */
export async function sayTopic(stores: Stores, caller: Caller, group: string, { customer, state, proof }: z.output<typeof sayBody>): Promise<void> {
  const { workspaceId, actor } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    if (!(await groupById(tx, workspaceId, group))) throw notFound('group', { id: group });
    await demandSeen(tx, caller, [customer]);
    const owner = (await ownersIn(tx, workspaceId, [customer])).get(customer) ?? customer;
    await sayTopicsIn(tx, stores, workspaceId, [{ group, customer: owner, state, source: `${actor.kind}:${actor.id}`, proof }]);
    await audit(tx, stores.clock, caller, { action: `reach.topic.${state}`, target: `customer:${owner}`, detail: { group } });
  });
}
