const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Waits between attempts that were surely not taken: thirteen attempts in three days. */
const WAITS_MS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, 12 * HOUR, 16 * HOUR, 16 * HOUR] as const;
export const ATTEMPTS_MAX = WAITS_MS.length + 1;

/** When a message is tried again after its attempt `number` (from 1); what the provider asked for counts where it is later. Undefined when all attempts are used up. */
export function retryAt(number: number, { nowMs, afterMs }: { nowMs: number; afterMs: number | null }): number | undefined {
  const wait = WAITS_MS[number - 1];
  return wait === undefined ? undefined : Math.max(nowMs + (afterMs === null ? wait : 0), afterMs ?? 0);
}
