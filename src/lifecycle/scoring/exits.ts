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
import { exitReasons, saveExitReason } from './store.ts';

const isReason = (word: string): word is ExitReason => (EXIT_REASONS as readonly string[]).includes(word);

type Reply = z.infer<typeof exitTableReply>;
const heads = (rows: readonly GoneRow[]): number => rows.reduce((sum, { customers }) => sum + customers, 0);

/** Why churned customers left: reason by value and by the stage they left from (R127). Shares sum to one, `unknown` among them. */
export async function exitTable(stores: Stores, caller: Caller, query: z.output<typeof exitTableQuery>): Promise<Reply> {
  const { workspaceId } = caller, coded = await stores.pg.tx(workspaceId, (tx) => exitReasons(tx, workspaceId));
  const known = coded.flatMap(({ customer, reason, source }) => (isReason(reason) ? [{ customer: customer as CustomerId, reason, source }] : []));
  const [asOf, gone] = await Promise.all([dataDay(stores, workspaceId), goneCustomers(stores.ch, workspaceId, audienceOf(caller, query), known)]);
  const all = heads(gone);
  const rows = [...Map.groupBy(gone, ({ reason }) => reason)].map(([reason, own]): Reply['rows'][number] => ({
    reason, customers: heads(own), share: heads(own) / all, netMinor: own.reduce((sum, { net }) => sum + net, 0),
    sources: Object.fromEntries([...Map.groupBy(own.filter(({ source }) => source !== ''), ({ source }) => source as ExitSource)].map(([source, some]) => [source, heads(some)])),
  }));
  const cells = [...Map.groupBy(gone, ({ reason, from, band }) => `${reason} ${from} ${band}`).values()].flatMap((own): Reply['cells'] => {
    const [first] = own;
    return first ? [{ reason: first.reason, stage: first.from, band: first.band, customers: heads(own), valueMinor: own.reduce((sum, { value }) => sum + value, 0) }] : [];
  });
  return { asOf, customers: all, rows: rows.toSorted((a, b) => b.customers - a.customers), cells };
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
