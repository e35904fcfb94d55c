import { humanContacts } from '../../customers/index.ts';
import { dayIn } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { humanRefusal, type Refused, slaOf, type Sla, termsOf, type Tier } from '../core/touch/policy.ts';
import { workspaceOf } from '../store.ts';
import { policyRow, standingsOf } from './store.ts';

/** How somebody is served: the terms of their tier, who looks after them, why a person of ours may not speak to them, and what was spent on it this year. */
export type Touch = { terms: Tier; adviser: string | null; human: Refused | null; contacts: number; spentMinor: number };

/** How these customers (ids of today) are served, inside a transaction; nobody is in it where the workspace has no policy. */
export async function touchIn(tx: Tx, { clock }: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<Map<CustomerId, Touch>> {
  const row = owners.length === 0 ? undefined : await policyRow(tx, workspaceId);
  if (!row) return new Map();
  const { policy } = row, { timezone } = await workspaceOf(tx, workspaceId);
  const standing = new Map((await standingsOf(tx, workspaceId, owners)).map((one) => [one.owner, one]));
  const contacts = await humanContacts(tx, workspaceId, owners, { year: dayIn(timezone, clock.now()).slice(0, 4), zone: timezone });
  return new Map(owners.map((owner) => {
    const { tier = null, adviser = null } = standing.get(owner) ?? {}, made = contacts.get(owner) ?? 0;
    return [owner, { terms: termsOf(policy, tier), adviser, human: humanRefusal(policy, { tier, adviser, contacts: made }), contacts: made, spentMinor: made * policy.contactMinor }];
  }));
}

/** How fast a ticket of this customer (id of today) is to be answered and solved, for the clock of the service desk; null where there is no policy. */
export async function slaFor(tx: Tx, workspaceId: WorkspaceId, customer: CustomerId): Promise<Sla | null> {
  const row = await policyRow(tx, workspaceId), [standing] = row ? await standingsOf(tx, workspaceId, [customer]) : [];
  return row ? slaOf(row.policy, standing?.tier ?? null) : null;
}
