/** What the rounds of one account have in hand in this process, so that none prepares what another does. */
export type InHand = { take<T extends { rows: readonly { id: string }[] }>(find: (but: readonly string[]) => Promise<T | undefined>): Promise<T | undefined>; letGo(ids: readonly string[]): void };

/** An empty hand: whoever takes waits for whoever takes just then, and is told of what has been taken. */
export function keepInHand(): InHand {
  const held = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: (find) => {
      const mine = last.then(async () => {
        const found = await find([...held]);
        for (const { id } of found?.rows ?? []) held.add(id);
        return found;
      });
      last = mine.catch(() => undefined);
      return mine;
    },
    letGo: (ids) => { for (const id of ids) held.delete(id); },
  };
}
