import { isRejected, makeCleaner } from '../core/cleaner.ts';
import { proposeMapping } from '../core/detect.ts';
import type { Context } from '../core/readers.ts';
import type { Clean } from '../core/records.ts';
import type { Plan } from './plan.ts';
import type { Table } from './tables.ts';
import { ZONE } from './world.ts';

const HEAD_ROWS = 50;

/** Where the sample comes from, as the import wants to be told. */
export const SAMPLE_CONTEXT: Context = { source: 'sample', shop: '', zone: ZONE, dayZone: ZONE, currency: 'CNY', region: 'CN' };

/**
 * The rows of a table as the import understands them, by the very mapping and cleaner a user's file goes through.
 * Throws when a row is refused: the sample has no bad rows.
 */
export function* recordsOf(plan: Plan, table: Table, context = SAMPLE_CONTEXT): Generator<Clean> {
  const head: string[][] = [];
  for (const row of table.rows(plan)) if (head.push([...row]) === HEAD_ROWS) break;
  const header = [...table.header];
  const clean = makeCleaner(proposeMapping(header, head).mapping, header, context);
  let line = 1;
  for (const row of table.rows(plan)) {
    const record = clean(row, ++line);
    if (record === undefined || isRejected(record)) throw new Error(`${table.name} line ${line}: ${JSON.stringify(record)}`);
    yield record;
  }
}
