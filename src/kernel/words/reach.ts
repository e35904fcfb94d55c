import type { Language, Words } from './types.ts';

type Word = Readonly<Record<Language, string>>;
const w = (en: string, cn: string, tw: string): Word => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** Why a message was not sent, or waits: the codes of the send decision and of the deliverer. */
const reasons = {
  person_gone: w('this customer is not here any more', '客户已不存在', '顧客已不存在'),
  person_erased: w('this customer was erased', '客户资料已删除', '顧客資料已刪除'),
  moved: w('it was waiting when the workspace moved here', '迁移到本系统时尚未发送', '遷移到本系統時尚未發送'),
  not_wanted: w('what proposed it does not want it any more', '发起方已不再需要', '發起方已不再需要'),
  expired: w('its time was over', '已过有效期', '已過有效期'),
  no_account: w('no connection for this channel', '该渠道尚未接入', '該管道尚未接入'),
  no_address: w('no address for this channel', '没有该渠道的联系方式', '沒有該管道的聯絡方式'),
  suppressed: w('on the suppression list', '在禁发名单中', '在禁發名單中'),
  consent_missing: w('no consent was given', '未获得同意', '未取得同意'),
  consent_withdrawn: w('consent was withdrawn', '已撤回同意', '已撤回同意'),
  topic_left: w('left this topic', '已退订该主题', '已取消訂閱該主題'),
  control_group: w('in the global control group', '属于全局对照组', '屬於全域對照組'),
  open_complaint: w('a complaint is open', '有未办结的投诉', '有未結案的客訴'),
  unhappy: w('was not satisfied lately', '近期满意度过低', '近期滿意度過低'),
  source_unhealthy: w('its sender had too many bounces or complaints', '发起方退信或投诉过多，已暂停', '發起方退信或客訴過多，已暫停'),
  marketing_forbidden: w('the provider takes no marketing in this form', '服务商不允许以此形式发送营销内容', '服務商不允許以此形式發送行銷內容'),
  grant_missing: w('no subscription of theirs is left for this message', '没有可用的订阅授权', '沒有可用的訂閱授權'),
  window_closed: w('they have not written lately, so the reply window is closed', '对方近期未发言，客服会话窗口已关闭', '對方近期未發言，客服回覆時段已關閉'),
  window_used_up: w('the replies of this window are used up', '本次会话窗口的条数已用完', '本次回覆時段的則數已用完'),
  never_allowed: w('the rules never allow it', '现有规则下永远不能发送', '現有規則下永遠不能發送'),
  source_held: w('its journey is paused', '所属旅程已暂停', '所屬旅程已暫停'),
  tier_automated: w('nobody is called in this service tier', '该服务等级不安排人工联系', '該服務等級不安排人工聯絡'),
  tier_full: w('every adviser has as many as they can look after', '顾问名额已满，转为自动服务', '顧問名額已滿，轉為自動服務'),
  tier_cost_cap: w('this year’s cost of personal contact is used up', '本年度人工联系成本已达上限', '本年度人工聯絡成本已達上限'),
  tier_channel: w('not a channel of this service tier', '该服务等级不使用此渠道', '該服務等級不使用此管道'),
  channel_paused: w('the channel is paused', '渠道已暂停', '管道已暫停'),
  quiet_hours: w('quiet hours', '勿扰时段', '勿擾時段'),
  provider_hours: w('outside the provider’s hours', '不在服务商允许的时段', '不在服務商允許的時段'),
  holiday: w('a holiday', '节假日免打扰', '節假日免打擾'),
  frequency_capped: w('frequency cap reached', '达到频次上限', '達到頻次上限'),
  wecom_limit: w('WeCom’s limit per customer reached', '达到企业微信单客群发上限', '達到企業微信單客群發上限'),
  outranked: w('a more important message went first', '让位于更重要的消息', '讓位給更重要的訊息'),
  day_used_up: w('the connection’s allowance of the day is used up', '该接入当日额度已用完', '該連線當日額度已用完'),
  provider_unreachable: w('the provider could not be reached', '无法连接服务商', '無法連線到服務商'),
  provider_silent: w('the provider did not say what became of it', '服务商没有回执', '服務商沒有回覆結果'),
  silent: w('sending was cut off; nobody can tell whether it left', '发送中断，无法确认是否已发出', '發送中斷，無法確認是否已送出'),
  gave_up: w('all attempts failed', '多次尝试均失败', '多次嘗試皆失敗'),
  sandbox_refused: w('failed in the sandbox', '沙盒模拟失败', '沙盒模擬失敗'),
  wrong_channel: w('the text is for another channel', '内容不属于该渠道', '內容不屬於該管道'),
} satisfies Record<string, Word>;

const states = {
  waiting: w('waiting', '等待中', '等待中'), deferred: w('put off', '已延后', '已延後'), sending: w('being sent', '发送中', '發送中'), accepted: w('sent', '已发送', '已發送'),
  unknown: w('perhaps sent', '不确定是否发出', '不確定是否送出'), failed: w('failed', '发送失败', '發送失敗'), refused: w('not sent', '未发送', '未發送'), withdrawn: w('withdrawn', '已撤回', '已撤回'),
} satisfies Record<string, Word>;

const channels = {
  email: w('E-mail', '邮件', '電子郵件'), sms: w('SMS', '短信', '簡訊'), push: w('Push', '推送', '推播'), in_app: w('In-app message', '站内消息', '站內訊息'), wecom: w('WeCom', '企业微信', '企業微信'),
  mp: w('Service account', '服务号', '官方帳號'), webhook: w('Webhook', 'Webhook', 'Webhook'), call: w('Call or visit', '电话或拜访', '電話或拜訪'), best: w('Message', '消息', '訊息'),
} satisfies Record<string, Word>;

const prefixed = (prefix: string, table: Readonly<Record<string, Word>>): Words => Object.fromEntries(Object.entries(table).map(([key, told]) => [`${prefix}.${key}`, told]));
const chosen = (name: string, table: Readonly<Record<string, Word>>, language: Language): string =>
  `{${name}, select, ${Object.entries(table).map(([key, told]) => `${key} {${told[language]}}`).join(' ')} other {{${name}}}}`;
const said = (say: (language: Language) => string): Word => w(say('en'), say('zh-CN'), say('zh-TW'));

const line = (language: Language): string => `${chosen('channel', channels, language)}${language === 'en' ? ': ' : '：'}${chosen('state', states, language)}`;

/** What reach says: reasons, states, refusals, lines of a customer's past. */
export const reach: Words = {
  ...prefixed('reason', reasons), ...prefixed('message.state', states), ...prefixed('message.channel', channels),
  'timeline.reach': said(line),
  'timeline.reach_reason': said((language) => `${line(language)}${language === 'en' ? ' (' : '（'}${chosen('reason', reasons, language)}${language === 'en' ? ')' : '）'}`),
  'task.contact': w('{title}', '{title}', '{title}'),
  'message.receipt.sent': w('handed over', '已提交', '已提交'), 'message.receipt.delivered': w('delivered', '已送达', '已送達'), 'message.receipt.opened': w('opened', '已打开', '已開啟'),
  'message.receipt.clicked': w('clicked', '已点击', '已點擊'), 'message.receipt.soft_bounced': w('put off by the receiver', '暂时退回', '暫時退回'), 'message.receipt.bounced': w('bounced', '退信', '退信'),
  'message.receipt.complained': w('reported as spam', '被举报为垃圾消息', '被檢舉為垃圾訊息'), 'message.receipt.unsubscribed': w('unsubscribed', '已退订', '已取消訂閱'), 'message.receipt.replied': w('replied', '已回复', '已回覆'),
  'message.receipt.failed': w('not delivered', '未送达', '未送達'),
  'message.purpose.marketing': w('Marketing', '营销', '行銷'), 'message.purpose.service': w('Service', '服务', '服務'), 'message.purpose.transactional': w('About an order', '订单通知', '訂單通知'),
  'suppression.bounced': w('Nobody is there', '地址不存在', '地址不存在'), 'suppression.complained': w('Reported us as spam', '举报为垃圾消息', '檢舉為垃圾訊息'), 'suppression.unsubscribed': w('Asked to be left alone', '要求不再联系', '要求不再聯絡'),
  'suppression.erased': w('Was erased', '资料已删除', '資料已刪除'), 'suppression.staff': w('Put here by staff', '员工添加', '員工加入'),
  'unwell.bounces': w('Too many bounces', '退信过多', '退信過多'), 'unwell.complaints': w('Too many complaints', '投诉过多', '客訴過多'),
  'event.message.sent': w('Was sent a message', '收到我方消息', '收到我方訊息'), 'event.message.delivered': w('A message reached them', '消息送达', '訊息送達'), 'event.message.clicked': w('Clicked in a message', '点击消息', '點擊訊息'),
  'event.message.bounced': w('A message bounced', '消息退信', '訊息退信'), 'event.message.soft_bounced': w('A message was put off', '消息暂时退回', '訊息暫時退回'), 'event.message.failed': w('A message was not delivered', '消息未送达', '訊息未送達'),
  'event.message.complained': w('Reported a message as spam', '举报消息', '檢舉訊息'), 'event.message.unsubscribed': w('Unsubscribed in a message', '在消息中退订', '在訊息中取消訂閱'), 'event.message.replied': w('Replied to a message', '回复消息', '回覆訊息'),
  'field.open_complaint': w('Complaint open', '有未办结投诉', '有未結案客訴'), 'field.csat': w('Last satisfaction score (CSAT)', '最近满意度（CSAT）', '最近滿意度（CSAT）'), 'field.nps': w('Last recommendation score (NPS)', '最近推荐分（NPS）', '最近推薦分（NPS）'),
  'field.timezone': w('Time zone', '时区', '時區'), 'source.reach': w('Computed for the send decision', '为发送决策计算', '為發送決策計算'),
  'refusal.reach.all_shops': w('This concerns every shop: ask somebody who sees all of them.', '此项涉及所有店铺，请由可查看全部店铺的同事操作。', '此項涉及所有店鋪，請由可檢視全部店鋪的同事操作。'),
  'refusal.reach.no_answer': w('The provider ({provider}) does not say how far it is. Try again later.', '服务商（{provider}）没有给出进度，请稍后再试。', '服務商（{provider}）沒有提供進度，請稍後再試。'),
  'refusal.reach.rules_changed': w('Somebody else changed the rules meanwhile (version {version}). Look at them again.', '规则已被他人修改（版本 {version}），请重新查看。', '規則已被他人修改（版本 {version}），請重新檢視。'),
  'refusal.reach.days_turned': w('The days from {from} to {to} end before they begin.', '日期 {from} 至 {to} 的先后颠倒。', '日期 {from} 至 {to} 的先後顛倒。'),
  'refusal.reach.address_invalid': w('This cannot be read as an address ({kind}).', '无法识别为有效的联系方式（{kind}）。', '無法辨識為有效的聯絡方式（{kind}）。'),
  'refusal.reach.group_taken': w('There is a topic with the key {key} already.', '已有标识为 {key} 的主题。', '已有代碼為 {key} 的主題。'),
  'refusal.reach.provider_unknown': w('There is no way to send by {provider} on this channel ({channel}).', '该渠道（{channel}）没有名为 {provider} 的服务商。', '該管道（{channel}）沒有名為 {provider} 的服務商。'),
  'refusal.reach.config_invalid': w('The setting {setting} does not fit {provider}.', '设置项 {setting} 不符合 {provider} 的要求。', '設定項 {setting} 不符合 {provider} 的要求。'),
  'refusal.reach.too_many_accounts': w('There are {most} connections already; end one first.', '已有 {most} 个接入，请先停用一个。', '已有 {most} 個連線，請先停用一個。'),
  'refusal.source.not_stopped': w('This source is not stopped.', '该发起方并未暂停。', '該發起方並未暫停。'),
  'refusal.message.not_found': w('There is no such message here.', '没有这条消息。', '沒有這則訊息。'),
  'refusal.suppression.not_found': w('This is not on the suppression list.', '禁发名单中没有此项。', '禁發名單中沒有此項。'),
  'refusal.group.not_found': w('There is no such topic.', '没有这个主题。', '沒有這個主題。'),
  'refusal.channel.not_found': w('There is no such connection.', '没有这个接入。', '沒有這個連線。'),
};
