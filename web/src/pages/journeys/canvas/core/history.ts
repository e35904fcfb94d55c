/** What was, what is, what was taken back. `mark`: what the last change was about; changes about the same thing in a row are taken back as one. */
export type History<T> = { past: readonly T[]; now: T; future: readonly T[]; mark: string };

const KEPT = 200;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], mark: '' });

/** A change; nothing where it changes nothing. What was taken back before cannot come again. */
export function commit<T>(history: History<T>, next: T, mark = ''): History<T> {
  if (next === history.now) return history;
  if (mark !== '' && mark === history.mark) return { ...history, now: next, future: [] };
  return { past: [...history.past, history.now].slice(-KEPT), now: next, future: [], mark };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  return before === undefined ? history : { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], mark: '' };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  return next === undefined ? history : { past: [...history.past, history.now], now: next, future, mark: '' };
}
