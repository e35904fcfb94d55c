/** What a risk is about. */
export const RISK_KINDS = ['refund', 'payment', 'abuse', 'fraud'] as const;
export type RiskKind = (typeof RISK_KINDS)[number];

/** What became of a signal: nobody looked yet, is watched, was real, was nothing. */
export const RISK_STATES = ['open', 'watching', 'confirmed', 'cleared'] as const;
export type RiskState = (typeof RISK_STATES)[number];

/** `share`: and these are at least so much (0–1) of them and the purchases kept in the same days; null asks nothing of the kind. */
export type RiskRule = { key: string; kind: RiskKind; event: string; atLeast: number; withinDays: number; share: number | null; active: boolean };

const rule = (key: string, kind: RiskKind, event: string, atLeast: number, withinDays: number, share: number | null = null): RiskRule => ({ key, kind, event, atLeast, withinDays, share, active: true });

/** The rules until a workspace sets them otherwise (R36: five refunds in seven days). */
export const RISK_RULES: readonly RiskRule[] = [
  rule('refund_burst', 'refund', 'order.refunded', 5, 7),
  rule('refund_share', 'refund', 'order.refunded', 2, 90, 0.5),
  rule('payment_failed', 'payment', 'payment.failed', 3, 7),
  rule('payment_disputed', 'fraud', 'payment.disputed', 1, 90),
  rule('coupon_burst', 'abuse', 'coupon.redeemed', 5, 1),
  rule('abuse_reported', 'abuse', 'abuse.reported', 1, 30),
  rule('fraud_suspected', 'fraud', 'fraud.suspected', 1, 30),
];

const MS_PER_DAY = 86_400_000;

/** The events a signal stands on: how many, from the first to the last. */
export type Firing = { count: number; fromMs: number; throughMs: number };

/**
 * Whether a rule fires on the moments of one customer's events (ms, in any order): the newest stretch of `withinDays` that
 * holds at least `atLeast` of them, counted only `after` the last that was already judged. `kept`: moments of purchases that
 * stood, for rules that ask a share. Null where it does not fire. A moment named twice counts twice: two refunds in one second are two.
 */
export function firing({ atLeast, withinDays, share }: RiskRule, { moments, kept, after }: { moments: readonly number[]; kept: readonly number[]; after: number }): Firing | null {
  const sorted = moments.filter((ms) => ms > after).sort((a, b) => a - b);
  const span = withinDays * MS_PER_DAY;
  for (let end = sorted.length - 1; end >= atLeast - 1; end--) {
    const throughMs = sorted[end] ?? 0;
    const from = sorted.findIndex((ms) => ms > throughMs - span);
    const count = end - from + 1;
    if (count < atLeast) continue;
    const stood = kept.filter((ms) => ms > throughMs - span && ms <= throughMs).length;
    if (share === null || count >= share * (count + stood)) return { count, fromMs: sorted[from] ?? throughMs, throughMs };
  }
  return null;
}
