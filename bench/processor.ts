import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TICKS_PER_SECOND = 100;

/** Seconds of the processor that the embedded Postgres in a folder has used, its ended processes included; NaN where there is no /proc. */
function postgresSeconds(folder: string): number {
  const statOf = (pid: string): string[] => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    } catch {
      return [];
    }
  };
  try {
    const [postmaster = ''] = readFileSync(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
    const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && (name === postmaster || statOf(name)[1] === postmaster));
    // utime, stime; of the postmaster also those of processes that have ended.
    return own.reduce((sum, pid) => sum + statOf(pid).slice(11, pid === postmaster ? 15 : 13).reduce((all, ticks) => all + Number(ticks), 0), 0) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

/** Seconds of the processor so far, by part: this process's own thread, its others, the embedded Postgres of a data folder. */
export type Processor = Record<'own' | 'threads' | 'postgres', number>;
export function processor(folder: string): Processor {
  const own = process.threadCpuUsage(), all = process.cpuUsage();
  return { own: (own.user + own.system) / 1e6, threads: (all.user + all.system - own.user - own.system) / 1e6, postgres: postgresSeconds(folder) };
}

/** What one of many items took of the processor between two readings, part by part, in µs. */
export const perItem = (before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>, items: number): string =>
  Object.keys(before).map((part) => `${((((after[part] ?? 0) - (before[part] ?? 0)) / items) * 1e6).toFixed(0)} µs ${part}`).join(', ');
