/** What outlives a page: localStorage, or memory where a browser keeps that from us. */
export type Store = { get(key: string): string | null; set(key: string, value: string): void; drop(key: string): void };

const PREFIX = 'perennial.';

export function openStore(): Store {
  const memory = new Map<string, string>();
  const storage = (): Storage | undefined => {
    try {
      return window.localStorage;
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => memory.get(key) ?? storage()?.getItem(PREFIX + key) ?? null,
    set: (key, value) => {
      try {
        const kept = storage();
        if (!kept) throw new Error();
        kept.setItem(PREFIX + key, value);
        memory.delete(key);
      } catch {
        // Full or forbidden: this page still remembers.
        memory.set(key, value);
      }
    },
    drop: (key) => {
      memory.delete(key);
      storage()?.removeItem(PREFIX + key);
    },
  };
}
