import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { wordTables } from './web/words.ts';

/** The files that take longest, the longest first; how long the text is, which orders the others, says little of these. Begun first, no worker waits for them at the end. */
const LONGEST = ['pages', 'hostile', 'backup', 'cli', 'kills', 'story1', 'journeyKills'].map((name) => resolve(import.meta.dirname, `test/${name}.test.ts`));
const placeOf = ({ moduleId }: TestSpecification): number => (LONGEST.includes(moduleId) ? LONGEST.indexOf(moduleId) : LONGEST.length);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  plugins: [wordTables()],
  test: {
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    include: ['src/**/*.test.ts', 'test/*.test.ts', 'web/src/**/*.test.ts', 'sdk/**/*.test.ts', 'scripts/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { UV_THREADPOOL_SIZE: '16' },
  },
});
