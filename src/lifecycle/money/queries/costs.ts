import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import type { Bill } from '../../core/money/sharing.ts';

export type CostFact = { source: string; costNo: string; day: string; kind: Bill['kind']; channel: string; campaign: string; orderNo: string; ofCustomer: boolean; amountMinor: number };
export type CostPick = { kind?: string | undefined; month?: string | undefined; channel?: string | undefined };
export type CostPosition = { day: string; source: string; costNo: string };

const PICKS = { kind: 'kind = {kind:String}', month: 'substring(toString(day), 1, 7) = {month:String}', channel: 'channel = {channel:String}' } as const;

/** Costs as they stand, the newest first, after the last one seen. */
export const costFacts = async (ch: ClickHouse, workspaceId: WorkspaceId, { pick, after, limit }: { pick: CostPick; after: CostPosition | null; limit: number }): Promise<CostFact[]> => {
  const picked = (Object.keys(PICKS) as (keyof CostPick)[]).filter((name) => pick[name] !== undefined);
  const conditions = ['workspace = {workspace:UUID}', ...picked.map((name) => PICKS[name]), ...(after ? ['(day, source, cost_no) < (toDate({after_day:String}), {after_source:String}, {after_no:String})'] : [])];
  const rows = await ch.rows<Omit<CostFact, 'ofCustomer'> & { named: number }>(`
    select toString(c.source) as source, c.cost_no as costNo, toString(c.day) as day, toString(c.kind) as kind, toString(c.channel) as channel, c.campaign as campaign, c.order_no as orderNo,
           c.subject != ${NOBODY_SQL} as named, c.amount as amountMinor
      from (select source, cost_no, day, kind, channel, campaign, order_no, subject, amount from costs final where ${conditions.join(' and ')} order by day desc, source desc, cost_no desc limit {limit:UInt32}) as c
     order by c.day desc, c.source desc, c.cost_no desc`, {
    workspace: workspaceId, limit, ...Object.fromEntries(picked.map((name) => [name, pick[name]])), ...(after && { after_day: after.day, after_source: after.source, after_no: after.costNo }),
  });
  return rows.map(({ named, ...row }) => ({ ...row, ofCustomer: Number(named) === 1 }));
};
