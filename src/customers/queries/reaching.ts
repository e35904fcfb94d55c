import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';
import { uuids } from './arrays.ts';

export type ConsentWord = { owner: CustomerId; channel: string; purpose: string; state: 'given' | 'withdrawn' };

/** The newest word of each customer on each channel and purpose; of two of one instant the withdrawal. */
export const newestConsents = (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<ConsentWord[]> =>
  many(tx, sql<ConsentWord>`
    select distinct on (s.customer_id, c.channel, c.purpose) s.customer_id as owner, c.channel, c.purpose, c.state
      from subject s
      join consent c on c.workspace_id = s.workspace_id and c.customer_id = s.id
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${uuids(owners)}::uuid[])
     order by s.customer_id, c.channel, c.purpose, c.at desc, c.state desc`);
