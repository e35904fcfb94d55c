import type { Words } from '../../../src/kernel/words/types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** What pages say of messages and of what staff did with them. */
export const reach = {
  'timeline.kind.reach': w('Messages of ours', '发送的消息', '傳送的訊息'),
} satisfies Words;
