import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { dayIn } from '../../kernel/day.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { audienceOf } from '../audience.ts';
import { workspaceOf } from '../store.ts';
import { EXIT_REASONS, type ExitReason, type ExitSource } from './codes.ts';
import type { exitReasonBody, exitTableQuery, exitTableReply } from './contract.ts';
import { type GoneRow, goneCustomers } from './queries/exits.ts';
import { type ExitRow, exitReasons, saveExitReason } from './store.ts';

/** Money given back from which on the product is the likely reason. */
const REFUND_HINT = 0.3;

type Why = { reason: ExitReason; source: ExitSource | null };
const isReason = (word: string): word is ExitReason => (EXIT_REASONS as readonly string[]).includes(word);

/** Staff's word first, then the customer's own in a survey, then a hint in what they did; else unknown. */
export function whyGone({ told, complaints, refundShare }: Pick<GoneRow, 'told' | 'complaints' | 'refundShare'>, coded: ExitRow | undefined): Why {
  if (coded && isReason(coded.reason)) return { reason: coded.reason, source: coded.source as ExitSource };
  if (isReason(told) && told !== 'unknown') return { reason: told, source: 'survey' };
  if (complaints > 0) return { reason: 'service', source: 'hint' };
  return refundShare >= REFUND_HINT ? { reason: 'product', source: 'hint' } : { reason: 'unknown', source: null };
}

/** Thirds by what they brought. */
function bandsOf(rows: readonly GoneRow[]): Map<CustomerId, 'high' | 'middle' | 'low'> {
  const falling = rows.toSorted((a, b) => b.net - a.net || (a.customerId < b.customerId ? -1 : 1));
  return new Map(falling.map(({ customerId }, at) => [customerId, at * 3 < falling.length ? 'high' : at * 3 < 2 * falling.length ? 'middle' : 'low']));
}

type Reply = z.infer<typeof exitTableReply>;

/** Why churned customers left: reason by value and by the stage they left from (R127). Shares sum to one, `unknown` among them. */
export async function exitTable(stores: Stores, caller: Caller, query: z.output<typeof exitTableQuery>): Promise<Reply> {
  const { workspaceId } = caller, [asOf, gone, coded] = await Promise.all([dataDay(stores, workspaceId), goneCustomers(stores.ch, workspaceId, audienceOf(caller, query)), stores.pg.tx(workspaceId, (tx) => exitReasons(tx, workspaceId))]);
  const codedOf = new Map(coded.map((row) => [row.customer, row])), bands = bandsOf(gone), told = gone.map((row) => ({ ...row, ...whyGone(row, codedOf.get(row.customerId)), band: bands.get(row.customerId) ?? ('low' as const) }));
  const rows = [...Map.groupBy(told, ({ reason }) => reason)].map(([reason, own]): Reply['rows'][number] => ({
    reason, customers: own.length, share: own.length / gone.length, netMinor: own.reduce((sum, { net }) => sum + net, 0),
    sources: Object.fromEntries([...Map.groupBy(own.filter(({ source }) => source !== null), ({ source }) => source as ExitSource)].map(([source, some]) => [source, some.length])),
  }));
  const cells = [...Map.groupBy(told, ({ reason, from, band }) => `${reason} ${from} ${band}`).values()].flatMap((own): Reply['cells'] => {
    const [first] = own;
    return first ? [{ reason: first.reason, stage: first.from, band: first.band, customers: own.length, valueMinor: own.reduce((sum, { value }) => sum + value, 0) }] : [];
  });
  return { asOf, customers: gone.length, rows: rows.toSorted((a, b) => b.customers - a.customers), cells };
}

/** Codes why somebody left, or takes it back. */
export async function codeExit(stores: Stores, caller: Caller, customer: CustomerId, { reason, source }: z.output<typeof exitReasonBody>): Promise<void> {
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    const { timezone } = await workspaceOf(tx, workspaceId);
    await saveExitReason(tx, workspaceId, { customer, reason, source, by: caller.actor.id, day: dayIn(timezone, stores.clock.now()) });
    await audit(tx, stores.clock, caller, { action: 'exit_reason.coded', target: `customer/${customer}`, detail: { reason, source } });
  });
}
