import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';
import type { ConsentChannel, ConsentState } from '../core/reach.ts';
import { type PersonRow, personColumns } from './people.ts';
import { inShops } from './scope.ts';

export type ConsentRow = { customer: CustomerId; channel: ConsentChannel; purpose: string; state: ConsentState; proof: string; at: Date };

/** Live customers in the order of their ids. */
export const peopleAfter = (tx: Tx, workspaceId: WorkspaceId, { after, shops, limit }: { after: CustomerId | null; shops: readonly string[]; limit: number }): Promise<PersonRow[]> =>
  many(tx, sql<PersonRow>`
    select ${personColumns} from customer c
     where c.workspace_id = ${workspaceId} and c.merged_into is null and (${after}::uuid is null or c.id > ${after}::uuid) and ${inShops(shops)}
     order by c.id
     limit ${limit}`);

/** Every consent and withdrawal of customers, the oldest first. */
export const consentsOf = (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<ConsentRow[]> =>
  many(tx, sql<ConsentRow>`
    select s.customer_id as customer, n.channel, n.purpose, n.state, n.proof, n.at
      from consent n
      join subject s on s.workspace_id = n.workspace_id and s.id = n.customer_id
     where n.workspace_id = ${workspaceId} and s.customer_id = any (${customers}::uuid[])
     order by n.at, n.id`);
