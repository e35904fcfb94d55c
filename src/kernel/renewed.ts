import type { WorkspaceId } from './ids.ts';
import type { Stores } from './stores.ts';

/** Catalogues of names (events, shops, channels) over as many rows are kept, and for how long. */
export const MANY_ROWS = 2_000_000;
export const CATALOGUE_KEPT_MS = 300_000;
/** Answers kept of one store: catalogues are few, reports as many as are asked. The one read longest ago is dropped first. */
const MOST_KEPT = 300;

/** `day`: another day is another answer. `isLarge`: whether an answer rests on so much that it is kept; what rests on less is read each time, and is never late. */
export type Keeping<T> = {
  workspaceId: WorkspaceId; name: string; day?: string; keptMs: number;
  /** An answer older than this is told to nobody: who asks waits for a new one. */
  latestMs?: number;
  isLarge(answer: T): boolean;
};
type Kept = { answer: unknown; day: string; at: number; renewing: boolean };

const kept = new WeakMap<Stores['ch'], Map<string, Kept>>();

/**
 * An answer over everything there is that may be a little late: what was read last, which is read anew behind it once it is older than `keptMs`, so that
 * nobody waits but the first. For catalogues of names and for where everybody stands; figures that people reckon with say when they were counted.
 */
export async function renewed<T>({ ch, clock }: Pick<Stores, 'ch' | 'clock'>, { workspaceId, name, day = '', keptMs, latestMs = Number.POSITIVE_INFINITY, isLarge }: Keeping<NoInfer<T>>, read: () => Promise<T>): Promise<T> {
  const all = kept.get(ch) ?? new Map<string, Kept>(), key = `${workspaceId} ${name}`, known = all.get(key), now = clock.now().getTime();
  kept.set(ch, all);
  const renew = async (): Promise<T> => {
    const answer = await read();
    all.delete(key);
    if (isLarge(answer)) all.set(key, { answer, day, at: now, renewing: false });
    for (const oldest of all.keys()) if (all.size > MOST_KEPT) all.delete(oldest);
    return answer;
  };
  if (known?.day !== day || Math.abs(now - known.at) >= latestMs) return renew();
  if (Math.abs(now - known.at) >= keptMs && !known.renewing) {
    known.renewing = true;
    renew().catch(() => { known.renewing = false; });
  }
  return known.answer as T;
}
