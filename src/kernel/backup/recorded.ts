import { barrier } from '../clickhouse/barrier.ts';
import type { ClickHouse } from '../clickhouse/index.ts';
import { openRedo, type RedoLog, type Redone } from './redo.ts';
import { seriesOf } from './series.ts';

/** The engine in process with a log of what it is told, and a way to make it stand still. `ch` is what everybody works with. */
export type Recorded = { ch: ClickHouse; raw: ClickHouse; redo: RedoLog; alone<T>(work: () => Promise<T>): Promise<T> };

/**
 * Writes down every write once it is done and before it is acknowledged, so that a copy of the store can be brought forward to any instant.
 * Nothing is written down before the first backup. `now` is the clock of the machine, which Postgres goes by too.
 */
export function recorded(raw: ClickHouse, dataDir: string, now: () => Date): Recorded {
  const redo = openRedo(() => seriesOf(dataDir), now);
  const { write, alone } = barrier();
  const ch: ClickHouse = {
    ...raw,
    insert: (table, rows, token) => write(async () => {
      await raw.insert(table, rows, token);
      if (rows.length > 0) await redo.add({ kind: 'rows', table, token }, () => Buffer.from(JSON.stringify(rows)));
    }),
    insertRows: (table, columns, rows, token) => write(async () => {
      await raw.insertRows(table, columns, rows, token);
      if (rows.length > 0) await redo.add({ kind: 'binary', table, columns, token }, () => rows);
    }),
    command: (query, params, takes) => write(async () => {
      await raw.command(query, params, takes);
      await redo.add({ kind: 'command', params }, () => Buffer.from(query));
    }),
  };
  return { ch, raw, redo, alone };
}

/** Tells a store again what it was told once. */
export async function tellAgain(ch: ClickHouse, { redo, body }: Redone): Promise<void> {
  if (redo.kind === 'rows') await ch.insert(redo.table, JSON.parse(body.toString()) as object[], redo.token);
  else if (redo.kind === 'binary') await ch.insertRows(redo.table, redo.columns, body, redo.token);
  // Nobody waits for it, and it may have been one over everybody.
  else await ch.command(body.toString(), redo.params, 'pass');
}
