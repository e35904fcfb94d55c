import type { Words } from '../../../src/kernel/words/types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });
const MONTHS = ['正', '二', '三', '四', '五', '六', '七', '八', '九', '十', '冬', '腊'];
const DAYS = [...['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'].map((one) => `初${one}`), ...['一', '二', '三', '四', '五', '六', '七', '八', '九'].map((one) => `十${one}`), '二十', ...['一', '二', '三', '四', '五', '六', '七', '八', '九'].map((one) => `廿${one}`), '三十'];
const choice = (name: string, words: readonly string[]): string => `{${name}, select, ${words.map((word, at) => `${at + 1} {${word}}`).join(' ')} other {}}`;
const lunar = (leap: string, last: string): string => `{leap, select, true {${leap}} other {}}${choice('month', [...MONTHS.slice(0, -1), last])}月${choice('day', DAYS)}`;

/** The care calendar. */
export const care = {
  'care.lead': w('Today: {birthdays, plural, =0 {no birthday} one {# birthday} other {# birthdays}}{lunar, plural, =0 {} other {, # by the lunar calendar}}; {journeys, plural, =0 {no journey} one {# journey} other {# journeys}} of care; {due, plural, =0 {no task open} one {# task open} other {# tasks open}}.', '今天：{birthdays, number} 人生日{lunar, plural, =0 {} other {，农历生日 # 人}}；{journeys, number} 条关怀旅程；{due, number} 项任务待完成。', '今天：{birthdays, number} 人生日{lunar, plural, =0 {} other {，農曆生日 # 人}}；{journeys, number} 條關懷旅程；{due, number} 項任務待完成。'),
  'care.lead.month': w('{birthdays, plural, =0 {No birthday} one {# birthday} other {# birthdays}} in this month.', '本月共 {birthdays, number} 人生日。', '本月共 {birthdays, number} 人生日。'),
  'care.rule': w('Which dates are kept when', '日期规则', '日期規則'),
  'care.rule.solar': w('Whoever was born on 29 February keeps the 28th in years without one.', '2 月 29 日出生的，平年在 2 月 28 日。', '2 月 29 日出生的，平年在 2 月 28 日。'),
  'care.rule.lunar': w('A lunar birthday of a leap month is kept in the regular month, and one on the 30th on the 29th of a short month. Dates of birth are read by both calendars; a lunar date may also be written as MM-DD.', '闰月出生的按平月过；三十出生而当月只有二十九天的，在二十九过。出生日期按公历、农历分别计算；农历也可写成“月-日”。', '閏月出生的按平月過；三十出生而當月只有二十九天的，在二十九過。出生日期以公曆、農曆分別計算；農曆也可寫成「月-日」。'),
  'care.rule.people': w('People beside a journey are those of its audience on that day, before re-entry and hold-out.', '旅程旁的人数是当天符合准入条件的人，未扣除再次进入规则和对照。', '旅程旁的人數是當天符合進入條件的人，未扣除再次進入規則和對照。'),
  'care.begin': w('Journeys', '管理旅程', '管理旅程'),
  'care.today': w('This month', '本月', '本月'),
  'care.before': w('Month before', '上个月', '上個月'),
  'care.after': w('Month after', '下个月', '下個月'),
  'care.day': w('Care on {day}', '{day} 的关怀', '{day} 的關懷'),
  'care.lunar': w('{leap, select, true {leap } other {}}{month}/{day} lunar', lunar('闰', '腊'), lunar('閏', '臘')),
  'care.birthdays': w('{count, plural, one {# birthday} other {# birthdays}}', '生日 {count, number} 人', '生日 {count, number} 人'),
  'care.lunarBirthdays': w('{count, number} by the lunar calendar', '农历生日 {count, number} 人', '農曆生日 {count, number} 人'),
  'care.anniversaries': w('{count, plural, one {# anniversary} other {# anniversaries}} of the first order', '首购周年 {count, number} 人', '首購週年 {count, number} 人'),
  'care.journey': w('{name} {people, number}', '{name} {people, number}', '{name} {people, number}'),
  'care.more': w('{count, number} more', '另有 {count, number} 条', '另有 {count, number} 條'),
  'care.tasks': w('{due, plural, one {# task due} other {# tasks due}}, {done, number} done', '任务 {due, number} 项，已完成 {done, number}', '任務 {due, number} 項，已完成 {done, number}'),
  'care.tasks.title': w('Tasks due', '到期任务', '到期任務'),
  'care.journeys': w('Journeys', '旅程', '旅程'),
  'care.journey.of': w('{kind}{calendar, select, lunar { (lunar)} other {}}, {time} · {people, plural, one {# person} other {# people}}{held, select, true {, {share} held out} other {}}', '{kind}{calendar, select, lunar {（农历）} other {}}，{time} · {people, number} 人{held, select, true {，其中 {share} 作对照} other {}}', '{kind}{calendar, select, lunar {（農曆）} other {}}，{time} · {people, number} 人{held, select, true {，其中 {share} 作對照} other {}}'),
  'care.kind.date': w('A date of theirs', '客户的日期', '顧客的日期'),
  'care.kind.holiday': w('Holiday', '节日', '節日'),
  'care.kind.cadence': w('Regular round', '定期', '定期'),
  'care.people.more': w('and more', '等', '等'),
  'care.due': w('What is due this month', '本月待办', '本月待辦'),
  'care.due.note': w('Tasks by the day they are due, and how much of them is done.', '按到期日统计的任务与完成情况。', '依到期日統計的任務與完成情況。'),
  'care.due.what': w('Task', '任务', '任務'),
  'care.due.from': w('Asked by', '来自', '來自'),
  'care.due.due': w('Due', '应完成', '應完成'),
  'care.due.done': w('Done', '已完成', '已完成'),
  'care.due.overdue': w('Overdue', '逾期', '逾期'),
  'care.due.written': w('Tasks written by hand or by the product', '手动或系统创建的任务', '手動或系統建立的任務'),
  'care.due.byHand': w('no journey', '非旅程', '非旅程'),
} satisfies Words;
