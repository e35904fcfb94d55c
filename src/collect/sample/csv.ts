const NEEDS_QUOTES = /[",\r\n]/;
const cell = (text: string): string => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const CHUNK = 65_536;

/** Rows as CSV text (RFC 4180) in pieces of about 64 KB, so that a file of any length is written in little memory. */
export function* csvOf(header: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  let piece = `${header.join(',')}\n`;
  for (const row of rows) {
    let line = cell(row[0] ?? '');
    for (let i = 1; i < row.length; i++) line += `,${cell(row[i] as string)}`;
    piece += line;
    piece += '\n';
    if (piece.length >= CHUNK) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
