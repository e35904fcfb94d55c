import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../../kernel/sql.ts';
import type { SegmentId } from './store.ts';

/** One look at a time tells what it found. */
export const lockSegments = (tx: Tx, workspaceId: WorkspaceId): Promise<number> =>
  run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`segments:${workspaceId}`}, 0))`);

/** What is held true of a watched segment. */
export type State = { segment: SegmentId; basis: string; people: number; lookedAt: Date; asOf: Day; problem: string | null };

export const statesOfSegments = (tx: Tx, workspaceId: WorkspaceId): Promise<State[]> =>
  many(tx, sql<State>`select segment_id as segment, basis, people, looked_at as "lookedAt", as_of as "asOf", problem from segment_state where workspace_id = ${workspaceId}`);

export const saveState = (tx: Tx, workspaceId: WorkspaceId, { segment, basis, people, lookedAt, asOf, problem }: State): Promise<number> =>
  run(tx, sql`
    insert into segment_state (workspace_id, segment_id, basis, people, looked_at, as_of, problem)
    values (${workspaceId}, ${segment}, ${basis}, ${people}, ${lookedAt}, ${asOf}, ${problem})
    on conflict (workspace_id, segment_id) do update
       set basis = excluded.basis, people = excluded.people, looked_at = excluded.looked_at, as_of = excluded.as_of, problem = excluded.problem`);

/** How many more, or fewer, are in a segment than were. */
export const moveState = (tx: Tx, workspaceId: WorkspaceId, { segment, by, lookedAt, asOf }: { segment: SegmentId; by: number; lookedAt: Date; asOf: Day }): Promise<number> =>
  run(tx, sql`update segment_state set people = people + ${by}, looked_at = ${lookedAt}, as_of = ${asOf} where workspace_id = ${workspaceId} and segment_id = ${segment}`);

/** What stands in the states of some segments is their size of that day. */
export const saveSizes = (tx: Tx, workspaceId: WorkspaceId, day: Day, segments: readonly SegmentId[]): Promise<number> =>
  run(tx, sql`
    insert into segment_size (workspace_id, segment_id, day, people)
    select workspace_id, segment_id, ${day}, people from segment_state where workspace_id = ${workspaceId} and segment_id = any (${[...segments]}::uuid[])
    on conflict (workspace_id, segment_id, day) do update set people = excluded.people`);

export type Size = { segment: SegmentId; day: Day; people: number };
/** Sizes by day, oldest first, since a day; the newest before it comes along. */
export const sizesSince = (tx: Tx, workspaceId: WorkspaceId, day: Day, segment: SegmentId | null): Promise<Size[]> =>
  many(tx, sql<Size>`
    select segment_id as segment, day, people
      from segment_size s
     where workspace_id = ${workspaceId} and (${segment}::uuid is null or segment_id = ${segment}::uuid)
       and day >= coalesce((select max(day) from segment_size b where b.workspace_id = s.workspace_id and b.segment_id = s.segment_id and b.day <= ${day}), '')
     order by segment_id, day`);

/** A look: of which day and instant, whether it is news, which segments (by number) it asked, and which of them were asked like this for the first time. */
export type Look = { at: string; day: Day; backfill: boolean; everybody: boolean; asked: { number: number; segment: SegmentId; version: number; basis: string; isFresh: boolean }[] };
export type Untold = { version: number; look: Look };

export const untoldLooks = (tx: Tx, workspaceId: WorkspaceId): Promise<Untold[]> =>
  many(tx, sql<Untold>`select version, look from segment_untold where workspace_id = ${workspaceId} order by version`);
export const noteLook = (tx: Tx, workspaceId: WorkspaceId, { version, look }: Untold): Promise<number> =>
  run(tx, sql`insert into segment_untold (workspace_id, version, look) values (${workspaceId}, ${version}, ${JSON.stringify(look)}::jsonb)`);
export const forgetLook = (tx: Tx, workspaceId: WorkspaceId, version: number): Promise<number> =>
  run(tx, sql`delete from segment_untold where workspace_id = ${workspaceId} and version = ${version}`);

export type Round = { asOf: Day; lookedAt: Date };
/** The newest look at everybody and every segment. */
export const newestRound = (tx: Tx, workspaceId: WorkspaceId): Promise<Round | undefined> =>
  maybe(tx, sql<Round>`select as_of as "asOf", looked_at as "lookedAt" from segment_round where workspace_id = ${workspaceId}`);
export const saveRound = (tx: Tx, workspaceId: WorkspaceId, { asOf, lookedAt }: Round): Promise<number> =>
  run(tx, sql`
    insert into segment_round (workspace_id, as_of, looked_at) values (${workspaceId}, ${asOf}, ${lookedAt})
    on conflict (workspace_id) do update set as_of = excluded.as_of, looked_at = excluded.looked_at`);

/** Notes when people must be looked at again; the earlier of two moments stands, but for one that has come. */
export const noteDue = (tx: Tx, workspaceId: WorkspaceId, due: readonly { customer: CustomerId; at: Date }[], now: Date): Promise<number> =>
  run(tx, sql`
    insert into segment_due (workspace_id, customer_id, at)
    select ${workspaceId}, one.customer, one.at
      from unnest(${due.map(({ customer }) => customer)}::uuid[], ${due.map(({ at }) => at)}::timestamptz[]) as one(customer, at)
    on conflict (workspace_id, customer_id) do update set at = case when segment_due.at <= ${now} then excluded.at else least(segment_due.at, excluded.at) end`);

/** Whose moment has come, oldest first. */
export const dueBy = async (tx: Tx, workspaceId: WorkspaceId, at: Date, most: number): Promise<CustomerId[]> =>
  (await many(tx, sql<{ id: CustomerId }>`select customer_id as id from segment_due where workspace_id = ${workspaceId} and at <= ${at} order by at, customer_id limit ${most}`)).map(({ id }) => id);
export const forgetDue = (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[], at: Date): Promise<number> =>
  run(tx, sql`delete from segment_due where workspace_id = ${workspaceId} and customer_id = any (${[...customers]}::uuid[]) and at <= ${at}`);
