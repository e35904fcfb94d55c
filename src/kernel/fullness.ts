/** Postgres: disk_full; the machine: no space, over quota; ClickHouse: NOT_ENOUGH_SPACE. */
const FULL = new Set(['53100', 'ENOSPC', 'EDQUOT', '243']);
const SAID = /no space left on device|disk quota exceeded/i;
/** A store is taken for full so long after it last refused to write for want of space: what waits tries again sooner than that. */
const HEARD_MS = 8_000;

/** Whether an error says that a store found no room for what it was given. */
export const isFullFault = (error: unknown): boolean => {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  return (typeof code === 'string' && FULL.has(code)) || SAID.test(message);
};

/** Remembers that a store ran out of space. Nothing is asked of it: whoever writes hears it first. */
export type Fullness = { hear(error: unknown): void; isFull(): boolean };

export function fullness(): Fullness {
  let heardMs = Number.NEGATIVE_INFINITY;
  return {
    hear: (error) => { if (isFullFault(error)) heardMs = performance.now(); },
    isFull: () => performance.now() - heardMs < HEARD_MS,
  };
}
