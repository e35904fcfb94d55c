import { humanContacts } from '../../customers/index.ts';
import { dayIn } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { humanRefusal, type Refused, slaOf, type Sla, type Standing, termsOf, type Tier, type TouchPolicy } from '../core/touch/policy.ts';
import { workspaceOf } from '../store.ts';
import { lockContacts, policyRow, standingsOf } from './store.ts';

/** How somebody is served: the terms of their tier, who looks after them, why a person of ours may not speak to them, and what was spent on it this year. */
export type Touch = { terms: Tier; adviser: string | null; human: Refused | null; contacts: number; spentMinor: number };

async function standingIn(tx: Tx, { clock }: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<(owner: CustomerId) => Standing> {
  const { timezone } = await workspaceOf(tx, workspaceId), places = new Map((await standingsOf(tx, workspaceId, owners)).map((one) => [one.owner, one]));
  const contacts = await humanContacts(tx, workspaceId, owners, { year: dayIn(timezone, clock.now()).slice(0, 4), zone: timezone });
  return (owner) => ({ tier: places.get(owner)?.tier ?? null, adviser: places.get(owner)?.adviser ?? null, contacts: contacts.get(owner) ?? 0 });
}

function touchOf(policy: TouchPolicy, standing: Standing): Touch {
  const { tier, adviser, contacts } = standing;
  return { terms: termsOf(policy, tier), adviser, human: humanRefusal(policy, standing), contacts, spentMinor: contacts * policy.contactMinor };
}

/** How these customers (ids of today) are served, inside a transaction; nobody is in it where the workspace has no policy. */
export async function touchIn(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<Map<CustomerId, Touch>> {
  const row = owners.length === 0 ? undefined : await policyRow(tx, workspaceId);
  if (!row) return new Map();
  const standing = await standingIn(tx, stores, workspaceId, owners);
  return new Map(owners.map((owner) => [owner, touchOf(row.policy, standing(owner))]));
}

/**
 * Whether a person of ours may speak to each of these customers (ids of today, one for each contact, in order), and who that is: to be asked in the very
 * transaction that raises the tasks. Whoever asks meanwhile waits until it ends, and each contact counts for those after it, so that the year's cost is
 * kept to the contact.
 */
export async function askContacts(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<Pick<Touch, 'adviser' | 'human'>[]> {
  const row = owners.length === 0 ? undefined : await policyRow(tx, workspaceId);
  if (!row) return owners.map(() => ({ adviser: null, human: null }));
  if (row.policy.tiers.some(({ capMinor }) => capMinor !== null)) await lockContacts(tx, workspaceId);
  const standing = await standingIn(tx, stores, workspaceId, [...new Set(owners)]), asked = new Map<CustomerId, number>();
  return owners.map((owner) => {
    const now = standing(owner), { adviser, human } = touchOf(row.policy, { ...now, contacts: now.contacts + (asked.get(owner) ?? 0) });
    if (!human) asked.set(owner, (asked.get(owner) ?? 0) + 1);
    return { adviser, human };
  });
}

/** How fast a ticket of this customer (id of today) is to be answered and solved, for the clock of the service desk; null where there is no policy. */
export async function slaFor(tx: Tx, workspaceId: WorkspaceId, customer: CustomerId): Promise<Sla | null> {
  const row = await policyRow(tx, workspaceId), [standing] = row ? await standingsOf(tx, workspaceId, [customer]) : [];
  return row ? slaOf(row.policy, standing?.tier ?? null) : null;
}
