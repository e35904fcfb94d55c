import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, one, type sql as Sql, sql, type Tx } from '../../kernel/sql.ts';
import { personColumns, type PersonRow } from './people.ts';
import { inShops } from './scope.ts';

export const SORTS = { name: 'text', last_on: 'date', net_minor: 'bigint', order_count: 'int' } as const;
export type Sort = keyof typeof SORTS;
export type Direction = 'asc' | 'desc';
export type ListFilter = { ids?: readonly CustomerId[] | undefined; stages?: readonly string[] | undefined; tag?: string | undefined; reach?: string | undefined; b2b?: boolean | undefined; shops?: readonly string[] | undefined };
/** The sort value and id of the row before; null stands for "no value", which comes last. */
export type Position = { value: string | number | null; id: CustomerId };

type Part = ReturnType<typeof Sql<unknown>>;

function conditions(workspaceId: WorkspaceId, { ids, stages, tag, reach, b2b, shops = [] }: ListFilter): Part {
  const parts: Part[] = [sql`c.workspace_id = ${workspaceId}`, sql`c.merged_into is null`];
  if (ids) parts.push(sql`c.id = any (${ids}::uuid[])`);
  if (stages?.length) parts.push(sql`c.stage = any (${stages}::text[])`);
  if (tag) parts.push(sql`${tag} = any (c.tags)`);
  if (reach) parts.push(sql`${reach} = any (c.reach)`);
  if (b2b !== undefined) parts.push(sql`coalesce(c.b2b, false) = ${b2b}`);
  if (shops.length > 0) parts.push(inShops(shops));
  return sql.join(parts, sql` and `);
}

const columnOf = (sort: Sort): Part => (sort === 'name' ? sql`c.name collate "zh-Hans-CN-x-icu"` : sql`c.${sql.raw(sort)}`);

export type ListQuery = { filter: ListFilter; sort: Sort; direction: Direction; from?: Position | undefined; limit: number };

/** Rows with a value, in the index's own order one way or the other, so that a page never sorts everybody. */
function valuedRows(tx: Tx, workspaceId: WorkspaceId, { filter, sort, direction, from, limit }: ListQuery): Promise<PersonRow[]> {
  const column = columnOf(sort);
  const beyond = direction === 'asc' ? sql`>` : sql`<`;
  const after = from ? sql`and (${column}, c.id) ${beyond} (${from.value}::${sql.raw(SORTS[sort])}, ${from.id}::uuid)` : sql``;
  return many(tx, sql<PersonRow>`
    select ${personColumns} from customer c
     where ${conditions(workspaceId, filter)} and ${column} is not null ${after}
     order by ${column} ${sql.raw(direction)}, c.id ${sql.raw(direction)}
     limit ${limit}`);
}

/** Rows without a value: they come last whichever way the list goes. */
const emptyRows = (tx: Tx, workspaceId: WorkspaceId, { filter, sort, direction, from, limit }: ListQuery): Promise<PersonRow[]> =>
  many(tx, sql<PersonRow>`
    select ${personColumns} from customer c
     where ${conditions(workspaceId, filter)} and ${columnOf(sort)} is null
       ${from?.value === null ? sql`and c.id ${direction === 'asc' ? sql`>` : sql`<`} ${from.id}::uuid` : sql``}
     order by c.id ${sql.raw(direction)}
     limit ${limit}`);

export async function listRows(tx: Tx, workspaceId: WorkspaceId, query: ListQuery): Promise<PersonRow[]> {
  const valued = query.from?.value === null ? [] : await valuedRows(tx, workspaceId, query);
  if (valued.length === query.limit || query.sort === 'name') return valued;
  return [...valued, ...(await emptyRows(tx, workspaceId, { ...query, limit: query.limit - valued.length }))];
}

export const COUNT_MAX = 10_000;

/** How many fit, counted no further than one past the most that is shown exactly. */
export const countRows = async (tx: Tx, workspaceId: WorkspaceId, filter: ListFilter): Promise<number> =>
  (await one(tx, sql<{ count: number }>`
    select count(*)::int as count from (select 1 from customer c where ${conditions(workspaceId, filter)} limit ${COUNT_MAX + 1}) x`)).count;

/** No text that begins with another stands behind that one and this letter. */
const LAST_LETTER = '\u{10ffff}';
/** A name has some pieces, of which several may begin alike. */
const PIECES_READ = 4;

/** Live customers whose name holds pieces that begin with each of these. Of one beginning no more is read than is wanted. */
export const idsByName = (tx: Tx, workspaceId: WorkspaceId, beginnings: readonly string[], limit: number): Promise<{ id: CustomerId; name: string }[]> =>
  many(tx, sql<{ id: CustomerId; name: string }>`
    select c.id, c.name
      from (select customer_id
              from unnest(${beginnings}::text[]) with ordinality as b (beginning, nth)
             cross join lateral (
                select customer_id from name_token
                 where workspace_id = ${workspaceId} and token >= b.beginning and token < b.beginning || ${LAST_LETTER}
                 limit ${beginnings.length === 1 ? limit * PIECES_READ : null}) as n
             group by customer_id having count(distinct nth) = ${beginnings.length} limit ${limit}) t
      join subject s on s.workspace_id = ${workspaceId} and s.id = t.customer_id
      join customer c on c.workspace_id = ${workspaceId} and c.id = s.customer_id`);

/** Customers of telephones with this tail; a receiver's telephone leads to whoever ordered under it. */
export const idsByTail = (tx: Tx, workspaceId: WorkspaceId, tail: number, limit: number): Promise<{ id: CustomerId }[]> =>
  many(tx, sql<{ id: CustomerId }>`
    with hit as (select id, customer_id from subject where workspace_id = ${workspaceId} and tail = ${tail} limit ${limit})
    select customer_id as id from hit where customer_id is not null
    union
    select o.customer_id
      from hit h
      join assertion e on e.workspace_id = ${workspaceId} and (e.a = h.id or e.b = h.id)
      join subject o on o.workspace_id = ${workspaceId} and o.id = case when e.a = h.id then e.b else e.a end
     where h.customer_id is null and o.customer_id is not null`);

/** Customers of any of these subjects; a receiver's telephone leads to whoever ordered under it. */
export const idsBySubject = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[]): Promise<{ id: CustomerId }[]> =>
  many(tx, sql<{ id: CustomerId }>`
    with hit as (select id, customer_id from subject where workspace_id = ${workspaceId} and id = any (${subjects}::uuid[]))
    select customer_id as id from hit where customer_id is not null
    union
    select o.customer_id
      from hit h
      join assertion e on e.workspace_id = ${workspaceId} and (e.a = h.id or e.b = h.id)
      join subject o on o.workspace_id = ${workspaceId} and o.id = case when e.a = h.id then e.b else e.a end
     where h.customer_id is null and o.customer_id is not null`);

export const scopesOf = (tx: Tx, workspaceId: WorkspaceId): Promise<{ kind: string; scope: string }[]> =>
  many(tx, sql<{ kind: string; scope: string }>`select kind, scope from identifier_scope where workspace_id = ${workspaceId} limit 2000`);
