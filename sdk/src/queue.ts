import type { Store } from './store.ts';

export type Message = { messageId: string; [field: string]: unknown };

/** Events on their way, kept over reloads and by all tabs of a site together. An event leaves only when the server has it. */
export type Queue = { add(message: Message): void; first(count: number): Message[]; remove(messages: readonly Message[]): void; size(): number; clear(): void };

const KEY = 'queue';
const MESSAGES_MAX = 500;
const CHARS_MAX = 1_000_000;

export function openQueue(store: Store): Queue {
  const read = (): Message[] => {
    try {
      const kept: unknown = JSON.parse(store.get(KEY) ?? '[]');
      return Array.isArray(kept) ? (kept as Message[]) : [];
    } catch {
      return [];
    }
  };
  const write = (messages: readonly Message[]): void => (messages.length === 0 ? store.drop(KEY) : store.set(KEY, JSON.stringify(messages)));
  return {
    add: (message) => {
      // Offline for weeks: the newest stay.
      let messages = [...read(), message].slice(-MESSAGES_MAX);
      while (messages.length > 1 && JSON.stringify(messages).length > CHARS_MAX) messages = messages.slice(Math.ceil(messages.length / 10));
      write(messages);
    },
    first: (count) => read().slice(0, count),
    remove: (messages) => {
      const ids = new Set(messages.map(({ messageId }) => messageId));
      write(read().filter(({ messageId }) => !ids.has(messageId)));
    },
    size: () => read().length,
    clear: () => store.drop(KEY),
  };
}
