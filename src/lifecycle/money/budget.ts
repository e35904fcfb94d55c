import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { daysBetween } from '../../kernel/day.ts';
import { notFound } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { groupOf } from '../audience.ts';
import { type Advice, adviseBudget } from '../core/money/budget.ts';
import { ledgerOf } from '../core/money/ledger.ts';
import type { Rates } from '../core/money/sharing.ts';
import type { Audience } from '../queries/audience.ts';
import type { planBody, plansReply, tiersQuery, tiersReply } from './contract.ts';
import { demandWhole } from './costs.ts';
import { ledgersBy, valueTiers } from './queries/ledger.ts';
import { firstPurchaseDay } from './queries/heads.ts';
import { sharedBills, sure } from './shares.ts';
import { archivePlan, type BudgetInputs, insertPlan, keptPlans, type Plan, type Split } from './store.ts';

/** Value tiers: the best fifth, the next three tenths, the other half. */
export const TIERS = [{ key: 'top', upTo: 0.2 }, { key: 'middle', upTo: 0.5 }, { key: 'rest', upTo: 1 }] as const;

type Group = { key: string; customers: number; valueMinor: number; scored: number; expectedMinor: number };

async function groupsOf(stores: Stores, caller: Caller, audience: Audience, by: Split, rates: Rates): Promise<Group[]> {
  if (by === 'stage') return (await ledgersBy(stores.ch, caller.workspaceId, audience, 'stage', rates)).map(({ key, customers, scored, expectedMinor, ...totals }) => ({ key, customers, scored, expectedMinor, valueMinor: ledgerOf(totals).valueMinor }));
  const rows = await valueTiers(stores.ch, caller.workspaceId, audience, rates, TIERS.map(({ upTo }) => upTo));
  return rows.map(({ tier, ...row }) => ({ ...row, key: TIERS[tier - 1]?.key ?? 'rest' }));
}

const DAYS_A_YEAR = 365;

/**
 * What an advice may start from: for each tier or stage what a customer of it brings in a year (what scoring expects; the
 * past by the year before there are scores) and, as assumptions to be edited, a curve: `wonShare` of that value can be won,
 * and `perHeadMinor` a head wins 63 % of it. The cap is three times that a head.
 */
export async function budgetTiers(stores: Stores, caller: Caller, { by, wonShare, perHeadMinor, ...group }: z.output<typeof tiersQuery>): Promise<z.input<typeof tiersReply>> {
  demandWhole(caller);
  const { rates } = await sharedBills(stores, caller.workspaceId);
  const [asOf, first, groups] = await Promise.all([dataDay(stores, caller.workspaceId), firstPurchaseDay(stores.ch, caller.workspaceId), groupsOf(stores, caller, await groupOf(stores, caller, group), by, rates)]);
  const years = Math.max(1, first === null ? 1 : daysBetween(first, asOf) / DAYS_A_YEAR);
  const tiers = groups.filter(({ customers }) => customers > 0).map(({ key, customers, valueMinor, scored, expectedMinor }) => {
    const yearMinor = Math.max(0, scored > 0 ? expectedMinor : valueMinor / years) / customers;
    return { key, customers, yearMinor, basis: scored > 0 ? 'scored' as const : 'past' as const, capMinor: 3 * perHeadMinor * customers, ceilingMinor: Math.round(wonShare * yearMinor * customers), scaleMinor: perHeadMinor * customers };
  });
  return { asOf, by, wonShare, perHeadMinor, tiers };
}

/** The best split of a sum within every cap; the same inputs give the same advice (R30). Refuses `money.bad_budget`, `money.bad_curve`. */
export const advise = (inputs: BudgetInputs): Advice => sure(adviseBudget(inputs));

/** Keeps an advice with everything it was reckoned from. */
export async function keepPlan(stores: Stores, caller: Caller, { name, by, ...inputs }: z.output<typeof planBody>): Promise<Plan> {
  demandWhole(caller);
  const plan: Plan = { id: newId(), name, asOf: await dataDay(stores, caller.workspaceId), splitBy: by, inputs, advice: advise(inputs), author: caller.actor.id, createdAt: stores.clock.now() };
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await insertPlan(tx, caller.workspaceId, plan);
    await audit(tx, stores.clock, caller, { action: 'budget_plan.kept', target: plan.id, detail: { budgetMinor: inputs.budgetMinor } });
  });
  return plan;
}

export async function plans(stores: Stores, caller: Caller): Promise<z.input<typeof plansReply>> {
  demandWhole(caller);
  return { rows: await stores.pg.tx(caller.workspaceId, (tx) => keptPlans(tx, caller.workspaceId)) };
}

/** Refuses `budget_plan.not_found`. */
export async function dropPlan(stores: Stores, caller: Caller, id: string): Promise<void> {
  demandWhole(caller);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if (await archivePlan(tx, caller.workspaceId, id, stores.clock.now()) === 0) throw notFound('budget_plan', { id });
    await audit(tx, stores.clock, caller, { action: 'budget_plan.dropped', target: id });
  });
}
