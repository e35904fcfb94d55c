/** The longest answer worth keeping, and how much is kept in all, in characters. */
const LONGEST = 6_000_000;
const ROOM = 48_000_000;

/**
 * Answers of queries, for as long as nothing was written: reports are read many times between two imports, and planning one costs more
 * than reading it. Exact where this process is the store's only writer (the engine in process), so only there. Queries hold no clock and
 * no chance: all they depend on is bound.
 */
export type Answers = {
  /** The kept answer of a key, or what `read` gives, kept if nothing was written meanwhile. The answer last used is dropped last. */
  ask(key: string, read: () => Promise<string>): Promise<string>;
  /** Runs a write: what was kept is forgotten, and what is read beside it is not kept. */
  writing<T>(write: () => Promise<T>): Promise<T>;
};

export function rememberedAnswers(): Answers {
  const kept = new Map<string, string>();
  let size = 0;
  let writes = 0;
  let underWay = 0;
  const drop = (key: string): void => {
    size -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, answer: string): void => {
    drop(key);
    kept.set(key, answer);
    size += answer.length;
    for (const oldest of kept.keys()) if (size > ROOM) drop(oldest);
  };
  return {
    ask: async (key, read) => {
      const known = kept.get(key);
      if (known !== undefined) {
        keep(key, known);
        return known;
      }
      const [before, quiet] = [writes, underWay === 0];
      const answer = await read();
      if (quiet && writes === before && answer.length <= LONGEST) keep(key, answer);
      return answer;
    },
    writing: async (write) => {
      writes++;
      underWay++;
      kept.clear();
      size = 0;
      try {
        return await write();
      } finally {
        underWay--;
      }
    },
  };
}

/** For a store that others write too: nothing is kept. */
export const noAnswers: Answers = { ask: (_key, read) => read(), writing: (write) => write() };
