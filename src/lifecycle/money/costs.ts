import type { z } from 'zod';
import { dropTypedCost, putTypedCost, TYPED_SOURCE } from '../../collect/index.ts';
import { isScoped } from '../../customers/index.ts';
import { userNames } from '../../kernel/access/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { addDays, type Day, monthOf } from '../../kernel/day.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { isUuid, newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { CostBody, costsQuery, costsReply } from './contract.ts';
import { type CostFact, costFacts, type CostPosition } from './queries/costs.ts';
import { costEntries, insertCost, removeCost } from './store.ts';

/** Costs are the whole business's: refuses staff of single shops. */
export function demandWhole(caller: Caller): void {
  if (isScoped(caller)) throw new Refusal('money.whole_business', {}, 403);
}

/** The last day of 'YYYY-MM': a bill of a month is dated its end. */
const endOf = (month: string): Day => addDays(`${monthOf(addDays(`${month}-28`, 4))}-01`, -1);

/** Writes down a cost and counts it from now on. Refuses `cost.no_rate` and staff of single shops. */
export async function addCost(stores: Stores, caller: Caller, { kind, channel, on, amountMinor, currency = '', note }: CostBody): Promise<{ id: string }> {
  demandWhole(caller);
  const id = newId();
  const wholeMonth = on === monthOf(on);
  const day = wholeMonth ? endOf(on) : on;
  return stores.pg.tx(caller.workspaceId, async (tx) => {
    await insertCost(tx, caller.workspaceId, { id, note, amountMinor, currency, wholeMonth, author: caller.actor.id, createdAt: stores.clock.now() });
    await audit(tx, stores.clock, caller, { action: 'cost.added', target: id, detail: { kind, day, amountMinor } });
    await putTypedCost(stores, tx, caller.workspaceId, { costNo: id, day, kind, channel, amountMinor, currency });
    return { id };
  });
}

/** Takes a typed cost back; what files brought is undone with its import. Refuses `cost.not_found`. */
export async function dropCost(stores: Stores, caller: Caller, id: string): Promise<void> {
  demandWhole(caller);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if (await removeCost(tx, caller.workspaceId, { id, by: caller.actor.id, at: stores.clock.now() }) === 0) throw notFound('cost', { id });
    await audit(tx, stores.clock, caller, { action: 'cost.removed', target: id });
    await dropTypedCost(stores, tx, caller.workspaceId, id);
  });
}

function afterOf(cursor: string): CostPosition {
  const [day, source, costNo] = fromCursor(cursor, 3).map(String);
  return { day: day ?? '', source: source ?? '', costNo: costNo ?? '' };
}

/** Costs, imported and typed, newest first; typed ones with who wrote them down. */
export async function listCosts(stores: Stores, caller: Caller, { cursor, limit, ...pick }: z.output<typeof costsQuery>): Promise<z.input<typeof costsReply>> {
  demandWhole(caller);
  const facts = await costFacts(stores.ch, caller.workspaceId, { pick, after: cursor === undefined ? null : afterOf(cursor), limit: limit + 1 });
  const shown = facts.slice(0, limit);
  const typed = shown.filter(({ source }) => source === TYPED_SOURCE).map(({ costNo }) => costNo).filter(isUuid);
  const entries = typed.length === 0 ? [] : await stores.pg.tx(caller.workspaceId, (tx) => costEntries(tx, caller.workspaceId, typed));
  const names = await userNames(stores, entries.map(({ author }) => author).filter(isUuid));
  const told = new Map(entries.map(({ id, note, author, wholeMonth, amountMinor, currency, createdAt }) => [id, { note, author: names.get(author) ?? '', wholeMonth, amountMinor, currency, at: createdAt.toISOString() }]));
  const last = shown.at(-1);
  return { rows: shown.map((fact: CostFact) => ({ ...fact, typed: told.get(fact.costNo) ?? null })), next: facts.length > limit && last ? toCursor([last.day, last.source, last.costNo]) : null };
}
