/**
 * A number of a spreadsheet as text. One that no longer is exact (beyond 15 digits, where spreadsheets have thrown digits away)
 * is written as 1.93E+15, so that an order number damaged this way is recognised downstream like one damaged in a CSV.
 */
export function cellOfNumber(value: number): string {
  if (!Number.isFinite(value)) return '';
  if (Math.abs(value) >= 1e15) return value.toExponential().replace('e', 'E');
  // Spreadsheets keep 15 significant digits; the binary noise behind them (0.1 + 0.2) is not the user's.
  return plain(Number(value.toPrecision(15)));
}

function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(15).replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** A spreadsheet's day serial (1 = 1900-01-01, with its false 29 February 1900) as 'YYYY-MM-DD HH:MM:SS', or the time alone below one day. */
export function dateCell(serial: number): string {
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_466) return cellOfNumber(serial);
  const days = serial < 60 ? serial + 1 : serial;
  const iso = new Date(Math.round((days - 25_569) * 86_400) * 1000).toISOString();
  if (serial < 1) return iso.slice(11, 19);
  return iso.slice(11, 19) === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

const DATE_IDS = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56, 57, 58]);

/** Whether a number format shows a date: one of the built-in ids, or a code with y, m, d, h or s outside quotes, brackets and colours. */
export function isDateFormat(id: string, code?: string): boolean {
  if (code === undefined) return DATE_IDS.has(Number(id));
  const bare = code.replace(/"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]/gi, '').split(';')[0] ?? '';
  return /[ymdhs年月日]/i.test(bare) && !/^general$/i.test(bare.trim()) && !/[0#]\.?[0#]*e[+-]/i.test(bare);
}
