/** Works on items, some at once, in their order; one answer each, in the same order. */
export async function some<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (let i = next++; i < items.length; i = next++) done[i] = await work(items[i] as T);
  }));
  return done;
}
