import { Refusal } from '../errors.ts';

/** Deeper than any honest body; Postgres and our own recursion both stop somewhere. */
const DEPTH_MAX = 48;

type Visit = { value: unknown; pointer: string; depth: number };

const faultOf = (text: string): string | undefined => (text.includes('\0') ? 'nul' : text.isWellFormed() ? undefined : 'surrogate');

const step = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 60);

/**
 * Refuses what Postgres cannot keep (NUL, lone surrogates, in values and in names) and bodies nested too deep:
 * `body.text_refused` and `body.too_deep`, with a JSON pointer to the place. Checked at the door, so that one bad value never fails a batch.
 */
export function checkText(body: unknown): void {
  const open: Visit[] = [{ value: body, pointer: '', depth: 0 }];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const { value, pointer, depth } = visit;
    if (typeof value === 'string' && faultOf(value)) throw new Refusal('body.text_refused', { pointer, fault: faultOf(value) }, 400);
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) continue;
    if (depth >= DEPTH_MAX) throw new Refusal('body.too_deep', { pointer, max: DEPTH_MAX }, 400);
    for (const [key, inner] of Object.entries(value)) {
      if (faultOf(key)) throw new Refusal('body.text_refused', { pointer, fault: faultOf(key) }, 400);
      if (typeof inner === 'string' || (typeof inner === 'object' && inner !== null)) open.push({ value: inner, pointer: `${pointer}/${step(key)}`, depth: depth + 1 });
    }
  }
}
