import { audit } from '../kernel/audit.ts';
import { hideContacts } from '../kernel/contacts.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { announce } from '../kernel/facts.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { type CustomerId, newId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { demandValue, type Field } from './core/fields.ts';
import type { Own } from './core/fold.ts';
import { loadFields } from './fields.ts';
import { blobsOf, withHeard, withoutContacts } from './hearing.ts';
import type { ConsentInput } from './identify.ts';
import { isFieldHidden } from './masking.ts';
import { flushMirror, owe } from './mirror.ts';
import { anchorsById, insertConsents, saveSaid } from './queries/customers.ts';
import { lockIdentity } from './queries/identity.ts';
import { ownerOf } from './queries/people.ts';
import { demandSeen } from './scope.ts';
import { refold } from './refold.ts';
import { writingVault } from './vault.ts';

/** What a member of staff writes into a record. Fields by key; null clears. */
export type TellInput = { name?: string | undefined; fields?: Readonly<Record<string, unknown>> | undefined; consents?: readonly ConsentInput[] | undefined };

const ownerNamed = async (tx: Tx, caller: Caller, id: string): Promise<CustomerId> => {
  const owner = await ownerOf(tx, caller.workspaceId, id);
  if (!owner) throw notFound('customer', { id });
  await demandSeen(tx, caller, [owner]);
  return owner;
};

function writable(caller: Caller, fields: ReadonlyMap<string, Field>, key: string): Field {
  const field = fields.get(key);
  if (!field) throw new Refusal('field.unknown', { field: key });
  if (isFieldHidden(caller, { ...field, sealed: false }, false)) throw new Refusal('field.hidden', { field: key }, 403);
  if (field.source !== 'own' && field.source !== 'customers') throw new Refusal('field.published', { field: key, source: field.source });
  return field;
}

/** Writes name, fields and consents as said by staff, now. Refuses `customer.not_found`, `field.unknown`, `field.value_invalid`, `field.published`, `field.hidden`. */
export async function tell(stores: Stores, caller: Caller, id: string, { name, fields: values = {}, consents = [] }: TellInput): Promise<CustomerId> {
  const { workspaceId } = caller;
  const keys = await stores.keys.of(workspaceId);
  const at = stores.clock.now();
  const source = `${caller.actor.kind}:${caller.actor.id}`;
  const owner = await stores.pg.tx(workspaceId, async (tx) => {
    await lockIdentity(tx, workspaceId);
    const owner = await ownerNamed(tx, caller, id);
    const fields = await loadFields(tx, workspaceId);
    const said = { clear: {} as Record<string, Own[string]>, sealed: {} as Record<string, Own[string]> };
    if (name !== undefined) said.clear.name = [hideContacts(name.trim()), at.getTime(), source];
    for (const [key, value] of Object.entries(values)) {
      const field = writable(caller, fields, key);
      const demanded = demandValue(field, value);
      said[field.sealed ? 'sealed' : 'clear'][key] = [field.sealed || demanded === null ? demanded : withoutContacts(demanded), at.getTime(), source];
    }
    const anchor = (await anchorsById(tx, workspaceId, [owner])).get(owner);
    const vault = await writingVault(tx, keys, workspaceId);
    await vault.know(blobsOf(anchor ? [anchor] : []));
    const next = anchor && withHeard(vault, workspaceId, anchor, said);
    if (next) await saveSaid(tx, workspaceId, [next], true);
    await vault.save();
    await insertConsents(tx, workspaceId, consents.map(({ channel, state, purpose = 'marketing', proof = '' }) => ({ id: newId(), customerId: owner, channel, purpose, state, source, proof, at })));
    await refold(tx, workspaceId, [owner]);
    await owe(tx, stores, workspaceId, { customers: [owner] });
    await audit(tx, stores.clock, caller, { action: 'customer.write', target: `customer:${owner}`, detail: { fields: [...(name === undefined ? [] : ['name']), ...Object.keys(values)], consents: consents.length } });
    if (consents.length > 0) await announce(tx, stores.clock, workspaceId, 'consent.changed', { customer: owner, channels: consents.map(({ channel, state }) => ({ channel, state })) });
    return owner;
  });
  await flushMirror(stores, workspaceId);
  return owner;
}

export { ownerNamed };
