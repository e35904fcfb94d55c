import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';

export const resultPath = (file: string): string => resolve(import.meta.dirname, '../results', file);

/** Writes down what a long run came to, with when and where; `test/results.test.ts` holds that it is there and green. */
export function writeResult(file: string, result: object): void {
  const path = resultPath(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ date: new Date().toISOString(), node: process.version, cpus: availableParallelism(), ...result }, null, 2)}\n`);
}
