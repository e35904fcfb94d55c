import type { Words } from '../../../src/kernel/words/types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** What pages say of messages and of what staff did with them. */
export const reach = {
  'timeline.kind.reach': w('Messages of ours', '发送的消息', '傳送的訊息'),
  'audit.reach.rules': w('Rules of sending changed', '修改发送规则', '修改發送規則'),
  'audit.reach.suppress': w('Put on the suppression list', '加入禁发名单', '加入禁發名單'),
  'audit.reach.lift': w('Taken off the suppression list', '移出禁发名单', '移出禁發名單'),
  'audit.reach.group': w('Topic added', '新增主题', '新增主題'),
  'audit.reach.group.change': w('Topic changed', '修改主题', '修改主題'),
  'audit.reach.topic.joined': w('Topic joined', '订阅主题', '訂閱主題'),
  'audit.reach.topic.left': w('Topic left', '退订主题', '取消訂閱主題'),
  'audit.reach.source.lift': w('Stopped sender let go on', '恢复已暂停的发起方', '恢復已暫停的發起方'),
  'audit.channel.add': w('Connection added', '新增接入', '新增連線'),
  'audit.channel.change': w('Connection changed', '修改接入', '修改連線'),
  'audit.channel.remove': w('Connection ended', '停用接入', '停用連線'),
} satisfies Words;
