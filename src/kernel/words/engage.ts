import type { Language, Words } from './types.ts';

type Word = Readonly<Record<Language, string>>;
const w = (en: string, cn: string, tw: string): Word => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** What is wrong with a journey's graph, node by node. */
const faults = {
  start_missing: w('The first step is not there', '起始节点不存在', '起始節點不存在'),
  node_twice: w('Two steps have the same id', '有两个节点使用了相同的标识', '有兩個節點使用了相同的代碼'),
  edge_unknown: w('This way leads to a step that is not there ({to})', '连线指向不存在的节点（{to}）', '連線指向不存在的節點（{to}）'),
  port_unknown: w('This step has no way out called {port}', '该节点没有名为 {port} 的出口', '此節點沒有名為 {port} 的出口'),
  port_twice: w('The way out {port} leads to two places', '出口 {port} 连到了两处', '出口 {port} 連到了兩處'),
  port_open: w('The way out {port} leads nowhere', '出口 {port} 没有去向', '出口 {port} 沒有去向'),
  unreachable: w('Nobody can come to this step', '没有人能走到这个节点', '沒有人能走到這個節點'),
  cycle_without_wait: w('One could go round here for ever without waiting', '这里会不停循环而没有等待', '這裡會不停循環而沒有等待'),
  never_ends: w('From here no way leads to an end', '从这里走不到结束', '從這裡走不到結束'),
  key_twice: w('The key {key} is there twice', '标识 {key} 重复', '代碼 {key} 重複'),
  no_weight: w('No part of the split has a weight', '分流没有任何权重', '分流沒有任何權重'),
  entry_missing: w('Nothing brings anybody in', '没有设置进入条件', '沒有設定進入條件'),
  segment_gone: w('The segment that brings people in is not there any more', '作为进入条件的分群已不存在', '作為進入條件的分群已不存在'),
  journey_gone: w('The other journey is not there any more', '所指的另一条旅程已不存在', '所指的另一條旅程已不存在'),
  template_missing: w('Choose a template for this message ({template})', '请为这条消息选择模板（{template}）', '請為這則訊息選擇範本（{template}）'),
  template_gone: w('The template of this message is not there any more', '这条消息的模板已不存在', '這則訊息的範本已不存在'),
  template_unpublished: w('The template of this message has no published version {version}', '这条消息的模板没有已发布的版本{version}', '這則訊息的範本沒有已發佈的版本{version}'),
  template_channel: w('The template of this message has no text for the channel {channel}', '这条消息的模板没有渠道 {channel} 的内容', '這則訊息的範本沒有管道 {channel} 的內容'),
  grant_unavailable: w('Nothing here can grant {what}', '系统里没有可以发放 {what} 的模块', '系統裡沒有可以發放 {what} 的模組'),
};

const refusals = {
  'journey.not_found': w('There is no such journey here.', '没有这条旅程。', '沒有這條旅程。'),
  'enrolment.not_found': w('Nobody went this way.', '没有这条参与记录。', '沒有這筆參與紀錄。'),
  'approval.not_found': w('There is no such question.', '没有这条审批。', '沒有這筆簽核。'),
  'approval.decided': w('This was answered already: {decision, select, approved {yes} other {no}}.', '这条审批已有结论：{decision, select, approved {通过} other {驳回}}。', '這筆簽核已有結論：{decision, select, approved {通過} other {駁回}}。'),
  'approval.outdated': w('The draft has changed since this was asked. Ask anew.', '提交审批后草稿已变更，请重新提交。', '送出簽核後草稿已變更，請重新送出。'),
  'journey.own_approval': w('Nobody approves what they drew or asked for themselves; a colleague has to.', '不能审批自己制作或提交的旅程，请由同事审批。', '不能簽核自己製作或送出的旅程，請由同事簽核。'),
  'journey.approval_needed': w('This may reach {people} people; above {allowed} somebody else has to approve it first.', '预计触达 {people} 人，超过 {allowed} 人需先由他人审批。', '預計觸及 {people} 人，超過 {allowed} 人需先由他人簽核。'),
  'journey.changed': w('Somebody else changed the draft meanwhile (now {revision}). Look at it again.', '草稿已被他人修改（现为第 {revision} 版），请重新查看。', '草稿已被他人修改（現為第 {revision} 版），請重新檢視。'),
  'journey.unchanged': w('The draft is what people walk already (version {version}).', '草稿与已上线的版本 {version} 相同。', '草稿與已上線的版本 {version} 相同。'),
  'journey.has_faults': w('This cannot be launched yet: {fault} at “{node}”, and {others} more.', '暂时不能上线：节点“{node}”有问题（{fault}），另有 {others} 处。', '暫時不能上線：節點「{node}」有問題（{fault}），另有 {others} 處。'),
  'journey.state': w(
    'A journey that is {state, select, draft {a draft} live {live} paused {paused} stopped {stopped} other {{state}}} cannot become {wanted, select, live {live} paused {paused} stopped {stopped} other {{wanted}}}.',
    '旅程现在是{state, select, draft {草稿} live {进行中} paused {已暂停} stopped {已结束} other {{state}}}，不能变为{wanted, select, live {进行中} paused {已暂停} stopped {已结束} other {{wanted}}}。',
    '旅程目前為{state, select, draft {草稿} live {進行中} paused {已暫停} stopped {已結束} other {{state}}}，無法變為{wanted, select, live {進行中} paused {已暫停} stopped {已結束} other {{wanted}}}。',
  ),
  'journey.hold_out_reason': w('Say why the share that is held out goes from {from} to {to}.', '请说明对照比例为何从 {from} 改为 {to}。', '請說明對照比例為何從 {from} 改為 {to}。'),
  'journey.version_gone': w('There is no version {version}.', '没有版本 {version}。', '沒有版本 {version}。'),
  'journey.node_unknown': w('There is no step {node} in that version.', '该版本没有节点 {node}。', '該版本沒有節點 {node}。'),
  'journey.no_api_entry': w('This journey is not entered by the API.', '这条旅程不支持通过 API 进入。', '這條旅程不支援透過 API 進入。'),
  'journey.not_inside': w('This person is not inside any more.', '该客户已不在旅程中。', '該顧客已不在旅程中。'),
  'playbook.not_found': w('There is no such playbook.', '没有这个预置旅程。', '沒有這個預置旅程。'),
};

/** What the ready journeys are called. */
const playbooks = {
  onboarding: w('Welcome and first steps', '新用户引导', '新會員引導'),
  first_order: w('First order: coupon and second category', '首单：优惠券与第二品类引导', '首單：優惠券與第二品類引導'),
  cart_recovery: w('Cart left behind', '购物车召回', '購物車召回'),
  second_order: w('Towards the second order', '促成第二单', '促成第二單'),
  upgrade: w('Ready for more', '升级推荐', '升級推薦'),
  order_shipped: w('Notice: shipped', '发货通知', '出貨通知'),
  order_received: w('Notice: received, survey, what to know', '签收通知、满意度调查与产品知识', '簽收通知、滿意度調查與產品知識'),
  review_request: w('Ask for a review', '邀请评价', '邀請評價'),
  birthday: w('Birthday', '生日祝福', '生日祝福'),
  birthday_lunar: w('Birthday by the lunar calendar', '农历生日祝福', '農曆生日祝福'),
  birthday_gift: w('A gift for VIPs, seven days before the birthday', 'VIP 生日前 7 天备礼', 'VIP 生日前 7 天備禮'),
  spring_festival: w('Spring Festival', '春节问候', '春節問候'),
  dragon_boat: w('Dragon Boat Festival', '端午问候', '端午問候'),
  mid_autumn: w('Mid-Autumn Festival', '中秋问候', '中秋問候'),
  new_year: w('New Year', '元旦问候', '元旦問候'),
  reminder_often: w('Frequent buyers: reminder every week', '高频客户：每周提醒', '高頻顧客：每週提醒'),
  inspection_often: w('Frequent buyers: inspection every month', '高频客户：每月全面检查', '高頻顧客：每月全面檢查'),
  reminder_seldom: w('Rare buyers: reminder every month', '低频客户：每月提醒', '低頻顧客：每月提醒'),
  inspection_seldom: w('Rare buyers: inspection every quarter', '低频客户：每季度重点检查', '低頻顧客：每季重點檢查'),
  win_back: w('Win back', '流失赢回', '流失贏回'),
  save_by_reason: w('Save by reason', '按原因挽留', '按原因挽留'),
  decline_follow_up: w('Follow up whoever declines', '沉默客户跟进', '沉睡顧客跟進'),
  early_warning: w('Early warning', '流失预警跟进', '流失預警跟進'),
  renewal: w('Renewal', '续费提醒', '續費提醒'),
  anniversary: w('Anniversary', '纪念日问候', '紀念日問候'),
};

/** What the tasks of ready journeys say to whoever does them. */
const tasks = {
  'birthday.gift': w('Prepare the birthday gift: seven days to go', '准备生日礼物：还有 7 天', '準備生日禮物：還有 7 天'),
  'check.reminder': w('Remind this customer, as their rhythm has it', '按节奏提醒该客户', '按節奏提醒該顧客'),
  'check.inspection': w('Inspect this customer’s products and needs', '检查该客户的使用情况与需求', '檢查該顧客的使用情況與需求'),
  'save.call': w('Call about the trouble with our service; offer no coupon first', '就服务问题致电，先解决问题，不先发券', '就服務問題致電，先解決問題，不先發券'),
  'warning.call': w('Call: this customer comes, spends or likes less than they used to', '致电：该客户的活跃、消费或满意度低于其以往', '致電：該顧客的活躍、消費或滿意度低於其以往'),
  'decline.call': w('Call and ask why they come less; the survey was not answered', '致电了解最近少来的原因（问卷未回复）', '致電了解最近少來的原因（問卷未回覆）'),
  'renewal.call': w('Call about the renewal: it ends tomorrow', '致电提醒续费：明天到期', '致電提醒續費：明天到期'),
  'onboarding.help': w('Help this customer to begin', '协助该客户开始使用', '協助該顧客開始使用'),
  'upgrade.talk': w('Talk about the upgrade they looked at', '就其看过的升级方案沟通', '就其看過的升級方案溝通'),
};

const prefixed = (prefix: string, words: Readonly<Record<string, Word>>): Words => Object.fromEntries(Object.entries(words).map(([key, word]) => [`${prefix}${key}`, word]));

export const engage: Words = {
  ...prefixed('journey.fault.', faults), ...prefixed('refusal.', refusals),
  ...prefixed('playbook.', playbooks), ...prefixed('playbook.task.', tasks),
  'task.journey': w('{text}', '{text}', '{text}'),
  'event.churn.warned': w('was warned of as likely to leave', '触发流失预警', '觸發流失預警'),
  'event.journey.entered': w('entered a journey', '进入旅程', '進入旅程'),
};
