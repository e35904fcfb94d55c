import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Stores } from '../kernel/stores.ts';
import type { rulesBody, rulesReply } from './contract.ts';
import { dayNumber } from '../kernel/day.ts';
import type { Rules } from './core/rules.ts';
import { rulesRow, type RulesRow } from './queries/state.ts';
import { saveRules } from './queries/rules.ts';
import { rulesIn } from './settings.ts';

type Reply = z.input<typeof rulesReply>;
const replyOf = (workspaceId: string, row: RulesRow | undefined): Reply =>
  ({ version: row?.version ?? 0, rules: rulesIn(workspaceId, row?.rules) as unknown as Reply['rules'], changedAt: row?.changedAt.toISOString() ?? null, changedBy: row?.changedBy ?? null });

/** The rules in force; version 0 is how every workspace begins. */
export const readRules = async (stores: Stores, { workspaceId }: Caller): Promise<Reply> => replyOf(workspaceId, await stores.pg.tx(workspaceId, (tx) => rulesRow(tx, workspaceId)));

/** What is set for the whole workspace is set by whoever sees all of it. Refuses `reach.all_shops` (403). */
export function demandAllShops({ shops }: Caller): void {
  if (shops.length > 0) throw new Refusal('reach.all_shops', {}, 403);
}

function checkDays({ holidays }: Partial<Rules>): void {
  const turned = holidays?.days.find(({ from, to }) => dayNumber(from) > dayNumber(to));
  if (turned) throw new Refusal('reach.days_turned', { from: turned.from, to: turned.to });
}

/** Changes parts of the rules, in force at the next decision. Refuses `reach.rules_changed` (409) where somebody else was quicker, `reach.days_turned`, `reach.all_shops`. */
export async function changeRules(stores: Stores, caller: Caller, { version, rules }: z.output<typeof rulesBody>): Promise<Reply> {
  demandAllShops(caller);
  checkDays(rules as Partial<Rules>);
  const { workspaceId, actor } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    const before = await rulesRow(tx, workspaceId, { lock: true });
    const next = { version: version + 1, rules: { ...before?.rules, ...rules }, at: stores.clock.now(), by: `${actor.kind}:${actor.id}` };
    if ((before?.version ?? 0) !== version || (await saveRules(tx, workspaceId, next)) === 0) throw new Refusal('reach.rules_changed', { version: before?.version ?? 0 }, 409);
    await audit(tx, stores.clock, caller, { action: 'reach.rules', target: workspaceId, detail: { version: next.version, changed: Object.keys(rules) } });
    return replyOf(workspaceId, { version: next.version, rules: next.rules, changedAt: next.at, changedBy: next.by });
  });
}
