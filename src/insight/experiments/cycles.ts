import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { closeCycle, type Cycle, isRefused, nextCycle, stepOf } from '../core/experiment/index.ts';
import { demandGoal } from '../goals.ts';
import type { z } from 'zod';
import type { cycleChangeBody, CycleReply } from './contract.ts';
import { demandExperiment, today } from './experiments.ts';
import { cycleById, type CycleRow, cyclesOf, insertCycle, lastNumber, type ReviewRow, updateCycle } from './queries/cycles.ts';
import { refusalOf } from './refuse.ts';
import { readResult } from './settle.ts';

type Effect = CycleReply['effect'];

/** A cycle as the rules of the core know it. A review is complete once its experiment was read for it. */
const asCycle = ({ id, goalId, data, strategy, execution, review, startedFrom, closedAt }: CycleRow): Cycle =>
  ({ id, goal: goalId, data, strategy, execution, review, startedFrom, isClosed: closedAt !== null });

/** What the cycle's experiment measured, now; null where it has none, or none that was drawn. */
async function effectOf(stores: Stores, caller: Caller, executionId: string | null): Promise<{ name: string; effect: Effect } | null> {
  if (executionId === null) return null;
  const [experiment, asOf] = await Promise.all([stores.pg.tx(caller.workspaceId, (tx) => demandExperiment(tx, caller, executionId)), today(stores, caller)]);
  if (!experiment.drawn) return { name: experiment.name, effect: null };
  const first = (await readResult(stores, caller, experiment, asOf)).comparisons[0];
  return { name: experiment.name, effect: first?.effect ? { difference: first.effect.difference, interval: first.effect.interval, buyers: first.buyers, profit: first.profit, net: first.net } : null };
}

async function tell(stores: Stores, caller: Caller, row: CycleRow): Promise<CycleReply> {
  const found = await effectOf(stores, caller, row.execution);
  const { createdAt, closedAt, execution, ...own } = row;
  return { ...own, execution: execution === null ? null : { id: execution, name: found?.name ?? '' }, effect: found?.effect ?? null, step: stepOf(asCycle(row)), createdAt: createdAt.toISOString(), closedAt: closedAt?.toISOString() ?? null };
}

/** The newest cycles of a goal with what each measured. Refuses `goal.not_found`. */
export async function listCycles(stores: Stores, caller: Caller, { goalId, limit }: { goalId: string; limit: number }): Promise<CycleReply[]> {
  await demandGoal(stores, caller, goalId);
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => cyclesOf(tx, caller.workspaceId, goalId, limit));
  return Promise.all(rows.map((row) => tell(stores, caller, row)));
}

/**
 * Begins a cycle on a goal; where the one before is closed, from what its review said comes next. Refuses `cycle.open` while
 * another is, `goal.not_found`.
 */
export async function startCycle(stores: Stores, caller: Caller, goalId: string): Promise<CycleReply> {
  await demandGoal(stores, caller, goalId);
  const { workspaceId } = caller;
  const row = await stores.pg.tx(workspaceId, async (tx) => {
    const [last] = await cyclesOf(tx, workspaceId, goalId, 1);
    const made = cycleAfter(last, goalId, caller.actor.id, stores.clock.now());
    await insertCycle(tx, workspaceId, { ...made, number: (await lastNumber(tx, workspaceId, goalId)) + 1 });
    await audit(tx, stores.clock, caller, { action: 'cycle.started', target: made.id });
    return made;
  });
  return tell(stores, caller, row);
}

function cycleAfter(last: CycleRow | undefined, goalId: string, owner: string, createdAt: Date): CycleRow {
  const empty: CycleRow = { id: newId(), goalId, number: (last?.number ?? 0) + 1, data: null, strategy: null, execution: null, review: null, startedFrom: null, owner, createdAt, closedAt: null };
  if (!last) return empty;
  const next = nextCycle(asCycle(last), empty.id);
  if (isRefused(next)) throw refusalOf(next, 409);
  return { ...empty, strategy: next.strategy, startedFrom: next.startedFrom };
}

async function demandCycle(stores: Stores, caller: Caller, id: string): Promise<CycleRow> {
  const row = await stores.pg.tx(caller.workspaceId, (tx) => cycleById(tx, caller.workspaceId, id));
  if (!row) throw notFound('cycle', { id });
  await demandGoal(stores, caller, row.goalId);
  return row;
}

const closed = (): Refusal => new Refusal('cycle.closed', {}, 409);

/** The measured part of a review, read from the cycle's experiment. Refuses `cycle.step_missing` where there is none to read. */
async function measured(stores: Stores, caller: Caller, { execution }: CycleRow): Promise<Omit<ReviewRow, 'learned' | 'next'>> {
  const found = await effectOf(stores, caller, execution);
  if (!found) throw new Refusal('cycle.step_missing', { step: 'execution' });
  return { buyers: found.effect?.buyers.verdict ?? 'no_control', profit: found.effect?.profit.verdict ?? 'no_control', netMinor: found.effect?.net?.value ?? null };
}

/** Fills steps of an open cycle; a review takes its verdicts from the experiment, not from whoever writes it. Refuses `cycle.closed`. */
export async function changeCycle(stores: Stores, caller: Caller, id: string, { review, ...change }: z.output<typeof cycleChangeBody>): Promise<CycleReply> {
  const before = await demandCycle(stores, caller, id);
  if (before.closedAt !== null) throw closed();
  const row: CycleRow = { ...before, ...change };
  if (change.execution) await stores.pg.tx(caller.workspaceId, (tx) => demandExperiment(tx, caller, change.execution as string));
  if (review) row.review = { ...await measured(stores, caller, row), ...review };
  await save(stores, caller, row, 'cycle.changed');
  return tell(stores, caller, row);
}

/**
 * Closes a cycle with the figures of that moment. Refuses `cycle.step_missing`, `cycle.no_review`, `cycle.unsettled` while
 * refunds may still change what its experiment measured, `cycle.closed`.
 */
export async function finishCycle(stores: Stores, caller: Caller, id: string): Promise<CycleReply> {
  const before = await demandCycle(stores, caller, id);
  const row: CycleRow = before.review && before.execution && before.closedAt === null ? { ...before, review: { ...before.review, ...await measured(stores, caller, before) } } : before;
  const cycle = closeCycle(asCycle(row));
  if (isRefused(cycle)) throw refusalOf(cycle, 409);
  const done = { ...row, closedAt: stores.clock.now() };
  await save(stores, caller, done, 'cycle.closed');
  return tell(stores, caller, done);
}

const save = (stores: Stores, caller: Caller, row: CycleRow, action: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx: Tx) => {
    if (await updateCycle(tx, caller.workspaceId, row) === 0) throw closed();
    await audit(tx, stores.clock, caller, { action, target: row.id });
  });
