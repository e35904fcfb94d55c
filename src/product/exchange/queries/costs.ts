import type { WorkspaceId } from '../../../kernel/ids.ts';
import { many, sql } from '../../../kernel/sql.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { TYPED_SOURCE } from '../../../collect/index.ts';

/** A cost as it was typed: what POST /api/v1/lifecycle/costs takes. */
export type TypedLine = { kind: string; channel: string; on: string; amountMinor: number; currency: string; note: string };

type Entry = { id: string; note: string; amountMinor: number; currency: string; wholeMonth: boolean };

/** Costs that people typed and did not take back: who they are for stands in ClickHouse, what was typed in Postgres. */
export async function typedCosts({ pg, ch }: Stores, workspace: WorkspaceId): Promise<TypedLine[]> {
  const entries = await pg.tx(workspace, (tx) => many(tx, sql<Entry>`
    select id::text as id, note, amount as "amountMinor", currency, whole_month as "wholeMonth" from cost_entry where workspace_id = ${workspace} and removed_at is null order by created_at, id`));
  const rows = await ch.rows<{ costNo: string; day: string; kind: string; channel: string }>(`
    select cost_no as costNo, toString(day) as day, toString(kind) as kind, toString(channel) as channel
      from costs final
     where workspace = {workspace:UUID} and source = {source:String}`, { workspace, source: TYPED_SOURCE });
  const places = new Map(rows.map((row) => [row.costNo, row]));
  return entries.flatMap(({ id, wholeMonth, ...entry }) => {
    const place = places.get(id);
    return place ? [{ kind: place.kind, channel: place.channel, on: wholeMonth ? place.day.slice(0, 7) : place.day, ...entry }] : [];
  });
}
