/**
 * Lends each of `resources` to one piece of work at a time; the rest wait in the order they came. With `waitMs` nobody waits longer: his
 * work fails with an ETIMEDOUT, so that behind resources that never come back no queue grows without end.
 */
export function semaphore<R>(resources: readonly R[], { waitMs = Number.POSITIVE_INFINITY } = {}): <T>(work: (resource: R) => Promise<T>) => Promise<T> {
  const idle = [...resources];
  const waiting = new Set<(resource: R) => void>();
  const inLine = (): Promise<R> => new Promise((given, late) => {
    const take = (resource: R): void => { clearTimeout(timer); given(resource); };
    waiting.add(take);
    const timer = Number.isFinite(waitMs) ? setTimeout(() => { waiting.delete(take); late(Object.assign(new Error('waited too long in line'), { code: 'ETIMEDOUT' })); }, waitMs) : undefined;
  });
  const giveBack = (resource: R): void => {
    for (const next of waiting) {
      waiting.delete(next);
      return next(resource);
    }
    idle.push(resource);
  };
  return async (work) => {
    const resource = idle.pop() ?? (await inLine());
    try {
      return await work(resource);
    } finally {
      giveBack(resource);
    }
  };
}
