import type { Words } from './types.ts';

/** What each refusal of the kernel says, and what to do about it. */
export const refusals = {
  'refusal.body.invalid': {
    en: 'The request does not fit: {detail}.',
    'zh-CN': '请求内容不符合要求：{detail}。',
    'zh-TW': '請求內容不符合要求：{detail}。',
  },
} satisfies Words;
