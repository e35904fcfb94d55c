import type { Loop } from './facts.ts';
import { REPLACED } from './jobs.ts';
import { one, sql } from './sql.ts';
import type { Stores } from './stores.ts';

type Waiting = { waiting: number; since: Date | null };
/** What waits in the whole installation, and since when the oldest of it does. Jobs that failed for good are counted apart; one whose key was asked for anew is told by the one that was asked. */
export type Backlog = { bodies: Waiting; facts: Waiting; jobs: Waiting & { running: number; failed: number } };

/** The jobs that could begin now; one that failed for good waits for nobody. */
async function jobsOf({ pg, clock }: Stores): Promise<Backlog['jobs']> {
  const { rows: [row] } = await pg.jobsPool.query<Backlog['jobs']>(`
    select count(*) filter (where attempts < max_attempts and locked_at is null and run_at <= $1) as waiting,
           min(run_at) filter (where attempts < max_attempts and locked_at is null and run_at <= $1) as since,
           count(*) filter (where locked_at is not null) as running,
           count(*) filter (where attempts >= max_attempts and locked_at is null and not (${REPLACED})) as failed
      from graphile_worker.jobs`, [clock.now()]);
  return row ?? { waiting: 0, since: null, running: 0, failed: 0 };
}

const listeners = (loop: Loop): { reaction: string; kinds: string[] }[] => {
  const pairs = Object.entries(loop).flatMap(([kind, reactions]) => Object.keys(reactions).map((reaction) => ({ reaction, kind })));
  return [...Map.groupBy(pairs, ({ reaction }) => reaction)].map(([reaction, own]) => ({ reaction, kinds: own.map(({ kind }) => kind) }));
};

export async function backlogOf(stores: Stores, loop: Loop): Promise<Backlog> {
  const [bodies, facts, jobs] = await Promise.all([
    one(stores.pg.global, sql<Waiting>`select waiting, since from bodies_backlog()`),
    one(stores.pg.global, sql<Waiting>`select waiting, since from facts_backlog(${JSON.stringify(listeners(loop))}::jsonb)`),
    jobsOf(stores),
  ]);
  return { bodies, facts, jobs };
}

/** Age in whole seconds; 0 when nothing waits. */
export const ageSeconds = ({ since }: { since: Date | null }, now: Date): number => (since ? Math.max(0, Math.round((now.getTime() - since.getTime()) / 1_000)) : 0);
