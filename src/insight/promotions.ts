import { publishPromotions } from '../collect/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import type { AuditAction } from '../kernel/words/auditActions.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { announce } from '../kernel/facts.ts';
import { newId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { allPromotions, dropPromotion, lockedPromotions, type Promotion, type PromotionId, savePromotion } from './queries/promotions.ts';

export const listPromotions = (stores: Stores, caller: Caller): Promise<Promotion[]> =>
  stores.pg.tx(caller.workspaceId, (tx) => allPromotions(tx, caller.workspaceId));

/** An order's day falls in one promotion of its shop: refuses days that run backwards or are taken. */
function demandFree(calendar: readonly Promotion[], wanted: Promotion): void {
  if (wanted.firstDay > wanted.lastDay) throw new Refusal('insight.period_invalid', { from: wanted.firstDay, to: wanted.lastDay });
  const sameShop = (one: Promotion): boolean => one.shop === '' || wanted.shop === '' || one.shop === wanted.shop;
  const taken = calendar.find((one) => one.id !== wanted.id && sameShop(one) && one.firstDay <= wanted.lastDay && wanted.firstDay <= one.lastDay);
  if (taken) throw new Refusal('promotion.overlaps', { name: taken.name, promotionId: taken.id }, 409);
}

/** Changes the calendar and publishes it to collect in one transaction; then orders stored already get the window their day falls in. */
async function change(stores: Stores, caller: Caller, action: AuditAction, id: PromotionId, work: (tx: Tx, calendar: Promotion[]) => Promise<void>): Promise<Promotion[]> {
  const [calendar, reassign] = await stores.pg.tx(caller.workspaceId, async (tx) => {
    await work(tx, await lockedPromotions(tx, caller.workspaceId));
    await audit(tx, stores.clock, caller, { action, target: id });
    await announce(tx, stores.clock, caller.workspaceId, 'promotions.changed', { promotionId: id });
    const after = await allPromotions(tx, caller.workspaceId);
    return [after, await publishPromotions(tx, stores, caller.workspaceId, after.map(({ name: _, ...window }) => window))] as const;
  });
  await reassign();
  return calendar;
}

export type PromotionInput = Omit<Promotion, 'id'>;

/** Refuses `promotion.overlaps` and days that run backwards. */
export async function addPromotion(stores: Stores, caller: Caller, input: PromotionInput): Promise<Promotion> {
  const promotion: Promotion = { id: newId(), ...input };
  await change(stores, caller, 'promotion.added', promotion.id, async (tx, calendar) => {
    demandFree(calendar, promotion);
    await savePromotion(tx, caller.workspaceId, promotion, stores.clock.now());
  });
  return promotion;
}

/** Refuses `promotion.not_found`, `promotion.overlaps` and days that run backwards. */
export async function changePromotion(stores: Stores, caller: Caller, id: PromotionId, input: Partial<PromotionInput>): Promise<Promotion> {
  const calendar = await change(stores, caller, 'promotion.changed', id, async (tx, known) => {
    const before = known.find((one) => one.id === id);
    if (!before) throw notFound('promotion', { id });
    const next = { ...before, ...input };
    demandFree(known, next);
    await savePromotion(tx, caller.workspaceId, next, stores.clock.now());
  });
  return calendar.find((one) => one.id === id) as Promotion;
}

/** Refuses `promotion.not_found`. */
export async function removePromotion(stores: Stores, caller: Caller, id: PromotionId): Promise<void> {
  await change(stores, caller, 'promotion.removed', id, async (tx) => {
    if (await dropPromotion(tx, caller.workspaceId, id) === 0) throw notFound('promotion', { id });
  });
}
