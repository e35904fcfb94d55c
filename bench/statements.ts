import type { ClickHouse } from '../src/kernel/clickhouse/index.ts';

type Line = { times: number; wall: number; threads: number };
const OPENING = 110, SHOWN = 24;
const NOBODY = '(no statement: merges, garbage collection, other threads of ours)';

/**
 * What each statement takes of the processor, in place: seconds of all threads but our own, shared evenly by the statements under way. Statements are told apart by
 * how they begin. Gives what prints and begins anew.
 */
export function watchStatements(ch: ClickHouse): () => void {
  const lines = new Map<string, Line>(), underWay: string[] = [];
  const read = (): number => {
    const own = process.threadCpuUsage(), all = process.cpuUsage();
    return (all.user + all.system - own.user - own.system) / 1e6;
  };
  const lineOf = (name: string): Line => lines.get(name) ?? lines.set(name, { times: 0, wall: 0, threads: 0 }).get(name) as Line;
  let last = read();
  const share = (): void => {
    const now = read(), among = underWay.length === 0 ? [NOBODY] : underWay;
    for (const name of among) lineOf(name).threads += (now - last) / among.length;
    last = now;
  };
  const during = async <T>(statement: string, work: () => Promise<T>): Promise<T> => {
    const name = statement.replaceAll(/\s+/g, ' ').trim().slice(0, OPENING), began = performance.now();
    share();
    underWay.push(name);
    try {
      return await work();
    } catch (error) {
      console.log(`  failed after ${((performance.now() - began) / 1000).toFixed(0)} s: ${name}`);
      throw error;
    } finally {
      share();
      underWay.splice(underWay.indexOf(name), 1);
      const line = lineOf(name);
      line.times++;
      line.wall += (performance.now() - began) / 1000;
    }
  };
  const { rows, bytes, insert, insertRows, command } = ch;
  Object.assign(ch, {
    rows: (query: string, params) => during(`rows ${query}`, () => rows(query, params)),
    bytes: (query: string, columns, params) => during(`bytes ${query}`, () => bytes(query, columns, params)),
    insert: (table: string, given, token) => during(`insert ${table}`, () => insert(table, given, token)),
    insertRows: (table: string, columns, given, token) => during(`insertRows ${table}`, () => insertRows(table, columns, given, token)),
    command: (query: string, params, takes) => during(`command ${query}`, () => command(query, params, takes)),
  } as ClickHouse);
  return () => {
    share();
    for (const [name, { times, wall, threads }] of [...lines].sort(([, a], [, b]) => b.threads - a.threads).slice(0, SHOWN)) console.log(`  ${threads.toFixed(2).padStart(7)} s other threads  ${wall.toFixed(2).padStart(7)} s by the clock  ${String(times).padStart(5)} ×  ${name}`);
    lines.clear();
  };
}
