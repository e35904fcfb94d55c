import { readFileSync } from 'node:fs';
import { writeOnce } from '../../src/kernel/files.ts';
import { threadWork } from '../../src/kernel/thread.ts';

/** Writes each file once, as several processes do that begin at the same moment, and gives what is in it then. `at`: the moment to begin, of the machine's clock. */
threadWork<{ paths: string[]; text: string; at: number }, never, string[]>(async ({ paths, text, at }) => {
  while (Date.now() < at) { /* All begin at once. */ }
  return paths.map((path) => {
    writeOnce(path, text);
    return readFileSync(path, 'utf8');
  });
});
