import { type Move, move } from '../kernel/move/index.ts';
import type { Found } from './reads.ts';

/** Moves an installation and tells what arrived, table by table. */
export async function moveTo(asked: Move): Promise<Found> {
  const moved = await move(asked);
  return {
    answer: { moved, to: asked.to },
    table: { columns: ['store', 'table', 'rows there and here'], rows: moved.filter(({ rows }) => rows > 0).map(({ store, table, rows }) => [store, table, rows]) },
    note: `Every count agrees. Start with: npm start -- --data ${asked.to} (DATABASE_URL and CLICKHOUSE_URL set). The old folder is as it was: do not start it again beside the new one.`,
  };
}
