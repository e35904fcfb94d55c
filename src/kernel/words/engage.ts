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
  grant_unavailable: w('Nothing here can grant {what}', '系统里没有可以发放 {what} 的模块', '系統裡沒有可以發放 {what} 的模組'),
};

const refusals = {
  'journey.not_found': w('There is no such journey here.', '没有这条旅程。', '沒有這條旅程。'),
  'enrolment.not_found': w('Nobody went this way.', '没有这条参与记录。', '沒有這筆參與紀錄。'),
  'approval.not_found': w('There is no such question.', '没有这条审批。', '沒有這筆簽核。'),
  'approval.decided': w('This was answered already: {decision}.', '这条审批已有结论：{decision}。', '這筆簽核已有結論：{decision}。'),
  'approval.outdated': w('The draft has changed since this was asked. Ask anew.', '提交审批后草稿已变更，请重新提交。', '送出簽核後草稿已變更，請重新送出。'),
  'journey.own_approval': w('Nobody approves what they drew or asked for themselves; a colleague has to.', '不能审批自己制作或提交的旅程，请由同事审批。', '不能簽核自己製作或送出的旅程，請由同事簽核。'),
  'journey.approval_needed': w('This may reach {people} people; above {allowed} somebody else has to approve it first.', '预计触达 {people} 人，超过 {allowed} 人需先由他人审批。', '預計觸及 {people} 人，超過 {allowed} 人需先由他人簽核。'),
  'journey.changed': w('Somebody else changed the draft meanwhile (now {revision}). Look at it again.', '草稿已被他人修改（现为第 {revision} 版），请重新查看。', '草稿已被他人修改（現為第 {revision} 版），請重新檢視。'),
  'journey.unchanged': w('The draft is what people walk already (version {version}).', '草稿与已上线的版本 {version} 相同。', '草稿與已上線的版本 {version} 相同。'),
  'journey.has_faults': w('This cannot be launched yet: {fault} at “{node}”, and {others} more.', '暂时不能上线：节点“{node}”有问题（{fault}），另有 {others} 处。', '暫時不能上線：節點「{node}」有問題（{fault}），另有 {others} 處。'),
  'journey.state': w('A journey that is {state} cannot become {wanted}.', '状态为 {state} 的旅程不能变为 {wanted}。', '狀態為 {state} 的旅程不能變為 {wanted}。'),
  'journey.hold_out_reason': w('Say why the share that is held out goes from {from} to {to}.', '请说明对照比例为何从 {from} 改为 {to}。', '請說明對照比例為何從 {from} 改為 {to}。'),
  'journey.version_gone': w('There is no version {version}.', '没有版本 {version}。', '沒有版本 {version}。'),
  'journey.node_unknown': w('There is no step {node} in that version.', '该版本没有节点 {node}。', '該版本沒有節點 {node}。'),
  'journey.no_api_entry': w('This journey is not entered by the API.', '这条旅程不支持通过 API 进入。', '這條旅程不支援透過 API 進入。'),
  'journey.not_inside': w('This person is not inside any more.', '该客户已不在旅程中。', '該顧客已不在旅程中。'),
  'playbook.not_found': w('There is no such playbook.', '没有这个预置旅程。', '沒有這個預置旅程。'),
};

const prefixed = (prefix: string, words: Readonly<Record<string, Word>>): Words => Object.fromEntries(Object.entries(words).map(([key, word]) => [`${prefix}${key}`, word]));

export const engage: Words = {
  ...prefixed('journey.fault.', faults), ...prefixed('refusal.', refusals),
  'task.journey': w('{text}', '{text}', '{text}'),
  'event.journey.entered': w('entered a journey', '进入旅程', '進入旅程'),
};
