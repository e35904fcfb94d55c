import { cleanText } from './text.ts';

const TOTAL = /^[「【(（]?(?:(?:本|每|全|当)?[页頁部]?(?:合计|总计|小计|共计|总和|汇总|合計|總計|小計|共計|加總))[」】)）]?\s*(?:[:：(（=].*)?$/;
const ENGLISH_TOTAL = /^(?:grand\s+|sub-?\s*)?totals?\s*:?$/i;
const REMARK = /^(?:共\s*\d|总共|總共|以上|导出|導出|匯出|制表|製表|打印|列印|数据来源|資料來源|报表|報表|注[:：]|註[:：]|备注[:：]|備註[:：]|说明[:：]|說明[:：]|exported|generated|printed|page\s+\d)/i;
const WORD_MOST = 60;
/** So few cells make a remark, in a table wider than that. */
const REMARK_CELLS = 2;

/**
 * Whether a row is no record but ends or sums up a table: it begins with 合计 or Total, or holds nothing but a remark (导出时间：…, 共 128 条).
 * Taken for a record it would count everything twice.
 */
export function isFooter(row: readonly string[], columns: number): boolean {
  let first = '';
  for (const cell of row) if (cell !== '' && (first = cell) !== '') break;
  const code = first.charCodeAt(0);
  // Digits begin most rows: order numbers, days, telephones.
  if ((code > 47 && code < 58) || first.length > WORD_MOST) return false;
  const text = cleanText(first);
  if (TOTAL.test(text) || ENGLISH_TOTAL.test(text)) return true;
  return columns > REMARK_CELLS + 1 && REMARK.test(text) && row.filter((cell) => cell !== '').length <= REMARK_CELLS;
}
