import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Refusal } from '../kernel/errors.ts';
import { LIST_TABLES, listFile } from '../product/exchange/queries/take.ts';
import { isKept, type Row, renamed, type Settling } from './settling.ts';

const ROWS_PER_SEND = 1_000;
const CHARACTERS_PER_SEND = 1_000_000;

/** Lines of a file that are not empty. */
export async function* linesIn(path: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) if (line !== '') yield line;
}

/** Lines of a file as rows, as many at once as one request takes. */
async function* someIn(path: string, wanted: (row: Row) => boolean): AsyncGenerator<Row[]> {
  let [some, characters]: [Row[], number] = [[], 0];
  for await (const line of linesIn(path)) {
    const row = JSON.parse(line) as Row;
    if (!wanted(row)) continue;
    if (some.length >= ROWS_PER_SEND || (some.length > 0 && characters + line.length > CHARACTERS_PER_SEND)) {
      yield some;
      [some, characters] = [[], 0];
    }
    some.push(row);
    characters += line.length;
  }
  if (some.length > 0) yield some;
}

/** Tables of which only what was put away comes as rows: what is in use is said to the API. */
const GONE: Readonly<Record<string, string>> = { field: 'archived_at', tag: 'archived_at', core_programme: 'archived_at', cost_entry: 'removed_at' };
const isWanted = (table: string) => (row: Row): boolean => { if (table === 'segment') return isKept(row); const gone = GONE[table]; return gone === undefined || (row[gone] !== null && row[gone] !== undefined); };

/** Brings the rows of tables in as they are, one table after the other; ids of settings said anew are those of here. What is refused is listed. */
export async function takeTables({ api, ids, left }: Settling, folder: string, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const path = join(folder, `records.${table}.jsonl`);
    if (!existsSync(path)) continue;
    let first = true;
    for await (const rows of someIn(path, isWanted(table))) {
      try {
        const { unknown, inTheWay } = await api.post<{ unknown: number; inTheWay: number }>('/api/v1/exchange/rows', { table, rows: rows.map((row) => renamed(row, ids)), first });
        if (unknown > 0) left.push({ what: table, name: String(unknown), code: 'exchange.address_unknown' });
        if (inTheWay > 0) left.push({ what: table, name: String(inTheWay), code: 'exchange.name_taken' });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        left.push({ what: table, name: String(error.facts.path ?? ''), code: error.code });
      }
      first = false;
    }
  }
}

/** Lists that ClickHouse alone holds: of experiments, whom frozen segments hold, and who was in which segment since when. */
export async function takeLists({ api, ids }: Settling, folder: string): Promise<void> {
  for (const table of LIST_TABLES) {
    const path = join(folder, listFile(table));
    if (existsSync(path)) for await (const rows of someIn(path, () => true)) await api.post('/api/v1/exchange/lists', { table, rows });
  }
  const looks = join(folder, 'segments.history.jsonl');
  if (existsSync(looks)) for await (const rows of someIn(looks, () => true)) await api.post('/api/v1/exchange/memberships', { rows: rows.map((row) => renamed(row, ids)) });
}

export type Invited = { email: string; token: string };

/** Whoever worked there is invited here; links are told once. Those who are here already stay as they are. */
export async function inviteMembers({ api, left }: Settling, folder: string): Promise<Invited[]> {
  const path = join(folder, 'members.jsonl');
  const members: unknown[] = [];
  if (existsSync(path)) for await (const line of linesIn(path)) {
    const { email, role, shops } = JSON.parse(line) as Row;
    members.push({ email, role, shops });
  }
  if (members.length === 0) return [];
  try {
    return (await api.post<{ invited: Invited[] }>('/api/v1/exchange/members', { members })).invited;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    left.push({ what: 'members', name: '', code: error.code });
    return [];
  }
}
