import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

/** Milliseconds the threads of a process ran, and waited for a processor that others had; what Linux counts, 0 elsewhere. */
function threadsOf(pid: number, threads: readonly string[] = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : []): { ran: number; waited: number } {
  const sum = { ran: 0, waited: 0 };
  for (const thread of threads) {
    const path = `/proc/${pid}/task/${thread}/schedstat`;
    const [ran = 0, waited = 0] = existsSync(path) ? readFileSync(path, 'utf8').split(' ').map(Number) : [];
    sum.ran += ran / 1e6;
    sum.waited += waited / 1e6;
  }
  return sum;
}

/** Milliseconds so far in which somebody on this machine waited for a processor, or for the disk. */
const pressure = (of: 'cpu' | 'io'): number => {
  const path = `/proc/pressure/${of}`;
  return existsSync(path) ? Number(/some .*total=(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) / 1_000 : 0;
};

/** What a process had of the machine while it started. `starvedMs`: how long its main thread could have gone on, and others had the processors. `words`: all of it, for whoever reads a failure. */
export type Strain = { starvedMs: number; words: string };

/** Begun with a start, asked at its end. */
export function strainOn(): (pid: number) => Strain {
  const before = { cpu: pressure('cpu'), io: pressure('io') };
  return (pid) => {
    const all = threadsOf(pid), main = threadsOf(pid, [String(pid)]), rounded = (ms: number): string => `${Math.round(ms)} ms`;
    return { starvedMs: main.waited, words: `its main thread ran ${rounded(main.ran)} and waited ${rounded(main.waited)} for a processor, all threads ${rounded(all.ran)} and ${rounded(all.waited)}; somebody waited ${rounded(pressure('cpu') - before.cpu)} for a processor and ${rounded(pressure('io') - before.io)} for the disk; load ${loadavg().map((one) => one.toFixed(1)).join(' ')} on ${availableParallelism()}` };
  };
}
