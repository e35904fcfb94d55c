import type { Tree } from '../../../kernel/conditions/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, Id, WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../../kernel/sql.ts';

export type ProgrammeId = Id<'programme'>;
export type Programme = {
  id: ProgrammeId; name: string; owner: string; entry: Tree; entryShare: number | null; stay: Tree; stayShare: number | null; entryCut: number | null; stayCut: number | null;
  createdAt: Date; archivedAt: Date | null; judgedOn: Day | null;
};

const COLUMNS = sql`id, name, owner, entry, entry_share as "entryShare", stay, stay_share as "stayShare", entry_cut::float8 as "entryCut", stay_cut::float8 as "stayCut",
                    created_at as "createdAt", archived_at as "archivedAt", judged_on as "judgedOn"`;

/** One judge of a workspace's programmes at a time, or two would let somebody in twice. */
export const lockCore = (tx: Tx, workspaceId: WorkspaceId): Promise<number> =>
  run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`core:${workspaceId}`}, 0))`);

/** All of them, put away ones too, oldest first. */
export const allProgrammes = (tx: Tx, workspaceId: WorkspaceId): Promise<Programme[]> =>
  many(tx, sql<Programme>`select ${COLUMNS} from core_programme where workspace_id = ${workspaceId} order by created_at, id`);

export const programmeById = (tx: Tx, workspaceId: WorkspaceId, id: ProgrammeId): Promise<Programme | undefined> =>
  maybe(tx, sql<Programme>`select ${COLUMNS} from core_programme where workspace_id = ${workspaceId} and id = ${id} and archived_at is null for update`);

export const saveProgramme = (tx: Tx, workspaceId: WorkspaceId, p: Programme): Promise<number> =>
  run(tx, sql`
    insert into core_programme (workspace_id, id, name, owner, entry, entry_share, stay, stay_share, entry_cut, stay_cut, created_at, archived_at, judged_on)
    values (${workspaceId}, ${p.id}, ${p.name}, ${p.owner}, ${JSON.stringify(p.entry)}::jsonb, ${p.entryShare}, ${JSON.stringify(p.stay)}::jsonb, ${p.stayShare}, ${p.entryCut}, ${p.stayCut},
            ${p.createdAt}, ${p.archivedAt}, ${p.judgedOn})
    on conflict (workspace_id, id) do update
       set name = excluded.name, owner = excluded.owner, entry = excluded.entry, entry_share = excluded.entry_share, stay = excluded.stay, stay_share = excluded.stay_share,
           entry_cut = excluded.entry_cut, stay_cut = excluded.stay_cut, archived_at = excluded.archived_at, judged_on = excluded.judged_on`);

/** What a judgement leaves behind: the values the shares came to, and the day. Names and rules are staff's alone to write. */
export const stampProgramme = (tx: Tx, workspaceId: WorkspaceId, { id, entryCut, stayCut, judgedOn }: Pick<Programme, 'id' | 'entryCut' | 'stayCut' | 'judgedOn'>): Promise<number> =>
  run(tx, sql`update core_programme set entry_cut = ${entryCut}, stay_cut = ${stayCut}, judged_on = ${judgedOn} where workspace_id = ${workspaceId} and id = ${id}`);

export const LEFT_WHYS = ['rule', 'merged', 'closed'] as const;
export type LeftWhy = (typeof LEFT_WHYS)[number];
export type MemberRow = { id: string; programmeId: ProgrammeId; customerId: CustomerId; enteredAt: Date; enteredOn: Day; valueMinor: number; leftAt: Date | null; leftOn: Day | null; leftWhy: LeftWhy | null };
const MEMBER = sql`id, programme_id as "programmeId", customer_id as "customerId", entered_at as "enteredAt", entered_on as "enteredOn", value_minor::float8 as "valueMinor",
                   left_at as "leftAt", left_on as "leftOn", left_why as "leftWhy"`;

export const membersNow = (tx: Tx, workspaceId: WorkspaceId, programmeId: ProgrammeId): Promise<MemberRow[]> =>
  many(tx, sql<MemberRow>`select ${MEMBER} from core_member where workspace_id = ${workspaceId} and programme_id = ${programmeId} and left_at is null order by value_minor desc, id`);

/** Members a caller may see, of some programmes: whoever belongs to one of the shops; none means all. */
const visible = (workspaceId: WorkspaceId, shops: readonly string[]) => (shops.length === 0 ? sql`true` : sql`exists (
        select 1 from subject s join customer c on c.workspace_id = s.workspace_id and c.id = s.customer_id and c.merged_into is null
         where s.workspace_id = ${workspaceId} and s.id = m.customer_id and jsonb_exists_any(c.published -> 'shops', ${[...shops]}::text[]))`);

export const memberCounts = (tx: Tx, workspaceId: WorkspaceId, shops: readonly string[]): Promise<{ id: ProgrammeId; members: number }[]> =>
  many(tx, sql<{ id: ProgrammeId; members: number }>`
    select m.programme_id as id, count(*)::int as members from core_member m where m.workspace_id = ${workspaceId} and m.left_at is null and ${visible(workspaceId, shops)} group by 1`);

/** The same, some of one programme, the greatest value first, after the last of the page before. */
export const memberPage = (tx: Tx, workspaceId: WorkspaceId, programmeId: ProgrammeId, { shops, after, limit }: { shops: readonly string[]; after: { valueMinor: number; id: string } | null; limit: number }): Promise<MemberRow[]> =>
  many(tx, sql<MemberRow>`
    select ${MEMBER} from core_member m
     where workspace_id = ${workspaceId} and programme_id = ${programmeId} and left_at is null and ${visible(workspaceId, shops)}
       and (${after === null} or value_minor < ${after?.valueMinor ?? 0}::bigint or (value_minor = ${after?.valueMinor ?? 0}::bigint and id > ${after?.id ?? '00000000-0000-0000-0000-000000000000'}::uuid))
     order by value_minor desc, id
     limit ${limit}`);

/** Of those, some customers and whoever was absorbed by one of them. */
export const membersAmong = (tx: Tx, workspaceId: WorkspaceId, programmeId: ProgrammeId, customers: readonly CustomerId[]): Promise<MemberRow[]> =>
  many(tx, sql<MemberRow>`
    select ${MEMBER} from core_member
     where workspace_id = ${workspaceId} and programme_id = ${programmeId} and left_at is null
       and customer_id in (select id from subject where workspace_id = ${workspaceId} and customer_id = any (${customers}::uuid[]))`);

/** Which of some customers are in any programme now. */
export const coreCustomers = (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<{ customerId: CustomerId }[]> =>
  many(tx, sql<{ customerId: CustomerId }>`select distinct customer_id as "customerId" from core_member where workspace_id = ${workspaceId} and left_at is null and customer_id = any (${customers}::uuid[])`);

export const enterMembers = (tx: Tx, workspaceId: WorkspaceId, rows: readonly Pick<MemberRow, 'id' | 'programmeId' | 'customerId' | 'enteredAt' | 'enteredOn' | 'valueMinor'>[]): Promise<number> =>
  run(tx, sql`
    insert into core_member (workspace_id, id, programme_id, customer_id, entered_at, entered_on, value_minor)
    select ${workspaceId}, n.*
      from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ programmeId }) => programmeId)}::uuid[], ${rows.map(({ customerId }) => customerId)}::uuid[],
                  ${rows.map(({ enteredAt }) => enteredAt)}::timestamptz[], ${rows.map(({ enteredOn }) => enteredOn)}::date[], ${rows.map(({ valueMinor }) => valueMinor)}::bigint[]) as n
    on conflict (workspace_id, programme_id, customer_id) where left_at is null do nothing`);

export const leaveMembers = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[], { at, on, why }: { at: Date; on: Day; why: LeftWhy }): Promise<number> =>
  run(tx, sql`
    update core_member set left_at = ${at}, left_on = ${on}, left_why = ${why}
     where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[]) and left_at is null`);

export type LogRow = { id: string; way: 'entered' | 'left'; at: Date; on: Day; why: LeftWhy | null; customerId: CustomerId; valueMinor: number };

/** Who entered and left, newest first, after the last of the page before. */
export const logPage = (tx: Tx, workspaceId: WorkspaceId, programmeId: ProgrammeId, { after, limit }: { after: { at: Date; id: string } | null; limit: number }): Promise<LogRow[]> =>
  many(tx, sql<LogRow>`
    select * from (
      select id::text || ':in' as id, 'entered' as way, entered_at as at, entered_on as on, null as why, customer_id as "customerId", value_minor::float8 as "valueMinor"
        from core_member where workspace_id = ${workspaceId} and programme_id = ${programmeId}
      union all
      select id::text || ':out', 'left', left_at, left_on, left_why, customer_id, value_minor::float8
        from core_member where workspace_id = ${workspaceId} and programme_id = ${programmeId} and left_at is not null
    ) as moves
     where ${after === null}::boolean or (at, id) < (${after?.at ?? new Date(0)}::timestamptz, ${after?.id ?? ''}::text)
     order by at desc, id desc
     limit ${limit}`);
