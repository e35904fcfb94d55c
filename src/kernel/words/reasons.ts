import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });
/** A sentence that a trained model says both of what raises the risk and of what lowers it. */
const both = (standing: string, told: ReturnType<typeof w>): Words => ({ [`churn.raises.${standing}`]: told, [`churn.lowers.${standing}`]: told });

/**
 * Why somebody is likely gone or likely still there. Numbers come as written text: `…Days` with their unit, `…Minor` as money,
 * `share` and `change` as a percentage, so that a sentence only places them.
 */
export const reasons: Words = {
  'churn.why.silent_long': w('Silent for {silentDays}; would usually have bought within {gapDays}', '已沉默 {silentDays}，通常 {gapDays}内就会再买', '已沉默 {silentDays}，通常 {gapDays}內就會再買'),
  'churn.why.silent_usual': w('Silent for {silentDays}, still within the own rhythm of {gapDays}', '沉默 {silentDays}，仍在自己的节奏（{gapDays}）之内', '沉默 {silentDays}，仍在自己的節奏（{gapDays}）之內'),
  'churn.why.just_bought': w('Bought just now: silent for {silentDays}', '刚买过，距今 {silentDays}', '剛買過，距今 {silentDays}'),
  'churn.why.one_time': w('Bought once only', '只买过一次', '只買過一次'),
  'churn.why.few_purchases': w('Only {purchases} purchases so far: the habit is young', '至今只买过 {purchases} 次，习惯还没养成', '至今只買過 {purchases} 次，習慣尚未養成'),
  'churn.why.many_purchases': w('{purchases} purchases so far: a habit that holds', '已买过 {purchases} 次，习惯稳固', '已買過 {purchases} 次，習慣穩固'),
  'churn.why.like_others': w('Of people silent as long, {share} did not buy again in time', '沉默同样久的人里，{share} 没有按期再买', '沉默同樣久的人裡，{share} 沒有按期再買'),
  'churn.why.buys_less_often': w('Buys every {gapDays}, less often than others ({usualDays})', '每 {gapDays}买一次，比多数人（{usualDays}）少', '每 {gapDays}買一次，比多數人（{usualDays}）少'),
  'churn.why.buys_more_often': w('Buys every {gapDays}, more often than others ({usualDays})', '每 {gapDays}买一次，比多数人（{usualDays}）勤', '每 {gapDays}買一次，比多數人（{usualDays}）勤'),
  'churn.why.buys_slower': w('Gaps grew from {usualDays} to {gapDays}', '购买间隔从 {usualDays}拉长到 {gapDays}', '購買間隔從 {usualDays}拉長到 {gapDays}'),
  'churn.why.buys_faster': w('Gaps shrank from {usualDays} to {gapDays}', '购买间隔从 {usualDays}缩短到 {gapDays}', '購買間隔從 {usualDays}縮短到 {gapDays}'),
  'churn.why.spends_less': w('Spent {spendMinor} last time, {usualMinor} usually', '上次花了 {spendMinor}，平时 {usualMinor}', '上次花了 {spendMinor}，平時 {usualMinor}'),
  'churn.why.spends_more': w('Spent {spendMinor} last time, {usualMinor} usually', '上次花了 {spendMinor}，平时 {usualMinor}', '上次花了 {spendMinor}，平時 {usualMinor}'),
  'churn.why.refunds': w('{share} of the money went back as refunds', '{share} 的金额退了款', '{share} 的金額退了款'),
  'churn.why.complaints': w('{count} complaints lately', '最近有 {count} 次投诉', '最近有 {count} 次客訴'),
  'churn.activity_fell': w('Activity fell by {change} against the own weeks before', '活跃度比自己以往下降 {change}', '活躍度比自己以往下降 {change}'),
  'churn.spend_fell': w('Spending fell by {change} against the own weeks before', '消费比自己以往下降 {change}', '消費比自己以往下降 {change}'),
  'churn.satisfaction_fell': w('Satisfaction fell from {usual} to {recent}', '满意度从 {usual} 降到 {recent}', '滿意度從 {usual} 降到 {recent}'),
  'churn.complaints_rose': w('Complaints a week rose from {usual} to {recent}', '每周投诉从 {usual} 次升到 {recent} 次', '每週客訴從 {usual} 次升到 {recent} 次'),

  ...both('above', w('{feature}: {value}, above the usual {comparedTo}', '{feature} {value}，高于平均的 {comparedTo}', '{feature} {value}，高於平均的 {comparedTo}')),
  ...both('below', w('{feature}: {value}, below the usual {comparedTo}', '{feature} {value}，低于平均的 {comparedTo}', '{feature} {value}，低於平均的 {comparedTo}')),
  ...both('usual', w('{feature}: {value}, as with most', '{feature} {value}，和多数人一样', '{feature} {value}，和多數人一樣')),
  ...both('other', w('{feature}: {value}, where most have {comparedTo}', '{feature}为 {value}，多数人是 {comparedTo}', '{feature}為 {value}，多數人是 {comparedTo}')),
  ...both('missing', w('{feature}: not known', '没有{feature}的记录', '沒有{feature}的紀錄')),

  'churn.feature.silent_days': w('Since the last purchase', '距上次购买', '距上次購買'),
  'churn.feature.silence_share': w('Silence in own gaps', '沉默是自身间隔的', '沉默是自身間隔的'),
  'churn.feature.purchases': w('Purchases', '购买次数', '購買次數'),
  'churn.feature.tenure_days': w('Customer for', '成为客户时长', '成為顧客時長'),
  'churn.feature.gap_days': w('Usual gap', '通常间隔', '通常間隔'),
  'churn.feature.gap_spread': w('Irregularity of the gaps', '间隔的不规律程度', '間隔的不規律程度'),
  'churn.feature.recent_purchases': w('Purchases lately', '近期购买次数', '近期購買次數'),
  'churn.feature.earlier_purchases': w('Purchases before that', '此前购买次数', '先前購買次數'),
  'churn.feature.mean_spend': w('Spend a purchase', '每次消费', '每次消費'),
  'churn.feature.spend_trend': w('Trend of spend', '消费趋势', '消費趨勢'),
  'churn.feature.refund_share': w('Share refunded', '退款占比', '退款占比'),
  'churn.feature.discount_share': w('Share discounted', '折扣占比', '折扣占比'),
  'churn.feature.promo_share': w('Share bought in promotions', '大促购买占比', '檔期購買占比'),
  'churn.feature.recent_events': w('Activity lately', '近期行为', '近期行為'),
  'churn.feature.earlier_events': w('Activity before that', '此前行为', '先前行為'),
  'churn.feature.complaints': w('Complaints', '投诉', '客訴'),
  'churn.feature.channel': w('Channel', '渠道', '通路'),
  'churn.feature.p_none': w('Model’s chance of no purchase', '模型估计的不再买概率', '模型估計的不再買機率'),
  'churn.feature.gender': w('Gender', '性别', '性別'),
  'churn.feature.age': w('Age', '年龄', '年齡'),
  'churn.feature.province': w('Province', '省份', '省份'),
  'churn.feature.city': w('City', '城市', '城市'),
};
