import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { activity, purchases } from '../../../kernel/readings.ts';
import { among, filterOf, rowsOf, type Whom } from '../../queries/habits.ts';

/** What one customer did of one kind since a day: moments in ms, and the money of each. */
export type Deeds = { customer: CustomerId; event: string; moments: number[]; amounts: number[] };

/** Events of some names since a day, by customer, where there are at least as many as the easiest rule asks. */
export const deedsOf = (ch: ClickHouse, workspaceId: WorkspaceId, { whom, events, since, atLeast }: { whom: Whom; events: readonly string[]; since: Day; atLeast: number }): Promise<Deeds[]> =>
  ch.rows(`
    select customer, toString(event) as event, groupArray(toUnixTimestamp64Milli(time)) as moments, groupArray(toInt64(ifNull(amount, 0))) as amounts
      from ${among(whom, activity, '{since:Date32}')('customer', 'subject', 'event', 'day', 'time', 'amount')}
     where event in {events:Array(String)} and day >= {since:Date32} and ${rowsOf(whom)}
     group by customer, event
    having count() >= {atLeast:UInt32}
     order by customer, event`, { workspace: workspaceId, ...whom, events, since, atLeast });

/** Moments of purchases that stand, since a day. */
export const keptOf = (ch: ClickHouse, workspaceId: WorkspaceId, { whom, since }: { whom: Whom; since: Day }): Promise<{ customer: CustomerId; moments: number[] }[]> =>
  ch.rows(`
    select customer, groupArray(toUnixTimestamp64Milli(ordered_at)) as moments
      from ${among(whom, purchases)('customer', 'subject', 'day', 'ordered_at', 'refunded')}
     where day >= {since:Date32} and refunded = 0 and ${filterOf(whom)}
     group by customer`, { workspace: workspaceId, ...whom, since });
