import type { Words } from './types.ts';

const w = (en: string, zhCN: string, zhTW: string) => ({ en, 'zh-CN': zhCN, 'zh-TW': zhTW });

/** Tasks of staff: attempts to reach people, the pool, and what journeys ask for. */
export const tasks = {
  'task.outcome.no_answer': w('No answer', '无人接听', '無人接聽'),
  'task.outcome.reached': w('Reached', '已联系上', '已聯絡上'),
  'task.outcome.refused': w('Refused', '拒绝', '拒絕'),
  'task.outcome.wrong_number': w('Wrong number', '号码错误', '號碼錯誤'),
  'task.outcome.callback': w('Call back later', '约定回电', '約定回電'),
  'timeline.kind.attempt': w('Contact attempts', '联系记录', '聯絡紀錄'),
  'timeline.attempt.no_answer': w('Tried to reach: no answer {note}', '联系：无人接听 {note}', '聯絡：無人接聽 {note}'),
  'timeline.attempt.reached': w('Reached {note}', '联系：已联系上 {note}', '聯絡：已聯絡上 {note}'),
  'timeline.attempt.refused': w('Reached and refused {note}', '联系：客户拒绝 {note}', '聯絡：顧客拒絕 {note}'),
  'timeline.attempt.wrong_number': w('Wrong number {note}', '联系：号码错误 {note}', '聯絡：號碼錯誤 {note}'),
  'timeline.attempt.callback': w('Asked to be called back {note}', '联系：约定回电 {note}', '聯絡：約定回電 {note}'),
  'timeline.attempt.claimed': w('Task taken out of the pool', '任务已从公共池领取', '任務已從公共池領取'),
  'timeline.attempt.handed_over': w('Task handed over {note}', '任务已转交 {note}', '任務已轉交 {note}'),
  'timeline.attempt.returned': w('Task returned to the pool by rule', '任务按规则退回公共池', '任務依規則退回公共池'),
  'event.contact.attempted': w('Contact attempted', '联系客户', '聯絡顧客'),
  'event.task.done': w('Task done', '任务完成', '任務完成'),
  'field.service_tier': w('Service tier', '服务等级', '服務等級'),
  'field.high_touch': w('Has an adviser', '有专属顾问', '有專屬顧問'),
  'field.adviser': w('Adviser', '专属顾问', '專屬顧問'),
  'refusal.touch.last_tier': w('The last tier takes whoever is of no other and has no segment; all others need one.', '最后一个等级接纳其余所有客户，不设分群；其他等级都要指定分群。', '最後一個等級接納其餘所有顧客，不設分眾；其他等級都要指定分眾。'),
  'refusal.touch.key_twice': w('Each tier and each adviser stands once.', '等级和顾问都不能重复。', '等級和顧問都不能重複。'),
  'refusal.touch.agent_unknown': w('There is no such colleague in this workspace.', '工作区里没有这位同事。', '工作區裡沒有這位同事。'),
  'refusal.touch.field_unknown': w('{field} is no field of numbers to rank by.', '{field} 不是可用于排序的数值字段。', '{field} 不是可用於排序的數值欄位。'),
  'refusal.touch.changed': w('Somebody changed the tiers meanwhile; look at them again.', '有人同时修改了服务等级，请刷新后再试。', '有人同時修改了服務等級，請重新整理後再試。'),
  'refusal.touch.all_shops': w('Service tiers are set for the whole workspace, by whoever sees all shops.', '服务等级针对整个工作区，需由可查看全部店铺的人设置。', '服務等級針對整個工作區，需由可檢視全部店鋪的人設定。'),
  'refusal.task.nobody': w('This task is about no person, so there is nobody to reach.', '这项任务没有对应的客户，无法记录联系。', '這項任務沒有對應的顧客，無法記錄聯絡。'),
  'refusal.task.resting': w('Nobody answered so often that this task rests until {until}.', '多次无人接听，任务暂停至 {until}。', '多次無人接聽，任務暫停至 {until}。'),
  'refusal.task.next_missing': w('Say on which day to call back.', '请填写约定回电的日期。', '請填寫約定回電的日期。'),
  'refusal.task.next_past': w('{day} is over; today is {today}.', '{day} 已过，今天是 {today}。', '{day} 已過，今天是 {today}。'),
  'refusal.task.taken': w('A colleague has taken this task already.', '同事已领取这项任务。', '同事已領取這項任務。'),
  'refusal.task.assignee_unknown': w('There is no such colleague in this workspace.', '工作区里没有这位同事。', '工作區裡沒有這位同事。'),
} satisfies Words;
