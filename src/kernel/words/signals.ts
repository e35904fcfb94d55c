import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** Risk users, core users, scores of activity and advocacy: what server and pages share. */
export const signals = {
  'risk.kind.refund': w('Refunds', '退款', '退款'),
  'risk.kind.payment': w('Payment', '支付', '付款'),
  'risk.kind.abuse': w('Abuse', '滥用', '濫用'),
  'risk.kind.fraud': w('Fraud', '欺诈', '詐欺'),
  'risk.rule.refund_burst': w('{count, plural, one {# refund} other {# refunds}} within {days, plural, one {# day} other {# days}}', '{days} 天内退款 {count} 次', '{days} 天內退款 {count} 次'),
  'risk.rule.refund_share': w('{count, plural, one {# refund} other {# refunds}} within {days, plural, one {# day} other {# days}}, a high share of the purchases of those days', '{days} 天内退款 {count} 次，占同期购买的比例偏高', '{days} 天內退款 {count} 次，占同期購買的比例偏高'),
  'risk.rule.payment_failed': w('{count, plural, one {# failed payment} other {# failed payments}} within {days, plural, one {# day} other {# days}}', '{days} 天内支付失败 {count} 次', '{days} 天內付款失敗 {count} 次'),
  'risk.rule.payment_disputed': w('{count, plural, one {# disputed payment} other {# disputed payments}} within {days, plural, one {# day} other {# days}}', '{days} 天内拒付 {count} 次', '{days} 天內爭議付款 {count} 次'),
  'risk.rule.coupon_burst': w('{count, plural, one {# coupon} other {# coupons}} redeemed within {days, plural, one {# day} other {# days}}', '{days} 天内核销优惠券 {count} 张', '{days} 天內核銷優惠券 {count} 張'),
  'risk.rule.abuse_reported': w('{count, plural, one {# report} other {# reports}} of abuse within {days, plural, one {# day} other {# days}}', '{days} 天内被举报滥用 {count} 次', '{days} 天內被檢舉濫用 {count} 次'),
  'risk.rule.fraud_suspected': w('{count, plural, one {# suspicion} other {# suspicions}} of fraud within {days, plural, one {# day} other {# days}}', '{days} 天内疑似欺诈 {count} 次', '{days} 天內疑似詐欺 {count} 次'),
  'risk.state.open': w('To review', '待复核', '待覆核'),
  'risk.state.watching': w('Watching', '观察中', '觀察中'),
  'risk.state.confirmed': w('Confirmed', '已确认', '已確認'),
  'risk.state.cleared': w('Cleared', '已排除', '已排除'),

  'event.user.signed_in': w('Signed in', '登录', '登入'),
  'event.review.posted': w('Wrote a review', '发表评价', '發表評價'),
  'event.product.shared': w('Shared a product', '分享商品', '分享商品'),
  'event.share.converted': w('A share brought an order', '分享带来下单', '分享帶來下單'),
  'event.brand.mentioned': w('Mentioned us', '提及品牌', '提及品牌'),
  'event.survey.answered': w('Answered a survey', '回答问卷', '回答問卷'),
  'event.payment.failed': w('A payment failed', '支付失败', '付款失敗'),
  'event.payment.disputed': w('Disputed a payment', '拒付', '爭議付款'),
  'event.abuse.reported': w('Was reported for abuse', '被举报滥用', '被檢舉濫用'),
  'event.fraud.suspected': w('Was suspected of fraud', '疑似欺诈', '疑似詐欺'),

  'core.first': w('Core users', '核心用户', '核心顧客'),
  'field.activity_score': w('Activity score', '活跃度', '活躍度'),
  'field.advocacy_score': w('Advocacy score', '口碑分', '口碑分'),
  'field.core_user': w('Core user', '核心用户', '核心顧客'),
  'refusal.core_programme.not_found': w('There is no such core-user programme; it may have been put away.', '没有这个核心用户计划，可能已被停用。', '沒有這個核心顧客計畫，可能已被停用。'),

  'refusal.risk.not_found': w('There is no such risk signal. It may be of a customer you may not see.', '没有这条风险提示，或者该客户不在您可见的范围内。', '沒有這則風險提示，或該顧客不在您可見的範圍內。'),
  'refusal.risk_rule.not_found': w('There is no risk rule called {key}.', '没有名为 {key} 的风险规则。', '沒有名為 {key} 的風險規則。'),
  'refusal.risk_rule.share_unfit': w('The rule {key} either needs a share, or takes none. Look at the rule as it stands.', '规则 {key} 是否需要占比与所填不符，请对照现有规则填写。', '規則 {key} 是否需要占比與所填不符，請對照現有規則填寫。'),
} satisfies Words;
