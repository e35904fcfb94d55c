import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Advice, Tier } from '../core/money/budget.ts';
import type { Weights } from './queries/scores.ts';

/** Who typed a cost, in what words and money. */
export type CostEntry = { id: string; note: string; amountMinor: number; currency: string; wholeMonth: boolean; author: string; createdAt: Date };

export const insertCost = (tx: Tx, workspaceId: WorkspaceId, entry: CostEntry): Promise<number> =>
  run(tx, sql`
    insert into cost_entry (workspace_id, id, note, amount, currency, whole_month, author, created_at)
    values (${workspaceId}, ${entry.id}, ${entry.note}, ${entry.amountMinor}, ${entry.currency}, ${entry.wholeMonth}, ${entry.author}, ${entry.createdAt})`);

export const costEntries = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<CostEntry[]> =>
  many(tx, sql<CostEntry>`
    select id, note, amount as "amountMinor", currency, whole_month as "wholeMonth", author, created_at as "createdAt"
      from cost_entry
     where workspace_id = ${workspaceId} and id = any(${[...ids]}::uuid[])`);

/** Marks a typed cost as removed; how many there were to remove. */
export const removeCost = (tx: Tx, workspaceId: WorkspaceId, { id, by, at }: { id: string; by: string; at: Date }): Promise<number> =>
  run(tx, sql`update cost_entry set removed_at = ${at}, removed_by = ${by} where workspace_id = ${workspaceId} and id = ${id} and removed_at is null`);

/** What the score weighs until somebody says otherwise. */
export const FIRST_WEIGHTS: Weights = { behaviour: 0.3, attributes: 0.2, contribution: 0.5 };

export const weightsOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<Weights> =>
  (await maybe(tx, sql<Weights>`select behaviour, attributes, contribution from money_setting where workspace_id = ${workspaceId}`)) ?? FIRST_WEIGHTS;

export const saveWeights = (tx: Tx, workspaceId: WorkspaceId, { behaviour, attributes, contribution }: Weights, { by, at }: { by: string; at: Date }): Promise<number> =>
  run(tx, sql`
    insert into money_setting (workspace_id, behaviour, attributes, contribution, changed_by, changed_at)
    values (${workspaceId}, ${behaviour}, ${attributes}, ${contribution}, ${by}, ${at})
    on conflict (workspace_id) do update
       set behaviour = excluded.behaviour, attributes = excluded.attributes, contribution = excluded.contribution, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);

export const SPLITS = ['tier', 'stage'] as const;
export type Split = (typeof SPLITS)[number];
export type BudgetInputs = { budgetMinor: number; stepMinor: number; tiers: Tier[] };
export type Plan = { id: string; name: string; asOf: Day; splitBy: Split; inputs: BudgetInputs; advice: Advice; author: string; createdAt: Date };

export const insertPlan = (tx: Tx, workspaceId: WorkspaceId, plan: Plan): Promise<number> =>
  run(tx, sql`
    insert into budget_plan (workspace_id, id, name, as_of, split_by, inputs, advice, author, created_at)
    values (${workspaceId}, ${plan.id}, ${plan.name}, ${plan.asOf}, ${plan.splitBy}, ${JSON.stringify(plan.inputs)}::jsonb, ${JSON.stringify(plan.advice)}::jsonb, ${plan.author}, ${plan.createdAt})`);

/** Plans that are kept, newest first. */
export const keptPlans = (tx: Tx, workspaceId: WorkspaceId): Promise<Plan[]> =>
  many(tx, sql<Plan>`
    select id, name, as_of as "asOf", split_by as "splitBy", inputs, advice, author, created_at as "createdAt"
      from budget_plan
     where workspace_id = ${workspaceId} and archived_at is null
     order by created_at desc, id
     limit 100`);

export const archivePlan = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update budget_plan set archived_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);
