import type { Logger } from 'pino';
import { flushMirror } from '../customers/index.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import { type Holds, ours } from '../kernel/lease.ts';
import { alarm, hearNews } from '../kernel/news.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { isTold } from '../kernel/storyClock.ts';
import { step, type Walked } from './core/journey.ts';
import { carryOut, type Due } from './effects.ts';
import { AHEAD_MS, knowledgeOf, ratesFrom } from './knowledge.ts';
import { placesOf } from './places.ts';
import { planFor } from './plans.ts';
import { claimDue, type Enrolment, insertLog, saveStates } from './queries/enrolments.ts';
import { journeyById, journeysDue } from './queries/journeys.ts';

/** People stepped in one transaction. */
export const BATCH = 2_000;
const IDLE_MS = 500;

const walkerOf = ({ id, customerId, arm, zone }: Enrolment) => ({ enrolment: id, anchor: customerId, arm, zone });

/** Steps people of one version, with what is known of them at this moment. */
async function stepVersion(tx: Tx, stores: Stores, workspaceId: WorkspaceId, rows: readonly Enrolment[]): Promise<{ row: Enrolment; walked: Walked }[]> {
  const [{ journeyId, version }] = rows as readonly [Enrolment];
  const now = stores.clock.now();
  const plan = await planFor(tx, workspaceId, journeyId, version);
  const places = await placesOf(tx, workspaceId, plan, ratesFrom(plan, rows), now);
  // Of a past that is told, what comes later is recorded already.
  const until = new Date(now.getTime() + (await isTold(tx, workspaceId) ? 0 : AHEAD_MS));
  const known = await knowledgeOf(stores, workspaceId, { plan, until }, rows, places.place);
  const stepped = rows.map((row) => ({ row, walked: step(plan, walkerOf(row), row.state, now.getTime(), known(row)) }));
  await places.save();
  return stepped;
}

/** Keeps steps and does what they call for. True where the mirror of customers is to be told. */
export async function keep(tx: Tx, stores: Stores, workspaceId: WorkspaceId, stepped: readonly { row: Enrolment; walked: Walked }[]): Promise<boolean> {
  const now = stores.clock.now();
  await saveStates(tx, workspaceId, stepped.map(({ row, walked }) => ({ ...row, state: walked.state })), now);
  await insertLog(tx, workspaceId, stepped.flatMap(({ row, walked }) => walked.path.map((line) => ({ ...line, enrolmentId: row.id, journeyId: row.journeyId }))), now);
  const due = stepped.flatMap(({ row, walked }) => walked.effects.map((effect): Due => ({ row, effect })));
  return carryOut(tx, stores, workspaceId, due);
}

/**
 * One batch of one journey: claimed, asked about, stepped and kept in one transaction, so that a process killed anywhere leaves it as if it had not begun.
 * How many were stepped; none where the journey is held.
 */
export async function advanceSome(stores: Stores, workspaceId: WorkspaceId, journeyId: string, limit = BATCH): Promise<number> {
  const { count, mirror } = await stores.pg.tx(workspaceId, async (tx) => {
    // Held for the whole batch: whoever pauses waits for it to end, and nobody moves afterwards.
    if ((await journeyById(tx, workspaceId, journeyId, { lock: 'share' }))?.state !== 'live') return { count: 0, mirror: false };
    const rows = await claimDue(tx, workspaceId, journeyId, stores.clock.now(), limit);
    const stepped: { row: Enrolment; walked: Walked }[] = [];
    for (const some of Map.groupBy(rows, ({ version }) => version).values()) stepped.push(...await stepVersion(tx, stores, workspaceId, some));
    return { count: rows.length, mirror: rows.length > 0 && await keep(tx, stores, workspaceId, stepped) };
  });
  if (mirror) await flushMirror(stores, workspaceId);
  return count;
}

/** Everybody who is due now is stepped before this ends; how many steps that were. */
export async function advanceDue(stores: Stores): Promise<number> {
  let steps = 0;
  for (let due = await journeysDue(stores.pg.global, stores.clock.now()); due.length > 0; due = await journeysDue(stores.pg.global, stores.clock.now())) {
    let moved = 0;
    for (const { workspaceId, id } of due) moved += await advanceSome(stores, workspaceId, id);
    if (moved === 0) return steps;
    steps += moved;
  }
  return steps;
}

/**
 * Steps people until stopped, where the duty is ours: a batch of every journey in turn, so that a large one delays no small one. One that fails is logged and
 * tried again; the others go on.
 */
export function startWalking(stores: Stores, log: Logger, holds: Holds = ours): { stop(): Promise<void> } {
  let stopping = false;
  const { wake, rest } = alarm(), deaf = hearNews(stores.pg.pool, 'journeys', wake);
  const round = async (): Promise<boolean> => {
    if (!(await holds('journeys'))) return false;
    let moved = false;
    for (const { workspaceId, id } of await journeysDue(stores.pg.global, stores.clock.now())) {
      if (stopping) return false;
      moved = await advanceSome(stores, workspaceId, id).then((count) => count > 0, (error: unknown) => { log.error({ err: error, journey: id }, 'people of a journey could not be stepped; tried again'); return false; }) || moved;
    }
    return moved;
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      const moved = await round().catch((error: unknown) => { log.error({ err: error }, 'who is due in journeys could not be found; looked for again'); return false; });
      if (!stopping && !moved) await rest(IDLE_MS);
    }
    await deaf();
  };
  const done = work();
  return { stop: async () => { stopping = true; wake(); await done; } };
}
