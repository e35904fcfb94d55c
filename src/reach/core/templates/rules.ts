import type { ChannelName } from '../message.ts';
import type { SmsCounting } from './smsLength.ts';

/** Whom a telephone provider does not let speak of what. */
export const SMS_TOPICS = ['coupon', 'recall', 'points', 'survey', 'draw', 'loan', 'festival'] as const;
export type SmsTopic = (typeof SMS_TOPICS)[number];

/** What a provider of text messages asks of a text. `maxLength` in characters with signature; `counting` as in smsLength. */
export type SmsRules = {
  provider: string; counting: SmsCounting; maxLength: number; forbidden: readonly SmsTopic[];
  /** Promotional texts with variables, and links with variables, are refused. */
  promoVariables: boolean; promoVariableLinks: boolean;
};

/**
 * Rules of providers as their documents state them (D7). Tencent Cloud 382/39023 forbids coupons, calling back customers who have gone,
 * points, surveys and prize draws; Huawei Cloud's sms_templates allows promotional templates no variables and fixed links only; Aliyun 108088: 500 characters.
 */
export const SMS_RULES: readonly SmsRules[] = [
  { provider: 'aliyun', counting: 'mainland', maxLength: 500, forbidden: ['loan'], promoVariables: true, promoVariableLinks: true },
  { provider: 'tencent', counting: 'mainland', maxLength: 500, forbidden: ['coupon', 'recall', 'points', 'survey', 'draw', 'loan'], promoVariables: true, promoVariableLinks: true },
  { provider: 'huawei', counting: 'mainland', maxLength: 500, forbidden: ['loan'], promoVariables: false, promoVariableLinks: false },
  { provider: 'twilio', counting: 'international', maxLength: 1_600, forbidden: [], promoVariables: true, promoVariableLinks: true },
];

/** How a topic is known by its words. */
export const TOPIC_WORDS: Readonly<Record<SmsTopic, readonly string[]>> = {
  coupon: ['优惠券', '優惠券', '代金券', '抵用券', '折扣券', '满减券', '滿減券', '红包', '紅包', '领券', '領券', 'coupon', 'voucher'],
  recall: ['好久不见', '好久不見', '好久没来', '好久沒來', '许久未', '許久未', '很久没', '很久沒', '想念您', '想你了', '回来看看', '回來看看', '老客户专享', '召回', '回归礼', '回歸禮', 'we miss you', 'come back', 'welcome back'],
  points: ['积分', '積分', '兑换', '兌換', 'points', 'redeem'],
  survey: ['问卷', '問卷', '调查', '調查', '调研', '調研', 'survey', 'questionnaire'],
  draw: ['抽奖', '抽獎', '中奖', '中獎', '大转盘', '大轉盤', '彩票', 'prize draw', 'lottery', 'lucky draw'],
  loan: ['贷款', '貸款', '借款', 'loan'],
  festival: ['生日快乐', '生日快樂', '祝您生日', '节日快乐', '節日快樂', '新年快乐', '新年快樂', '中秋快乐', '中秋快樂', 'happy birthday', 'happy new year', 'season\'s greetings'],
};

/** Words that make a message advertising: a notice may hold none of them. */
export const MARKETING_WORDS: readonly string[] = [
  ...TOPIC_WORDS.coupon, '优惠', '優惠', '促销', '促銷', '折扣', '立减', '立減', '满减', '滿減', '特价', '特價', '抢购', '搶購', '秒杀', '秒殺', '限时', '限時', '买一送一', '買一送一', '大促', '新品上市', '点击购买', '點擊購買',
  '% off', 'discount', 'sale', 'special offer', 'buy now', 'limited time', 'free gift',
];

/** Where to say instead what a provider of text messages refuses. */
export const INSTEAD: readonly ChannelName[] = ['wecom', 'push', 'email'];

const WORD = /[a-z0-9]/;
const whole = (text: string, word: string): boolean => {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!WORD.test(word[0] ?? '') || (!WORD.test(text[at - 1] ?? '') && !WORD.test(text[at + word.length] ?? ''))) return true;
  }
  return false;
};

/** The first of some words that stands in a text, Latin ones as whole words. */
export const firstOf = (text: string, words: readonly string[]): string | undefined => {
  const looked = text.normalize('NFKC').toLowerCase();
  return words.find((word) => whole(looked, word.normalize('NFKC').toLowerCase()));
};
