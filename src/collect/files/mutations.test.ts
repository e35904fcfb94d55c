import { expect, test } from 'vitest';
import { platformFiles } from '../../../test/support/platformFiles.ts';
import { withFile } from '../../../test/support/readFile.ts';
import { Refusal } from '../../kernel/errors.ts';
import { seeded } from '../../kernel/random.ts';
import { openRows } from './openRows.ts';

const TIMES = 12;

/** Overwrites, cuts out or doubles a stretch of bytes. */
function mutated(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  const size = 1 + Math.floor(random() ** 3 * 400);
  const kind = Math.floor(random() * 3);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256))), bytes.subarray(at + size)]);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
  return Buffer.concat([bytes.subarray(0, at + size), bytes.subarray(at)]);
}

test.each((await platformFiles()).map((file) => [file.name, file] as const))('a damaged %s is read or refused by code, never more', async (name, { bytes, password }) => {
  for (let run = 0; run < TIMES; run++) {
    const damaged = mutated(bytes, seeded(run * 7919 + bytes.length));
    await withFile(name, damaged, async (path) => {
      try {
        const opened = await openRows(path, { name, ...(password ? { password } : {}) });
        for await (const { rows } of opened.rows) for (const row of rows) for (const cell of row) expect(typeof cell).toBe('string');
      } catch (error) {
        expect(error, `${name} run ${run}: ${error instanceof Error ? error.stack : error}`).toBeInstanceOf(Refusal);
      }
    });
  }
});
