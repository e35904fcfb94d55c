import { Refusal } from '../../kernel/errors.ts';
import { type Reading, readingOf, sameReading } from '../core/reading.ts';
import { signatureOf } from '../core/signature.ts';
import { type Opened, type OpenOptions, openRows } from '../files/openRows.ts';
import type { SignedMapping } from '../queries/recipes.ts';

export type OpenedKnown = { opened: Opened; reading: Reading; known: SignedMapping | undefined };

const fits = (saved: readonly SignedMapping[], { header }: Opened): SignedMapping | undefined => {
  const signature = signatureOf(header);
  return saved.find((one) => one.signature === signature);
};

async function tryReading(path: string, options: OpenOptions, reading: Reading): Promise<Opened | undefined> {
  try {
    return await openRows(path, { ...options, ...readingOf(reading) });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * Opens a file the way a saved mapping of its header was read: first as it looks by itself, then in each encoding and with each delimiter
 * somebody has chosen for files before. Without any that fits, as it looks by itself. Refuses what `openRows` refuses.
 */
export async function openKnown(path: string, options: OpenOptions, saved: readonly SignedMapping[]): Promise<OpenedKnown> {
  const plain = await openRows(path, options);
  const known = fits(saved, plain);
  const readings = (known ? [known] : saved).map(readingOf).filter((one) => !sameReading(one, {}));
  for (const [at, reading] of readings.entries()) {
    if (readings.findIndex((one) => sameReading(one, reading)) < at) continue;
    const opened = await tryReading(path, options, reading);
    const match = opened && fits(saved.filter((one) => sameReading(one, reading)), opened);
    if (opened && match) {
      await plain.close();
      return { opened, reading, known: match };
    }
    await opened?.close();
  }
  return { opened: plain, reading: {}, known };
}
