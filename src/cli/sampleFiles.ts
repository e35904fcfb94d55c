import { SAMPLE_SEED, SAMPLE_ZONE, sampleFiles } from '../collect/index.ts';
import { addDays, dayIn } from '../kernel/day.ts';
import { seeded } from '../kernel/random.ts';
import type { Found } from './reads.ts';

/** Writes the simulated shop as files; its last day is the day before `now`. */
export async function writeSample(folder: string, now: Date, customers?: number): Promise<Found> {
  const lastDay = addDays(dayIn(SAMPLE_ZONE, now), -1);
  const files = await sampleFiles(folder, { random: seeded(SAMPLE_SEED), lastDay, ...(customers === undefined ? {} : { customers }) });
  return { answer: files, table: { columns: ['file', 'rows', 'bytes'], rows: files.map(({ path, rows, bytes }) => [path, rows, bytes]) } };
}
