import type { Words } from './types.ts';

/** What is said wherever the simulated shop is shown, so that nobody takes it for anybody's business. */
export const sample = {
  'sample.name': { en: 'Tea shop (simulated)', 'zh-CN': '茶铺（模拟数据）', 'zh-TW': '茶鋪（模擬資料）' },
  'sample.notice': {
    en: 'Simulated data: this shop, its customers, phone numbers and e-mail addresses are invented.',
    'zh-CN': '这是模拟数据：店铺、客户、手机号和邮箱都是虚构的。',
    'zh-TW': '這是模擬資料：店鋪、顧客、手機號碼與電子郵件皆為虛構。',
  },
} satisfies Words;
