import { threadWork } from '../../src/kernel/thread.ts';

/** A thread for tests: counts to `input.to`, telling of every step, then fails or gives what it was given doubled. */
threadWork<{ to: number; bytes: Uint8Array; fail: boolean; spin?: boolean }, number, Uint8Array>(async ({ to, bytes, fail, spin }, tell) => {
  for (let step = 1; step <= to; step++) await tell(step);
  while (spin) bytes[0] = 1;
  if (fail) throw new RangeError('as asked');
  return bytes.map((byte) => 2 * byte);
});
