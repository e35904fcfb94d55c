/** Lends each of `resources` to one piece of work at a time; the rest wait in the order they came. */
export function semaphore<R>(resources: readonly R[]): <T>(work: (resource: R) => Promise<T>) => Promise<T> {
  const idle = [...resources];
  const waiting: ((resource: R) => void)[] = [];
  const take = (): Promise<R> => {
    const free = idle.pop();
    return free === undefined ? new Promise((given) => waiting.push(given)) : Promise.resolve(free);
  };
  const giveBack = (resource: R): void => {
    const next = waiting.shift();
    if (next) next(resource);
    else idle.push(resource);
  };
  return async (work) => {
    const resource = await take();
    try {
      return await work(resource);
    } finally {
      giveBack(resource);
    }
  };
}
