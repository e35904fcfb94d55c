/** What is modelled: what customers will bring, and whether they are gone. */
export const MODEL_KINDS = ['value', 'churn'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/**
 * waiting, running: asked for, under way. used: judged good enough, its figures are the scores. unusable: judged and found wanting,
 * `faults` say why, recency stands in. refused: too little data, `refused` says what is missing. failed: an error of ours. cancelled: ended before its end.
 */
export const MODEL_STATES = ['waiting', 'running', 'used', 'unusable', 'refused', 'failed', 'cancelled'] as const;
export type ModelState = (typeof MODEL_STATES)[number];

/** How one customer's score was made: by the value model, by the supervised churn model, by the own rhythm against how others came back (business buyers), or by silence alone. */
export const METHODS = ['model', 'trained', 'rhythm', 'recency'] as const;
export type Method = (typeof METHODS)[number];

/** Why a run began. */
export const TRIGGERS = ['import', 'monthly', 'daily', 'asked', 'policy'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What a run is doing, in this order. */
export const STEPS = ['read', 'fit', 'judge', 'train', 'refit', 'score', 'save', 'publish'] as const;
export type Step = (typeof STEPS)[number];

/**
 * Reasons by rule. Params by code (kernel/words/reasons.ts says them; numbers as they are, the reader writes them): silent_long, silent_usual: silentDays, gapDays (the
 * customer's own H); just_bought: silentDays; few_purchases, many_purchases: purchases; like_others: share; buys_less_often, buys_more_often: gapDays,
 * usualDays (of all); buys_slower, buys_faster: gapDays (of late), usualDays (the own before); spends_less, spends_more: spendMinor, usualMinor; refunds: share; complaints: count; *_fell, *_rose: recent, usual, change.
 * Where the supervised model scores, its reasons are `churn.raises.*` and `churn.lowers.*` of core/churn/reasons.ts.
 */
export const RULE_REASONS = [
  'churn.why.silent_long', 'churn.why.silent_usual', 'churn.why.just_bought', 'churn.why.one_time', 'churn.why.few_purchases', 'churn.why.many_purchases',
  'churn.why.like_others', 'churn.why.buys_less_often', 'churn.why.buys_more_often', 'churn.why.buys_slower', 'churn.why.buys_faster', 'churn.why.spends_less', 'churn.why.spends_more', 'churn.why.refunds', 'churn.why.complaints',
  'churn.activity_fell', 'churn.spend_fell', 'churn.satisfaction_fell', 'churn.complaints_rose',
] as const;
export type RuleReason = (typeof RULE_REASONS)[number];

/** What the supervised model may know of a customer. The last four are traits: left out unless the workspace allows them, and never known of somebody who objected. */
export const TRAIT_FEATURES = ['gender', 'age', 'province', 'city'] as const;
export const FEATURES = [
  'silent_days', 'silence_share', 'purchases', 'tenure_days', 'gap_days', 'gap_spread', 'recent_purchases', 'earlier_purchases', 'mean_spend', 'spend_trend', 'refund_share', 'discount_share', 'promo_share',
  'recent_events', 'earlier_events', 'complaints', 'channel', 'p_none', ...TRAIT_FEATURES,
] as const;
export type FeatureName = (typeof FEATURES)[number];

/** Why somebody left (R127), coded by staff or told in a survey; `unknown` is what nobody has said. */
export const EXIT_REASONS = ['service', 'product', 'price', 'competition', 'delivery', 'no_need', 'moved', 'unreachable', 'other', 'unknown'] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];
/** Who said so: staff, the customer in an exit survey, or a hint in behaviour (complaints before leaving: service; refunds: product). */
export const EXIT_SOURCES = ['staff', 'survey', 'hint'] as const;
export type ExitSource = (typeof EXIT_SOURCES)[number];

/** A price rule's right to use scores: asked for by one, decided by another. */
export const PRICE_STATES = ['asked', 'approved', 'refused', 'ended'] as const;
export type PriceState = (typeof PRICE_STATES)[number];
