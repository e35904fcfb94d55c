import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../../kernel/sql.ts';

const uuids = (ids: readonly string[]): string => `{${ids.join(',')}}`;

/** Gives people's rows ids that lead nowhere, in arms, sendings and lists of people named one by one; how many rows of each kind. */
export async function unlinkInPostgres(tx: Tx, workspaceId: WorkspaceId, subjects: readonly SubjectId[], { salt, went }: { salt: Buffer; went: readonly object[] }): Promise<Record<string, number>> {
  const { people, sendings } = await one(tx, sql<{ people: number; sendings: number }>`select people, sendings from unlink_experiment_people(${uuids(subjects)}::uuid[], ${salt}::bytea, ${JSON.stringify(went)}::jsonb)`);
  const lists = await run(tx, sql`
    update experiment e
       set audience = jsonb_set(e.audience, '{ids}', (
             select jsonb_agg(case when x.id = any (${uuids(subjects)}::text[]) then md5(${salt}::bytea || uuid_send(e.id) || uuid_send(x.id::uuid))::uuid::text else x.id end order by x.place)
               from jsonb_array_elements_text(e.audience -> 'ids') with ordinality as x (id, place)))
     where e.workspace_id = ${workspaceId} and e.audience ->> 'kind' = 'customers'
       and exists (select from jsonb_array_elements_text(e.audience -> 'ids') as x (id) where x.id = any (${uuids(subjects)}::text[]))`);
  await run(tx, sql`
    insert into experiment_unlinking (workspace_id, subject_id, salt) select ${workspaceId}, s, ${salt} from unnest(${uuids(subjects)}::uuid[]) as s
    on conflict (workspace_id, subject_id) do update set salt = excluded.salt`);
  return { experiment_person: people, experiment_sending: sendings, experiment: lists };
}

/** The experiments that some people are in, with how long each one's window is. */
export const measuring = (tx: Tx, workspaceId: WorkspaceId, customers: readonly string[]): Promise<{ id: string; windowDays: number }[]> => many(tx, sql<{ id: string; windowDays: number }>`
  select e.id, (e.plan ->> 'windowDays')::int as "windowDays" from experiment e
   where e.workspace_id = ${workspaceId} and e.id in (select experiment_id from experiment_person where workspace_id = ${workspaceId} and customer_id = any (${uuids(customers)}::uuid[]))`);

/** What was spent on people who have been erased since, by arm, and on how many. */
export const spentOnNobodies = (tx: Tx, workspaceId: WorkspaceId, experiments: readonly string[]): Promise<{ experimentId: string; arm: string; people: number; minor: number }[]> => many(tx, sql<{ experimentId: string; arm: string; people: number; minor: number }>`
  select experiment_id as "experimentId", arm, count(*)::int as people, sum(spent_minor) as minor from experiment_person
   where workspace_id = ${workspaceId} and experiment_id = any (${uuids(experiments)}::uuid[]) and spent_minor is not null
   group by experiment_id, arm`);

export const saltOf = async (tx: Tx, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<Buffer | undefined> =>
  (await many(tx, sql<{ salt: Buffer }>`select salt from experiment_unlinking where workspace_id = ${workspaceId} and subject_id = any (${uuids(subjects)}::uuid[]) limit 1`))[0]?.salt;

export const destroySalt = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<number> =>
  run(tx, sql`delete from experiment_unlinking where workspace_id = ${workspaceId} and subject_id = any (${uuids(subjects)}::uuid[])`);

/** Of some draws, the ids of those who were erased. */
export const nobodiesOf = async (tx: Tx, workspaceId: WorkspaceId, draws: readonly string[]): Promise<CustomerId[]> =>
  (await many(tx, sql<{ id: CustomerId }>`
    select p.customer_id as id
      from experiment e
      join experiment_person p on p.workspace_id = e.workspace_id and p.experiment_id = e.id and p.nobody is not null
     where e.workspace_id = ${workspaceId} and e.draw_id = any (${uuids(draws)}::uuid[])`)).map(({ id }) => id);

const DRAWN = 'workspace = {workspace:UUID} and (anchor in {subjects:Array(UUID)} or owner in {subjects:Array(UUID)})';

/** The draws in which any of these stand, with how many rows. */
export const drawsWith = (ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[]): Promise<{ draw: string; rows: number }[]> =>
  ch.rows(`select draw, count() as rows from experiment_draw where ${DRAWN} group by draw`, { workspace, subjects });

export const dropDrawn = (ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[]): Promise<void> =>
  ch.command(`alter table experiment_draw delete where ${DRAWN} settings mutations_sync = 2`, { workspace, subjects }, 'pass');

/** Tables with a row a person under a list's id: who was left out of it, and each person's part of a settled result. */
const LISTS = { experiment_left_out: 'list', experiment_outcome: 'outcome' } as const;
const NAMED = 'workspace = {workspace:UUID} and customer in {subjects:Array(UUID)}';

/** Rows of lists go to ids that lead nowhere. Told again with the same salt, the same rows come again; how many of each kind. */
export async function unlinkLists(ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[], salt: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [table, list] of Object.entries(LISTS)) {
    const [row] = await ch.rows<{ count: number }>(`select count() as count from ${table} where ${NAMED}`, { workspace, subjects });
    if (!row?.count) continue;
    counts[table] = row.count;
    const standIn = `reinterpretAsUUID(MD5(concat({salt:String}, toString(${list}), toString(customer))))`;
    // From within, or the customer that is asked for would be the one it is replaced by.
    await ch.command(`insert into ${table} select * replace (${standIn} as customer) from (select * from ${table} final where ${NAMED})`, { workspace, subjects, salt }, 'pass');
    await ch.command(`alter table ${table} delete where ${NAMED} settings mutations_sync = 2`, { workspace, subjects }, 'pass');
  }
  return counts;
}
