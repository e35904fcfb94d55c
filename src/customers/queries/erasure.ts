import type { Actor } from '../../kernel/access/caller.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import { uuids } from './arrays.ts';

/** What was removed from where: store → kind of row → how many. */
export type Receipt = Readonly<Record<string, Readonly<Record<string, number>>>>;
export type ErasureRow = {
  id: string; customerId: CustomerId; state: 'erasing' | 'finished'; reason: string; byKind: Actor['kind']; byId: string; at: Date; finishedAt: Date | null; liftedAt: Date | null;
  receipt: Receipt; namedAgain: number; namedAt: Date | null;
};

const COLUMNS = sql`
  id, customer_id as "customerId", state, reason, by_kind as "byKind", by_id as "byId", at, finished_at as "finishedAt", lifted_at as "liftedAt", receipt,
  named_again as "namedAgain", named_at as "namedAt"`;

export const insertErasure = (tx: Tx, workspaceId: WorkspaceId, { id, customerId, reason, byKind, byId, at, receipt }: Pick<ErasureRow, 'id' | 'customerId' | 'reason' | 'byKind' | 'byId' | 'at' | 'receipt'>): Promise<number> =>
  run(tx, sql`
    insert into erasure (workspace_id, id, customer_id, state, reason, by_kind, by_id, at, receipt)
    values (${workspaceId}, ${id}, ${customerId}, 'erasing', ${reason}, ${byKind}, ${byId}, ${at}, ${JSON.stringify(receipt)}::jsonb)`);

export const erasureById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<ErasureRow | undefined> =>
  maybe(tx, sql<ErasureRow>`select ${COLUMNS} from erasure where workspace_id = ${workspaceId} and id = ${id}`);

export const erasureRows = (tx: Tx, workspaceId: WorkspaceId, limit: number): Promise<ErasureRow[]> =>
  many(tx, sql<ErasureRow>`select ${COLUMNS} from erasure where workspace_id = ${workspaceId} order by at desc, id desc limit ${limit}`);

export const saveReceipt = (tx: Tx, workspaceId: WorkspaceId, id: string, receipt: Receipt, finishedAt: Date): Promise<number> =>
  run(tx, sql`
    update erasure set receipt = ${JSON.stringify(receipt)}::jsonb || jsonb_strip_nulls(jsonb_build_object('files', receipt -> 'files')), state = 'finished', finished_at = coalesce(finished_at, ${finishedAt})
     where workspace_id = ${workspaceId} and id = ${id}`);

/** Counts that came later, laid over the receipt. */
export const addToReceipt = (tx: Tx, workspaceId: WorkspaceId, id: string, receipt: Receipt): Promise<number> =>
  run(tx, sql`update erasure set receipt = receipt || ${JSON.stringify(receipt)}::jsonb where workspace_id = ${workspaceId} and id = ${id}`);

/** Erasures that are not through, and those so fresh that something may still have been under way when they ran. */
export const openErasures = (tx: Tx, workspaceId: WorkspaceId, since: Date): Promise<{ id: string }[]> =>
  many(tx, sql<{ id: string }>`select id from erasure where workspace_id = ${workspaceId} and (state = 'erasing' or at > ${since}) order by at`);

export const insertTombstones = (tx: Tx, workspaceId: WorkspaceId, id: string, subjects: readonly SubjectId[]): Promise<number> =>
  run(tx, sql`
    insert into erased_subject (workspace_id, id, erasure_id)
    select ${workspaceId}, s, ${id} from unnest(${uuids(subjects)}::uuid[]) as s
    on conflict (workspace_id, id) do update set erasure_id = excluded.erasure_id`);

export const subjectsErasedIn = async (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<SubjectId[]> =>
  (await many(tx, sql<{ id: SubjectId }>`select id from erased_subject where workspace_id = ${workspaceId} and erasure_id = ${id}`)).map((row) => row.id);

/** Which of these identifiers belonged to somebody erased, and when that was. Nearly every workspace has none, and is asked one cheap question. */
export async function erasedAmong(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<Map<SubjectId, { erasure: string; at: Date }>> {
  if (ids.length === 0 || !(await one(tx, sql<{ known: boolean }>`select exists (select 1 from erased_subject where workspace_id = ${workspaceId}) as known`)).known) return new Map();
  const rows = await many(tx, sql<{ id: SubjectId; erasure: string; at: Date }>`
    select s.id, e.id as erasure, e.at
      from erased_subject s join erasure e on e.workspace_id = s.workspace_id and e.id = s.erasure_id
     where s.workspace_id = ${workspaceId} and s.id = any (${uuids(ids)}::uuid[])`);
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

/** Somebody named them again. */
export const noteNamed = (tx: Tx, workspaceId: WorkspaceId, erasures: readonly { id: string; times: number }[], at: Date): Promise<number> =>
  run(tx, sql`
    update erasure e set named_again = e.named_again + n.times, named_at = ${at}
      from unnest(${uuids(erasures.map(({ id }) => id))}::uuid[], ${erasures.map(({ times }) => times)}::int[]) as n (id, times)
     where e.workspace_id = ${workspaceId} and e.id = n.id`);

/** From now on whoever names them is believed again. */
export async function liftTombstones(tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> {
  await run(tx, sql`delete from erased_subject where workspace_id = ${workspaceId} and erasure_id = ${id}`);
  return run(tx, sql`update erasure set lifted_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and lifted_at is null`);
}

/** Those who come back of themselves are known again under the same digest. */
export const dropTombstones = (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<number> =>
  run(tx, sql`delete from erased_subject where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[])`);

/** Receivers' telephones that nobody else's parcels went to. */
export const ownReceivers = async (tx: Tx, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<SubjectId[]> => {
  const given = sql`${uuids(subjects)}::uuid[]`;
  const rows = await many(tx, sql<{ id: SubjectId }>`
    with met as (
      select distinct r.id
        from assertion e
        join subject r on r.workspace_id = e.workspace_id and r.id in (e.a, e.b) and r.customer_id is null
       where e.workspace_id = ${workspaceId} and (e.a = any (${given}) or e.b = any (${given})))
    select m.id from met m
     where not exists (select 1 from assertion e where e.workspace_id = ${workspaceId} and e.a = m.id and not e.b = any (${given}))
       and not exists (select 1 from assertion e where e.workspace_id = ${workspaceId} and e.b = m.id and not e.a = any (${given}))`);
  return rows.map(({ id }) => id);
};

export type Lodger = { id: SubjectId; sealedIn: SubjectId; sealedAt: number; sealed: Buffer };

/** Every identifier that is sealed in one blob with any of these. */
export const housemates = (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<Lodger[]> =>
  many(tx, sql<Lodger>`
    select s.id, s.sealed_in as "sealedIn", s.sealed_at as "sealedAt", h.sealed
      from (select distinct sealed_in from subject where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[])) x
      join subject s on s.workspace_id = ${workspaceId} and s.sealed_in = x.sealed_in
      join subject h on h.workspace_id = ${workspaceId} and h.id = x.sealed_in`);

type Part = { what: string; count: number };
const byCustomer = ['consent', 'name_token', 'note', 'relation', 'tag_member', 'task_step', 'task', 'trait_history'] as const;

/** Removes everything these subjects stand on in the tables of customers; how many rows of each kind. */
export async function removePeople(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<Record<string, number>> {
  const given = sql`${uuids(ids)}::uuid[]`;
  const counts: Part[] = [];
  const drop = async (what: string, statement: ReturnType<typeof sql<unknown>>): Promise<void> => void counts.push({ what, count: await run(tx, statement) });
  const here = sql`workspace_id = ${workspaceId}`;
  await drop('attitude', sql`delete from attitude where ${here} and contact_id in (select id from contact where ${here} and customer_id = any (${given}))`);
  await drop('contact_task', sql`delete from task where ${here} and contact_id in (select id from contact where ${here} and customer_id = any (${given})) and not coalesce(customer_id = any (${given}), false)`);
  await drop('contact', sql`delete from contact where ${here} and customer_id = any (${given})`);
  await drop('note_code', sql`delete from note_code where ${here} and note_id in (select id from note where ${here} and customer_id = any (${given}))`);
  for (const table of byCustomer) {
    await drop(table, table === 'relation'
      ? sql`delete from relation where ${here} and (from_id = any (${given}) or to_id = any (${given}))`
      : sql`delete from ${sql.table(table)} where ${here} and customer_id = any (${given})`);
  }
  await drop('identity_review', sql`delete from identity_review where ${here} and subject_id = any (${given})`);
  await drop('merge_log', sql`delete from merge_log where ${here} and customer_id = any (${given})`);
  await drop('cut', sql`delete from cut where ${here} and (a = any (${given}) or b = any (${given}))`);
  await drop('assertion', sql`delete from assertion where ${here} and (a = any (${given}) or b = any (${given}))`);
  await drop('customer', sql`delete from customer where ${here} and id = any (${given})`);
  await drop('subject', sql`delete from subject where ${here} and id = any (${given})`);
  return Object.fromEntries(counts.filter(({ count }) => count > 0).map(({ what, count }) => [what, count]));
}
