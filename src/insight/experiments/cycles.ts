import { audit } from '../../kernel/audit.ts';
import type { AuditAction } from '../../kernel/words/auditActions.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { closeCycle, type Cycle, isRefused, nextCycle, stepOf } from '../core/experiment/index.ts';
import { demandGoal } from '../goals.ts';
import type { z } from 'zod';
import type { cycleChangeBody, CycleReply, goalPlaysShape } from './contract.ts';
import { demandExperiment, today } from './experiments.ts';
import { cycleById, type CycleRow, cyclesOf, insertCycle, lastNumber, type ReviewRow, updateCycle } from './queries/cycles.ts';
import { executionOf, type MeasuredPlay, playsBy } from './plays.ts';
import { refusalOf } from './refuse.ts';
import { readResult } from './settle.ts';

type Effect = CycleReply['effect'];
/** Cycles that are looked through for what acts on a goal. */
const CYCLES_MAX = 50;

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

const playOf = ({ kind, id, name, state }: MeasuredPlay) => ({ kind, id, name, state });

async function tell(stores: Stores, caller: Caller, row: CycleRow): Promise<CycleReply> {
  const { createdAt, closedAt, execution, ...own } = row;
  const [found, [play]] = await Promise.all([effectOf(stores, caller, execution), stores.pg.tx(caller.workspaceId, (tx) => playsBy(tx, caller.workspaceId, execution === null ? [] : [execution]))]);
  return { ...own, execution: execution === null ? null : { id: execution, name: found?.name ?? '' }, play: play ? playOf(play) : null, effect: found?.effect ?? null, step: stepOf(asCycle(row)), createdAt: createdAt.toISOString(), closedAt: closedAt?.toISOString() ?? null };
}

/** The newest cycles of a goal with what each measured. Refuses `goal.not_found`. */
export async function listCycles(stores: Stores, caller: Caller, { goalId, limit }: { goalId: string; limit: number }): Promise<CycleReply[]> {
  await demandGoal(stores, caller, goalId);
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => cyclesOf(tx, caller.workspaceId, goalId, limit));
  return Promise.all(rows.map((row) => tell(stores, caller, row)));
}

/** Plays that act on a goal now: live or held ones that a cycle of it names, each with what was measured of it and the newest cycle. Refuses `goal.not_found`. */
export async function playsOnGoal(stores: Stores, caller: Caller, goalId: string): Promise<z.input<typeof goalPlaysShape>['rows']> {
  await demandGoal(stores, caller, goalId);
  const { cycles, plays } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const rows = await cyclesOf(tx, caller.workspaceId, goalId, CYCLES_MAX);
    return { cycles: rows, plays: await playsBy(tx, caller.workspaceId, [...new Set(rows.flatMap(({ execution }) => execution ?? []))]) };
  });
  return Promise.all(plays.filter(({ state }) => state === 'live' || state === 'paused').map(async (play) => ({
    ...playOf(play), experimentId: play.experimentId, cycle: cycles.find(({ execution }) => execution === play.experimentId)?.number ?? 0, effect: (await effectOf(stores, caller, play.experimentId))?.effect ?? null,
  })));
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

/** What a cycle is carried out by, as an experiment. Refuses `cycle.not_measured` for a play that was never live, `experiment.not_found`. */
const demandExecution = (stores: Stores, caller: Caller, id: string): Promise<string> => stores.pg.tx(caller.workspaceId, async (tx) => {
  const execution = await executionOf(tx, caller.workspaceId, id);
  if (execution === null) throw new Refusal('cycle.not_measured', { id }, 409);
  return (await demandExperiment(tx, caller, execution)).id;
});

/** Fills steps of an open cycle; `execution` is an experiment, or a play that one measures. A review takes its verdicts from it, not from whoever writes it. Refuses `cycle.closed`. */
export async function changeCycle(stores: Stores, caller: Caller, id: string, { review, ...change }: z.output<typeof cycleChangeBody>): Promise<CycleReply> {
  const before = await demandCycle(stores, caller, id);
  if (before.closedAt !== null) throw closed();
  const row: CycleRow = { ...before, ...change, ...(change.execution ? { execution: await demandExecution(stores, caller, change.execution) } : {}) };
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

const save = (stores: Stores, caller: Caller, row: CycleRow, action: AuditAction): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx: Tx) => {
    if (await updateCycle(tx, caller.workspaceId, row) === 0) throw closed();
    await audit(tx, stores.clock, caller, { action, target: row.id });
  });
