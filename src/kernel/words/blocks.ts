import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** Shared blocks: refusals, and what lint says of texts that call them. */
export const blocks = {
  'refusal.block.not_found': w('There is no such block here.', '没有这个内容块。', '沒有這個內容區塊。'),
  'refusal.block.version.not_found': w('This block has no version {version}.', '这个内容块没有第 {version} 版。', '這個內容區塊沒有第 {version} 版。'),
  'refusal.block.key_taken': w('Another block is called by “{key}”. Choose another key.', '标识“{key}”已被其他内容块使用，请换一个。', '識別碼「{key}」已被其他內容區塊使用，請換一個。'),
  'refusal.block.too_many': w('A workspace keeps {most} blocks at most. Put away what is not used.', '一个工作区最多保留 {most} 个内容块，请先归档不用的。', '一個工作區最多保留 {most} 個內容區塊，請先封存不用的。'),
  'refusal.block.changed': w('Somebody saved this block meanwhile. Load it again, then repeat your change.', '期间有人保存过这个内容块，请重新载入后再改。', '期間有人儲存過這個內容區塊，請重新載入後再改。'),
  'refusal.block.has_faults': w('{errors, plural, one {One fault keeps} other {# faults keep}} this block from being saved. Mend what stands beside the text.', '有 {errors} 处错误，暂不能保存。请按文本旁的提示修改。', '有 {errors} 處錯誤，暫不能儲存。請依文字旁的提示修改。'),
  'refusal.block.breaks': w('{count, plural, one {A published template} other {# published templates}} could not be sent any more: {names}. Mend the block, or publish them without it first.', '保存后有 {count} 个已发布的模板将无法发送：{names}。请修改内容块，或先发布不用它的版本。', '儲存後有 {count} 個已發布的範本將無法傳送：{names}。請修改內容區塊，或先發布不用它的版本。'),
  'refusal.block.used': w('{count, plural, one {Something uses} other {# things use}} this block: {names}{more, plural, =0 {} other { and # more}}. Take it out there first.', '有 {count} 处正在使用这个内容块：{names}{more, plural, =0 {} other { 等}}。请先在那里去掉它，再归档。', '有 {count} 處正在使用這個內容區塊：{names}{more, plural, =0 {} other { 等}}。請先在那裡移除它，再封存。'),
  'refusal.template.block_unknown': w('There is no block “{block}”. Choose one from the list, or write it first.', '没有内容块“{block}”，请从列表中选择，或先创建它。', '沒有內容區塊「{block}」，請從清單中選擇，或先建立它。'),
  'refusal.template.block_cycle': w('The block “{block}” calls itself: {path}. Take one of the calls out.', '内容块“{block}”循环引用了自己：{path}。请去掉其中一处引用。', '內容區塊「{block}」循環引用了自己：{path}。請移除其中一處引用。'),
  'refusal.template.block_too_deep': w('Blocks inside blocks go {most} deep at most; “{block}” is deeper.', '内容块最多嵌套 {most} 层，“{block}”超出了。', '內容區塊最多巢狀 {most} 層，「{block}」超出了。'),
  'refusal.template.block_call': w('A block is called as '+"'{% render ''key'' %}'"+', by its key and nothing else: {call}.', '内容块须写作 '+"'{% render ''key'' %}'"+'，只写标识：{call}。', '內容區塊須寫作 '+"'{% render ''key'' %}'"+'，只寫識別碼：{call}。'),
  'refusal.template.block_no_text': w('The block “{block}” has no text for this place. Write one, or call it where an e-mail has room for a section.', '内容块“{block}”没有可用于此处的文本，请补写文本，或只在邮件版面中使用。', '內容區塊「{block}」沒有可用於此處的文字，請補寫文字，或只在郵件版面中使用。'),

  'template.lint.block_unknown': w('There is no block “{block}”.', '没有内容块“{block}”。', '沒有內容區塊「{block}」。'),
  'template.todo.block_unknown': w('Choose one from the list, or write it first.', '请从列表中选择，或先创建它。', '請從清單中選擇，或先建立它。'),
  'template.lint.block_cycle': w('The block “{block}” calls itself: {path}.', '内容块“{block}”循环引用了自己：{path}。', '內容區塊「{block}」循環引用了自己：{path}。'),
  'template.todo.block_cycle': w('Take one of the calls out.', '请去掉其中一处引用。', '請移除其中一處引用。'),
  'template.lint.block_too_deep': w('Blocks go {most} deep at most; “{block}” is deeper.', '内容块最多嵌套 {most} 层，“{block}”超出了。', '內容區塊最多巢狀 {most} 層，「{block}」超出了。'),
  'template.todo.block_too_deep': w('Call it from further outside.', '请在更外层引用它。', '請在更外層引用它。'),
  'template.lint.block_call': w('This calls no block: {call}.', '无法识别的引用：{call}。', '無法識別的引用：{call}。'),
  'template.todo.block_call': w('Insert the block from the list: its key in quotes and nothing else.', '请从列表中插入内容块：引号内只写标识。', '請從清單中插入內容區塊：引號內只寫識別碼。'),
  'template.lint.block_no_text': w('The block “{block}” has no text for this place.', '内容块“{block}”没有可用于此处的文本。', '內容區塊「{block}」沒有可用於此處的文字。'),
  'template.todo.block_no_text': w('Write its text, or call it where an e-mail has room for a section.', '请补写它的文本，或只在邮件版面中使用。', '請補寫它的文字，或只在郵件版面中使用。'),
} satisfies Words;
