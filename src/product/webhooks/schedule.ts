const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Waits between attempts, as the Standard Webhooks specification proposes them: ten attempts in three days. */
const WAITS_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const;
export const STEPS = WAITS_MS.length;

/** An address that has failed for so long is paused: nobody is there. */
export const PAUSE_AFTER_MS = 5 * DAY;
/** For so long what was told can be looked at and sent again. */
export const KEEP_MS = 30 * DAY;
/** For so long the secret before the newest signs as well. */
export const FORMER_MS = DAY;

const SPREAD = 0.1;

/**
 * How long to wait before the attempt after `step` waits; undefined when all are used up. Messages that failed together are spread over a
 * tenth by their ids; an address that says when to come again is heeded, up to a day.
 */
export function waitMs(step: number, { id, retryAfter }: { id: string; retryAfter: string | undefined }): number | undefined {
  const base = WAITS_MS[step];
  if (base === undefined) return undefined;
  const asked = Number(retryAfter) * SECOND;
  const spread = base * SPREAD * (Number.parseInt(id.slice(-2), 16) / 255);
  return Math.round(Math.min(DAY, Math.max(base + spread, Number.isFinite(asked) ? asked : 0)));
}
