/** Events that are a sign-in. Where a workspace sends none, a day with any visit stands for one. */
export const LOGIN_EVENTS = ['user.signed_in', 'session.started', 'app.opened', 'Signed In', 'Application Opened'] as const;

/** Events that speak for us before others, by what they count as (see ADVOCACY_POINTS). */
export const ADVOCACY_EVENTS = {
  reviews: ['review.posted', 'product.reviewed', 'Product Reviewed'],
  shares: ['product.shared', 'content.shared', 'cart.shared', 'Product Shared', 'Cart Shared'],
  convertingShares: ['share.converted'],
  referrals: ['referral.made'],
  mentions: ['brand.mentioned', 'social.mentioned'],
} as const;

/** An answer to a survey: `kind` says which (nps, csat, ces), `score` what was said. */
export const SURVEY_EVENT = 'survey.answered';

/** Days that count: activity is of the last month, what was said of us lasts a year. */
export const ACTIVITY_DAYS = 30;
export const ADVOCACY_DAYS = 365;

/** A pause longer than this (minutes) ends a session: the rule of web analytics since 2005. */
export const SESSION_PAUSE_MINUTES = 30;
