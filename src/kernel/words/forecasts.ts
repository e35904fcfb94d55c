import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** Why there is no forecast, and what to know of one. */
export const forecasts = {
  'refusal.forecast.too_few_points': w('{points, plural, =0 {No whole month has} one {Only # whole month has} other {Only # whole months have}} anything to go by; a forecast needs {needed}. Import older orders, or wait.', '只有 {points} 个完整月份有数据，预测至少需要 {needed} 个。请导入更早的订单，或再等等。', '只有 {points} 個完整月份有資料，預測至少需要 {needed} 個。請匯入更早的訂單，或再等等。'),
  'refusal.forecast.not_finite': w('Month {at} of the series is not a number that can be forecast. Look at that month in reconcile.', '序列第 {at} 个月的数值无法用于预测，请在对账中查看该月。', '序列第 {at} 個月的數值無法用於預測，請在對帳中查看該月。'),
  'refusal.forecast.out_of_bounds': w('Month {at} of the series ({value}) cannot be a count. Look at that month in reconcile.', '序列第 {at} 个月的数值（{value}）不可能是人数，请在对账中查看该月。', '序列第 {at} 個月的數值（{value}）不可能是人數，請在對帳中查看該月。'),
  'refusal.forecast.bad_horizon': w('{horizon} months ahead is too far for this series: choose between 1 and {most}.', '预测 {horizon} 个月对该序列过远：请选择 1 到 {most} 个月。', '預測 {horizon} 個月對該序列過遠：請選擇 1 到 {most} 個月。'),
  'refusal.forecast.bad_level': w('An interval of {level} is none: choose a share between 0 and 1.', '区间 {level} 无效：请选择 0 到 1 之间的比例。', '區間 {level} 無效：請選擇 0 到 1 之間的比例。'),
  'forecast.no_better_than_naive': w('No model clearly beat “as last month”, so that stands.', '没有模型明显优于“与上月持平”，因此采用后者。', '沒有模型明顯優於「與上月持平」，因此採用後者。'),
  'forecast.no_season_yet': w('Under 27 months of data: seasons cannot be told from chance yet.', '数据不足 27 个月，尚不能把季节与偶然分开。', '資料不足 27 個月，尚不能把季節與偶然分開。'),
  'forecast.zeros': w('Months at 0 are left out of the percentage error; the scaled error (MASE) holds them.', '为 0 的月份不计入百分比误差；比例误差（MASE）包含它们。', '為 0 的月份不計入百分比誤差；比例誤差（MASE）包含它們。'),
} satisfies Words;
