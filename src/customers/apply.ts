import { announce, announceAll } from '../kernel/facts.ts';
import { type CustomerId, newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { demandValue } from './core/fields.ts';
import type { Own } from './core/fold.ts';
import { loadFields } from './fields.ts';
import { blobsOf, withHeard, withoutContacts } from './hearing.ts';
import { owe } from './mirror.ts';
import { anchorsById, saveSaid } from './queries/customers.ts';
import { lockIdentity } from './queries/identity.ts';
import { insertTasks, type TaskRow } from './queries/tasks.ts';
import { endMembers, ensureTags, startMembers } from './queries/tags.ts';
import { refold } from './refold.ts';
import type { TaskInput } from './tasks.ts';
import { writingVault } from './vault.ts';

/** What a programme writes about a customer: a said tag by key, or a field of their own by key; null clears. */
export type Applied =
  | { on: 'tag'; customer: CustomerId; tag: string; give: boolean }
  | { on: 'field'; customer: CustomerId; field: string; value: string | number | boolean | null };

async function applyTags(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, source: string, all: readonly Extract<Applied, { on: 'tag' }>[]): Promise<void> {
  const at = stores.clock.now();
  const ids = await ensureTags(tx, workspaceId, [...new Set(all.map(({ tag }) => tag))].map((key) => ({ id: newId(), key })), source, at);
  for (const [tag, some] of Map.groupBy(all, ({ tag }) => tag)) {
    const tagId = ids.get(tag);
    if (tagId === undefined) continue;
    const who = (give: boolean): CustomerId[] => [...new Set(some.filter((one) => one.give === give).map(({ customer }) => customer))];
    await startMembers(tx, workspaceId, who(true).map((customerId) => ({ tagId, customerId, value: '', source, since: at })));
    if (who(false).length > 0) await endMembers(tx, workspaceId, tagId, who(false), at);
    const customers = some.map(({ customer }) => customer);
    await announce(tx, stores.clock, workspaceId, 'tags.changed', { tag: tagId, customers: customers.slice(0, 1_000), count: customers.length });
  }
}

/** Fields that are not people's own, or a value of another type, are passed over: a programme under way stops for nobody's change of a field. */
async function applyFields(tx: Tx, stores: Stores, workspaceId: WorkspaceId, source: string, all: readonly Extract<Applied, { on: 'field' }>[]): Promise<void> {
  const fields = await loadFields(tx, workspaceId);
  const at = stores.clock.now().getTime();
  const anchors = await anchorsById(tx, workspaceId, [...new Set(all.map(({ customer }) => customer))]);
  const vault = await writingVault(tx, await stores.keys.of(workspaceId), workspaceId);
  await vault.know(blobsOf([...anchors.values()]));
  const said = new Map<CustomerId, { clear: Record<string, Own[string]>; sealed: Record<string, Own[string]> }>();
  for (const { customer, field: key, value } of all) {
    const field = fields.get(key);
    if (!field || (field.source !== 'own' && field.source !== 'customers')) continue;
    let demanded: ReturnType<typeof demandValue>;
    try { demanded = demandValue(field, value); } catch { continue; }
    const own = said.get(customer) ?? { clear: {}, sealed: {} };
    own[field.sealed ? 'sealed' : 'clear'][key] = [field.sealed || demanded === null ? demanded : withoutContacts(demanded), at, source];
    said.set(customer, own);
  }
  const next = [...said].flatMap(([customer, words]) => { const anchor = anchors.get(customer); return anchor ? withHeard(vault, workspaceId, anchor, words) ?? [] : []; });
  if (next.length > 0) await saveSaid(tx, workspaceId, next, true);
  await vault.save();
}

/** Writes what programmes decided about many customers, inside the caller's transaction: call `flushMirror` after it. Customers that are nobody's any more are passed over. */
export async function applyIn(tx: Tx, stores: Stores, workspaceId: WorkspaceId, source: string, all: readonly Applied[]): Promise<void> {
  if (all.length === 0) return;
  await lockIdentity(tx, workspaceId);
  const tags = all.filter((one) => one.on === 'tag'), fields = all.filter((one) => one.on === 'field');
  if (tags.length > 0) await applyTags(tx, stores, workspaceId, source, tags);
  if (fields.length > 0) await applyFields(tx, stores, workspaceId, source, fields);
  const customers = [...new Set(all.map(({ customer }) => customer))];
  await refold(tx, workspaceId, customers);
  await owe(tx, stores, workspaceId, { customers });
}

/** Raises many tasks at once, under ids of the caller's: the same id is the same task. */
export async function raiseTasks(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, createdBy: string, inputs: readonly (TaskInput & { id: string })[]): Promise<void> {
  const tasks = inputs.map((input): TaskRow => ({
    id: input.id, code: input.code, params: input.params ?? {}, customerId: input.customerId ?? null, accountId: input.accountId ?? null, contactId: input.contactId ?? null,
    assignee: input.assignee ?? '', dueOn: input.dueOn ?? null, restsUntil: null, createdBy, createdAt: stores.clock.now(), doneAt: null, doneBy: null,
  }));
  if (tasks.length === 0) return;
  const made = new Set(await insertTasks(tx, workspaceId, tasks));
  await announceAll(tx, stores.clock, workspaceId, 'task.raised', tasks.filter(({ id }) => made.has(id)).map(({ id, code }) => ({ task: id, code })));
}
