/** Why a message is not sent at all. Each is worded as `reach.reason.<code>`. */
export const REFUSALS = [
  'person_gone', 'not_wanted', 'expired', 'no_account', 'no_address', 'suppressed', 'consent_missing', 'consent_withdrawn', 'topic_left', 'control_group', 'open_complaint', 'unhappy',
  'source_unhealthy', 'marketing_forbidden', 'grant_missing', 'window_closed', 'window_used_up', 'never_allowed', 'tier_automated', 'tier_full', 'tier_cost_cap', 'tier_channel',
] as const;
/** Why a message waits, or is dropped where it would have to wait too long. */
export const DEFERRALS = ['source_held', 'channel_paused', 'quiet_hours', 'provider_hours', 'holiday', 'frequency_capped', 'wecom_limit', 'outranked'] as const;
export type Reason = (typeof REFUSALS)[number] | (typeof DEFERRALS)[number];

export type ReasonFacts = Readonly<Record<string, string | number | boolean | null>>;
/** `no`: never; `later`: not before `untilMs`. */
export type Block = { reason: Reason; facts: ReasonFacts };
export type Delay = Block & { untilMs: number };
