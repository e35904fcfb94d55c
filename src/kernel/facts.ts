import type { Clock } from './clock.ts';
import type { Facts } from './errors.ts';
import type { WorkspaceId } from './ids.ts';
import type { Postgres } from './postgres/pools.ts';
import type { Stores } from './stores.ts';
import { tellNews } from './news.ts';
import { whileHeldBack } from './patience.ts';
import { many, maybe, run, sql, type Tx } from './sql.ts';
import { isStoreFault } from './storeFault.ts';

/** A fact: something that happened, in the past tense, written in the transaction of the change it reports. */
export type Fact = { id: number; workspaceId: WorkspaceId; kind: string; payload: Facts; at: Date };

/** What a fact of these kinds calls for. It takes a set, and doing it twice for one fact is the same as once. */
export type Reaction = (stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[]) => Promise<void>;

/** The product as a table: fact kind → reactions by name (src/loop.ts). */
export type Loop = Readonly<Record<string, Readonly<Record<string, Reaction>>>>;

/** Writes a fact inside the transaction of its change. Payloads carry ids and numbers, never personal data. */
export async function announce(tx: Tx, clock: Clock, workspaceId: WorkspaceId, kind: string, payload: Facts): Promise<void> {
  await run(tx, sql`
    insert into fact (workspace_id, kind, payload, at)
    values (${workspaceId}, ${kind}, ${JSON.stringify(payload)}::jsonb, ${clock.now()})`);
  await tellNews(tx, 'facts');
}

/** Writes many facts of one kind in one statement. */
export async function announceAll(tx: Tx, clock: Clock, workspaceId: WorkspaceId, kind: string, payloads: readonly Facts[]): Promise<void> {
  if (payloads.length === 0) return;
  await run(tx, sql`
    insert into fact (workspace_id, kind, payload, at)
    select ${workspaceId}, ${kind}, payload, ${clock.now()}
      from jsonb_array_elements(${JSON.stringify(payloads)}::jsonb) as payload`);
  await tellNews(tx, 'facts');
}

const FACTS_PER_TURN = 2_000;

type Subscription = { reaction: string; kinds: string[]; handle: Reaction };

/** Turns the table around: each reaction with every kind it listens to. */
function subscriptionsOf(loop: Loop): Subscription[] {
  const byName = new Map<string, Subscription>();
  for (const [kind, reactions] of Object.entries(loop)) {
    for (const [reaction, handle] of Object.entries(reactions)) {
      const known = byName.get(reaction);
      if (known && known.handle !== handle) throw new Error(`two reactions are called ${reaction}`);
      byName.set(reaction, { reaction, handle, kinds: [...(known?.kinds ?? []), kind] });
    }
  }
  return [...byName.values()];
}

/** A place among the facts: transactions one after another, and in each its facts by number. */
type Position = { xid: string; id: number };

async function positionOf(pg: Postgres, reaction: string): Promise<Position> {
  return (await maybe(pg.global, sql<Position>`select xid::text as xid, position as id from reaction_cursor where reaction = ${reaction}`)) ?? { xid: '0', id: 0 };
}

async function moveTo(pg: Postgres, reaction: string, { xid, id }: Position): Promise<void> {
  await run(pg.global, sql`
    insert into reaction_cursor (reaction, xid, position) values (${reaction}, ${xid}::xid8, ${id})
    on conflict (reaction) do update set xid = excluded.xid, position = excluded.position
     where (reaction_cursor.xid, reaction_cursor.position) < (excluded.xid, excluded.position)`);
}

const byWorkspace = (facts: readonly Fact[]): [WorkspaceId, Fact[]][] => Object.entries(Object.groupBy(facts, (fact) => fact.workspaceId)) as [WorkspaceId, Fact[]][];

type Placed = Fact & Position;
type ReadFacts = (after: Position, kinds: readonly string[]) => Promise<Placed[]>;

/**
 * Reads facts after a place, each once: a fact of events names a thousand people, and a dozen reactions hear it. Facts never appear before a place that was read,
 * so those after the last known one are all that is missing.
 */
function factReader({ global }: Postgres): ReadFacts {
  const known = new Map<number, Placed>();
  return async (after, kinds) => {
    const places = await many(global, sql<Position>`select id, xid::text as xid from facts_after(${after.xid}::xid8, ${after.id}, ${kinds}, ${FACTS_PER_TURN})`);
    const unread = places.findIndex(({ id }) => !known.has(id)), read = places.slice(0, unread < 0 ? places.length : unread);
    const from = read.at(-1) ?? after, fresh = unread < 0 ? [] : await many(global, sql<Placed>`
      select id, xid::text as xid, workspace_id as "workspaceId", kind, payload, at
        from facts_after(${from.xid}::xid8, ${from.id}, ${kinds}, ${FACTS_PER_TURN - read.length})`);
    for (const fact of fresh) known.set(fact.id, fact);
    return [...read.flatMap(({ id }) => known.get(id) ?? []), ...fresh];
  };
}

async function turn(stores: Stores, { reaction, kinds, handle }: Subscription, readFacts: ReadFacts): Promise<boolean> {
  const facts = await readFacts(await positionOf(stores.pg, reaction), kinds);
  for (const [workspaceId, own] of byWorkspace(facts)) await handle(stores, workspaceId, own);
  const last = facts.at(-1);
  if (last) await moveTo(stores.pg, reaction, last);
  return facts.length > 0;
}

/** Names of reactions that have facts before them; `settled`: facts that can be read now, since no open transaction stands before them. */
const withFacts = async (pg: Postgres, subscriptions: readonly Subscription[], settled: boolean): Promise<string[]> =>
  (await many(pg.global, sql<{ reaction: string }>`
    select reaction from reactions_waiting(${JSON.stringify(subscriptions.map(({ reaction, kinds }) => ({ reaction, kinds })))}::jsonb, ${settled}) as reaction`)).map(({ reaction }) => reaction);

/** Whether a reaction may take a turn now, and how long one with facts took, failed or not. */
export type Pace = { may(reaction: string): boolean; worked(reaction: string, ms: number): void };

type Turn = (subscription: Subscription, readFacts: ReadFacts) => Promise<boolean>;

/** Gives each reaction that has facts before it, and is due by its pace, one turn, in the order of the table, and tells the pace how long it took. Whether any of them read a fact. */
async function round(stores: Stores, subscriptions: readonly Subscription[], { may, worked }: Pace, take: Turn): Promise<boolean> {
  const waiting = new Set(await withFacts(stores.pg, subscriptions, true)), readFacts = factReader(stores.pg);
  let moved = false;
  for (const subscription of subscriptions.filter(({ reaction }) => waiting.has(reaction))) {
    if (!may(subscription.reaction)) continue;
    const begunMs = performance.now();
    moved = (await take(subscription, readFacts)) || moved;
    worked(subscription.reaction, performance.now() - begunMs);
  }
  return moved;
}

/** Turns of which one that fails ends itself alone: the others go on, it keeps its facts and gets no second turn of these. A store that is away ends all of them. */
function guarded(stores: Stores): { take: Turn; end(): void } {
  const faults = new Map<string, unknown>();
  const take: Turn = async (subscription, readFacts) => {
    const { reaction } = subscription;
    if (faults.has(reaction)) return false;
    try {
      return await turn(stores, subscription, readFacts);
    } catch (error) {
      if (error instanceof Error) Object.assign(error, { reaction });
      if (isStoreFault(error)) throw error;
      faults.set(reaction, error);
      return false;
    }
  };
  const end = (): void => {
    const [first, ...more] = faults.values();
    if (more.length > 0) throw new AggregateError([first, ...more], `reactions failed: ${[...faults.keys()].join(', ')}`);
    if (faults.size > 0) throw first;
  };
  return { take, end };
}

/**
 * Lets every reaction read what is new until none finds anything. Facts written beside a transaction that is still open are
 * held back until it ends: they are waited for, up to half a minute, unless `patient` is false. What may not take a turn now is left for another time.
 * Throws, once the others are done, what a reaction that failed has thrown.
 */
export async function drain(stores: Stores, loop: Loop, { patient = true, may = () => true, worked = () => undefined }: { patient?: boolean } & Partial<Pace> = {}): Promise<void> {
  const subscriptions = subscriptionsOf(loop);
  const react = async (): Promise<void> => {
    const { take, end } = guarded(stores);
    while (await round(stores, subscriptions, { may, worked }, take));
    end();
  };
  await (patient ? whileHeldBack(react, async () => (await waitingReactions(stores.pg, loop)).some(may)) : react());
}

/** Names of reactions that have facts before them. Empty: everything that happened so far has been answered. */
export const waitingReactions = (pg: Postgres, loop: Loop): Promise<string[]> => withFacts(pg, subscriptionsOf(loop), false);
