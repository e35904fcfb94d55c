import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

const refusals = {
  'refusal.import.not_found': w('There is no such import.', '没有这次导入。', '沒有這次匯入。'),
  'refusal.import.no_files': w('No file was handed over.', '没有收到文件。', '沒有收到檔案。'),
  'refusal.import.no_mapping': w('How to read {name} is not said yet: look at the preview and confirm its columns.', '还没有说明 {name} 怎么读：请在预览中确认各列。', '尚未說明 {name} 如何讀取：請在預覽中確認各欄。'),
  'refusal.import.not_finished': w('The import has not finished.', '这次导入还没有完成。', '這次匯入尚未完成。'),
  'refusal.import.not_undoable': w('Only a finished import can be undone.', '只有已完成的导入可以撤销。', '只有已完成的匯入可以復原。'),
  'refusal.import.undone': w('The import this came with was undone, so there is nothing to fix it for. Import the file again if it is wanted.', '这行所属的导入已撤销，无需再修正。如仍需要，请重新导入文件。', '這一列所屬的匯入已復原，無需再修正。如仍需要，請重新匯入檔案。'),
  'refusal.import.source_busy': w('Another import of {source} is at work. Undo this one when it has ended.', '来源 {source} 有导入正在进行，请等它结束后再撤销。', '來源 {source} 有匯入正在進行，請等它結束後再復原。'),
  'refusal.import.file_missing': w('The stored file {file} must be read again for this and is gone. Restore the data folder from a backup, then try again.', '撤销需要重读已保存的文件 {file}，但它不见了。请从备份恢复数据目录后重试。', '復原需要重讀已保存的檔案 {file}，但它不見了。請從備份還原資料目錄後再試。'),
  'refusal.import.broken': w('The import stopped on an unexpected fault ({detail}). Nothing is lost: start it again.', '导入因意外错误中断（{detail}）。数据没有丢失，请重新开始。', '匯入因非預期錯誤中斷（{detail}）。資料沒有遺失，請重新開始。'),
  'refusal.upload.not_found': w('There is no such upload. Hand the file over again.', '没有这个上传文件，请重新上传。', '沒有這個上傳檔案，請重新上傳。'),
  'refusal.upload.not_multipart': w('Files are handed over as multipart/form-data.', '文件请以 multipart/form-data 方式上传。', '檔案請以 multipart/form-data 方式上傳。'),
  'refusal.quarantine.not_found': w('There is no such row in quarantine.', '隔离区没有这一行。', '隔離區沒有這一列。'),
  'refusal.reconcile.shop_forbidden': w('You may not see the shop {shop}.', '您无权查看店铺{shop}。', '您無權檢視店鋪{shop}。'),
  'refusal.quarantine.settled': w('The row has been settled already.', '这一行已经处理过。', '這一列已經處理過。'),
  'refusal.recipe.not_found': w('There is no such recipe.', '没有这个导入方案。', '沒有這個匯入方案。'),
  'refusal.recipe.no_folder': w('The recipe watches no folder.', '这个方案没有监视文件夹。', '這個方案沒有監看資料夾。'),
  'refusal.recipe.folder_relative': w('Name the folder in full, from the root on: {folder} is relative.', '请填写完整路径：{folder} 是相对路径。', '請填寫完整路徑：{folder} 是相對路徑。'),
  'refusal.recipe.folder_not_allowed': w('The folder {folder} may not be watched. Put the files below one of these: {allowed}. Who runs the server can allow others with PERENNIAL_WATCH.', '不能监视文件夹 {folder}。请把文件放到以下文件夹之一：{allowed}。服务器管理员可用 PERENNIAL_WATCH 允许其他文件夹。', '不能監看資料夾 {folder}。請把檔案放到以下資料夾之一：{allowed}。伺服器管理員可用 PERENNIAL_WATCH 允許其他資料夾。'),
  'refusal.recipe.folder_unreadable': w('The folder {folder} cannot be read. Check that it exists and that the server may read it.', '文件夹 {folder} 读不了。请确认它存在，且服务器有读取权限。', '資料夾 {folder} 無法讀取。請確認它存在，且伺服器有讀取權限。'),
  'refusal.recipe.header_unknown': w('{name} has columns this recipe does not know. Import it once by hand and save the recipe again.', '{name} 的列与方案不符。请手动导入一次并重新保存方案。', '{name} 的欄位與方案不符。請手動匯入一次並重新儲存方案。'),
  'refusal.source.not_found': w('There is no such source.', '没有这个数据来源。', '沒有這個資料來源。'),
  'refusal.source.key_taken': w('A source named {key} exists already.', '已有名为 {key} 的数据来源。', '已有名為 {key} 的資料來源。'),
  'refusal.source.key_unknown': w('The write key opens no source. Copy it anew from the settings.', '写入密钥无效，请在设置中重新复制。', '寫入金鑰無效，請在設定中重新複製。'),
  'refusal.order.not_found': w('There is no order {orderNo}.', '没有订单 {orderNo}。', '沒有訂單 {orderNo}。'),
  'refusal.orders.ask_by': w('Ask for the orders of a customer or of an order number.', '请按客户或订单号查询。', '請依顧客或訂單編號查詢。'),
  'refusal.event.body_unpacks_too_far': w('The packed body unpacks to more than {most, number} bytes.', '压缩的请求内容解开后超过 {most, number} 字节。', '壓縮的請求內容解開後超過 {most, number} 位元組。'),
  'refusal.event.body_unreadable': w('The packed body cannot be unpacked.', '压缩的请求内容解不开。', '壓縮的請求內容無法解開。'),
  'refusal.export.unknown': w('There is nothing called {what} to export.', '没有名为 {what} 的导出。', '沒有名為 {what} 的匯出。'),
};

const rejects = {
  'import.reject.currency.rate_missing': w('No exchange rate for {currency} on that day. Enter one and replay the row.', '缺少当天 {currency} 的汇率。录入汇率后重放这一行。', '缺少當日 {currency} 的匯率。輸入匯率後重新處理這一列。'),
  'import.reject.event.not_object': w('The item is no event.', '这一项不是事件。', '這一項不是事件。'),
  'import.reject.event.kind_unknown': w('“{kind}” is no kind of call. Known are track, page, screen, identify, group and alias.', '“{kind}”不是已知的调用类型，可用 track、page、screen、identify、group、alias。', '「{kind}」不是已知的呼叫類型，可用 track、page、screen、identify、group、alias。'),
  'import.reject.event.no_name': w('The event has no name.', '事件没有名称。', '事件沒有名稱。'),
  'import.reject.event.no_id': w('The event names nobody: neither userId nor anonymousId, phone or e-mail.', '事件没有指明是谁：缺少 userId、anonymousId、手机号或邮箱。', '事件沒有指明是誰：缺少 userId、anonymousId、手機號碼或電子郵件。'),
  'import.reject.event.too_large': w('The event has {bytes, number} bytes; {most, number} are the most.', '事件有 {bytes, number} 字节，上限 {most, number}。', '事件有 {bytes, number} 位元組，上限 {most, number}。'),
  'import.reject.event.message_id_long': w('The messageId is too long: fewer than {most, number} characters.', 'messageId 太长，须少于 {most, number} 个字符。', 'messageId 太長，須少於 {most, number} 個字元。'),
  'import.reject.event.time_invalid': w('“{time}” is no time that can be read.', '“{time}”不是能识别的时间。', '「{time}」不是可辨識的時間。'),
  'import.reject.event.json_invalid': w('The body is no JSON.', '请求内容不是 JSON。', '請求內容不是 JSON。'),
  'import.reject.event.too_deep': w('Brackets stand more than 64 deep.', '括号嵌套超过 64 层。', '括號巢狀超過 64 層。'),
  'import.reject.event.key_repeated': w('{pointer} is said twice, so it is not known which one counts.', '{pointer} 出现了两次，无法判断以哪个为准。', '{pointer} 出現了兩次，無法判斷以哪個為準。'),
  'import.reject.event.key_forbidden': w('{pointer} has a name that programs use for themselves.', '{pointer} 是程序保留的名字，不能用作属性名。', '{pointer} 是程式保留的名稱，不能用作屬性名。'),
  'import.reject.event.number_inexact': w('The number at {pointer} is too large to be kept exactly. Send it as text.', '{pointer} 的数字太大，无法准确保存，请改用文本发送。', '{pointer} 的數字太大，無法準確保存，請改用文字傳送。'),
  'import.reject.event.text_unstorable': w('The text at {pointer} holds a NUL or half a character.', '{pointer} 的文本里有空字符（NUL）或半个字符。', '{pointer} 的文字裡有空字元（NUL）或半個字元。'),
  'import.reject.event.text_not_utf8': w('The text at {pointer} is not UTF-8.', '{pointer} 的文本不是 UTF-8 编码。', '{pointer} 的文字不是 UTF-8 編碼。'),
  'import.reject.event.store_refused': w('The event store could not take its properties.', '事件库无法保存它的属性。', '事件庫無法保存它的屬性。'),
  'import.note.order.no_day': w('{count, number} orders name no day and no stored order has one: they were left out', '{count, number} 个订单没有日期，也没有已存订单可补：未收入', '{count, number} 筆訂單沒有日期，也沒有已存訂單可補：未收入'),
};

const states = {
  'import.state.waiting': w('Waiting', '等待中', '等待中'),
  'import.state.running': w('Running', '导入中', '匯入中'),
  'import.state.finished': w('Finished', '已完成', '已完成'),
  'import.state.failed': w('Failed', '失败', '失敗'),
  'import.state.undoing': w('Being undone', '撤销中', '復原中'),
  'import.state.undone': w('Undone', '已撤销', '已復原'),
  'import.phase.reading': w('Reading rows', '读取数据行', '讀取資料列'),
  'import.phase.saving': w('Saving orders', '保存订单', '儲存訂單'),
  'import.phase.customers': w('Saving customers', '保存客户', '儲存顧客'),
  'import.phase.finishing': w('Writing the report', '生成报告', '產生報告'),
  'source.kind.orders': w('Orders', '订单', '訂單'),
  'source.kind.profiles': w('Profiles', '客户资料', '顧客資料'),
  'source.kind.behaviour': w('Behaviour', '行为', '行為'),
  'source.kind.conversations': w('Conversations', '会话', '對話'),
  'source.kind.surveys': w('Surveys', '问卷', '問卷'),
  'source.kind.social': w('Social mentions', '社交提及', '社群提及'),
  'source.kind.offline': w('Offline', '线下', '線下'),
};

const timeline = {
  'timeline.order.unpaid': w('Order {reference} placed, not paid', '下单未付款：{reference}', '下單未付款：{reference}'),
  'timeline.order.paid': w('Order {reference} paid', '订单已付款：{reference}', '訂單已付款：{reference}'),
  'timeline.order.shipped': w('Order {reference} shipped', '订单已发货：{reference}', '訂單已出貨：{reference}'),
  'timeline.order.done': w('Order {reference} done', '订单已完成：{reference}', '訂單已完成：{reference}'),
  'timeline.order.closed': w('Order {reference} closed', '订单已关闭：{reference}', '訂單已關閉：{reference}'),
  'timeline.refund': w('Refund {reference}', '退款：{reference}', '退款：{reference}'),
  'timeline.event': w('{event}', '{event}', '{event}'),
};

/** Imports, sources, quarantine, the HTTP door, orders and their lines in a timeline. */
export const collect = { ...refusals, ...rejects, ...states, ...timeline } satisfies Words;
