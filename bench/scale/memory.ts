import { readdirSync, readFileSync } from 'node:fs';

const statusOf = (pid: string, file: 'status' | 'smaps_rollup'): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};
const field = (text: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);

/** A process and all that descend from it. */
function treeOf(root: number): string[] {
  const parentOf = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => [pid, String(field(statusOf(pid, 'status'), 'PPid'))] as const));
  const isOurs = (pid: string): boolean => pid === String(root) || (parentOf.has(pid) && isOurs(parentOf.get(pid) as string));
  return [...parentOf.keys()].filter(isOurs);
}

/** Bytes: `own` of this process (all it holds), `stores` of the processes below it: what is theirs alone, and once what they share. Linux only. */
export function memoryOfTree(): { own: number; stores: number } {
  const below = treeOf(process.pid).filter((pid) => pid !== String(process.pid)).map((pid) => statusOf(pid, 'smaps_rollup'));
  return { own: process.memoryUsage.rss(), stores: below.reduce((sum, text) => sum + field(text, 'Pss') * 1024, 0) };
}
