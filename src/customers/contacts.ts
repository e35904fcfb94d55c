import type { Caller } from '../kernel/access/caller.ts';
import { announce } from '../kernel/facts.ts';
import { notFound } from '../kernel/errors.ts';
import { type CustomerId, newId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Attitude, attitudesNow, type Observation } from './core/attitudes.ts';
import { type DecisionRole, losesDecisionMaker } from './core/dossier.ts';
import type { Identifier } from './core/identifiers.ts';
import { demandAccount, demandContact } from './accounts.ts';
import { publishCompany } from './companies.ts';
import { flushMirror } from './mirror.ts';
import { publishIn } from './publish.ts';
import { attitudeRows, contactById, type ContactRow, contactsOf, endAttitude, insertAttitude, insertContact, updateContact } from './queries/accounts.ts';
import { ownersById } from './queries/identity.ts';
import { resolve } from './resolve.ts';
import { raiseTask } from './tasks.ts';

export type ContactInput = {
  name: string; title?: string; role: DecisionRole; power?: number; background?: string; relationOwner?: string; phone?: string | undefined; email?: string | undefined;
};
export type ContactChange = Partial<Omit<ContactInput, 'phone' | 'email'>> & { left?: boolean };

const author = (caller: Caller): string => `${caller.actor.kind}:${caller.actor.id}`;

/** Adds a contact: a customer from the first day, known by the contact's own id and whatever else is given. Refuses `account.not_found`. */
export async function addContact(stores: Stores, caller: Caller, accountId: string, { name, phone, email, ...input }: ContactInput): Promise<ContactRow> {
  const { workspaceId } = caller;
  const account = await stores.pg.tx(workspaceId, (tx) => demandAccount(tx, workspaceId, accountId));
  const id = newId();
  const identifiers: Identifier[] = [{ kind: 'contact_id', value: id }, ...(phone ? [{ kind: 'phone' as const, value: phone }] : []), ...(email ? [{ kind: 'email' as const, value: email }] : [])];
  const { items } = await resolve(stores, workspaceId, [{ identifiers, name, traits: { company: account.name }, at: stores.clock.now(), source: 'accounts' }], { by: caller.actor });
  const contact: ContactRow = {
    id, accountId, customerId: items[0]?.subject as CustomerId, name, title: input.title ?? '', role: input.role, power: input.power ?? 0,
    background: input.background ?? '', relationOwner: input.relationOwner ?? author(caller), createdAt: stores.clock.now(), leftAt: null,
  };
  await stores.pg.tx(workspaceId, async (tx) => {
    await insertContact(tx, workspaceId, contact);
    await publishCompany(tx, stores, workspaceId, accountId);
  });
  await flushMirror(stores, workspaceId);
  return contact;
}

const rolesOf = (contacts: readonly ContactRow[]): DecisionRole[] => contacts.filter(({ leftAt }) => leftAt === null).map(({ role }) => role);

/** Changes a contact, or lets them go. When the last person who could decide is lost, a task is raised for the account's owner. Refuses `contact.not_found`. */
export async function changeContact(stores: Stores, caller: Caller, id: string, { left, ...change }: ContactChange): Promise<ContactRow> {
  const changed = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const { workspaceId } = caller;
    const contact = await demandContact(tx, caller, id);
    const before = rolesOf(await contactsOf(tx, workspaceId, contact.accountId));
    const next: ContactRow = { ...contact, ...change, leftAt: left === undefined ? contact.leftAt : left ? stores.clock.now() : null };
    await updateContact(tx, workspaceId, next);
    if (losesDecisionMaker(before, rolesOf(await contactsOf(tx, workspaceId, contact.accountId)))) await missDecisionMaker(tx, stores, caller, contact);
    await publishCompany(tx, stores, workspaceId, contact.accountId);
    return next;
  });
  await flushMirror(stores, caller.workspaceId);
  return changed;
}

async function missDecisionMaker(tx: Tx, stores: Stores, caller: Caller, contact: ContactRow): Promise<void> {
  const account = await demandAccount(tx, caller.workspaceId, contact.accountId);
  await raiseTask(tx, stores, caller.workspaceId, 'system:accounts', {
    code: 'task.decision_maker_lost', params: { account: account.name, contact: contact.name }, accountId: account.id, contactId: contact.id, assignee: account.owner,
    dueOn: stores.clock.now().toISOString().slice(0, 10),
  });
  await announce(tx, stores.clock, caller.workspaceId, 'account.decision_maker_lost', { account: account.id, contact: contact.id });
}

/** What the filters see of a contact: today's stance, needs, objections and interests, on the customer they are. */
async function publishAttitudes(tx: Tx, stores: Stores, caller: Caller, contactId: string): Promise<void> {
  const { workspaceId } = caller;
  const contact = await contactById(tx, workspaceId, contactId);
  if (!contact) throw notFound('contact', { id: contactId });
  const history = (await attitudeRows(tx, workspaceId, [contactId])).map(({ at, endedAt, ...one }): Observation => ({ ...one, at: at.toISOString(), endedAt: endedAt?.toISOString() ?? null }));
  const { stance, needs, objections, interests } = attitudesNow(history);
  const owner = (await ownersById(tx, workspaceId, [contact.customerId])).get(contact.customerId);
  const values = (all: readonly Observation[]): string[] | null => (all.length > 0 ? all.map(({ value }) => value) : null);
  if (owner) await publishIn(tx, stores, workspaceId, [{ customer: owner, values: { stance: stance?.value ?? null, needs: values(needs), objections: values(objections), interests: values(interests) } }]);
}

export type ObservationInput = { kind: Attitude; value: string; evidence: string; confidence: number };

/** Notes what a contact thinks, wants, doubts or likes, with its evidence. Every observation stays in the history. Refuses `contact.not_found`. */
export async function observe(stores: Stores, caller: Caller, contactId: string, input: ObservationInput): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandContact(tx, caller, contactId);
    await insertAttitude(tx, caller.workspaceId, contactId, { ...input, id: newId(), author: author(caller), at: stores.clock.now() });
    await publishAttitudes(tx, stores, caller, contactId);
  });
  await flushMirror(stores, caller.workspaceId);
}

/** A need is met, an objection answered, an interest gone. Refuses `attitude.not_found`. */
export async function endObservation(stores: Stores, caller: Caller, id: string): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const ended = await endAttitude(tx, caller.workspaceId, id, stores.clock.now());
    if (!ended) throw notFound('attitude', { id });
    await publishAttitudes(tx, stores, caller, ended.contactId);
  });
  await flushMirror(stores, caller.workspaceId);
}
