import { createHash } from 'node:crypto';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import { seal } from '../../kernel/seal.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { RefusedRequest } from '../door/read.ts';
import { insertQuarantine, type NewQuarantine, type RejectReason } from '../queries/quarantine.ts';

/** What of a refused row is kept, sealed: its cells under their headers, or the event as it came. */
export type RefusedRow = { header: readonly string[]; cells: readonly string[] } | { event: unknown; request?: RefusedRequest };

/** Rows kept of one import; beyond them refusals are only counted, since a file refused whole is mapped anew, not fixed row by row. */
const ROWS_KEPT = 50_000;
const ROWS_PER_WRITE = 2_000;

/** The same id for the n-th row of the same batch, in the order of time and place: a UUID of version 8 (RFC 9562). */
function repeatableId(batch: string, nth: number, place: string): string {
  const count = nth.toString(16).padStart(6, '0').slice(-6);
  return `${batch.slice(0, 13)}-8${count.slice(0, 3)}-a${count.slice(3)}-${createHash('sha256').update(`${batch}\0${place}`).digest('hex').slice(0, 12)}`;
}

export type Quarantine = {
  add(at: { file: string; line: number }, rejects: readonly RejectReason[], row: RefusedRow): void;
  flush(): Promise<void>;
  readonly counts: ReadonlyMap<string, number>;
  rows(): number;
};

/** Each reason once: the order and the line of one row may both stumble over the same cell. */
export const reasonsOf = (rejects: readonly RejectReason[]): RejectReason[] => {
  const seen = new Set<string>();
  return rejects.filter(({ code, column }) => !seen.has(`${code}\0${column}`) && seen.add(`${code}\0${column}`)).map(({ code, column, params }) => ({ code, column, params }));
};

/** Puts refused rows aside, sealed, and counts them by reason. Rows of a `batch` of the HTTP door get the same ids when the batch is taken up again, so that none is put aside twice. */
export async function openQuarantine(stores: Stores, workspaceId: WorkspaceId, { source, importId, batch }: { source: string; importId: string | null; batch?: string }): Promise<Quarantine> {
  const keys = await stores.keys.of(workspaceId);
  const counts = new Map<string, number>();
  let waiting: NewQuarantine[] = [];
  let rows = 0;
  return {
    counts,
    rows: () => rows,
    add: ({ file, line }, rejects, row) => {
      rows++;
      const code = rejects[0]?.code ?? '';
      counts.set(code, (counts.get(code) ?? 0) + 1);
      if (rows > ROWS_KEPT) return;
      const id = batch === undefined ? newId() : repeatableId(batch, rows, `${source}\0${file}\0${line}`);
      waiting.push({ id, importId, source, file, line, rejects: reasonsOf(rejects), sealed: seal(keys, JSON.stringify(row), `quarantine:${id}`) });
    },
    flush: async () => {
      for (let at = 0; at < waiting.length; at += ROWS_PER_WRITE) {
        const some = waiting.slice(at, at + ROWS_PER_WRITE);
        await stores.pg.tx(workspaceId, (tx) => insertQuarantine(tx, workspaceId, some, stores.clock.now()));
      }
      waiting = [];
    },
  };
}
