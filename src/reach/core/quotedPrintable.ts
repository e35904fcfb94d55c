const LINE = 76;
const ESCAPED = /[^\t\x20-\x3c\x3e-\x7e]/g;
const CODES = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);
const coded = (byte: string): string => CODES[byte.charCodeAt(0)] as string;

/** A line that is too long goes on after "=", and no code is cut in two. */
function wrapped(line: string): string {
  if (line.length <= LINE) return line;
  const parts: string[] = [];
  let at = 0;
  while (line.length - at > LINE) {
    const end = at + LINE - 1, cut = line[end - 1] === '=' ? 1 : line[end - 2] === '=' ? 2 : 0;
    parts.push(line.slice(at, end - cut));
    at = end - cut;
  }
  parts.push(line.slice(at));
  return parts.join('=\r\n');
}

/** Quoted-printable (RFC 2045, section 6.7): of bytes, one a character, with lines that end in CRLF; lines of at most 76 characters, no blanks at their ends. */
export const quotedPrintable = (bytes: string): string =>
  bytes.split('\r\n').map((line) => wrapped(line.replace(ESCAPED, coded).replace(/[\t ]$/, coded))).join('\r\n');
