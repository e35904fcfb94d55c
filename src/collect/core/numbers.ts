import { isNothing } from './text.ts';

const NO_AMOUNT = /^(?:无退款申请|无退款|没有申请退款|未退款|none|nil)$/i;
const PLAIN = /^[-+]?\d+(?:\.\d*)?$/;

/**
 * A number as people and platforms write it: 1,234.50 · ¥12 · 12元 · (12.30) · 12.30- · １２ · "69.20(分销商等级折扣：47.80)".
 * '' and words for nothing give `null` (absent); what is no number gives NaN, which the caller must refuse.
 * `comma` says that the file writes decimals with a comma (1.234,50).
 */
export function readNumber(text: string, comma = false): number | null {
  if (text === '') return null;
  const first = text.charCodeAt(0);
  if (!comma && first >= 48 && first <= 57 && text.length < 16) {
    const value = Number(text);
    if (!Number.isNaN(value) && (first !== 48 || PLAIN.test(text))) return value;
  }
  return slowNumber(text, comma);
}

/** A number with the longest remark is shorter. */
const NUMBER_CHARS_MAX = 1_000;

function slowNumber(text: string, comma: boolean): number | null {
  if (text.length > NUMBER_CHARS_MAX) return Number.NaN;
  if (isNothing(text) || NO_AMOUNT.test(text)) return null;
  let rest = text.normalize('NFKC').replace(/\s+/g, '').replace(/(?:CNY|RMB|USD|EUR|GBP|HKD|TWD|JPY|NT\$|HK\$|US\$|[¥$€£元円圆])/gi, '').replace(/[−–]/g, '-');
  let sign = 1;
  const bracketed = /^\((.*)\)$/.exec(rest);
  if (bracketed) {
    sign = -1;
    rest = bracketed[1] ?? '';
  }
  if (/^[\d.,]+-$/.test(rest)) {
    sign = -sign;
    rest = rest.slice(0, -1);
  }
  // Text after a number is a platform's remark on it; the number stands first.
  rest = rest.replace(/^([-+]?[\d.,]*\d)(?:[([{;]|[\u3400-\u9FFF]).*$/, '$1');
  rest = comma ? rest.replace(/\./g, '').replace(',', '.') : ungrouped(rest);
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,2})?$/i.test(rest) ? sign * Number(rest) : Number.NaN;
}

/** Takes thousands separators out: 1,234,567.8 and 12,34,567.8; leaves 1,5 alone, which is no number here. */
const ungrouped = (text: string): string => (/^[-+]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text);

/** Whether a column's samples are written with a decimal comma: 12,50 or 1.234,50, and none with a decimal point. */
export function usesDecimalComma(samples: readonly string[]): boolean {
  const written = samples.map((sample) => sample.replace(/[\s¥$€£]|EUR/g, '')).filter((sample) => /\d/.test(sample));
  return written.some((sample) => /^-?\d{1,3}(?:\.\d{3})*,\d{1,2}$/.test(sample) || /^-?\d+,\d{1,2}$/.test(sample)) && !written.some((sample) => /^-?[\d,]*\.\d{1,2}$/.test(sample));
}

/** An identifier a spreadsheet has rounded away (1.93E+15): its digits are lost and nobody can bring them back. */
export const isDamagedId = (text: string): boolean => text.length >= 4 && text.length <= 24 && /^\d(?:\.\d+)?e\+?\d{2}$/i.test(text);
