import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** Value in money: why a figure cannot be given, and what to do; what was written down in the audit log. */
export const money = {
  'refusal.money.bad_retention': w('A retention rate lies between 0 and 1; {retention} was given.', '留存率应在 0 到 1 之间；给出的是 {retention}。', '留存率應在 0 到 1 之間；給出的是 {retention}。'),
  'refusal.money.bad_discount': w('The discount rate {discount} cannot be reckoned with. Give one above −100 %.', '无法按折现率 {discount} 计算，请给出高于 −100% 的折现率。', '無法按折現率 {discount} 計算，請給出高於 −100% 的折現率。'),
  'refusal.money.endless_value': w('If everybody stays and money costs nothing, the value is endless. Take a discount rate above 0.', '所有人都留下且不折现时，价值没有上限。请把折现率设为大于 0。', '所有人都留下且不折現時，價值沒有上限。請把折現率設為大於 0。'),
  'refusal.money.not_minor': w('An amount is not in whole minor units. Correct the entry and try again.', '有金额不是最小货币单位的整数。请更正后再试。', '有金額不是最小貨幣單位的整數。請更正後再試。'),
  'refusal.money.no_cohort': w('No whole period has passed since the first purchase. Choose shorter periods, or wait until one is over.', '首购之后还没有一个完整的周期。请改用更短的周期，或等一个周期结束。', '首購之後尚無完整的週期。請改用更短的週期，或等一個週期結束。'),
  'refusal.money.no_new_buyers': w('Nobody first bought by a channel with costs in this time. Import or write down acquisition costs, or take a longer time.', '这段时间内，没有首购客户来自记有获客成本的渠道。请导入或录入获客成本，或延长时间。', '這段時間內，沒有首購顧客來自記有獲客成本的管道。請匯入或登錄獲客成本，或延長時間。'),
  'refusal.money.nobody_kept': w('Nobody who had bought before this time bought again in it. Take a later or longer time.', '此前买过的客户在这段时间内都没有再买。请改选更晚或更长的时间。', '先前買過的顧客在這段時間內都沒有再買。請改選更晚或更長的時間。'),
  'refusal.money.no_keep_cost': w('No retention cost is on record for this time. Import it or write it down first.', '这段时间没有维系成本记录，请先导入或录入。', '這段時間沒有維繫成本紀錄，請先匯入或登錄。'),
  'refusal.money.bad_weights': w('Weights are 0 or more, and at least one is above 0.', '权重不能为负，且至少有一项大于 0。', '權重不能為負，且至少有一項大於 0。'),
  'refusal.money.nothing_known': w('Nothing to score is known yet: this customer has not bought.', '还没有可评分的资料：该客户尚未购买。', '尚無可評分的資料：該顧客尚未購買。'),
  'refusal.money.not_a_share': w('A share lies between 0 and 1. Correct it and try again.', '比例应在 0 到 1 之间，请更正后再试。', '比例應在 0 到 1 之間，請更正後再試。'),
  'refusal.money.bad_curve': w('The expected return of {tier} cannot be reckoned with: its ceiling must be 0 or more, its scale above 0.', '无法按 {tier} 的预期回报计算：上限不能为负，尺度须大于 0。', '無法按 {tier} 的預期回報計算：上限不能為負，尺度須大於 0。'),
  'refusal.money.bad_budget': w('This budget cannot be split: sums are whole and not negative, each tier stands once, and the step is at least a millionth of the sum.', '无法拆分这笔预算：金额须为非负整数，每层只出现一次，且每步不小于总额的百万分之一。', '無法拆分這筆預算：金額須為非負整數，每層只出現一次，且每步不小於總額的百萬分之一。'),
  'refusal.money.bad_capacity': w('The capacity {capacity} is no whole number of people.', '可联系人数 {capacity} 不是非负整数。', '可聯絡人數 {capacity} 不是非負整數。'),
  'refusal.money.no_cost': w('No cost is on record. Import costs or write them down first.', '没有成本记录，请先导入或录入。', '沒有成本紀錄，請先匯入或登錄。'),
  'refusal.money.bad_band': w('The lower end of a band must not lie above its upper end.', '区间的下限不能高于上限。', '區間的下限不能高於上限。'),
  'refusal.money.whole_business': w('Costs are those of the whole business, and you see single shops. Ask somebody who sees all shops.', '成本属于整个企业，而您只能查看个别店铺。请找能查看全部店铺的同事。', '成本屬於整個企業，而您只能檢視個別店鋪。請找能檢視全部店鋪的同事。'),
  'refusal.cost.no_rate': w('There is no exchange rate for {currency} on {day}. Add one under data quality, then write the cost down again.', '没有 {day} 的 {currency} 汇率。请先在“数据质量”添加汇率，再录入成本。', '沒有 {day} 的 {currency} 匯率。請先在「資料品質」新增匯率，再登錄成本。'),
  'refusal.cost.not_found': w('This cost is not one written down by hand, or was taken back already. Costs from files are undone with their import.', '这笔成本不是手工录入的，或已撤回。来自文件的成本随导入一起撤销。', '這筆成本不是手動登錄的，或已撤回。來自檔案的成本隨匯入一起復原。'),
  'refusal.budget_plan.not_found': w('This budget plan does not exist.', '没有这个预算方案。', '沒有這個預算方案。'),
  'audit.cost.added': w('Cost written down', '录入成本', '登錄成本'),
  'audit.cost.removed': w('Cost taken back', '撤回成本', '撤回成本'),
  'audit.value_weights.changed': w('Weights of the value score changed', '修改价值评分权重', '變更價值評分權重'),
  'audit.budget_plan.kept': w('Budget plan kept', '保存预算方案', '儲存預算方案'),
  'audit.budget_plan.dropped': w('Budget plan put away', '收起预算方案', '收起預算方案'),
} satisfies Words;
