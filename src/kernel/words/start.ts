import type { Words } from './types.ts';

/** What start-up and the command line say. */
export const start = {
  'start.banner': { en: 'Perennial · customer lifecycle platform', 'zh-CN': '长青 Perennial · 客户生命周期平台', 'zh-TW': '長青 Perennial · 顧客生命週期平台' },
  'start.step.postgres': { en: 'Starting Postgres', 'zh-CN': '启动 Postgres', 'zh-TW': '啟動 Postgres' },
  'start.step.clickhouse': { en: 'Opening ClickHouse', 'zh-CN': '打开 ClickHouse', 'zh-TW': '開啟 ClickHouse' },
  'start.step.migrate': { en: 'Bringing the stores up to date', 'zh-CN': '更新数据结构', 'zh-TW': '更新資料結構' },
  'start.step.serve': { en: 'Opening the door', 'zh-CN': '开始服务', 'zh-TW': '開始服務' },
  'start.step.sample': { en: 'Writing the simulated shop', 'zh-CN': '生成模拟店铺', 'zh-TW': '產生模擬店鋪' },
  'start.step.import': { en: 'Importing', 'zh-CN': '导入', 'zh-TW': '匯入' },
  'start.step.settle': { en: 'Working out stages', 'zh-CN': '计算生命周期阶段', 'zh-TW': '計算生命週期階段' },
  'start.progress': { en: '{done, number} of {total, number} rows · {rate, number} rows/s · about {seconds, number} s left', 'zh-CN': '{done, number} / {total, number} 行 · 每秒 {rate, number} 行 · 约剩 {seconds, number} 秒', 'zh-TW': '{done, number} / {total, number} 列 · 每秒 {rate, number} 列 · 約剩 {seconds, number} 秒' },
  'start.ready': { en: 'Open {url}', 'zh-CN': '请打开 {url}', 'zh-TW': '請開啟 {url}' },
  'start.sign_in.first': { en: 'Sign in as {email} with the password {password} (kept in {file}; change it under your name)', 'zh-CN': '用 {email} 登录，密码 {password}（保存在 {file}，可在右上角的账户里修改）', 'zh-TW': '以 {email} 登入，密碼 {password}（存放於 {file}，可在右上角帳戶中變更）' },
  'start.sign_in.again': { en: 'Sign in as {email}', 'zh-CN': '用 {email} 登录', 'zh-TW': '以 {email} 登入' },
  'start.choose': { en: 'There is no data yet. Start with: 1 the simulated tea shop, 2 a file of your own, 3 an empty workspace', 'zh-CN': '还没有数据。先用：1 模拟茶叶店，2 自己的文件，3 空工作区', 'zh-TW': '還沒有資料。先用：1 模擬茶葉店，2 自己的檔案，3 空白工作區' },
  'start.choose.file': { en: 'Path of the file', 'zh-CN': '文件路径', 'zh-TW': '檔案路徑' },
  'start.stopping': { en: 'Stopping; what is under way is finished or rolled back.', 'zh-CN': '正在停止；进行中的工作会完成或回滚。', 'zh-TW': '正在停止；進行中的工作會完成或復原。' },
  'start.stopped': { en: 'Stopped.', 'zh-CN': '已停止。', 'zh-TW': '已停止。' },
  'start.report': { en: '{lines, number} lines read · {accepted, number} accepted · {quarantined, number} in quarantine · {unchanged, number} unchanged', 'zh-CN': '读取 {lines, number} 行 · 接受 {accepted, number} · 隔离 {quarantined, number} · 未变 {unchanged, number}', 'zh-TW': '讀取 {lines, number} 列 · 接受 {accepted, number} · 隔離 {quarantined, number} · 未變 {unchanged, number}' },
  'start.report.found': { en: '{orders, number} orders · {customers, number} customers · net revenue {net}', 'zh-CN': '{orders, number} 个订单 · {customers, number} 位客户 · 净销售额 {net}', 'zh-TW': '{orders, number} 筆訂單 · {customers, number} 位顧客 · 淨銷售額 {net}' },
  'start.workspace': { en: 'My shop', 'zh-CN': '我的店铺', 'zh-TW': '我的店鋪' },
  'start.sample.source': { en: 'Simulated tea shop', 'zh-CN': '模拟茶叶店', 'zh-TW': '模擬茶葉店' },
  'start.choose.later': { en: 'No file given; drop one on the page later.', 'zh-CN': '没有给出文件；之后可以在页面上拖入。', 'zh-TW': '沒有給出檔案；之後可以在頁面上拖入。' },
} satisfies Words;
