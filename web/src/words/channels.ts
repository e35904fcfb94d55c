import type { Words } from '../../../src/kernel/words/types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });
const same = (name: string) => w(name, name, name);

/** Channels by the keys that files, programs and the snippet commonly send. */
export const channels = {
  'channel.tmall': w('Tmall', '天猫', '天貓'),
  'channel.taobao': w('Taobao', '淘宝', '淘寶'),
  'channel.jd': w('JD', '京东', '京東'),
  'channel.pdd': w('Pinduoduo', '拼多多', '拼多多'),
  'channel.youzan': w('Youzan', '有赞', '有贊'),
  'channel.douyin': w('Douyin', '抖音', '抖音'),
  'channel.kuaishou': w('Kuaishou', '快手', '快手'),
  'channel.xiaohongshu': w('Xiaohongshu', '小红书', '小紅書'),
  'channel.shopee': same('Shopee'),
  'channel.momo': w('momo', 'momo', 'momo 購物'),
  'channel.shopify': same('Shopify'),
  'channel.woocommerce': same('WooCommerce'),
  'channel.stripe': same('Stripe'),
  'channel.amazon': w('Amazon', '亚马逊', '亞馬遜'),
  'channel.wechat': w('WeChat', '微信', '微信'),
  'channel.wechat_mini': w('WeChat mini program', '微信小程序', '微信小程式'),
  'channel.wechat_oa': w('WeChat service account', '微信公众号', '微信官方帳號'),
  'channel.wecom': w('WeCom', '企业微信', '企業微信'),
  'channel.line': same('LINE'),
  'channel.site': w('Own site', '独立站', '官網'),
  'channel.web': w('Web', '网页', '網頁'),
  'channel.app': w('App', 'App', 'App'),
  'channel.h5': w('Mobile web', '移动网页', '行動網頁'),
  'channel.pos': w('Store', '门店', '門市'),
  'channel.store': w('Store', '门店', '門市'),
  'channel.offline': w('Offline', '线下', '線下'),
  'channel.email': w('E-mail', '邮件', '電子郵件'),
  'channel.sms': w('Text message', '短信', '簡訊'),
  'channel.search': w('Search', '搜索', '搜尋'),
  'channel.ads': w('Advertising', '广告', '廣告'),
  'channel.social': w('Social media', '社交媒体', '社群媒體'),
  'channel.referral': w('Referral', '推荐', '推薦'),
  'channel.kol': w('Creators', '达人', '創作者'),
} satisfies Words;
